"""Does a closer fit to the training data cost test error, and what prevents it?  Nested models on
their own points and between them, the ridge that removes every peak, and fits in two speeds.

Setting.  (1) Least squares in an orthonormal basis of the n samples: truth theta_j, noise of
standard deviation sigma in each direction, p directions fitted.  (2) Polynomials through nodes,
between the nodes.  (3) Ridge regression of coefficients drawn with the variance v.  (4) Gradient
flow with a fast and a slow group of modes, which are fitted one after the other.

Source: Mallows, Technometrics 15, 1973; Nakkiran, Venkat, Kakade, Ma, ICLR 2021; Heckel, Yilmaz,
ICLR 2021; Pezeshki, Mitra, Bengio, Lajoie, ICML 2022; our own.
"""

from sympy import (
    Add,
    And,
    Eq,
    Equivalent,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Mul,
    Rational,
    Subs,
    Sum,
    Symbol,
    expand,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.least_squares import ERROR, RISK, B, T, d, inputs_left_out, least_squares, n, p, sigma
from theory.notation import HORN, OWN, mean, mean_is_linear

i, j = symbols("i j", integer=True, positive=True)  # samples, directions
c, x = symbols("c x", real=True)  # component, point
r, u, theta, e, f, l = (IndexedBase(name, real=True) for name in ("r", "u", "theta", "e", "f", "l"))
TRAIN, TEST = (Function(name, real=True)(p) for name in ("E_train", "E_test"))
s, v, lam = symbols("s v lambda", positive=True)  # singular value, variance, ridge
M, N, g = (IndexedBase(name, real=True) for name in "MNg")  # inverses, before and after; M x
h = Symbol("h", nonnegative=True)  # x^T M x
B_1, B_2, s_1, s_2 = symbols("B_1 B_2 s_1 s_2", positive=True)  # signal and noise, fast and slow
a, b = symbols("a b", real=True)  # what is not yet fitted of the fast and of the slow modes
d_1, d_2 = symbols("d_1 d_2", integer=True, positive=True)  # fast and slow inputs
LEVEL = a**2 * B_1 + (1 - a) ** 2 * s_1 + b**2 * B_2 + (1 - b) ** 2 * s_2
MALLOWS = "Mallows, Technometrics 15, 1973"
NODES = tuple(Rational(2 * at - 11, 11) for at in range(12))  # equispaced, from -1 to 1


def training_error() -> Derivation:
    """The training error of nested least squares falls with every term, by the square of the
    residual's component along it.
    """
    before = Sum(r[i] ** 2, (i, 1, n))
    unit = Assumed(
        Eq(Sum(u[i] ** 2, (i, 1, n)), 1),
        "what the term adds to the span of the others, as a unit vector u over the samples",
    )
    along = Assumed(Eq(Sum(r[i] * u[i], (i, 1, n)), c), "the residual has the component c along it")
    return Derivation(
        "Training error with a term more",
        (
            unit,
            along,
            *chain(
                Sum((r[i] - c * u[i]) ** 2, (i, 1, n)),
                To(
                    before - 2 * c * Sum(r[i] * u[i], (i, 1, n)) + c**2 * Sum(u[i] ** 2, (i, 1, n)),
                    "square by square",
                ),
                To(before - c**2, "component and length put in", uses=(along, unit)),
                To(before, "never more than before", relation="<="),
            ),
        ),
        "Gram-Schmidt step; " + MALLOWS,
        (Settles("classical-overfit-with-parameters", part="training error falls"),),
    )


def gap_on_the_same_points() -> tuple[Derivation, ...]:
    """On new labels of the same points the mean error exceeds the training error by 2 sigma^2 p /
    n.
    """
    rest = Sum(mean((theta[j] + e[j]) ** 2), (j, p + 1, n))
    fitted = Sum(mean((e[j] - f[j]) ** 2), (j, 1, p))
    left = Sum(mean((theta[j] + f[j]) ** 2), (j, p + 1, n))
    bias = Sum(theta[j] ** 2, (j, p + 1, n))
    training = Defined(TRAIN, rest / n, "residual: directions that are not fitted")
    testing = Defined(TEST, (fitted + left) / n, "labels with new noise f")
    noise = (
        Assumed(Eq(mean((theta[j] + e[j]) ** 2), theta[j] ** 2 + sigma**2), "noise of mean zero"),
        Assumed(Eq(mean((e[j] - f[j]) ** 2), 2 * sigma**2), "old and new noise independent"),
        Assumed(Eq(mean((theta[j] + f[j]) ** 2), theta[j] ** 2 + sigma**2), "new noise alike"),
    )
    inside = (n >= p,)
    train = Step(
        TRAIN,
        bias / n + sigma**2 * (n - p) / n,
        "term by term",
        domain=inside,
        uses=(training, noise[0]),
    )
    test = Step(
        TEST,
        bias / n + sigma**2 * (n + p) / n,
        "term by term",
        domain=inside,
        uses=(testing, *noise[1:]),
    )
    return (
        Derivation("Training error", (training, noise[0], train), MALLOWS),
        Derivation("Error on new labels", (testing, *noise[1:], test), MALLOWS),
        Derivation(
            "Gap on the same points",
            (
                training,
                testing,
                *noise,
                train,
                test,
                Step(TEST - TRAIN, 2 * sigma**2 * p / n, "the bias is in both", uses=(train, test)),
            ),
            MALLOWS,
        ),
    )


def spread_between_nodes() -> tuple[Derivation, ...]:
    """Between its nodes an interpolant has the variance sigma^2 sum_j l_j^2: for 12 equispaced
    nodes more than 34 sigma^2 on average, where the rule for the same points says sigma^2.
    """
    each = Sum(l[i] * mean(e[i] * e[j]), (i, 1, n))
    apart = Assumed(
        Eq(mean(e[i] * e[j]), sigma**2 * KroneckerDelta(i, j)), "noise of the nodes independent"
    )
    itself = Step(each, sigma**2 * l[j], "a node with itself", uses=(apart,), domain=(j <= n,))
    total = Sum(l[j] * e[j], (j, 1, n))
    pairs = Sum(l[j] * Sum(l[i] * e[i] * e[j], (i, 1, n)), (j, 1, n))
    square = Step(total**2, pairs, "pair by pair")
    linear = mean_is_linear(mean(pairs), Sum(l[j] * each, (j, 1, n)))
    variance = chain(
        mean(total**2),
        To(mean(pairs), "squared", uses=(square,)),
        To(Sum(l[j] * each, (j, 1, n)), "term by term", uses=(linear,)),
        To(sigma**2 * Sum(l[j] ** 2, (j, 1, n)), "node by node", uses=(itself,)),
    )
    squares = expand(Add(*(lagrange(at) ** 2 for at in NODES)))
    size = Integral(squares, (x, -1, 1)) / 2
    large = Step(size, Integer(34), "mean of sum_j l_j^2", relation=">=")
    return (
        Derivation(
            "Variance of an interpolant at a point",
            (apart, itself, square, linear, *variance),
            OWN,
        ),
        Derivation("Twelve equispaced nodes", (large,), OWN),
    )


def lagrange(node: Expr) -> Expr:
    """The polynomial in x that is one at a node of ``NODES`` and zero at the others."""
    others = [other for other in NODES if other != node]
    return Mul(*((x - other) / (node - other) for other in others))


def best_ridge() -> tuple[Derivation, ...]:
    """No linear rule does better on a coefficient of variance v than ridge with sigma^2 / v, and
    with it a sample more never raises the risk, whatever the sample is.
    """
    rule, ridge = c**2 * sigma**2 + (1 - c * s) ** 2 * v, s / (s**2 + sigma**2 / v)
    value = sigma**2 / (s**2 + sigma**2 / v)
    data = c * (s * theta[j] + e[j]) - theta[j]
    parts = (
        c**2 * e[j] ** 2 + (1 - c * s) ** 2 * theta[j] ** 2 - 2 * c * (1 - c * s) * theta[j] * e[j]
    )
    square = Step(data**2, parts, "error of c times the datum s theta + e")
    linear = mean_is_linear(
        mean(parts),
        c**2 * mean(e[j] ** 2)
        + (1 - c * s) ** 2 * mean(theta[j] ** 2)
        - 2 * c * (1 - c * s) * mean(theta[j] * e[j]),
    )
    laws = (
        Assumed(Eq(mean(e[j] ** 2), sigma**2), "noise of variance sigma^2"),
        Assumed(Eq(mean(theta[j] ** 2), v), "coefficients of variance v"),
        Assumed(Eq(mean(theta[j] * e[j]), 0), "independent of the noise"),
    )
    risk = chain(
        mean(data**2),
        To(mean(parts), "squared", uses=(square,)),
        To(rule, "term by term", uses=(linear, *laws)),
    )
    of_a_rule = Derivation("Risk of a linear rule", (square, linear, *laws, *risk), OWN)
    at_ridge = Step(Subs(rule, c, ridge), value, "c of ridge")
    better = mean(data**2) >= Subs(rule, c, ridge)
    best = Decided(better, "no c does better", uses=(of_a_rule, at_ridge))
    change = Quoted(
        "Sherman-Morrison: M = (X^T X + lambda)^-1 with a row x more, g = M x",
        f"{HORN}, section 0.7.4",
        (N[i], "==", M[i] - g[i] ** 2 / (1 + h)),
    )
    before, after = Function("rho", real=True)(n), Function("rho", real=True)(n + 1)
    traces = tuple(
        Defined(risk, sigma**2 * Sum(of[i], (i, 1, d)), "least risks sigma^2 / (s_i^2 + lambda)")
        for risk, of in ((before, M), (after, N))
    )
    fewer = chain(
        after - before,
        To(sigma**2 * (Sum(N[i], (i, 1, d)) - Sum(M[i], (i, 1, d))), "traces", uses=traces),
        To(-(sigma**2) * Sum(g[i] ** 2, (i, 1, d)) / (1 + h), "a row more", uses=(change,)),
        To(0, "squares, and h = x^T M x >= 0", relation="<="),
    )
    return (
        of_a_rule,
        Derivation("Ridge is the best linear rule", (at_ridge, best), OWN),
        Derivation("A sample more", (change, *traces, *fewer), OWN),
        Derivation("Risk with the best ridge", (at_ridge,), OWN),
    )


def two_speeds() -> tuple[Derivation, ...]:
    """Fast modes are fitted first: the error falls to B_2 + B_1 s_1 / (B_1 + s_1), rises to B_2 +
    s_1 and falls to s_1 + B_2 s_2 / (B_2 + s_2), lower than before iff B_2^2 / (B_2 + s_2) > s_1^2
    / (B_1 + s_1).
    """
    first, plateau = Subs(LEVEL, (a, b), (s_1 / (B_1 + s_1), 1)), Subs(LEVEL, (a, b), (0, 1))
    second, end = Subs(LEVEL, (a, b), (0, s_2 / (B_2 + s_2))), Subs(LEVEL, (a, b), (0, 0))
    levels = (
        Step(first, B_2 + B_1 * s_1 / (B_1 + s_1), "Fast modes at their best"),
        Step(plateau, B_2 + s_1, "Fast modes with all their noise"),
        Step(second, s_1 + B_2 * s_2 / (B_2 + s_2), "Slow modes at their best"),
        Step(end, s_1 + s_2, "All fitted"),
    )
    return (
        Derivation(
            "Levels",
            (
                *levels,
                Decided(
                    And(
                        LEVEL.subs(b, 1) >= first,
                        LEVEL.subs(a, 0) >= second,
                        Eq((plateau - first) * (B_1 + s_1), s_1**2),
                        Equivalent(second < first, B_2**2 * (B_1 + s_1) > s_1**2 * (B_2 + s_2)),
                        Equivalent(end < first, (B_2 - s_2) * (B_1 + s_1) > s_1**2),
                    ),
                    "minima, the rise between them, and which of them is lower",
                    uses=levels,
                ),
            ),
            OWN,
        ),
        *(Derivation(level.why, (level,), OWN) for level in levels),
    )


def plateau() -> tuple[Derivation, ...]:
    """Between the speeds slow inputs act as noise: the risk is (sigma^2 + B) (n - 1) / (n - d_1 -
    1) - sigma^2, and the end is lower iff B (n - d_1 - d_2 - 1) > sigma^2 d_2.
    """
    between, end = Subs(ERROR - sigma**2, (p, T), (d_1, sigma**2 + B)), Subs(RISK, d, d_1 + d_2)
    free = n - d_1 - d_2 - 1
    noise = Step(
        between,
        (sigma**2 + B) * (n - 1) / (n - d_1 - 1) - sigma**2,
        "fast inputs fitted, slow ones left out, with the signal B",
        uses=derive(inputs_left_out)[:1],
        domain=(free > 0,),
    )
    fitted = Step(
        end,
        sigma**2 * (d_1 + d_2) / free,
        "all fitted",
        uses=derive(least_squares)[:1],
        domain=(free > 0,),
    )
    fall = Step(
        between - end,
        (n - 1) * (B * free - sigma**2 * d_2) / ((n - d_1 - 1) * free),
        "the second descent is there iff the slow signal is worth its noise",
        uses=(noise, fitted),
        domain=(free > 0,),
    )
    return (
        Derivation("Plateau at random inputs", (noise,), OWN),
        Derivation("From the plateau to the end", (noise, fitted, fall), OWN),
    )
