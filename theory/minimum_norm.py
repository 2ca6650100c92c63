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
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Matrix,
    Max,
    Ne,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    sqrt,
    symbols,
)

from theory import SO_FAR, Assumed, Decided, Derivation, Induction, Quoted, Settles, Step
from theory.core.decision import counterexample

# data, parameters, entries kept by an elimination
n, p, N = symbols("n p N", integer=True, positive=True)
# datum, parameter, step of training, the row used to eliminate
i, j, k, r = symbols("i j k r", integer=True, positive=True)
rank = Symbol("R", integer=True, nonnegative=True)
Phi = IndexedBase("Phi", real=True)  # features of datum i
theta, v, y, alpha, e = (IndexedBase(name, real=True) for name in ("theta", "v", "y", "alpha", "e"))
s, h, g = symbols("s h g", positive=True)  # singular value, step, h s^2
# scale of a parameter; kernel of a new point with a datum over that of the datum with itself
q = Symbol("q", positive=True)
# coefficient, its start, datum along a direction, output at the start
b, c, c_0, f, f_0, t, u, z = symbols("b c c_0 f f_0 t u z", real=True)
mu = Symbol("mu", nonnegative=True)  # momentum
lam = Symbol("lambda", positive=True)  # strength of a penalty
SECTION = "phase diagram, section 1.1"
NEAREST = "phase diagram, section 1.2; Zhang, Xu, Luo, Ma, MSML 2020"


def underdetermined() -> tuple[Derivation, ...]:
    """With fewer equations than unknowns some direction changes no residual, so every minimiser of
    least squares lies on a line of them.
    """
    last = -Sum(Phi[r, j] * v[j], (j, 1, N)) / Phi[r, N + 1]  # the unknown that row r determines
    reduced = Phi[i, j] - Phi[i, N + 1] * Phi[r, j] / Phi[r, N + 1]
    line = z + t * u
    alike = Implies(Eq(u, 0), Eq(line**2, z**2))
    return (
        Derivation(
            "A null vector by elimination",
            (
                Assumed(
                    "row r has an entry in column N + 1; if no row has, the unit vector of that "
                    "column is a null vector",
                    "a row with an entry in the last column, or else its unit vector does",
                ),
                Step(
                    Sum(reduced * v[j], (j, 1, N)),
                    Sum(Phi[i, j] * v[j], (j, 1, N)) + Phi[i, N + 1] * last,
                    "a null vector of the system with one row and one unknown fewer, continued by "
                    "the last unknown, solves row i",
                ),
                Step(
                    Phi[r, N + 1] * (last + Sum(Phi[r, j] * v[j] / Phi[r, N + 1], (j, 1, N))),
                    Integer(0),
                    "and row r; after all rows are used at least one unknown is free",
                    domain=(Ne(Phi[r, N + 1], 0),),
                ),
            ),
            SECTION,
        ),
        Derivation(
            "A line of minimisers",
            (
                Quoted(
                    "Least squares have a minimiser",
                    "projection onto the finite-dimensional range of the matrix",
                ),
                Step(
                    Sum(Phi[i, j] * (theta[j] + t * v[j]), (j, 1, p)) - y[i],
                    line.subs(
                        {
                            z: Sum(Phi[i, j] * theta[j], (j, 1, p)) - y[i],
                            u: Sum(Phi[i, j] * v[j], (j, 1, p)),
                        }
                    ),
                    "residual of datum i on the line",
                ),
                Decided(
                    alike, "where the second part vanishes, the square is the same for every t"
                ),
            ),
            SECTION,
            (Settles("phase-underdetermined-ls-many-solutions", S(counterexample(alike) is None)),),
        ),
    )


def global_minima_form_a_manifold() -> Derivation:
    """With more parameters than data no interpolant at which the Jacobian has full rank is
    isolated: there are p - n dimensions of them.
    """
    a, w, x = symbols("a w x", real=True)
    dimension = Implies(And(Eq(rank, n), n < p), And(Eq(p - rank, p - n), Ne(rank, p)))
    return Derivation(
        "Dimension of the set of global minima",
        (
            Assumed("there is an interpolant", "an interpolant exists"),
            Assumed(
                "the Jacobian has full rank there, as for almost every y by Sard",
                "full rank of the Jacobian at the interpolant",
            ),
            Quoted(
                "Where the Jacobian has constant rank R the solutions form a manifold of "
                "dimension p - R",
                "constant rank theorem",
            ),
            Step(
                lam * a * Max(w * x / lam, 0),
                a * Max(w * x, 0),
                "a ReLU neuron shows one such direction: a grows as w shrinks",
            ),
            Decided(
                Implies(Eq(c**2 + f**2, 0), And(Eq(c, 0), Eq(f, 0))),
                "without full rank it fails: c^2 + f^2 = 0 has one solution, where its Jacobian "
                "vanishes",
            ),
            Decided(dimension, "the full rank of n rows is n when there are more columns"),
        ),
        SECTION,
        (Settles("phase-global-minima-non-unique", S(counterexample(dimension) is None)),),
    )


