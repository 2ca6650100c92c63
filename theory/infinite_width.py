"""How far are m neurons from infinitely many?  The scatter over starts of their kernel and of what
the kernel predicts.

Setting.  The kernel of a two-layer network is a sum over m independent neurons, so that it is a
mean of many and its scatter falls as m^(-1/2).  k_j = E[relu(w.x)^j relu(w.x')^j] are the
arc-cosine kernels of unit inputs.

Source: our own; Feller, An Introduction to Probability Theory and Its Applications I, Wiley 1968.
"""

from sympy import (
    Derivative,
    Eq,
    IndexedBase,
    KroneckerDelta,
    Matrix,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Derivation,
    Step,
    To,
    chain,
    summed,
)
from theory.notation import OWN, mean
from theory.tangent_kernel import linearity

m, k, p = symbols("m k p", integer=True, positive=True)  # neurons
k1 = Symbol("k_1", real=True)  # E[relu relu']
s = Symbol("s", positive=True)  # variance of a neuron's term
epsilon = Symbol("epsilon", positive=True)  # size of a change of the kernel


def gram_fluctuation() -> Derivation:
    """The mean of m feature products of unit inputs has the standard deviation sqrt((k_2 - k_1^2) /
    m).
    """
    k2, q = Symbol("k_2", real=True), IndexedBase("q", real=True)
    total, means = Sum(q[k], (k, 1, m)), Sum(mean(q[k]), (k, 1, m))
    pairs = Sum(q[k] ** 2, (k, 1, m)) + 2 * Sum(q[k] * Sum(q[p], (p, 1, k - 1)), (k, 1, m))
    mixed = Sum(mean(q[k] * q[p]), (p, 1, k - 1), (k, 1, m))
    squared = Sum(mean(q[k] ** 2), (k, 1, m)) + 2 * mixed
    square = summed(pairs, total**2, m, 1, "the square of the sum, pair by pair")
    linear = (linearity(total, means), linearity(pairs, squared))
    neurons = (
        Assumed(
            Eq(mean(q[k] * q[p]), mean(q[k]) * mean(q[p])),
            "feature products q_k, q_p of different neurons independent",
        ),
        Assumed(Eq(mean(q[k]), k1), "each with mean k_1"),
        Assumed(Eq(mean(q[p]), k1), "as every other"),
        Assumed(Eq(mean(q[k] ** 2), k2), "and E q^2 = k_2"),
    )
    return Derivation(
        "Fluctuation of an entry of the Gram matrix",
        (
            square,
            *linear,
            *neurons,
            *chain(
                sqrt(mean(total**2) / m**2 - (mean(total) / m) ** 2),
                To(
                    sqrt(mean(pairs) / m**2 - (mean(total) / m) ** 2),
                    "standard deviation of the mean of m",
                    uses=(square,),
                ),
                To(sqrt(squared / m**2 - (means / m) ** 2), "term by term", uses=linear),
                To(
                    sqrt((k2 - k1**2) / m),
                    "mixed products drop out: variances add",
                    uses=neurons,
                    domain=(k2 > k1**2,),
                ),
            ),
        ),
        OWN,
    )


def fluctuation_of_the_interpolant() -> tuple[Derivation, ...]:
    """To first order the interpolant of m neurons is off by the mean over neurons of (k(x, X) - B
    k(X, X)) Theta^-1 y.
    """
    kernel = IndexedBase("K", real=True)
    K11, K12, K22 = kernel[1, 1], kernel[1, 2], kernel[2, 2]
    c1, c2, y1, y2 = symbols("c_1 c_2 y_1 y_2", real=True)
    d11, d12, d22, e1, e2 = symbols("d_11 d_12 d_22 e_1 e_2", real=True)
    K, D = Matrix([[K11, K12], [K12, K22]]), Matrix([[d11, d12], [d12, d22]])
    row, change, data = Matrix([[c1, c2]]), Matrix([[e1, e2]]), Matrix([y1, y2])
    moved = ((row + epsilon * change) * (K + epsilon * D).adjugate() * data)[0] / (
        K + epsilon * D
    ).det()
    dual = K.adjugate() * data / K.det()
    weight = row * K.adjugate() / K.det()
    apart = sum(
        (e - c * d / k) * y / k
        for e, c, d, k, y in ((e1, c1, d11, K11, y1), (e2, c2, d22, K22, y2))
    )
    mixed = -c1 * d12 * y2 / (K11 * K22) - c2 * d12 * y1 / (K11 * K22)
    slope = Step(
        Subs(Derivative(moved, epsilon), epsilon, 0),
        ((change - weight * D) * dual)[0],
        "two data: (c + epsilon e)(K + epsilon d)^-1 y has the slope (e - B d) K^-1 y with B = c "
        "K^-1",
        domain=(K.det() > 0,),
    )
    unseen = Assumed(Eq(K12, 0), "data that do not see each other")
    covariance = IndexedBase("C", real=True)  # of two neurons' terms
    independent = Assumed(
        Eq(covariance[k, p], s * KroneckerDelta(k, p)),
        "terms of different neurons are independent, each of variance s",
    )
    itself = Step(
        Sum(covariance[k, p], (k, 1, m)),
        s,
        "a neuron goes with itself alone",
        domain=(p <= m,),
        uses=(independent,),
    )
    variance = Sum(Sum(covariance[k, p], (k, 1, m)) / m, (p, 1, m)) / m
    added = Step(variance, s / m, "variance of the mean over m neurons", uses=(itself,))
    return (
        Derivation(
            "First order in the change of the kernel",
            (slope,),
            OWN + "; influence function of the kernel",
        ),
        Derivation(
            "Exponent in the width",
            (
                independent,
                itself,
                added,
                Step(
                    m * Derivative(log(variance) / 2, m),
                    -Rational(1, 2),
                    "the deviation, its root, falls as m^(-1/2)",
                    uses=(added,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Data that do not see each other",
            (
                slope,
                unseen,
                Step(
                    Subs(Derivative(moved, epsilon), epsilon, 0),
                    apart + mixed,
                    "entry by entry",
                    domain=(K11 * K22 > 0,),
                    uses=(slope, unseen),
                ),
            ),
            OWN,
        ),
    )
