"""How many samples do three classifiers miss together?  Bounds by the misses of one and of pairs,
the laws of hardness that attain them, and what 494 of 10,000 says about independence.

Setting.  N samples; sample i is missed with the probability q_i, by each of three classifiers
independently, so that one misses N e = sum q_i of them on average, two together sum q_i^2, and all
three J = sum q_i^3.  Independent misses of equally hard samples: J = N e^3.

Source: chapter on the frequency principle, section 1.2, for the numbers; our own.
"""

from sympy import (
    And,
    Eq,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Rational,
    Subs,
    Sum,
    gamma,
    rf,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step, To, chain
from theory.notation import FELLER, OWN

i, N = symbols("i N", integer=True, positive=True)  # samples
q = IndexedBase("q", nonnegative=True)  # probability that a sample is missed
e, J, P = symbols("e J P", positive=True)  # misses of one over N; of three; of two
n, a, b = symbols("n a b", positive=True)  # of a Beta law: a + b and its parameters
p, h = symbols("p h", positive=True)  # of a law of two points: probability, share
SOURCE = "frequency principle, section 1.2"


def joint_bounds() -> tuple[Derivation, ...]:
    """Three classifiers miss together at least N e^3 and P^2 / (N e) samples, P those that two of
    them miss together, and at most P.
    """
    of = {power: Sum(q[i] ** power, (i, 1, N)) for power in (1, 2, 3)}
    ones = Assumed(Eq(of[1], N * e), "one misses N e samples on average")
    pairs = Assumed(Eq(of[2], P), "two together miss P")
    jensen = Derivation(
        "More than by independence",
        (
            ones,
            *chain(
                of[3] - N * e**3,
                To(
                    of[3] - 3 * e**2 * of[1] + 2 * N * e**3,
                    "the mean of q is e",
                    uses=(ones,),
                ),
                To(Sum((q[i] - e) ** 2 * (q[i] + 2 * e), (i, 1, N)), "sample by sample"),
                To(Integer(0), "zero where all are equally hard", relation=">="),
            ),
        ),
        "Jensen, Acta Mathematica 30, 1906",
    )
    share = P / (N * e)
    cauchy = Derivation(
        "More than by pairs",
        (
            ones,
            pairs,
            *chain(
                of[3] - P**2 / (N * e),
                To(
                    of[3] - 2 * share * of[2] + share**2 * of[1],
                    "by misses of one and of two",
                    uses=(ones, pairs),
                ),
                To(Sum(q[i] * (q[i] - share) ** 2, (i, 1, N)), "sample by sample"),
                To(Integer(0), "zero where hard samples are equally hard", relation=">="),
            ),
        ),
        OWN,
    )
    met = IndexedBase("r", nonnegative=True)
    below = Assumed(Eq(1 - q[i], met[i]), "r, the probability that a sample is met")
    return (
        jensen,
        cauchy,
        Derivation(
            "No more than pairs",
            (
                below,
                *chain(
                    of[2] - of[3],
                    To(Sum(q[i] ** 2 * (1 - q[i]), (i, 1, N)), "sample by sample"),
                    To(
                        Sum(q[i] ** 2 * met[i], (i, 1, N)),
                        "missed by two, not by the third",
                        uses=(below,),
                    ),
                    To(Integer(0), "a probability each", relation=">="),
                ),
            ),
            OWN,
        ),
    )


def hardness_of_two_kinds() -> tuple[Derivation, ...]:
    """If a share of the samples is equally hard and no other is ever missed, pairs miss the most
    that is possible, N sqrt(e J / N).
    """
    hard = (
        Defined(h, e / p, "share of hard samples"),
        Defined(p, sqrt(J / (N * e)), "probability that one of them is missed"),
    )
    return (
        Derivation(
            "Misses of pairs, two kinds",
            (
                *hard,
                *chain(
                    N * h * p**2,
                    To(N * e * p, "by their share", uses=hard[:1]),
                    To(sqrt(N * e * J), "the upper end", uses=hard[1:]),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Misses of all three, two kinds",
            (
                *hard,
                *chain(
                    N * h * p**3,
                    To(N * e * p**2, "by their share", uses=hard[:1]),
                    To(J, "as seen", uses=hard[1:]),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Probability of a hard sample",
            (*hard, Step(e / h, sqrt(J / (N * e)), "misses over their share", uses=hard)),
            OWN,
        ),
    )


def hardness_of_a_beta_law() -> tuple[Derivation, ...]:
    """Hardness of a Beta law with the mean e and the parameters n e and n (1 - e) has J = N e (n e
    + 1) (n e + 2) / ((n + 1) (n + 2)) joint misses, which n solves in closed form.
    """
    k = symbols("k", integer=True, positive=True)
    moment = Function("m", positive=True)
    quoted = Quoted(
        "moment k of the Beta law",
        f"{FELLER.replace('I, Wiley 1968', 'II, Wiley 1971')}, section II.4",
        (moment(k), "==", gamma(a + k) * gamma(a + b) / (gamma(a) * gamma(a + b + k))),
    )
    law = (Defined(a, n * e, "mean e"), Defined(b, n * (1 - e), "a + b = n"))
    third = e * (n * e + 1) * (n * e + 2) / ((n + 1) * (n + 2))
    second = e * (n * e + 1) / (n + 1)
    found = tuple(
        Derivation(
            title,
            (
                quoted,
                *law,
                *chain(
                    N * Subs(moment(k), k, power),
                    To(N * rf(a, power) / rf(a + b, power), "Gamma functions", uses=(quoted,)),
                    To(N * value, "by mean and width", uses=law),
                ),
            ),
            OWN,
        )
        for title, power, value in (
            ("Misses of all three, Beta law", 3, third),
            ("Misses of pairs, Beta law", 2, second),
        )
    )
    j = symbols("j", positive=True)  # J / N
    root = (-3 * (j - e**2) + sqrt(9 * (j - e**2) ** 2 + 8 * (j - e**3) * (e - j))) / (
        2 * (j - e**3)
    )
    width = Defined(n, root, "the positive root")
    return (
        *found,
        Derivation(
            "Parameter of the Beta law",
            (
                width,
                Step(
                    (j - e**3) * n**2 + 3 * (j - e**2) * n - 2 * (e - j),
                    Integer(0),
                    "third moment j",
                    domain=(j > e**3, j < e, e < 1),
                    uses=(width,),
                ),
            ),
            OWN,
        ),
    )


def printed_count() -> tuple[Derivation, ...]:
    """494 of 10,000 is within what three classifiers of accuracy 0.9 can miss together, and has a
    chance below 1 / 20000 if they miss independently.
    """
    said = "vgg-494-joint-errors"
    numbers = (
        Defined(N, Integer(10000), "test images"),
        Defined(e, Rational(1, 10), "error of an accuracy of 0.9"),
        Defined(J, Integer(494), "joint misses"),
    )
    alone = Step(N * e, Integer(1000), "misses of one", uses=numbers[:2])
    possible = Decided(
        And(J >= 0, alone.lhs >= J), "no more than one misses", uses=(alone, numbers[2])
    )
    mean, one = N * e**3, e**3  # misses of independent ones; chance that a sample is
    spread = N * (one * (1 - one) ** 2 + (1 - one) * (0 - one) ** 2)

    def at_least(number: Expr) -> tuple[Expr, Expr]:
        return Function("C", nonnegative=True)(number), spread / (number - mean) ** 2

    chance, most = at_least(J)
    chebyshev = Quoted(
        "Chebyshev's inequality for C, the chance that as many samples of N are missed "
        "independently with probability e^3",
        f"{FELLER}, section IX.6",
        (chance, "<=", most),
    )
    variance = Step(most, mean * (1 - one) / (J - mean) ** 2, "each sample is missed or not")
    value = Step(variance.lhs, Rational(999, 23425600), "by the numbers", uses=(variance, *numbers))
    return (
        Derivation(
            "Within what is possible",
            (*numbers, alone, possible),
            OWN,
            (Settles(said, part="within what is possible"),),
        ),
        Derivation(
            "Chance of so many independent misses",
            (
                *numbers,
                chebyshev,
                variance,
                value,
                Decided(
                    And(chance <= most, most < Rational(1, 20000)),
                    "variance over the squared distance from the mean",
                    uses=(chebyshev, value),
                ),
            ),
            OWN,
            (Settles(said, part="not by independent misses"),),
        ),
        Derivation(
            "Independent misses",
            (*numbers[:2], Step(mean, Integer(10), "ten", uses=numbers[:2])),
            SOURCE,
        ),
    )
