"""What can be said of a mask before any training?  How far two masks are apart by chance, how large
the weights are that it keeps, and how well random weights alone can add up to a given one.

Setting.  A mask keeps the share 1 - q of the weights, the largest ones.  The overlap o of two masks
is the share of the kept weights that both keep.  A weight at the start and at the end is normal,
with the correlation r.  A strong ticket is a subset of k random weights, uniform between -1 and 1,
whose sum is near a target.

Source: Frankle, Carbin, ICLR 2019; Malach, Yehudai, Shalev-Shwartz, Shamir, ICML 2020; Pensia,
Rajput, Nagle, Vishwakarma, Papailiopoulos, NeurIPS 2020; results of our own.
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
    erf,
    exp,
    log,
    oo,
    pi,
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
from theory.notation import FELLER, FOLLAND, OWN, mean, mean_is_linear

q, o = symbols("q o", nonnegative=True)  # share that is dropped, overlap
r = Symbol("r", nonnegative=True)  # correlation of start and end
kappa, v = symbols("kappa v", positive=True)  # size below which is dropped; mean square kept
w, u, g, x, t = symbols("w u g x t", real=True)  # at the end, at the start, noise; input, target
eps, f = symbols("epsilon f", positive=True)
k, j = symbols("k j", integer=True, positive=True)  # random weights; weights of a subset
i = Symbol("i", integer=True, positive=True)
z = Symbol("z", real=True)  # target
left = Symbol("l", real=True)  # what is left of a target
chosen, weight = (IndexedBase(name, real=True) for name in "bu")
# chances that any subset is within eps, that none is, that one of them is
FOUND, ONE = symbols("P P_1", nonnegative=True)
LONE = Function("P_0", nonnegative=True)(k)
N = Symbol("N", positive=True)  # subsets
MALACH = "Malach, Yehudai, Shalev-Shwartz, Shamir, ICML 2020"
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
                Decided(
                    Implies(
                        (q >= Rational(19, 20)) & (q <= 1) & (o <= 1),
                        2 * (1 - q) * (1 - o) <= Rational(1, 10),
                    ),
                    "few weights are kept by either",
                ),
            ),
            OWN,
        ),
    )


def kept_at_the_start() -> tuple[Derivation, ...]:
    """The weights that the last mask keeps had the mean square r^2 v + 1 - r^2 at the start, v that
    at the end over that of all; one of size x at the end has the mean r x there.
    """
    split = Defined(u, r * w + sqrt(1 - r**2) * g, "normal weights of variance one")
    square = Step(
        u**2,
        r**2 * w**2 + (1 - r**2) * g**2 + 2 * r * sqrt(1 - r**2) * w * g,
        "squared",
        uses=(split,),
        domain=(r <= 1,),
    )
    parts = r**2 * mean(w**2) + (1 - r**2) * mean(g**2)
    parts += 2 * r * sqrt(1 - r**2) * mean(w * g)
    linear = mean_is_linear(mean(square.rhs), parts)
    size = Assumed(Eq(mean(w**2), v), "mean square at the end of what is kept")
    noise = Assumed(Eq(mean(g**2), 1), "the mask does not know the rest")
    apart = Assumed(Eq(mean(w * g), 0), "independent, of mean zero")
    stays = Quoted(
        "a normal number of mean m and deviation s lies between -k and k with the chance (erf((k - "
        "m) / (s sqrt(2))) + erf((k + m) / (s sqrt(2)))) / 2",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "section 7.20",
        (
            Function("P", real=True)(x),
            "==",
            (
                erf((kappa - r * x) / sqrt(2 * (1 - r**2)))
                + erf((kappa + r * x) / sqrt(2 * (1 - r**2)))
            )
            / 2,
        ),
    )
    chance = Step(
        1 - stays.states[0],
        1
        - erf((kappa - r * x) / sqrt(2 - 2 * r**2)) / 2
        - erf((kappa + r * x) / sqrt(2 - 2 * r**2)) / 2,
        "at the start it has the mean r x and the variance 1 - r^2",
        uses=(stays,),
        domain=(r < 1,),
    )
    return (
        Derivation(
            "Mean square at the start",
            (
                split,
                square,
                linear,
                size,
                noise,
                apart,
                *chain(
                    mean(u**2),
                    To(mean(square.rhs), "squared", uses=(square,), domain=(r <= 1,)),
                    To(r**2 * v + 1 - r**2, "put in", uses=(linear, size, noise, apart)),
                ),
            ),
            OWN,
        ),
        Derivation("Chance to be large at the start", (stays, chance), OWN),
    )


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
        "the mean of what is at most eps is at most eps: so is the chance of one subset",
        f"{FOLLAND}, section 10.1",
        (ONE, "<=", eps),
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
        To(eps * N, "each of them", uses=(monotone,), relation="<="),
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
        Derivation("All subsets", (monotone, union, whole, *bound), OWN),
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
