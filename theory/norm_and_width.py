"""How do norms change with the width?  Slopes and spectral norms at He's start, and four exponents:
of the total norm, of a weight, of the relative change, and of the shortest readout.

Setting.  A ReLU network without biases and with d inputs, two hidden layers of N units and C
outputs, or h matrices between hidden layers; He's start draws a weight with the variance 2 over its
fan-in.

Source: He, Zhang, Ren, Sun, ICCV 2015, for the start and for what a layer keeps; Bai, Yin, Annals
of Probability 21, 1993, for spectral norms; results of our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    Implies,
    IndexedBase,
    KroneckerDelta,
    Limit,
    Product,
    Subs,
    Sum,
    Symbol,
    log,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
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
from theory.notation import OWN, mean, mean_is_linear
from theory.random_feature import A as readout
from theory.random_feature import H, norm
from theory.random_feature import k as features
from theory.random_feature import n as samples

M, U = symbols("M U", integer=True, positive=True)  # fan-in, units
j, k, i, m = symbols("j k i m", integer=True, positive=True)  # layers, units, fan-in
hidden = Symbol("h", integer=True, positive=True)  # matrices between hidden layers
X, Y, c = symbols("X Y c", positive=True)  # |x|^2, squared change and scale of the output
N, d, C = symbols("N d C", positive=True)  # width, inputs, classes
big = IndexedBase("W", positive=True)  # spectral norms
w, b, q = (IndexedBase(name, real=True) for name in "wbq")  # weights, slopes from above, gates
TOTAL = Function("R", positive=True)(N)  # mean squared norm of the start
KERNEL, MOVED = (Function(name, positive=True)(N) for name in ("K", "m"))  # slope, change
STATEMENT = "udl-width-total-norm-decreases"
BAI_YIN = "Bai, Yin, Annals of Probability 21, 1993"


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
    kernel = Defined(
        KERNEL,
        X + N * X / d + N * X / d,
        "squared slope by the weights: squared activations |x|^2, N |x|^2 / d and again, times the "
        "squared slopes of the units that they enter, two halved by the gate, or of the output",
    )
    lazy = Assumed(
        Eq(MOVED, sqrt(Y / KERNEL)),
        "the output changes by sqrt(Y), and the weights as little as that needs: lazy training",
    )
    relative = Step(
        MOVED / sqrt(TOTAL),
        sqrt(Y / (X * (1 + 2 * N / d) * (4 * N + 2 * C))),
        "over the norm of the start",
        uses=(lazy, kernel, of_n),
    )
    change = Derivation("Relative change", (kernel, lazy, relative), OWN)
    exponent = Step(
        Limit(N * Derivative(log(relative.lhs), N), N, oo), -1, "its exponent", uses=(change,)
    )
    shrinks = Step(Derivative(relative.lhs, N), 0, "it falls", relation="<", uses=(change,))
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
        change,
        Derivation("Exponent of the relative change", (exponent,), OWN),
        Derivation(
            "The relative change falls",
            (shrinks,),
            OWN,
            (Settles(STATEMENT, part="relative change falls"),),
        ),
        Derivation(
            "Shortest readout of random features",
            (less, fewer),
            OWN,
            (Settles(STATEMENT, part="shortest readout falls"),),
        ),
    )
