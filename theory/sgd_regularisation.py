"""When does the choice of batch, rate or optimiser help on new data?  End points of linear models,
diagonal networks and Adam, and what a figure's caption says of B / eta.

Setting.  theta' = theta - eta g, with g the gradient of the loss on B examples (SGD), or on all of
them.  In a linear model only the path bends, not its end, so an effect on new data needs a model
that is not linear.  In a diagonal network beta_j = x_j w_j every step shrinks q_j = x_j^2 - w_j^2,
the scale of the entropy that the solution makes least, by what the gradient was in this coordinate.

Source: Prince, Understanding Deep Learning, 2023, section 20.4.1; Woodworth et al., COLT 2020; He,
Liu, Tao, NeurIPS 2019; Wilson et al., NeurIPS 2017; Choi et al., 2019.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Product,
    Subs,
    Sum,
    Symbol,
    asinh,
    cosh,
    exp,
    log,
    oo,
    sinh,
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
    Step,
    To,
    chain,
)
from theory.notation import OWN

d, n, i, j, k = symbols("d n i j k", integer=True, positive=True)
eta, B = symbols("eta B", positive=True)  # learning rate, batch size
x, w, G = symbols("x w G", real=True)


def linear_end_point() -> tuple[Derivation, ...]:
    """Of all solutions of a linear model, descent preconditioned by P ends at the one nearest to
    its start in the norm of P^-1, whatever the rate and the batches.
    """
    X, p, a, r = (IndexedBase(name, real=True) for name in ("X", "p", "a", "r"))
    p = IndexedBase("p", positive=True)
    moved = p[j] * Sum(X[i, j] * a[i], (i, 1, n))  # P X^T a
    fits = Assumed(
        Eq(Sum(X[i, j] * r[j], (j, 1, d)), 0), "r leads from this solution to another one"
    )
    mixed = Sum(Sum(X[i, j] * r[j], (j, 1, d)) * a[i], (i, 1, n))
    rate = Symbol("eta_k", positive=True)
    return (
        Derivation(
            "Every step stays in the span",
            (
                Step(
                    moved - rate * p[j] * Sum(X[i, j] * r[i], (i, 1, n)),
                    p[j] * Sum(X[i, j] * (a[i] - rate * r[i]), (i, 1, n)),
                    "a step by the residuals r of any batch, at any rate, changes a alone",
                ),
            ),
            "Wilson et al., NeurIPS 2017",
        ),
        Derivation(
            "Nearest solution",
            (
                fits,
                *chain(
                    Sum((moved + r[j]) ** 2 / p[j], (j, 1, d)),
                    To(
                        Sum(moved**2 / p[j], (j, 1, d))
                        + Sum(r[j] ** 2 / p[j], (j, 1, d))
                        + 2 * mixed,
                        "squared distance of the start to another solution",
                    ),
                    To(
                        Sum(moved**2 / p[j], (j, 1, d)) + Sum(r[j] ** 2 / p[j], (j, 1, d)),
                        "the mixed terms vanish: it is larger by the distance of the two solutions",
                        uses=(fits,),
                    ),
                ),
            ),
            OWN,
        ),
    )


def diagonal_network() -> tuple[Derivation, ...]:
    """A step of any batch multiplies x + w by 1 - eta G and x - w by 1 + eta G, so that q = x^2 -
    w^2 shrinks by 1 - eta^2 G^2 and, with x + w = sqrt(q) e^u, u falls by artanh(eta G).
    """
    next_x, next_w = x - eta * w * G, w - eta * x * G  # d beta / dx = w, G = dL / d beta
    q, u = Symbol("q", positive=True), Symbol("u", real=True)
    Gs = IndexedBase("G", real=True)
    sums = Step(next_x + next_w, (x + w) * (1 - eta * G), "the sum")
    differences = Step(next_x - next_w, (x - w) * (1 + eta * G), "the difference")
    shrinks = Step(
        (next_x + next_w) * (next_x - next_w),
        (x**2 - w**2) * (1 - eta**2 * G**2),
        "their product, q",
        uses=(sums, differences),
    )
    E = Symbol("E", positive=True)  # e^v
    of_tanh = (E**2 - 1) / (E**2 + 1)
    turns = Step(
        (x + w) * (1 - of_tanh) / ((x - w) * (1 + of_tanh)),
        (x + w) / (x - w) / E**2,
        "their ratio e^(2 u), where eta G = tanh v and E = e^v: u falls by v",
        domain=(x**2 > w**2,),
    )
    each = 1 - eta**2 * Gs[k] ** 2
    scale = Function("q", real=True)(n)
    after = Induction(
        n,
        1,
        q * each.xreplace({k: Integer(1)}),
        SO_FAR * each.xreplace({k: n + 1}),
        q * Product(each, (k, 1, n)),
        "after n steps: every step shrinks q by its own gradient",
        sequence=scale,
    )
    return (
        Derivation("Sum", (sums,), OWN),
        Derivation("Difference", (differences,), OWN),
        Derivation("Shrinkage of q", (sums, differences, shrinks), "Even et al., NeurIPS 2023"),
        Derivation("Change of u", (turns,), OWN),
        Derivation("Scale after n steps", (after,), "Even et al., NeurIPS 2023"),
        Derivation(
            "The model in these terms",
            (
                Step(
                    q * (exp(2 * u) - exp(-2 * u)) / 4,
                    q * sinh(2 * u) / 2,
                    "beta = x w = ((x + w)^2 - (x - w)^2) / 4",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Where the steps are small q stands still",
            (
                Step(
                    Limit((Subs(shrinks.rhs, x, x) - x**2 + w**2).doit() / eta, eta, 0, "+"),
                    Integer(0),
                    "in gradient flow only u moves, by -G: it stays in the span of the data",
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
    )


def entropy_programme() -> tuple[Derivation, ...]:
    """A solution whose u lies in the span of the data makes the hyperbolic entropy of scale q least
    among all solutions: nearly the l1 norm for small q, the l2 norm for large q; a coordinate whose
    q has shrunk costs more.
    """
    q, beta, u = Symbol("q", positive=True), Symbol("beta", real=True), Symbol("u", real=True)
    size = Symbol("beta", positive=True)

    def entropy(of: Expr) -> Expr:
        return of * asinh(2 * of / q) / 2 - sqrt(4 * of**2 + q**2) / 4

    slope = Step(Derivative(entropy(beta), beta), asinh(2 * beta / q) / 2, "slope of the entropy")
    at_end = Step(
        Derivative(q * (u * sinh(2 * u) - cosh(2 * u) / 2) / 2, u),
        u * Derivative(q * sinh(2 * u) / 2, u),
        "the entropy, in u, rises by u times what beta does",
    )
    Z, v, rest = (IndexedBase(name, real=True) for name in ("Z", "nu", "r"))
    Phi, psi = (Function(name, real=True) for name in ("Phi", "beta"))
    span = Sum(Z[i, j] * v[i], (i, 1, n))
    fits = Assumed(Eq(Sum(Z[i, j] * rest[j], (j, 1, d)), 0), "r leads to another solution")
    change = Sum(Phi(psi(j) + rest[j]) - Phi(psi(j)), (j, 1, d))
    convex = Quoted(
        "a convex function lies above its tangents, here of slope u in the span",
        "Rockafellar, Convex Analysis, Princeton 1970, theorem 25.1",
        states=(change, ">=", Sum(span * rest[j], (j, 1, d))),
    )
    sorted_ = Step(
        Sum(span * rest[j], (j, 1, d)),
        Sum(v[i] * Sum(Z[i, j] * rest[j], (j, 1, d)), (i, 1, n)),
        "summed over the data last",
    )
    none = Step(
        sorted_.rhs, Integer(0), "another solution differs by nothing on them", uses=(fits,)
    )
    return (
        Derivation("Slope of the entropy", (slope,), "Woodworth et al., COLT 2020"),
        Derivation("The slope at the end is u", (at_end,), "Woodworth et al., COLT 2020"),
        Derivation(
            "It is convex",
            (
                Step(
                    Derivative(asinh(2 * beta / q) / 2, beta),
                    1 / sqrt(4 * beta**2 + q**2),
                    "its second derivative is positive",
                ),
            ),
            OWN,
        ),
        Derivation(
            "No solution has less",
            (
                convex,
                sorted_,
                fits,
                none,
                Decided(
                    Implies(change >= Sum(span * rest[j], (j, 1, d)), change >= 0),
                    "the entropy of any other solution is no smaller",
                    uses=(convex, sorted_, none),
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
        Derivation(
            "Small scale",
            (
                Step(
                    Limit(entropy(size) / log(1 / q), q, 0, "+"),
                    size / 2,
                    "in units of ln(1 / q): half the l1 norm",
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
        Derivation(
            "Large scale",
            (
                Step(
                    Limit(q * (entropy(size) + q / 4), q, oo),
                    size**2 / 2,
                    "in units of 1 / q: half the squared l2 norm",
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
        Derivation(
            "A smaller q is dearer",
            (
                Step(
                    Derivative(asinh(2 * size / q) / 2, q),
                    -size / (q * sqrt(4 * size**2 + q**2)),
                    "the slope at the same beta > 0 rises as q falls",
                ),
            ),
            OWN,
        ),
    )


def ratio_and_caption() -> Derivation:
    """If generalisation falls with the batch and rises with the rate, it falls as B / eta rises
    along either of them: a positive correlation with the ratio contradicts the caption.
    """
    of_batch, of_rate = symbols("A_B A_eta", real=True)
    ratio = Symbol("rho", positive=True)
    by_batch = Step(Derivative(ratio * eta, ratio), eta, "B = rho eta at a fixed rate")
    by_rate = Step(Derivative(B / ratio, ratio), -B / ratio**2, "eta = B / rho at a fixed batch")
    along, across = symbols("A_1 A_2", real=True)
    chain_rule = (
        Defined(along, of_batch * by_batch.lhs, "slope in B / eta along the batch"),
        Defined(across, of_rate * by_rate.lhs, "and along the rate"),
    )
    return Derivation(
        "The caption decides the sign",
        (
            by_batch,
            by_rate,
            *chain_rule,
            Decided(
                And(
                    Eq(along, of_batch * eta),
                    Eq(across, -of_rate * B / ratio**2),
                    Implies(And(of_batch < 0, of_rate > 0), And(along < 0, across < 0)),
                ),
                "slopes of generalisation in B / eta, and their signs",
                uses=(*chain_rule, by_batch, by_rate),
            ),
        ),
        "Prince, Understanding Deep Learning, 2023, figure 20.10; He, Liu, Tao, NeurIPS 2019",
    )


def adam_and_sgd() -> tuple[Derivation, ...]:
    """Adam with the rate eta epsilon is SGD with momentum of the rate eta as epsilon grows, so that
    tuned with its epsilon it is no worse; without, it may miss the least norm at every rate.
    """
    moment, eps = Symbol("M", real=True), Symbol("epsilon", positive=True)
    square, kappa = Symbol("v", nonnegative=True), Symbol("kappa", real=True)
    X, y, sign_of = (IndexedBase(name, real=True) for name in ("X", "y", "s"))
    fit = Symbol("c_X", positive=True)
    outputs = Sum(X[i, j] * sign_of[j], (j, 1, d))
    special = Assumed(Eq(outputs, fit * y[i]), "X sign(X^T y) = c_X y, as for any single example")
    residual = kappa * outputs - y[i]
    gradient = Sum(X[i, k] * residual, (i, 1, n))
    one, two = symbols("X_1 X_2", positive=True)
    squares = one**2 + two**2
    return (
        Derivation(
            "Adam becomes momentum",
            (
                Step(
                    Limit(eta * eps * moment / (sqrt(square) + eps), eps, oo),
                    eta * moment,
                    "M the mean of the gradients that momentum also takes",
                ),
            ),
            "Choi et al., 2019",
        ),
        Derivation(
            "A multiple of the signs stays one",
            (
                special,
                Step(
                    gradient,
                    (fit * kappa - 1) * Sum(X[i, k] * y[i], (i, 1, n)),
                    "at kappa sign(X^T y) every gradient is a multiple of X^T y, and its signs "
                    "are all those of X^T y or all the others: at any rate the end is kappa = 1 / "
                    "c_X",
                    uses=(special,),
                ),
            ),
            "Wilson et al., NeurIPS 2017",
        ),
        Derivation(
            "It is not the least norm",
            (
                Step(
                    (1 / (one + two) - one / squares) ** 2 + (1 / (one + two) - two / squares) ** 2,
                    (one - two) ** 2 / ((one + two) ** 2 * squares),
                    "squared distance to the solution of least norm, of one example with two "
                    "positive inputs and the target 1: zero when they are equal, and only then",
                ),
            ),
            OWN,
        ),
    )
