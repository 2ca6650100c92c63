"""How typical is a random start of m neurons?  Sizes of both layers, least eigenvalues of Gram
matrices, gates near their kinks, each with the chance that it is not as assumed.

Setting.  a and w start standard normal; a hypothesis on the start fails with probability delta at
most.

Source: this package's proofs after Chebyshev, Markov and Weyl.
"""

from sympy import (
    Abs,
    And,
    Eq,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import FELLER, HORN, k, kappa_p, mean
from theory.notation import m as width
from theory.rapidity import OTHER, PROOF, SAME

lam = Symbol("lambda", positive=True)  # least eigenvalue of the features, per neuron, on average
spill = Symbol("G", nonnegative=True)  # root of what gates near a kink may change, per neuron
trace = Symbol("T", positive=True)  # sum of |x_i|^2
delta_ = Symbol("delta", positive=True)  # bound of the chance that a hypothesis on the start fails
# chances of sums of squares, Gram matrices and gates that are not as assumed
CHANCES = symbols("P_1 P_2 P_3", nonnegative=True)


def typical_start() -> tuple[Derivation, ...]:
    """At the start, outside a chance delta each, sums of squares are N (1 +- sqrt(2 / (N delta))),
    Gram matrices sqrt(V / (m delta)) from their means, and G is at most its mean over delta.
    """
    s = Symbol("s", real=True)
    N = Symbol("N", integer=True, positive=True)
    i, j, n = symbols("i j n", integer=True, positive=True)
    V, off = symbols("V S", nonnegative=True)
    missed, strayed, switched = CHANCES
    eta = Symbol("eta", positive=True)
    density = exp(-(s**2) / 2) / sqrt(2 * pi)
    source = PROOF

    spread = Step(
        2 * Integral((s**2 - 1) ** 2 * density, (s, 0, oo)),
        Integer(2),
        "variance of the square of a normal variable",
    )
    total = Step(
        Sum(spread.lhs, (k, 1, N)), 2 * N, "of N independent ones, N = m or m d", uses=(spread,)
    )
    variance = Defined(V, total.lhs, "their variance")
    deviation = Defined(eta, sqrt(V / delta_) / N, "relative deviation that is allowed")
    chebyshev = Quoted(
        "Chebyshev's inequality for the chance P that the sum of squares misses N by eta N or more",
        "Chebyshev 1867",
        states=(missed, "<=", V / (eta * N) ** 2),
    )
    sizes = Derivation(
        "Sizes at the start",
        (
            deviation,
            chebyshev,
            *chain(
                missed,
                To(V / (eta * N) ** 2, "by the theorem", uses=(chebyshev,), relation="<="),
                To(delta_, "rare", uses=(deviation,)),
            ),
        ),
        source,
    )
    how_far = Derivation(
        "Relative deviation of the sizes",
        (
            spread,
            total,
            variance,
            Step(
                sqrt(V / delta_) / N,
                sqrt(2 / (N * delta_)),
                "for that chance",
                uses=(variance, total),
            ),
        ),
        source,
    )

    # Gram matrices of the features, per neuron
    own = IndexedBase("s", nonnegative=True)[i, j]  # standard deviation of an entry over starts
    least = Symbol("ell_2", real=True)
    entries = Sum(own**2, (i, 1, n), (j, 1, n))
    distance = Defined(V, entries * width, "summed variances, for one neuron")
    allowed = Defined(off, sqrt(V / (width * delta_)), "distance that is allowed")
    far = Quoted(
        "Chebyshev: P(S > c) <= E S^2 / c^2; S is at most the root of the sum of squared entries",
        FELLER + ", section IX.6; " + HORN + ", section 5.6",
        states=(strayed, "<=", entries / off**2),
    )
    weyl = Quoted(
        "the least eigenvalue of a sum is at least the least one less the norm of the other term",
        "Weyl; " + HORN + ", theorem 4.3.1",
        states=(least, ">=", lam - off),
    )
    gram = Derivation(
        "Gram matrices at the start",
        (
            distance,
            allowed,
            far,
            *chain(
                strayed,
                To(entries / off**2, "by the theorem", uses=(far,), relation="<="),
                To(delta_, "rare", uses=(allowed, distance)),
            ),
        ),
        source,
    )
    lowest = Derivation(
        "Least eigenvalue at the start",
        (
            weyl,
            allowed,
            Step(
                Subs(lam - off, off, allowed.expr),
                lam - sqrt(V / (width * delta_)),
                "but for that chance at least",
                uses=(weyl, allowed),
            ),
        ),
        source,
    )

    size_a, across = symbols("A W", nonnegative=True)  # |a|, |w| across the input
    of_square = (
        Assumed(Eq(mean(size_a**2), 1), "a starts standard normal"),
        Assumed(
            Eq(mean(size_a**4), mean(size_a**2) ** 2 + spread.lhs),
            "the variance of a^2 is E a^4 less the square of E a^2",
        ),
    )
    fourth = Step(
        mean(size_a**4),
        Integer(3),
        "fourth moment of the start",
        uses=(of_square[1], *of_square[:1], spread),
    )
    dot = Symbol("x_dot", real=True)
    p_on, on = symbols("p_on u", nonnegative=True)
    independent = (
        Assumed(
            Eq(mean(size_a**4 * on**2), mean(size_a**4) * p_on),
            "a switch u that is 1 with chance p_on, independent of a",
        ),
        Assumed(Eq(mean(size_a**2 * on), mean(size_a**2) * p_on), "in both moments"),
    )
    of_gates = Derivation(
        "Variance of an entry of the gate kernel",
        (
            *independent,
            *of_square,
            spread,
            fourth,
            Step(
                dot**2 * (mean(size_a**4 * on**2) - mean(size_a**2 * on) ** 2),
                dot**2 * (3 * p_on - p_on**2),
                "of x . x' a^2 times the switch, for one neuron",
                uses=(*independent, fourth, of_square[0]),
            ),
        ),
        source,
    )

    # gates near a kink: w . x_i = |x_i| Z, and |w| is at most |Z| + W; the way is c |w| + b |a|
    Z, D = Symbol("Z", real=True), Symbol("D", positive=True)
    c, moves = symbols("c b", positive=True)
    hit, on_average = symbols("H E_H", nonnegative=True)
    reach = (c * across + moves * size_a) / (1 - c)
    near = Decided(
        Implies(And(c < 1, Abs(Z) <= c * (Abs(Z) + across) + moves * size_a), Abs(Z) <= reach),
        "a gate that may switch starts so near its kink",
    )
    normal = Quoted(
        "Z is standard normal and independent of W and a: its density is at most 1 / sqrt(2 pi)",
        FELLER + ", section VII.1",
        states=Implies(And(c < 1, near.formula), hit <= 2 * reach / sqrt(2 * pi)),
    )
    scale = 1 / (sqrt(2 * pi) * (1 - c))
    each = Decided(
        Implies(
            c < 1,
            hit * size_a**2
            <= (c * size_a**2 * (1 + across**2) + moves * (size_a**2 + size_a**4)) * scale,
        ),
        "W <= (1 + W^2) / 2 and |a|^3 <= (a^2 + a^4) / 2",
        uses=(normal, near),
    )
    rest = Assumed(Eq(mean(across**2), D - 1), "w has D - 1 coordinates across an input")
    average = Step(
        (c * mean(size_a**2) * (1 + mean(across**2)) + moves * (mean(size_a**2) + mean(size_a**4)))
        * scale,
        (c * D + 4 * moves) * scale,
        "by the moments",
        domain=(c < 1,),
        uses=(fourth, of_square[0], rest),
    )
    means = Quoted(
        "the mean of what is larger is larger, and linear; W and a are independent",
        FELLER + ", section IX.2",
        states=Implies(each.formula, Implies(c < 1, on_average <= average.lhs)),
    )
    expected = Decided(
        Implies(c < 1, on_average <= average.lhs),
        "a^2 H on average over the starts",
        uses=(means, each),
    )
    known = Decided(
        Implies(And(c < 1, on_average <= average.lhs), on_average <= average.rhs),
        "in numbers",
        uses=(average,),
    )
    markov = Quoted(
        "Markov: P(F^2 > M G^2) <= E F^2 / (M G^2), with E F^2 the sum over M neurons and all "
        "inputs, whose squared lengths add up to T",
        FELLER + ", section IX.6",
        states=(spill**2 * switched, "<=", trace * on_average),
    )
    allowance = Defined(spill**2, trace * average.rhs / delta_, "what the gates are allowed")
    within = Decided(
        Implies(c < 1, trace * on_average <= spill**2 * delta_),
        "so much that more is rare",
        uses=(expected, known, allowance),
    )
    gates = Derivation(
        "Gates near a kink at the start",
        (
            near,
            normal,
            each,
            rest,
            *of_square,
            spread,
            fourth,
            average,
            means,
            expected,
            known,
            markov,
            allowance,
            within,
            Decided(
                Implies(And(c < 1, spill > 0), switched <= delta_), "rare", uses=(markov, within)
            ),
        ),
        source,
    )
    return (
        sizes,
        how_far,
        gram,
        lowest,
        of_gates,
        gates,
        Derivation(
            "What the gates are allowed",
            (
                Step(
                    Subs(trace * average.rhs / delta_, (c, moves), (SAME, kappa_p * OTHER)),
                    trace / delta_ * (SAME * D + 4 * kappa_p * OTHER) / (sqrt(2 * pi) * (1 - SAME)),
                    "at the level",
                    domain=(SAME < 1,),
                ),
            ),
            source,
        ),
    )
