"""Can an ability be absent in small models and present in large ones, when the loss is smooth?  The
steepest rise of exact match, its bound, and thresholds that are no matter of the metric.

Setting.  (1) An answer of L tokens is right if all are; each is wrong with the probability epsilon,
independently of the others, and epsilon = c N^-a falls smoothly with the size N.  (2) n random
labels of n points in general position, a linear classifier of m features.  (3) Labels that
alternate at the points 0, ..., T of a line, a network of m ReLU units and an affine part: a sign
changes at most once on each of its m + 1 pieces.

Source: Schaeffer, Miranda, Koyejo, NeurIPS 2023; Cover, IEEE Transactions on Electronic Computers
14, 1965; the bound of the slope, the width of the rise and the step of (3): our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Limit,
    Or,
    Rational,
    Subs,
    Sum,
    Symbol,
    binomial,
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
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import FELLER, OWN, mean, mean_is_linear

L, M, T, m = symbols("L M T m", integer=True, positive=True)  # tokens, half of n, last point, units
i, j, k = symbols("i j k", integer=True, positive=True)  # points, pieces
epsilon, N, a, c = symbols("epsilon N a c", positive=True)  # error of a token, size, its law
p, q, P = symbols("p q P", positive=True)  # of a right token, its mean; accuracy
w = Symbol("w", positive=True)  # p^(L - 2)
low, high = symbols("e_low e_high", positive=True)  # errors at two exact matches
r = Symbol("r", positive=True)  # L - 1 as a real number
R, n = symbols("R n", integer=True, positive=True)  # right answers, points
f, B = (Function(name, real=True)(L) for name in "fB")
l = IndexedBase("l", integer=True, positive=True)  # points on a piece of one sign
SCHAEFFER = "Schaeffer, Miranda, Koyejo, NeurIPS 2023"
COVER = "Cover, IEEE Transactions on Electronic Computers 14, 1965"
RISE = a * L * (1 - p) * p ** (L - 1)


def exact_match() -> Derivation:
    """An answer of L independent tokens is right with the probability (1 - epsilon)^L."""
    independent = Assumed(
        "whether a token is right is independent of the others", "of one difficulty epsilon"
    )
    return Derivation(
        "Exact match",
        (
            independent,
            Induction(
                L,
                1,
                1 - epsilon,
                SO_FAR * (1 - epsilon),
                (1 - epsilon) ** L,
                "a token more, with its probability",
                uses=(independent,),
                sequence=f,
            ),
        ),
        SCHAEFFER,
    )


def steepest() -> tuple[Derivation, ...]:
    """Per e-fold of the size exact match rises by a times the chance that exactly one token is
    wrong: by a (1 - 1 / L)^(L - 1) at most, at the error 1 / L, less for longer answers.
    """
    law = Defined(p, 1 - c * N**-a, "a right token, at a size")
    slope = Step(
        N * Derivative((1 - c * N**-a) ** L, N),
        RISE,
        "slope in log N",
        uses=(law,),
        domain=(c * N**-a < 1,),
    )
    named = Defined(w, p ** (L - 2), "what is positive")
    turn = Step(
        Derivative(RISE, p), a * L * w * (L - 1 - L * p), "the slope's own slope", uses=(named,)
    )
    best = 1 - 1 / L
    both = Decided(
        And(Implies(And(p < best, L > 1), turn.lhs > 0), Implies(p > best, turn.lhs < 0)),
        "it rises with the accuracy up to 1 - 1 / L and falls from there",
        uses=(turn,),
    )
    top = Step(Subs(RISE, p, best), a * best ** (L - 1), "at the error 1 / L")
    long = Step(Limit(top.lhs, L, oo), a * exp(-1), "long answers", uses=(top,))
    falling = Step(
        Derivative(-r * log(1 + 1 / r), r),
        1 / (1 + r) - log(1 + 1 / r),
        "log of (1 - 1 / L)^(L - 1), in r = L - 1",
    )
    tangent = Quoted(
        "a logarithm is at least 1 - 1 / y",
        "Olver et al., NIST Handbook of Mathematical Functions, Cambridge 2010, section 4.5",
        (log(1 + 1 / r), ">", 1 / (1 + r)),
    )
    falls = Decided(
        falling.lhs < 0,
        "less for longer answers, and a for one token",
        uses=(falling, tangent),
    )
    return (
        Derivation("Steepest rise", (top,), OWN),
        Derivation("Slope in log N", (law, slope), OWN),
        Derivation("Where it is steepest", (named, turn, both), OWN),
        Derivation("Steepest rise of long answers", (top, long), OWN),
        Derivation("Never steeper than the loss", (falling, tangent, falls), OWN),
    )


def width_of_the_rise() -> tuple[Derivation, ...]:
    """From an exact match of one tenth to one of nine the size grows by a factor that tends to (ln
    10 / ln (10 / 9))^(1 / a), whatever the law's constant and however long the answers.
    """
    size = (c / epsilon) ** (1 / a)
    law = Step(Subs(c * N**-a, N, size), epsilon, "the size at a token's error")
    answer = Step(
        Subs((1 - epsilon) ** L, epsilon, 1 - P ** (1 / L)), P, "the error at an exact match"
    )
    errors = Subs(size, epsilon, high) / Subs(size, epsilon, low)
    factor = Step(errors, (low / high) ** (1 / a), "two sizes: c drops out")
    tenth, nine = ((1 - Rational(part, 10) ** (1 / L)) for part in (1, 9))
    long = Step(Limit(tenth / nine, L, oo), log(10) / log(Rational(10, 9)), "long answers")
    return (
        Derivation("Size at an error", (law,), OWN),
        Derivation("Error at an exact match", (answer,), OWN),
        Derivation("Ratio of two sizes", (factor,), OWN),
        Derivation("Ratio of the errors at one tenth and nine tenths", (long,), OWN),
    )


def shared_difficulty() -> Derivation:
    """If the tokens of an answer share a random difficulty, exact match is at least the power L of
    the mean accuracy of a token.
    """
    line = q**L + L * q ** (L - 1) * (p - q)
    bernoulli = Quoted(
        "Bernoulli's inequality, and a mean keeps order",
        "Mitrinovic, Analytic Inequalities, Springer 1970, section 2.4",
        (mean(p**L), ">=", mean(line)),
    )
    linear = mean_is_linear(mean(line), q**L + L * q ** (L - 1) * (mean(p) - q))
    centre = Assumed(Eq(mean(p), q), "q is the mean accuracy of a token")
    return Derivation(
        "Exact match of tokens that share a difficulty",
        (
            bernoulli,
            linear,
            centre,
            *chain(
                mean(p**L),
                To(mean(line), "above its tangent", (bernoulli,), ">="),
                To(q**L, "the tangent at the mean", uses=(linear, centre)),
            ),
        ),
        OWN,
    )


def separable() -> tuple[Derivation, ...]:
    """A linear classifier of m features fits random labels of 2 m points with the probability one
    half, and there a feature more adds binomial(2 m, m) / 4^m: the rise gets steeper like the root
    of the number of points.
    """
    fits = Function("P", positive=True)
    below, above = (Sum(binomial(2 * i - 1, k), (k, 0, last)) for last in (i - 1, i))
    count, count_more = (
        Quoted(
            f"share of the labellings of n = 2 i points in general position that {features} "
            "features separate",
            COVER,
            (fits(2 * i, size), "==", 2 ** (1 - 2 * i) * ways),
        )
        for features, size, ways in (("i", i, below), ("i + 1", i + 1, above))
    )
    half = Step(fits(2 * i, i), Rational(1, 2), "half of a row", uses=(count,))
    apart = Step(above, below + binomial(2 * i - 1, i), "its last term apart")
    more = fits(2 * i, i + 1) - fits(2 * i, i)
    one = chain(
        more,
        To(2 ** (1 - 2 * i) * (above - below), "two sums", uses=(count, count_more)),
        To(2 ** (1 - 2 * i) * binomial(2 * i - 1, i), "all but one term cancel", uses=(apart,)),
        To(binomial(2 * i, i) / 4**i, "by the next row"),
    )
    added = Derivation("A feature more at one half", (count, count_more, apart, *one), COVER)
    stirling = Quoted(
        "Stirling's formula, for the largest binomial coefficient",
        f"{FELLER}, section II.9",
        (Limit(sqrt(i) * binomial(2 * i, i) / 4**i, i, oo), "==", 1 / sqrt(pi)),
    )
    steep = Step(
        Limit(sqrt(i) * more, i, oo),
        1 / sqrt(pi),
        "per e-fold of the features, over the root of the features",
        uses=(added, stirling),
    )
    return (
        Derivation("As many features as half the points", (count, half), COVER),
        added,
        Derivation("Slope at one half", (stirling, steep), OWN),
    )


def best_right() -> tuple[Derivation, ...]:
    """Of T + 1 alternating labels m ReLU units and a line get (T + m + 3) / 2 right, rounded
    down, no more: in the number of right answers a line, in all of them a step at m = T - 1.
    """
    pieces = Assumed(
        Eq(Sum(l[j], (j, 1, m + 2)), T + 1),
        "m kinks leave m + 1 lines, which change sign m + 1 times at most: m + 2 runs of one sign",
    )
    run = Decided(
        Implies(Or(Eq(l[j], 2 * R), Eq(l[j], 2 * R - 1)), (l[j] + 1) / 2 >= R),
        "in a run of one sign every other label is right",
    )
    right, bound_on_it = m + 1 + k, (T + m + 3) / 2
    most = chain(
        Sum((l[j] + 1) / 2, (j, 1, m + 2)),
        To((Sum(l[j], (j, 1, m + 2)) + m + 2) / 2, "run by run"),
        To(bound_on_it, "all points", uses=(pieces,)),
    )
    signs = Step(
        Sum((-1) ** (j + 1), (j, 1, i)), (1 - (-1) ** i) / 2, "units that are on at the point i"
    )
    zigzag = Induction(
        i,
        1,
        -1,
        SO_FAR - 2 + 4 * Sum((-1) ** (j + 1), (j, 1, i)),
        (-1) ** i,
        "1 - 2 t + 4 sum_j (-1)^(j + 1) (t - j)_+ at the point i <= m + 1, straight from there",
        uses=(signs,),
        sequence=Function("f", real=True)(i),
    )
    rest = Decided(
        Implies(
            Or(Eq(T - m, 2 * k), Eq(T - m, 2 * k - 1)),
            And(right <= bound_on_it, bound_on_it < right + 1),
        ),
        "m + 1 labels on the zigzag and every other of the T - m from there: no more is possible",
    )
    bound = Derivation("Right answers at most", (pieces, *most), OWN)
    step = Decided(
        And(
            Implies(m < T - 1, most[0].lhs < T + 1),
            Implies(m >= T - 1, most[0].lhs >= T + 1),
        ),
        "all right from T - 1 units on, and not with fewer",
        uses=(bound,),
    )
    return (
        bound,
        Derivation("In a run", (run,), OWN),
        Derivation("A network that attains it", (signs, zigzag), OWN),
        Derivation("Right answers of that network", (rest,), OWN),
        Derivation(
            "All right",
            (step,),
            OWN,
            (Settles("emergence-absent-small-present-large", part="exact step"),),
        ),
    )