def nearest_interpolant() -> tuple[Derivation, ...]:
    """An interpolant whose difference from the start is a combination of rows is nearer to the
    start than any other.
    """
    moved = Sum(alpha[i] * Phi[i, j], (i, 1, n))
    squares = Sum(moved**2, (j, 1, p)), Sum(v[j] ** 2, (j, 1, p))
    far = z + 2 * t + u
    cross = Sum(alpha[i] * Sum(Phi[i, j] * v[j], (j, 1, p)), (i, 1, n))
    twice = Sum(alpha[i] * alpha[k] * Sum(Phi[i, j] * Phi[k, j], (j, 1, p)), (i, 1, n), (k, 1, n))
    return (
        Derivation(
            "Pythagoras among interpolants",
            (
                Assumed(
                    "two interpolants differ by v with Phi v = 0",
                    "v is the difference of two interpolants, so Phi v = 0",
                ),
                Step(
                    Sum(moved * v[j], (j, 1, p)),
                    cross,
                    "rows against the difference: each inner sum vanishes",
                ),
                Step(
                    Sum((moved + v[j]) ** 2, (j, 1, p)),
                    far.subs({z: squares[0], t: cross, u: squares[1]}),
                    "squared distance of the other from the start",
                ),
                Decided(
                    Implies(And(Eq(t, 0), u > 0), far > z),
                    "so it is larger unless v = 0: the nearest is unique",
                ),
            ),
            NEAREST,
        ),
        Derivation(
            "The distance is the norm of the kernel",
            (Step(squares[0], twice, "alpha' K alpha with K = Phi Phi'"),),
            NEAREST,
        ),
    )


