"""Which of the many interpolants does training find?  Descent, momentum and vanishing ridge end at
the one nearest to the start; Adam and rescaled parameters do not.

Setting.  A model that is linear in its p parameters, with output Phi theta on n < p data, is fitted
to y by descent on the squared error from theta_0.  Gradients are combinations of the rows of Phi,
so theta - theta_0 never leaves their span, and the end is

    theta_0 + Phi^+ (y - Phi theta_0),

the interpolant nearest to the start.  The size of the step and momentum do not matter; a rescaled
parameter, the sign of the gradient or Adam do, because they measure nearness otherwise.  The
squared distance is alpha' K alpha with K = Phi Phi': the norm of the kernel.  c is the coefficient
of theta along a right singular direction of Phi, s its singular value, f the component of y along
the left one, h the step.

Source: phase diagram of two-layer networks, sections 1.1 and 1.2; Zhang, Xu, Luo, Ma, A type of
generalization error induced by initialization in deep neural networks, MSML 2020; Tibshirani, The
lasso problem and uniqueness, Electronic Journal of Statistics 7, 2013.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Matrix,
    Max,
    Ne,
    Or,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)

# data, parameters, entries kept by an elimination
n, p, N = symbols("n p N", integer=True, positive=True)
# datum, parameter, step of training, the row used to eliminate
i, j, k, r = symbols("i j k r", integer=True, positive=True)
Phi = IndexedBase("Phi", real=True)  # features of datum i
theta, v, y, alpha, e = (IndexedBase(name, real=True) for name in ("theta", "v", "y", "alpha", "e"))
s, h, g = symbols("s h g", positive=True)  # singular value, step, h s^2
# scale of a parameter; kernel of a new point with a datum over that of the datum with itself
q = Symbol("q", positive=True)
# coefficient, its start, datum along a direction, output at the start
b, c, c_0, f, f_0, t, u, z = symbols("b c c_0 f f_0 t u z", real=True)
tau = Symbol("tau", positive=True)  # time
mu = Symbol("mu", nonnegative=True)  # momentum
lam = Symbol("lambda", positive=True)  # strength of a penalty
SECTION = "phase diagram, section 1.1"
NEAREST = "phase diagram, section 1.2; Zhang, Xu, Luo, Ma, MSML 2020"
ACROSS = Assumed(
    Eq(Sum(Phi[i, j] * v[j], (j, 1, p)), 0),
    "v lies across the rows, Phi v = 0, as the difference of two interpolants does",
)


def underdetermined() -> tuple[Derivation, ...]:
    """With fewer equations than unknowns some direction changes no residual, so every minimiser of
    least squares lies on a line of them.
    """
    last = -Sum(Phi[r, j] * v[j], (j, 1, N)) / Phi[r, N + 1]
    reduced = Phi[i, j] - Phi[i, N + 1] * Phi[r, j] / Phi[r, N + 1]
    row = Sum(Phi[i, j] * v[j], (j, 1, N + 1))
    pivot = Assumed(
        Ne(Phi[r, N + 1], 0),
        "a row with an entry in the last column, or else its unit vector is a null vector",
    )
    fewer = Assumed(
        Eq(Sum(reduced * v[j], (j, 1, N)), 0),
        "v is a null vector of the system with one row and one unknown fewer: by induction, as "
        "without rows every vector is one",
    )
    continued = Defined(v[N + 1], last, "the last unknown, that row r determines")
    null = Derivation(
        "A null vector by elimination",
        (
            pivot,
            fewer,
            continued,
            *chain(
                row,
                To(Sum(Phi[i, j] * v[j], (j, 1, N)) + Phi[i, N + 1] * v[N + 1], "the last apart"),
                To(
                    Sum(reduced * v[j], (j, 1, N)),
                    "row i less its multiple of row r",
                    uses=(continued, pivot),
                ),
                To(
                    Integer(0),
                    "so v solves every row, row r too, of which nothing is left; after all rows "
                    "are used at least one unknown is free",
                    uses=(fewer,),
                ),
            ),
        ),
        SECTION,
    )

    def squares(moved: Expr) -> Expr:
        """Of the residuals, with ``moved`` added to each."""
        residual = Sum(Phi[i, j] * theta[j], (j, 1, N + 1)) - y[i]
        return Sum((residual + moved) ** 2, (i, 1, n))

    residuals = Sum(Phi[i, j] * (theta[j] + t * v[j]), (j, 1, N + 1)) - y[i]
    minimiser = Quoted(
        "Least squares have a minimiser: u is the loss of any other parameters",
        "projection onto the finite-dimensional range of the matrix",
        squares(Integer(0)) <= u,
    )
    on_the_line = Step(
        Sum(residuals**2, (i, 1, n)), squares(t * row), "the residuals on a line along v"
    )
    none_larger = Step(
        Sum(residuals**2, (i, 1, n)),
        u,
        "none is larger at any other point: for every t this is a minimiser",
        relation="<=",
        uses=(on_the_line, null, minimiser),
    )
    return (
        null,
        Derivation(
            "A line of minimisers",
            (
                minimiser,
                on_the_line,
                none_larger,
            ),
            SECTION,
            (Settles("phase-underdetermined-ls-many-solutions", by=none_larger),),
        ),
    )


def global_minima_form_a_manifold() -> tuple[Derivation, ...]:
    """With more parameters than data no interpolant at which the Jacobian has full rank is
    isolated: there are p - n dimensions of them.
    """
    a, w, x = symbols("a w x", real=True)
    there, jacobian = symbols("M J")
    dimension = Function("dim", integer=True)(there)
    rank = Function("rank", integer=True)(jacobian)
    exists = Assumed("there is an interpolant", "an interpolant exists")
    full = Assumed(
        Eq(rank, n), "full rank of the Jacobian at the interpolant, as for almost every y by Sard"
    )
    theorem = Quoted(
        "Where the Jacobian has constant rank the solutions form a manifold of dimension p - rank",
        "constant rank theorem",
        Eq(dimension, p - rank),
    )
    more = Assumed(n < p, "more parameters than data")
    dimensions = chain(
        dimension,
        To(p - rank, "the rank stays full nearby", uses=(theorem, exists)),
        To(p - n, "as many dimensions as there are parameters too many", uses=(full,)),
        To(Integer(0), "so the interpolant is not isolated", relation=">", uses=(more,)),
    )
    return (
        Derivation(
            "Dimension of the set of global minima",
            (
                exists,
                full,
                theorem,
                more,
                *dimensions,
            ),
            SECTION,
            (Settles("phase-global-minima-non-unique", by=dimensions[-1]),),
        ),
        Derivation(
            "A direction of global minima",
            (
                Step(
                    lam * a * Max(w * x / lam, 0),
                    a * Max(w * x, 0),
                    "a ReLU neuron shows one: a grows as w shrinks",
                ),
            ),
            SECTION,
        ),
        Derivation(
            "Without full rank it fails",
            (
                Decided(
                    Implies(Eq(c**2 + f**2, 0), And(Eq(c, 0), Eq(f, 0))),
                    "c^2 + f^2 = 0 has one solution, where its Jacobian vanishes",
                ),
            ),
            SECTION,
        ),
    )


def nearest_interpolant() -> tuple[Derivation, ...]:
    """An interpolant whose difference from the start is a combination of rows is nearer to the
    start than any other.
    """
    moved = Sum(alpha[i] * Phi[i, j], (i, 1, n))
    nearest, further = Sum(moved**2, (j, 1, p)), Sum(v[j] ** 2, (j, 1, p))
    product = Sum(moved * v[j], (j, 1, p))
    twice = Sum(alpha[i] * alpha[k] * Sum(Phi[i, j] * Phi[k, j], (j, 1, p)), (i, 1, n), (k, 1, n))
    another = Assumed(further > 0, "the other interpolant is another: v is not zero")
    rows = Step(
        product,
        Sum(alpha[i] * Sum(Phi[i, j] * v[j], (j, 1, p)), (i, 1, n)),
        "rows against the difference",
    )
    orthogonal = Step(product, Integer(0), "each inner sum vanishes", uses=(rows, ACROSS))
    return (
        Derivation(
            "Pythagoras among interpolants",
            (
                ACROSS,
                another,
                rows,
                orthogonal,
                *chain(
                    Sum((moved + v[j]) ** 2, (j, 1, p)) - nearest,
                    To(
                        2 * product + further,
                        "squared distance of the other from the start, less that of the one",
                    ),
                    To(further, "the rows are orthogonal to v", uses=(orthogonal,)),
                    To(
                        Integer(0),
                        "so it is larger: the nearest is unique",
                        relation=">",
                        uses=(another,),
                    ),
                ),
            ),
            NEAREST,
        ),
        Derivation(
            "The distance is the norm of the kernel",
            (Step(nearest, twice, "alpha' K alpha with K = Phi Phi'"),),
            NEAREST,
        ),
    )


def the_row_space_is_never_left() -> tuple[Derivation, ...]:
    """Descent, with momentum or without, never changes the component of the parameters across the
    rows.
    """
    loss = Sum((Phi[i, j] * c + e[i]) ** 2, (i, 1, n)) / (2 * n)
    gradient = Step(
        Subs(Derivative(loss, c), c, 0),
        Sum(e[i] * Phi[i, j], (i, 1, n)) / n,
        "slope of the loss when parameter j changes by c: residuals times features",
    )
    return (
        Derivation(
            "Gradients are combinations of rows",
            (
                ACROSS,
                gradient,
                *chain(
                    Sum(v[j] * gradient.lhs, (j, 1, p)),
                    To(
                        Sum(v[j] * gradient.rhs, (j, 1, p)),
                        "the component along v",
                        uses=(gradient,),
                    ),
                    To(
                        Sum(e[i] * Sum(Phi[i, j] * v[j], (j, 1, p)), (i, 1, n)) / n,
                        "of each row",
                    ),
                    To(Integer(0), "none has one", uses=(ACROSS,)),
                ),
            ),
            NEAREST,
        ),
        Derivation(
            "No momentum builds up across the rows",
            (
                Induction(
                    k,
                    0,
                    c,
                    mu * SO_FAR,
                    mu**k * c,
                    "the first step of a heavy ball is a gradient step, c = 0 across the rows; a "
                    "later one is mu times the one before, and no gradient: zero stays zero",
                ),
            ),
            NEAREST,
        ),
    )


def end_of_descent() -> tuple[Derivation, ...]:
    """Descent with any step below 2 / s^2, and gradient flow, change each coefficient by (f - s
    c_0) / s: the nearest interpolant.
    """
    flow = f / s + exp(-(s**2) * t) * (c_0 - f / s)
    starts = Step(Subs(flow, t, 0), c_0, "it starts at c_0")
    moves = Step(
        Derivative(flow, t), -s * (s * flow - f), "and descends on the slope of (s c - f)^2 / 2"
    )
    only = Quoted(
        "a linear differential equation has one solution from each start",
        "Coddington, Levinson, Theory of ordinary differential equations, 1955, chapter 1",
    )
    reached = Step(
        Subs(flow, t, 0) + Integral(Derivative(flow, t), (t, 0, tau)),
        f / s + exp(-(s**2) * tau) * (c_0 - f / s),
        "its start and what the flow adds",
        uses=(starts, moves, only),
    )
    coefficient = Function("c", real=True)(k)
    deviation = Abs(coefficient - f / s)
    slower = Symbol("l", positive=True)
    small = (h * s**2 < 2, Ne(h * s**2, 1))  # a step 1 / s^2 arrives at once
    descent = Induction(
        k,
        0,
        c_0,
        z - h * s * (s * z - f),
        f / s + (1 - h * s**2) ** k * (c_0 - f / s),
        "each step of descent shrinks the distance from f / s by one factor",
        so_far=z,
        sequence=coefficient,
    )
    factor = Defined(slower, 1 / Abs(1 - h * s**2) - 1, "how far the factor is from one")
    shrinks = Step(
        slower, Integer(0), "a step below 2 / s^2 shrinks it", ">", domain=small, uses=(factor,)
    )
    share = Step(
        Abs(1 - h * s**2), 1 / (1 + slower), "the factor in size", domain=small, uses=(factor,)
    )
    distance = Step(
        deviation,
        Abs(1 - h * s**2) ** k * Abs(c_0 - f / s),
        "what is left after k steps",
        uses=(descent,),
    )
    vanishes = Step(
        Limit(deviation, k, oo),
        Integer(0),
        "it vanishes, and the size of the step leaves no trace",
        domain=small,
        uses=(distance, share, shrinks),
    )
    end = Defined(Abs(u - f / s), vanishes.lhs, "u, where the coefficients end")
    arrives = Step(Abs(u - f / s), Integer(0), "at f / s", "<=", uses=(end, vanishes))
    nearest = Step(
        (c - c_0) ** 2 + z**2,
        (u - c_0) ** 2,
        "an interpolant, with s c = f and a part z across the rows, is no nearer to the start",
        ">=",
        domain=(Eq(s * c, f),),
        uses=(arrives,),
    )
    return (
        Derivation(
            "Flow along a singular direction",
            (
                starts,
                moves,
                only,
                reached,
                Step(
                    Limit(reached.lhs, tau, oo),
                    f / s,
                    "the datum is met, wherever it began",
                    uses=(reached,),
                ),
            ),
            NEAREST,
        ),
        Derivation(
            "Descent along a singular direction",
            (
                descent,
                factor,
                shrinks,
                share,
                distance,
                vanishes,
                end,
                arrives,
                nearest,
            ),
            NEAREST,
            (Settles("phase-linear-regime-nearest-solution", part="linear model", by=nearest),),
        ),
        Derivation(
            "Change of a coefficient",
            (
                Step(
                    Subs(c - c_0, c, f / s),
                    (f - s * c_0) / s,
                    "along Phi's singular directions this is Phi^+ (y - Phi theta_0)",
                ),
            ),
            NEAREST,
        ),
    )


def end_of_momentum() -> tuple[Derivation, ...]:
    """A heavy ball with momentum below one converges for any step below 2 (1 + mu) / s^2, to the
    same end.
    """
    # a root of the characteristic polynomial, real and imaginary part
    x, w = symbols("x w", real=True)
    trace, largest = 1 + mu - g, 2 * (1 + mu)
    real = x**2 - trace * x + mu
    root = And(Eq(real - w**2, 0), Eq(2 * x * w - trace * w, 0))
    alone = Decided(
        Implies(And(mu < 1, g < largest, Eq(real, 0)), And(x < 1, x > -1)),
        "real roots lie between -1 and 1",
    )
    pair = Decided(
        Implies(And(Ne(w, 0), root), Eq(x**2 + w**2, mu)),
        "a pair x + i w, x - i w shrinks by sqrt(mu) per step",
    )
    decays = Quoted(
        "a linear recursion decays when all roots of its characteristic polynomial are smaller "
        "than one in size",
        "Elaydi, An introduction to difference equations, third edition, 2005, section 2.5",
    )
    source = "Polyak, USSR Computational Mathematics and Mathematical Physics 4, 1964"
    return (
        Derivation(
            "Momentum along a singular direction",
            (
                alone,
                pair,
                decays,
                Decided(
                    Implies(And(mu < 1, g < largest, root), x**2 + w**2 < 1),
                    "so the deviation vanishes",
                    uses=(alone, pair, decays),
                ),
            ),
            source,
        ),
        Derivation(
            "The characteristic polynomial at both ends",
            (
                Step(
                    Matrix([Subs(real, x, 1), Subs(real, x, -1)]),
                    Matrix([g, largest - g]),
                    "no root at 1, and none at -1 below the largest step",
                ),
            ),
            source,
        ),
        Derivation(
            "A step of the heavy ball",
            (
                Step(
                    c - h * s * (s * c - f) + mu * (c - b) - f / s,
                    (1 + mu - h * s**2) * (c - f / s) - mu * (b - f / s),
                    "from b and then c: with g = h s^2 a step multiplies a deviation from f / s by "
                    "a root of z^2 - (1 + mu - g) z + mu",
                ),
            ),
            source,
        ),
        Derivation(
            "Where the heavy ball rests",
            (
                Decided(
                    Implies(Eq(s * (s * c - f), 0), Eq(s * c, f)),
                    "only where the datum is met",
                ),
            ),
            source,
        ),
    )


def ridge_limit() -> tuple[Derivation, ...]:
    """Ridge regression that penalises the distance from the start ends at the nearest interpolant
    as the penalty vanishes.
    """
    ridge = c_0 + s * (f - s * c_0) / (s**2 + lam)
    return (
        Derivation(
            "Ridge along a singular direction",
            (
                Step(
                    Subs(s * (s * c - f) + lam * (c - c_0), c, ridge),
                    Integer(0),
                    "where the penalised loss stands still",
                ),
            ),
            NEAREST,
        ),
        Derivation(
            "Vanishing penalty",
            (Step(Limit(ridge, lam, 0), f / s, "the end of descent from the same start"),),
            NEAREST,
        ),
    )


def rescaling_changes_the_end() -> tuple[Derivation, ...]:
    """Descent on rescaled parameters ends at another interpolant, the nearest in the
    rescaled norm.
    """
    multiple = Defined(
        f, 1 / (1 + q**2), "in (theta_1, theta_2 / q) the row is (1, q): the nearest is f (1, q)"
    )
    first = Defined(theta[1], f, "in the parameters themselves")
    second = Defined(theta[2], q * q * f, "in the parameters themselves, the second")
    one = Step(theta[1], 1 / (1 + q**2), "the first", uses=(first, multiple))
    two = Step(theta[2], q**2 / (1 + q**2), "the second", uses=(second, multiple))
    met = Step(theta[1] + theta[2], Integer(1), "the datum is met", uses=(one, two))
    return (
        Derivation(
            "One datum, theta_1 + theta_2 = 1 from zero",
            (
                multiple,
                first,
                second,
                one,
                two,
                met,
                Step(
                    Subs((theta[1] ** 2 + theta[2] ** 2) / (theta[1] + theta[2]) ** 2, q, 2),
                    Rational(17, 25),
                    "its squared length at q = 2 over the squared datum, where the nearest has 1/2",
                    uses=(met, one, two),
                ),
            ),
            NEAREST,
        ),
    )


def adam_ends_elsewhere() -> tuple[Derivation, ...]:
    """For a single datum Adam without damping moves all parameters by the same amount, so its end
    is not the nearest interpolant.
    """
    # weights of the two averages
    first, second = (
        IndexedBase("w", positive=True),
        IndexedBase("u", positive=True),
    )
    x = Symbol("x", positive=True)
    update = Sum(first[k] * x * e[k], (k, 1, N)) ** 2 / Sum(second[k] * (x * e[k]) ** 2, (k, 1, N))
    common = Sum(first[k] * e[k], (k, 1, N)) ** 2 / Sum(second[k] * e[k] ** 2, (k, 1, N))
    equal = Step(
        Subs(2 * t + t, t, Rational(5, 3)), Integer(5), "equal parameters meet the datum at 5/3"
    )
    nearest = Step(
        Subs(2 * (2 * c) + c, c, 1),
        Integer(5),
        "the nearest interpolant is (2, 1), along the row",
    )
    return (
        Derivation(
            "The feature drops out of the update",
            (
                Step(
                    update,
                    common,
                    "squared update of the parameter with feature x: the same for all, as for "
                    "signs",
                ),
            ),
            "Kingma, Ba, Adam, ICLR 2015, section 2.1",
        ),
        Derivation(
            "One datum, 2 theta_1 + theta_2 = 5 from zero",
            (
                equal,
                nearest,
                Step(
                    sqrt(
                        Subs(t**2 + t**2, t, Rational(5, 3))
                        / equal.lhs**2
                        * nearest.lhs**2
                        / Subs((2 * c) ** 2 + c**2, c, 1)
                    ),
                    sqrt(10) / 3,
                    "distances from the start, each over the datum that is met: 5 % farther",
                    uses=(equal, nearest),
                ),
            ),
            "Wilson et al., The marginal value of adaptive gradient methods in machine learning, "
            "NeurIPS 2017, section 3",
        ),
    )


def the_start_stays_in_the_fit() -> tuple[Derivation, ...]:
    """Where the start is not zero, its interpolation error is added to the interpolant of least
    kernel norm.
    """
    return (
        Derivation(
            "What the end owes to the start",
            (
                Step(
                    c_0 + q * (f - f_0) - q * f,
                    c_0 - q * f_0,
                    "c_0 is the start at a new point, q = k(x, X) K^-1: zero for an antisymmetric "
                    "start",
                ),
            ),
            "Zhang, Xu, Luo, Ma, MSML 2020",
        ),
        Derivation(
            "A start that fits already",
            (Step(Subs(c_0 + q * (f - f_0), f, f_0), c_0, "it stays"),),
            "Zhang, Xu, Luo, Ma, MSML 2020",
        ),
    )


def lasso_is_sparse() -> tuple[Derivation, ...]:
    """For orthonormal columns a penalty lambda |x| sets every coefficient below lambda to zero, a
    squared one none.
    """
    shrunk, ridge = Max(b - lam, 0) - Max(-b - lam, 0), b / (1 + lam)

    def lasso(value: Expr) -> Expr:
        return (value - b) ** 2 / 2 + lam * Abs(value)

    def squared(value: Expr) -> Expr:
        return (value - b) ** 2 / 2 + lam * value**2 / 2

    soft = Decided(
        lasso(z) >= lasso(shrunk) + (z - shrunk) ** 2 / 2,
        "the loss is least at the shrunken coefficient alone",
    )
    alike = Decided(
        squared(z) >= squared(ridge) + (z - ridge) ** 2 / 2,
        "ridge shrinks every coefficient alike",
    )
    zeros = Implies(lasso(z) <= lasso(shrunk), Equivalent(Eq(z, 0), And(b <= lam, b >= -lam)))
    none = Implies(And(Ne(b, 0), squared(z) <= squared(ridge)), Ne(z, 0))
    return (
        Derivation(
            "Soft threshold",
            (
                soft,
                alike,
                Decided(
                    And(zeros, none),
                    "the least coefficient is zero for |b| <= lambda, that of ridge never",
                    uses=(soft, alike),
                ),
            ),
            "Tibshirani, Journal of the Royal Statistical Society B 58, 1996",
            (Settles("phase-l1-penalty-sparse", part="orthonormal columns"),),
        ),
    )


def interpolants_differ_between_the_data() -> tuple[Derivation, ...]:
    """Three ReLU neurons add a hat of any height between two neighbouring data and change nothing
    at any datum.
    """
    width = Symbol("delta", positive=True)
    left, right, middle = (
        Symbol("x_1", real=True),
        Symbol("x_2", real=True),
        Symbol("x_m", real=True),
    )

    def hat(at: Expr) -> Expr:
        return Max(at - middle + width, 0) - 2 * Max(at - middle, 0) + Max(at - middle - width, 0)

    inside = And(left <= middle - width, middle + width <= right)
    on_the_left = Decided(
        Implies(And(inside, z <= left), Eq(hat(z), 0)), "zero at all data on the left"
    )
    on_the_right = Decided(
        Implies(And(inside, z >= right), Eq(hat(z), 0)), "zero at all data on the right"
    )
    height = Decided(Implies(Eq(z, middle), Eq(hat(z), width)), "and of height delta in the middle")
    network = u + t * hat(z)  # with t hats more
    return (
        Derivation(
            "A hat between two data",
            (
                on_the_left,
                on_the_right,
                height,
                Decided(
                    And(
                        Implies(And(inside, Or(z <= left, z >= right)), Eq(network, u)),
                        Implies(Eq(z, middle), Eq(network, u + t * width)),
                        Implies(And(Eq(z, middle), Ne(t, 0)), Ne(network, u)),
                    ),
                    "with output weight t it adds t delta between the data and nothing at them",
                    uses=(on_the_left, on_the_right, height),
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.3.1",
            (Settles("udl-solutions-differ-off-data", part="construction"),),
        ),
    )
