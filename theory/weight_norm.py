"""What does the norm of all weights say about a function, and how does it change with the width?
Bounds on slopes and on what can be fitted, their looseness at random weights, four exponents.

Setting.  A ReLU network without biases, L weight matrices with the spectral norms s_l and the
Frobenius norms F_l; r is the norm of all weights, r^2 the sum of F_l^2.  He's start draws a weight
with the variance 2 over its fan-in.  A norm bounds from above only: a network of any norm may be
constant.

Source: Szegedy et al., Intriguing properties of neural networks, ICLR 2014, section 4.3, for
products of spectral norms; He, Zhang, Ren, Sun, ICCV 2015, for the start; results of our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Function,
    Implies,
    IndexedBase,
    KroneckerDelta,
    Limit,
    Max,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    oo,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import HORN, OWN, mean, mean_is_linear
from theory.random_feature import A as readout
from theory.random_feature import H, norm
from theory.random_feature import k as features
from theory.random_feature import n as samples

L, l, j = symbols("L l j", integer=True, positive=True)  # layers
M, U = symbols("M U", integer=True, positive=True)  # fan-in, units
k, i, m = symbols("k i m", integer=True, positive=True)  # units, fan-in
hidden = Symbol("h", integer=True, positive=True)  # matrices between hidden layers
r, delta, y, K, c = symbols("r delta y K c", positive=True)  # norm, distances, change, scale
N, d, C = symbols("N d C", positive=True)  # width, inputs, classes
f_1, f_2, y_1, y_2 = symbols("f_1 f_2 y_1 y_2", real=True)
s, F, big = (IndexedBase(name, positive=True) for name in "sFW")  # norms of the layers
w, b, q = (IndexedBase(name, real=True) for name in "wbq")  # weights, slopes from above, gates
LIP = Function("Lip", positive=True)(L)
TOTAL = Function("R", positive=True)(N)  # mean squared norm of the start
BOUND = (r**2 / L) ** (L / 2)
SQUARES = Sum(F[j] ** 2, (j, 1, L))
STATEMENT = "udl-width-total-norm-decreases"
BAI_YIN = "Bai, Yin, Annals of Probability 21, 1993"
MEANS = Quoted(
    "the geometric mean is at most the arithmetic one",
    "Hardy, Littlewood, Polya, Inequalities, Cambridge 1934, theorem 9",
    (Product(F[j], (j, 1, L)), "<=", (SQUARES / L) ** (L / 2)),
)
ALL = Assumed(Eq(SQUARES, r**2), "r is the norm of all weights")


def lipschitz_bound() -> tuple[Derivation, ...]:
    """The Lipschitz constant of a network is at most (r^2 / L)^(L/2), which is attained; from below
    the norm bounds nothing.
    """
    spectral, frobenius = (Product(each[j], (j, 1, L)) for each in (s, F))
    layers = Quoted(
        "a layer takes two points apart by its spectral norm at most, ReLU does not",
        "Szegedy et al., ICLR 2014, section 4.3",
        (LIP, "<=", spectral),
    )
    larger = Quoted(
        "a spectral norm is at most the Frobenius norm",
        f"{HORN}, section 5.6",
        (spectral, "<=", frobenius),
    )
    x = Symbol("x", real=True)
    ray = Induction(
        l,
        0,
        Max(x, 0),
        Max(r / sqrt(L) * SO_FAR, 0),
        (r / sqrt(L)) ** l * Max(x, 0),
        "each layer with the single weight r / sqrt(L), on the same axis",
        sequence=Function("x", real=True)(l),
    )
    a_1, a_2, w_1, w_2 = symbols("a_1 a_2 w_1 w_2", real=True)
    return (
        Derivation(
            "Bound by the norm",
            (
                layers,
                larger,
                MEANS,
                ALL,
                *chain(
                    LIP,
                    To(spectral, "layer by layer", uses=(layers,), relation="<="),
                    To(frobenius, "entries for spectra", uses=(larger,), relation="<="),
                    To((SQUARES / L) ** (L / 2), "means", uses=(MEANS,), relation="<="),
                    To(BOUND, "by the norm of all", uses=(ALL,)),
                ),
            ),
            OWN,
            (Settles("udl-norm-lipschitz", part="from above"),),
        ),
        Derivation(
            "It is attained",
            (
                ray,
                Step(
                    Subs(ray.sequence, l, L),
                    BOUND * Max(x, 0),
                    "a slope of this size, from a norm of L times r^2 / L",
                    uses=(ray,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Not from below",
            (
                Counterexample(
                    a_1 * w_1 + a_2 * w_2 > 0,
                    ((w_1, 1), (w_2, 0), (a_1, 0), (a_2, 1)),
                    "slope of two units: what the first feeds is not read, at the norm sqrt(2)",
                ),
            ),
            OWN,
        ),
    )


def too_small() -> tuple[Derivation, ...]:
    """Two labels that lie y apart over the distance delta are fitted only if r is at least sqrt(L)
    (y / delta)^(1/L); below it the squared errors add up to (y - (r^2 / L)^(L/2) delta)^2 / 2 or
    more.
    """
    bound = derive(lipschitz_bound)[0]
    slope = Assumed(f_2 - f_1 <= LIP * delta, "what a Lipschitz constant is")
    apart = Defined(y, y_2 - y_1, "distance of the labels")
    errors = (y_1 - f_1) ** 2 + (y_2 - f_2) ** 2
    least = Decided(
        Implies(y > BOUND * delta, errors >= (y - BOUND * delta) ** 2 / 2),
        "what is missing, shared by both points",
        uses=(slope, bound, apart),
    )
    positive = Decided(
        Implies(y > BOUND * delta, And(errors > 0, errors >= (y - BOUND * delta) ** 2 / 2)),
        "so the training error is not zero",
        uses=(least,),
    )
    at_least = Step(
        Subs(BOUND, r, sqrt(L) * (y / delta) ** (1 / L)) * delta, y, "the norm that is just enough"
    )
    return (
        Derivation(
            "Error of two points",
            (slope, apart, least, positive),
            OWN,
            (Settles("udl-norm-too-small-or-large", part="too small"),),
        ),
        Derivation("Norm that is needed", (at_least,), OWN),
    )


def random_slope() -> tuple[Derivation, ...]:
    """At He's start, with the variance one over the width for output weights, the mean squared
    gradient of c times the output by the inputs is c^2, at every depth, width and input.
    """
    on, off = q[k] * w[k, m] ** 2, (1 - q[k]) * w[k, m] ** 2
    linear = mean_is_linear(mean(w[k, m] ** 2), mean(on) + mean(off))
    mirrored = Assumed(
        Eq(mean(on), mean(off)), "the opposite weights are as likely, and close the gate"
    )
    halved = Step(
        mean(on), mean(w[k, m] ** 2) / 2, "the gate halves a square", uses=(linear, mirrored)
    )
    he = Assumed(Eq(mean(w[k, m] ** 2), 2 / M), "He's start: two over the fan-in")
    product = mean(b[k] * b[i] * q[k] * q[i] * w[k, m] * w[i, m])
    apart = Assumed(
        Eq(product, KroneckerDelta(k, i) * mean(b[k] ** 2) * mean(on)),
        "slopes b from above change their signs with the weights above, independently",
    )
    each = Sum(product, (i, 1, U))
    alone = Step(
        each, mean(b[k] ** 2) * mean(on), "a unit with itself", uses=(apart,), domain=(k <= U,)
    )
    below = Sum(c**2 * each, (k, 1, U), (m, 1, M))
    above = Sum(c**2 * mean(b[k] ** 2), (k, 1, U))
    kept = chain(
        below,
        To(
            Sum(c**2 * mean(b[k] ** 2) * mean(on), (k, 1, U), (m, 1, M)),
            "unit by unit",
            uses=(alone,),
        ),
        To(Sum(c**2 * mean(b[k] ** 2) / M, (k, 1, U), (m, 1, M)), "half of two", uses=(halved, he)),
        To(above, "fan-in many of them"),
    )
    layer = Derivation(
        "A layer keeps the mean squared slope",
        (linear, mirrored, halved, he, apart, alone, *kept),
        OWN,
    )
    last = Assumed(Eq(mean(b[k] ** 2), 1 / U), "output weights: variance one over the width")
    whole = Step(below, c**2, "below the last layer, and so below each", uses=(layer, last))
    return layer, Derivation("Mean squared gradient by the inputs", (last, whole), OWN)


def spectral_product() -> tuple[Derivation, ...]:
    """At He's start the product of the spectral norms tends to sqrt(2) (1 + sqrt(N / d)) (2
    sqrt(2))^h, so that the bound loses 2 sqrt(2) with each further hidden layer.
    """
    first, between = sqrt(2 / d) * (sqrt(N) + sqrt(d)), sqrt(2 / N) * 2 * sqrt(N)
    edge = Quoted(
        "the spectral norm of a matrix of independent entries of variance v tends to sqrt(v) "
        "(sqrt(rows) + sqrt(columns)) for large sizes of fixed ratio",
        BAI_YIN,
        (big[j], "==", between),
    )
    whole = chain(
        first * Product(big[j], (j, 1, hidden)),
        To(first * Product(between, (j, 1, hidden)), "layer by layer", uses=(edge,)),
        To(
            sqrt(2) * (1 + sqrt(N / d)) * (2 * sqrt(2)) ** hidden,
            "the output weights have the length one",
        ),
    )
    return (Derivation("Product of spectral norms", (edge, *whole), OWN),)


def width() -> tuple[Derivation, ...]:
    """The squared norm of He's start is twice the sum of the fan-outs: it grows with the width,
    while the size of a weight, the relative change and the shortest readout fall.
    """
    outs = ((d, N), (N, N), (N, C))
    parts = sum(inputs * units * 2 / inputs for inputs, units in outs)
    start = Assumed(
        "two hidden layers of N units at He's start", "weights (inputs, units): the sum"
    )
    total = Defined(TOTAL, parts, "all weights times their variance")
    length = Step(TOTAL, 4 * N + 2 * C, "twice the sum of fan-outs", uses=(start, total))
    of_n = Derivation("Squared norm of the start", (start, total, length), OWN)
    more = Subs(TOTAL, N, N + 1) - TOTAL
    grows = Counterexample(
        more < 0, ((N, 10), (C, 10)), "it grows by four with each unit", uses=(of_n,)
    )
    weights = sum(inputs * units for inputs, units in outs)
    square = TOTAL / weights
    size = Step(
        Derivative(square, N),
        -2 * (2 * N**2 + 2 * C * N + C * (d + C)) / (N**2 * (N + d + C) ** 2),
        "mean square of a weight",
        uses=(of_n,),
    )
    falls = Step(Derivative(square, N), 0, "it falls", relation="<", uses=(size,))
    variance = Step(N * Derivative(log(2 / N), N), -1, "exponent of two over the fan-in")
    lazy = Assumed(
        "training moves the weights by a distance K that does not grow with the width",
        "lazy training: theory.lazy_training",
    )
    change = Step(
        Limit(N * Derivative(log(K / sqrt(TOTAL)), N), N, oo),
        -Rational(1, 2),
        "exponent of the change over the norm",
        uses=(lazy, of_n),
    )
    shortest = derive(norm)[0]
    beyond = features > samples + 1
    less = Step(
        Subs(mean(readout), features, features + 1) - mean(readout),
        -H / ((features - samples) * (features - samples - 1)),
        "a feature more",
        uses=(shortest,),
        domain=(beyond,),
    )
    fewer = Decided(
        Implies(beyond, less.lhs < 0), "shorter with every feature beyond", uses=(less,)
    )
    return (
        of_n,
        Derivation(
            "The total norm grows", (grows,), OWN, (Settles(STATEMENT, part="total norm falls"),)
        ),
        Derivation(
            "The size of a weight falls",
            (size, falls),
            OWN,
            (Settles(STATEMENT, part="size of a weight falls"),),
        ),
        Derivation(
            "Variance of a weight",
            (variance,),
            "He, Zhang, Ren, Sun, ICCV 2015",
            (Settles(STATEMENT, part="exponent of the variance of a weight"),),
        ),
        Derivation(
            "Relative change",
            (lazy, change),
            OWN,
            (Settles(STATEMENT, part="exponent of the relative change"),),
        ),
        Derivation(
            "Shortest readout of random features",
            (less, fewer),
            OWN,
            (Settles(STATEMENT, part="shortest readout falls"),),
        ),
    )
