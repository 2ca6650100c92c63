"""Does a model that takes fewer bits to describe generalise better?  A bound on the gap between
training and test error that grows with the number of bits, for all models at once.

Setting.  Models have descriptions of b bits, no description the beginning of another, so that the
sum of 2^-b is one at most (Kraft).  n independent examples, errors between 0 and 1.  For one model
the gap exceeds eps with the probability exp(-2 n eps^2) (Hoeffding); eps^2 = (b log 2 + log(1 /
delta)) / (2 n) makes that delta 2^-b, and all models together exceed theirs with delta at most.

Source: Blumer, Ehrenfeucht, Haussler, Warmuth, Information Processing Letters 24, 1987;
Shalev-Shwartz, Ben-David, Understanding Machine Learning, Cambridge 2014, section 7.3.
"""

from sympy import Derivative, Expr, IndexedBase, Integer, Subs, Sum, exp, log, sqrt, symbols

from theory import Derivation, Quoted, Settles, Step, To, chain

n, k, K = symbols("n k K", integer=True, positive=True)  # examples, models
bits, delta, epsilon = symbols("b delta epsilon", positive=True)
length = IndexedBase("b", positive=True)  # bits of a model
fails = IndexedBase("p", nonnegative=True)  # chance that its gap exceeds its bound
spare = IndexedBase("s", nonnegative=True)  # what that is below Hoeffding's
any_fails, overlap, unused = symbols("P o u", nonnegative=True)
BOOK = "Shalev-Shwartz, Ben-David, Understanding Machine Learning, Cambridge 2014, section 7.3"


def _bound(of_bits: Expr) -> Expr:
    return sqrt((of_bits * log(2) + log(1 / delta)) / (2 * n))


def occam() -> tuple[Derivation, ...]:
    """With the probability 1 - delta every model of b bits has a gap of at most sqrt((b log 2 +
    log(1 / delta)) / (2 n)), which grows with b.
    """
    one = Step(
        exp(-2 * n * _bound(length[k]) ** 2),
        delta * 2 ** -length[k],
        "chance that one model exceeds its bound, by Hoeffding",
        domain=(delta < 1,),
    )
    hoeffding = Quoted(
        "Hoeffding's inequality: no more than this by some spare chance",
        "Hoeffding, Journal of the American Statistical Association 58, 1963",
        states=(fails[k], "==", exp(-2 * n * _bound(length[k]) ** 2) - spare[k]),
    )
    union = Quoted(
        "the chance of any of several events is no more than the sum, by what they share",
        BOOK,
        states=(any_fails, "==", Sum(fails[k], (k, 1, K)) - overlap),
    )
    kraft = Quoted(
        "Kraft's inequality: no description is the beginning of another",
        "Cover, Thomas, Elements of Information Theory, second edition, Wiley 2006, section 5.2",
        states=(Sum(2 ** -length[k], (k, 1, K)), "==", 1 - unused),
    )
    together = chain(
        any_fails,
        To(Sum(fails[k], (k, 1, K)) - overlap, "any of the models", (union,)),
        To(
            Sum(exp(-2 * n * _bound(length[k]) ** 2) - spare[k], (k, 1, K)) - overlap,
            "each of them",
            (hoeffding,),
        ),
        To(
            delta * Sum(2 ** -length[k], (k, 1, K)) - Sum(spare[k], (k, 1, K)) - overlap,
            "by their bits",
            (one,),
            domain=(delta < 1,),
        ),
        To(
            delta * (1 - unused) - Sum(spare[k], (k, 1, K)) - overlap,
            "as many as there can be",
            (kraft,),
        ),
        To(delta, "no more than delta", relation="<="),
    )
    slope = Step(
        Derivative(_bound(bits) ** 2, bits),
        log(2) / (2 * n),
        "the square of the bound grows by log 2 / (2 n) with every bit",
    )
    return (
        Derivation("All models at once", (one, hoeffding, union, kraft, *together), BOOK),
        Derivation(
            "The bound in the number of bits",
            (slope, Step(slope.lhs, Integer(0), "more bits, a larger bound", ">", uses=(slope,))),
            BOOK,
            (Settles("udl-fewer-bits-generalise-better"),),
        ),
        Derivation(
            "What a bit costs in examples",
            (
                Step(
                    Subs(_bound(bits) ** 2, n, (bits * log(2) + log(1 / delta)) / (2 * epsilon**2)),
                    epsilon**2,
                    "log 2 / (2 eps^2) examples for every bit",
                    domain=(delta < 1,),
                ),
            ),
            BOOK,
        ),
    )
