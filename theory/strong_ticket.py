"""How well can random weights add up to a given one, without any training?  At most exponentially
well in their number, and for weights that halve just so.

Setting.  A strong ticket is a subset of k random weights, independent and uniform between -1 and 1,
whose sum is near a target z.

Source: Malach, Yehudai, Shalev-Shwartz, Shamir, ICML 2020; Pensia, Rajput, Nagle, Vishwakarma,
Papailiopoulos, NeurIPS 2020; results of our own.
"""

from sympy import (
    And,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Max,
    Min,
    Or,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import SO_FAR, Assumed, Decided, Defined, Derivation, Induction, Quoted, Step, To, chain
from theory.notation import FELLER, FOLLAND, OWN, mean

w, x, t = symbols("w x t", real=True)  # weight, input, what a subset lacks
eps = Symbol("epsilon", positive=True)
k = Symbol("k", integer=True, positive=True)  # random weights
i = Symbol("i", integer=True, positive=True)
z = Symbol("z", real=True)  # target
left = Symbol("l", real=True)  # what is left of a target
chosen, weight = (IndexedBase(name, real=True) for name in "bu")
# chances that any subset is within eps, that none is, that one of them is
FOUND, ONE = symbols("P P_1", nonnegative=True)
LONE = Function("P_0", nonnegative=True)(k)
N = Symbol("N", positive=True)  # subsets
MALACH = "Malach, Yehudai, Shalev-Shwartz, Shamir, ICML 2020"


def strong_ticket() -> tuple[Derivation, ...]:
    """The best subset of k random weights is within eps of a target with a chance of at most (2^k -
    1) eps; the weights 1/2, 1/4, ... reach every target between 0 and 1 up to 2^-k.
    """
    within = Max(Min(1, t + eps) - Max(-1, t - eps), 0) / 2
    near = Decided(
        Implies(eps > 0, within <= eps),
        "chance that a weight is within eps of what the others of its subset lack, t",
    )
    monotone = Quoted(
        "what is at most eps, whatever the others lack, has a mean of at most eps: so has the "
        "chance of one subset, P_1",
        f"{FOLLAND}, section 10.1",
        Implies(within <= eps, eps >= ONE),
    )
    union = Quoted(
        "the chance that one of several events happens is at most the sum of their chances",
        f"{FELLER}, section I.7",
        (FOUND, "<=", ONE * N),
    )
    whole = Defined(N, 2**k - 1, "subsets that are not empty")
    bound = chain(
        FOUND,
        To(ONE * N, "all subsets", uses=(union,), relation="<="),
        To(eps * N, "each of them", uses=(near, monotone), relation="<="),
        To(eps * (2**k - 1), "counted", uses=(whole,)),
    )
    halves = Induction(
        k,
        1,
        Rational(1, 2),
        SO_FAR / 2,
        2 ** (-k),
        "each weight halves what may be left",
        sequence=Function("c", positive=True)(k),
    )
    return (
        Derivation("One subset", (near,), OWN),
        Derivation("All subsets", (near, monotone, union, whole, *bound), OWN),
        Derivation(
            "One weight more",
            (
                Decided(
                    Implies(
                        And(left >= 0, left < 2 * eps),
                        Or(left < eps, And(left - eps >= 0, left - eps < eps)),
                    ),
                    "take the weight eps where as much is left",
                ),
            ),
            OWN,
        ),
        Derivation("Weights that halve", (halves,), OWN),
        Derivation(
            "A weight from two units",
            (
                Step(
                    Max(w * x, 0) - Max(-w * x, 0),
                    w * x,
                    "a pair of ReLU units is a linear function: a weight that can be kept or not",
                ),
            ),
            MALACH,
        ),
    )


def subset_density() -> tuple[Derivation, ...]:
    """Sums of subsets of k random weights are spread with the variance k / 6, so that about 2^k phi
    of them lie at z, and the best one is off by ln 2 over twice as many, in the median.
    """
    spread = Symbol("s", positive=True)
    many = Function("rho", positive=True)(z, k)
    sums = Sum(mean(chosen[i] ** 2) * mean(weight[i] ** 2), (i, 1, k))
    half = Assumed(Eq(mean(chosen[i] ** 2), Rational(1, 2)), "a subset has each weight or not")
    third = Assumed(Eq(mean(weight[i] ** 2), Rational(1, 3)), "uniform between -1 and 1")
    variance = Defined(spread, sums, "variance of the sum of a subset: mean zero, independent")
    at_z = Defined(
        many,
        2**k * exp(-(z**2) / (2 * spread)) / sqrt(2 * pi * spread),
        "subsets, times the normal density at z that sums tend to",
    )
    count = Assumed(Eq(LONE, exp(-2 * eps * many)), "as for subsets that are independent: Poisson")
    median = log(2) / (2 * many)
    off = Defined(eps, median, "half of all draws have a subset this near")
    density = Step(
        many,
        2**k * exp(-3 * z**2 / k) / sqrt(pi * k / 3),
        "variance k / 6",
        uses=(at_z, variance, half, third),
    )
    return (
        Derivation("Subsets near z", (half, third, variance, at_z, density), OWN),
        Derivation(
            "Half of all draws",
            (count, off, Step(LONE, Rational(1, 2), "as many have none", uses=(count, off))),
            OWN,
        ),
        Derivation(
            "Median error of the best",
            (
                half,
                third,
                variance,
                at_z,
                density,
                off,
                *chain(
                    eps,
                    To(median, "as many have none", uses=(off,)),
                    To(log(2) / (2 * density.rhs), "put in", uses=(density,)),
                ),
            ),
            OWN,
        ),
        Derivation(
            "A weight more",
            (
                Step(
                    Limit(density.rhs.subs(k, k + 1) / density.rhs, k, oo),
                    Integer(2),
                    "twice as many subsets: half the error",
                ),
            ),
            OWN,
        ),
    )