def the_row_space_is_never_left() -> tuple[Derivation, ...]:
    """Descent, with momentum or without, never changes the component of the parameters across the
    rows.
    """
    gradient = Sum(e[i] * Phi[i, j], (i, 1, n)) / n
    return (
        Derivation(
            "Gradients are combinations of rows",
            (
                Step(
                    Derivative(Sum((Phi[i, 1] * c + e[i]) ** 2, (i, 1, n)) / (2 * n), c),
                    Sum((Phi[i, 1] * c + e[i]) * Phi[i, 1], (i, 1, n)) / n,
                    "slope of the loss in one parameter: residuals times features",
                ),
                Step(
                    Sum(v[j] * gradient, (j, 1, p)),
                    Sum(e[i] * Sum(Phi[i, j] * v[j], (j, 1, p)), (i, 1, n)) / n,
                    "along v: zero when Phi v = 0",
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
    # 1 - |1 - h s^2|, the share of the distance that a step removes
    lost = Symbol("l", positive=True)
    flow = f / s + exp(-(s**2) * t) * (c_0 - f / s)
    stable = Equivalent(Abs(1 - g) < 1, g < 2)
    interpolates = Implies(Eq(u, (f - s * c) / s), Eq(s * (c + u), f))
    return (
        Derivation(
            "Flow along a singular direction",
            (
                Step(Subs(flow, t, 0), c_0, "it starts at c_0"),
                Step(Derivative(flow, t), -s * (s * flow - f), "and descends on (s c - f)^2 / 2"),
                Step(
                    Limit(f / s + z * (c_0 - f / s), z, 0),
                    f / s,
                    "z = exp(-s^2 t) vanishes: the datum is met, wherever it began",
                ),
            ),
            NEAREST,
        ),
        Derivation(
            "Descent along a singular direction",
            (
                Step(
                    c - h * s * (s * c - f) - f / s,
                    (1 - h * s**2) * (c - f / s),
                    "each step shrinks the distance by one factor",
                ),
                Decided(stable, "below one in size, with g = h s^2, for any step below 2 / s^2"),
                Decided(
                    Implies(lost < 1, (1 - lost) * (1 + (k + 1) * lost) <= 1 + k * lost),
                    "with lost = 1 - |1 - g|, k steps leave at most 1 / (1 + k lost), by induction",
                ),
                Step(
                    Limit(c / (1 + k * lost), k, oo),
                    Integer(0),
                    "so it vanishes, and the size of the step leaves no trace",
                ),
                Decided(interpolates, "the change (f - s c) / s is the one that meets the datum"),
            ),
            NEAREST,
            (
                Settles(
                    "phase-linear-regime-nearest-solution",
                    S(counterexample(And(stable, interpolates)) is None),
                    part="linear model",
                ),
            ),
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


def end_of_momentum() -> Derivation:
    """A heavy ball with momentum below one converges for any step below 2 (1 + mu) / s^2, to the
    same end.
    """
    # a root of the characteristic polynomial, real and imaginary part
    x, w = symbols("x w", real=True)
    trace, largest = 1 + mu - g, 2 * (1 + mu)
    real = x**2 - trace * x + mu
    return Derivation(
        "Momentum along a singular direction",
        (
            Decided(
                Implies(Eq(s * (s * c - f), 0), Eq(s * c, f)), "at rest only where the datum is met"
            ),
            Step(
                Subs(real, x, 1),
                g,
                "with g = h s^2 a step multiplies a deviation by a root of z^2 - (1 + mu - g) z + "
                "mu: none at 1",
            ),
            Step(Subs(real, x, -1), largest - g, "and none at -1 below the largest step"),
            Decided(
                Implies(
                    And(Ne(w, 0), Eq(real - w**2, 0), Eq(2 * x * w - trace * w, 0)),
                    Eq(x**2 + w**2, mu),
                ),
                "a pair x + i w, x - i w shrinks by sqrt(mu) per step",
            ),
            Decided(
                Implies(And(mu < 1, g < largest, Eq(real, 0)), And(x < 1, x > -1)),
                "real roots lie between -1 and 1",
            ),
        ),
        "Polyak, USSR Computational Mathematics and Mathematical Physics 4, 1964",
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
    end = Matrix([1 / (1 + q**2), q**2 / (1 + q**2)])
    return (
        Derivation(
            "One datum, theta_1 + theta_2 = 1 from zero",
            (
                Step(
                    Subs(f * (1 + q * q), f, 1 / (1 + q**2)),
                    Integer(1),
                    "in (theta_1, theta_2 / q) the row is (1, q), and the multiple f of it that "
                    "meets the datum is the nearest",
                ),
                Step(
                    Subs(f, f, 1 / (1 + q**2)) * Matrix([1, q * q]),
                    end,
                    "in the parameters themselves",
                ),
                Step(
                    Subs(end[0] ** 2 + end[1] ** 2, q, 2),
                    Rational(17, 25),
                    "its squared length at q = 2, where the nearest has 1/2",
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
                Step(
                    Subs(2 * t + t, t, Rational(5, 3)),
                    Integer(5),
                    "equal parameters meet the datum at 5/3",
                ),
                Step(
                    2 * 2 + Subs(c, c, 1),
                    Integer(5),
                    "the nearest interpolant is (2, 1), along the row",
                ),
                Step(
                    sqrt(2 * Subs(t**2, t, Rational(5, 3)) / (2**2 + 1)),
                    sqrt(10) / 3,
                    "distances from the start: 5 % farther",
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
                Step(Subs(c_0 + q * (f - f_0), f, f_0), c_0, "a start that fits already stays"),
                Step(
                    c_0 + q * (f - f_0) - q * f,
                    c_0 - q * f_0,
                    "c_0 is the start at a new point, q = k(x, X) K^-1: zero for an antisymmetric "
                    "start",
                ),
            ),
            "Zhang, Xu, Luo, Ma, MSML 2020",
        ),
    )


def lasso_is_sparse() -> tuple[Derivation, ...]:
    """For orthonormal columns a penalty lambda |x| sets every coefficient below lambda to zero, a
    squared one none.
    """
    shrunk = Max(b - lam, 0) - Max(-b - lam, 0)

    def loss(value: Expr) -> Expr:
        return (value - b) ** 2 / 2 + lam * Abs(value)

    ridge = b / (1 + lam)
    any_loss, least = loss(z), loss(shrunk)
    soft = And(any_loss >= least, Equivalent(Eq(shrunk, 0), And(b <= lam, b >= -lam)))
    never = Implies(Ne(b, 0), Ne(ridge, 0))
    return (
        Derivation(
            "Soft threshold",
            (
                Step(
                    Subs(Derivative((z - b) ** 2 / 2 + lam * z**2 / 2, z), z, ridge),
                    Integer(0),
                    "ridge shrinks every coefficient alike",
                ),
                Decided(never, "and leaves none at zero"),
                Step(
                    Subs(any_loss, z, 0),
                    b**2 / 2,
                    "no coefficient: the whole of the square, and no penalty",
                ),
                Decided(
                    soft,
                    "the absolute value is least at the shrunken coefficient, which is zero for "
                    "|b| <= lambda",
                ),
            ),
            "Tibshirani, Journal of the Royal Statistical Society B 58, 1996",
            (
                Settles(
                    "phase-l1-penalty-sparse",
                    S(counterexample(And(soft, never)) is None),
                    part="orthonormal columns",
                ),
            ),
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
    silent = (
        Implies(And(inside, z <= left), Eq(hat(z), 0)),
        Implies(And(inside, z >= right), Eq(hat(z), 0)),
    )
    differ = And(*silent, hat(middle) > 0)
    return (
        Derivation(
            "A hat between two data",
            (
                Decided(silent[0], "zero at all data on the left"),
                Decided(silent[1], "zero at all data on the right"),
                Step(
                    Subs(hat(z), z, middle),
                    width,
                    "and of height delta in the middle, times any output weight",
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.3.1",
            (
                Settles(
                    "udl-solutions-differ-off-data",
                    S(counterexample(differ) is None),
                    part="construction",
                ),
            ),
        ),
    )
