"""Can the appearance of an ability be described by a power law of the loss?  Yes for answers of
many tokens, by the law of one token; no where right answers come one by one and end.

Setting.  (1) An answer of L tokens is right if all are, each wrong with the probability epsilon =
c N^-a, a power of the size N.  Then exact match is (1 - c N^-a)^L at every size, one half where
N^a = c L / log 2 for long answers.  (2) Alternating labels at T + 1 points of a line: m ReLU units
and a line get (T + m + 3) / 2 right at most, so that the share of wrong ones, (T - 1 - m) / (2 (T +
1)), ends at m = T - 1.  Its exponent in m is m / (T - 1 - m): of no power.

Source: chapter on phenomena, emergence; ``emergence`` for both models; the exponent: our own.
"""

from sympy import Derivative, Eq, Function, Limit, Rational, log, oo, symbols

from theory import Counterexample, Defined, Derivation, Settles, Step, derive
from theory.emergence import L, N, T, a, best_right, c, epsilon, exact_match
from theory.emergence import m as units
from theory.notation import OWN

m = symbols("m", positive=True)  # units, as a real number
other = symbols("m_2", positive=True)
wrong = Function("w", positive=True)
STATEMENT = "emergence-described-by-scaling-laws"


def exact_match_by_size() -> tuple[Derivation, ...]:
    """A power law of the error of a token gives exact match at every size, with one half where a
    long answer has log 2 wrong tokens in the mean.
    """
    match = derive(exact_match)[0]
    left, _, _ = match.states
    law = Defined(epsilon, c * N**-a, "error of a token, a power of the size")
    at_size = Step(
        left, (1 - c * N**-a) ** L, "exact match by the law of one token", uses=(match, law)
    )
    half = Step(
        Limit((1 - log(2) / L) ** L, L, oo),
        Rational(1, 2),
        "long answers: one half where L c N^-a is log 2",
    )
    return (
        Derivation(
            "Exact match by the size",
            (law, at_size),
            OWN,
            (Settles(STATEMENT, part="answers of several tokens"),),
        ),
        Derivation("Where it is one half", (half,), OWN),
    )


def right_one_by_one() -> tuple[Derivation, ...]:
    """The share of wrong labels of the best network on T + 1 alternating ones has the exponent m /
    (T - 1 - m) in its units: it is no power of them.
    """
    best = derive(best_right)[0]
    count = Step(
        1 - best.states[0] / (T + 1),
        (T - 1 - units) / (2 * (T + 1)),
        "what is not among the right ones",
        uses=(best,),
    )
    shares, slopes = [], []
    for size in (m, other):
        shares.append(
            Defined(
                wrong(size),
                (T - 1 - size) / (2 * (T + 1)),
                "share of wrong labels, at a real number of units",
            )
        )
        slopes.append(
            Step(
                -size * Derivative(log(wrong(size)), size),
                size / (T - 1 - size),
                "its exponent in the number of units",
                domain=(size < T - 1,),
                uses=(shares[-1],),
            )
        )
    return (
        Derivation("Share of wrong labels", (count,), OWN),
        Derivation(
            "No power of the number of units",
            (
                *shares,
                *slopes,
                Counterexample(
                    Eq(slopes[0].lhs, slopes[1].lhs),
                    ((T, 8), (m, 1), (other, 4)),
                    "a power has one exponent at all sizes; here it grows",
                    uses=tuple(slopes),
                ),
            ),
            OWN,
            (Settles(STATEMENT, part="labels that are met one by one"),),
        ),
    )
