"""When is the mask of a trained network known?  How far two masks are apart by chance and at most,
and how many weights that are large at the end were so at the start.

Setting.  A mask keeps the share 1 - q of the weights, the largest ones.  The overlap o of two masks
is the share of the kept weights that both keep.  A weight at the start and at the end is normal, in
units of its standard deviation, with the correlation r.

Source: You et al., ICLR 2020; our own.
"""

from sympy import Eq, Function, Implies, Rational, Symbol, erf, sqrt, symbols

from theory import Assumed, Decided, Defined, Derivation, Quoted, Step
from theory.notation import OWN

q, o = symbols("q o", nonnegative=True)  # share that is dropped, overlap
r = Symbol("r", nonnegative=True)  # correlation of start and end
kappa = Symbol("kappa", positive=True)  # size below which is dropped
x = Symbol("x", real=True)  # a weight at the end
M, S = Symbol("m_0", real=True), Symbol("s_0", positive=True)  # of a normal number: mean, deviation
A, B, BOTH = (Function(name, nonnegative=True)(q) for name in ("A", "B", "C"))  # shares kept


def mask_distance() -> tuple[Derivation, ...]:
    """Two masks of sparsity q with the overlap o differ at the share 2 (1 - q) (1 - o) of the
    weights: 2 q (1 - q) by chance, and at most one tenth for q from 0.95 on, whatever they are.
    """
    kept = tuple(Assumed(Eq(one, 1 - q), "a mask keeps the share 1 - q") for one in (A, B))
    both = Defined(BOTH, (1 - q) * o, "the overlap is a share of what is kept")
    chance = Defined(o, 1 - q, "masks that know nothing of each other")
    apart = Step(A + B - 2 * BOTH, 2 * (1 - q) * (1 - o), "kept by one alone", uses=(*kept, both))
    return (
        Derivation("Distance of two masks", (*kept, both, apart), OWN),
        Derivation(
            "By chance",
            (
                *kept,
                both,
                apart,
                chance,
                Step(apart.lhs, 2 * q * (1 - q), "put in", uses=(apart, chance)),
            ),
            OWN,
        ),
        Derivation(
            "Near whatever they are",
            (
                *kept,
                both,
                apart,
                Decided(
                    Implies(
                        (q >= Rational(19, 20)) & (q <= 1) & (o <= 1),
                        apart.lhs <= Rational(1, 10),
                    ),
                    "few weights are kept by either",
                    uses=(apart,),
                ),
            ),
            OWN,
        ),
    )


def overlap_with_the_start() -> Derivation:
    """Of the weights at the end, one of size x is larger than kappa at the start with the chance 1
    - (erf((kappa - r x) / s) + erf((kappa + r x) / s)) / 2, s^2 = 2 - 2 r^2.
    """
    stays = Quoted(
        "a normal number of mean m and deviation s lies between -k and k with the chance (erf((k - "
        "m) / (s sqrt(2))) + erf((k + m) / (s sqrt(2)))) / 2",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "section 7.20",
        (
            Function("P", real=True)(x),
            "==",
            (erf((kappa - M) / (S * sqrt(2))) + erf((kappa + M) / (S * sqrt(2)))) / 2,
        ),
    )
    middle = Defined(M, r * x, "mean at the start, given the size at the end")
    spread = Defined(S, sqrt(1 - r**2), "standard deviation at the start, given the same")
    chance = Step(
        1 - stays.states[0],
        1
        - erf((kappa - r * x) / sqrt(2 - 2 * r**2)) / 2
        - erf((kappa + r * x) / sqrt(2 - 2 * r**2)) / 2,
        "at the start it has the mean r x and the variance 1 - r^2",
        uses=(stays, middle, spread),
        domain=(r < 1,),
    )
    return Derivation("Chance to be large at the start", (stays, middle, spread, chance), OWN)
