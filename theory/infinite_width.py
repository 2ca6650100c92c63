"""How far are m neurons from infinitely many?  The scatter over starts of their kernel and of what
the kernel predicts.

Setting.  The kernel of a two-layer network is a sum over m independent neurons, so that it is a
mean of many and its scatter falls as m^(-1/2).  k_j = E[relu(w.x)^j relu(w.x')^j] are the
arc-cosine kernels of unit inputs.

Source: our own; Feller, An Introduction to Probability Theory and Its Applications I, Wiley 1968.
"""

from typing import Any

from sympy import (
    Derivative,
    Eq,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Matrix,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
    summed,
)
from theory.notation import FELLER, FOLLAND, OWN, mean
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


def kernel_fluctuation() -> tuple[Derivation, ...]:
    """The tangent kernel of m neurons scatters by the root of (variance of the part of the output
    weights + of the gates + twice their covariance) / m, and tends to its mean.
    """
    A, gate, product = symbols("A G R", real=True)  # weight, both active?, relu relu'
    c, k0, k2 = symbols("c k_0 k_2", real=True)  # x.x', E G, E R^2
    kappa_2 = Symbol("kappa'", positive=True)
    both = Assumed(Eq(mean(gate), k0), "k_0, both inputs active")
    sizes = (
        Assumed(Eq(mean(product), k1), "k_1"),
        Assumed(Eq(mean(product**2), k2), "k_2, degree 2"),
    )
    of_a, of_w = product / kappa_2, kappa_2 * c * A**2 * gate
    fourth = Step(
        Integral(A**4 * exp(-(A**2) / 2) / sqrt(2 * pi), (A, -oo, oo)),
        Integer(3),
        "E a^4 of a standard normal weight",
    )
    weight = (
        Assumed(Eq(mean(A**2), 1), "output weights of variance one"),
        Assumed(Eq(mean(A**4), fourth.lhs), "normal"),
    )

    def independent(whole: Expr, parts: Expr) -> Quoted:
        return Quoted(
            "a mean is linear; of a product of independent factors it is the product of the means, "
            "a gate is its own square, and the product R is zero where it is closed",
            f"{FOLLAND}, section 10.1",
            (whole, "==", parts),
        )

    apart = (
        independent(mean(of_a), mean(product) / kappa_2),
        independent(mean(of_a**2), mean(product**2) / kappa_2**2),
        independent(mean(of_w), kappa_2 * c * mean(A**2) * mean(gate)),
        independent(mean(of_w**2), kappa_2**2 * c**2 * mean(A**4) * mean(gate)),
        independent(mean(of_a * of_w), c * mean(A**2) * mean(product)),
    )

    def moment(title: str, name: Expr, meant: Expr, end: Expr, uses: tuple[Any, ...]) -> Derivation:
        named = Defined(name, meant, title)
        found = Step(name, end, "by its moments", uses=(named, *uses))
        return Derivation(title, (named, *uses, found), OWN)

    parts = (k2 - k1**2) / kappa_2**2, kappa_2**2 * c**2 * (3 * k0 - k0**2), c * k1 * (1 - k0)
    names = symbols("V_a V_w C", real=True)
    out = moment(
        "Variance of the part of the output weights",
        names[0],
        mean(of_a**2) - mean(of_a) ** 2,
        parts[0],
        (*apart[:2], *sizes),
    )
    gates = moment(
        "Variance of the part of the gates",
        names[1],
        mean(of_w**2) - mean(of_w) ** 2,
        parts[1],
        (*apart[2:4], *weight, fourth, both),
    )
    crossed = moment(
        "Covariance of both parts",
        names[2],
        mean(of_a * of_w) - mean(of_a) * mean(of_w),
        parts[2],
        (apart[0], apart[2], apart[4], weight[0], sizes[0], both),
    )
    spread = Function("V", positive=True)(m)
    law = Symbol("P", nonnegative=True)  # probability to be further off than epsilon
    neurons = Quoted(
        "variances of m independent neurons add; that of a sum has the covariance twice",
        f"{FELLER}, section IX.5",
        (
            spread,
            "==",
            (names[0] + names[1] + 2 * names[2]) / m,
        ),
    )
    total = Derivation(
        "Variance of an entry of the kernel",
        (
            neurons,
            Step(
                spread,
                (parts[0] + parts[1] + 2 * parts[2]) / m,
                "part by part",
                uses=(neurons, out, gates, crossed),
            ),
        ),
        OWN,
    )
    chebyshev = Quoted(
        "Chebyshev's inequality", f"{FELLER}, section IX.6", (law, "<=", spread / epsilon**2)
    )
    return (
        total,
        out,
        gates,
        crossed,
        Derivation(
            "Law of large numbers",
            (
                chebyshev,
                Step(
                    Limit(spread / epsilon**2, m, oo),
                    Integer(0),
                    "the bound of the probability to be off by epsilon",
                    uses=(total, chebyshev),
                ),
            ),
            OWN,
        ),
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
