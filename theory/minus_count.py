"""What does somebody know who has seen that parity depends on the number of -1 only?  The share of
corners whose number was seen, and everything for who sees the alternation, too.

Setting.  N = 2^d corners; n of them, drawn without replacement, are labelled.  A corner with M
times -1 is known by its count if one of the C - 1 others with that count is labelled, C =
binomial(d, M).  All n labelled ones lie among the N - 1 others of a corner that is not labelled,
and miss these with the probability binomial(N - C, n) / binomial(N - 1, n).  The corners with no -1
or only -1 are alone and never known by their count.  One minus sign more turns parity round, so one
labelled corner and the alternation tell all.

Source: chapter on the frequency principle, section 1.4; counting: our own.
"""

from sympy import Integer, Rational, Subs, Sum, binomial, symbols

from theory import SO_FAR, Assumed, Defined, Derivation, Enclosed, Induction, Step
from theory.notation import OWN

d, n, N, C = symbols("d n N C", integer=True, positive=True)  # signs; labelled, all; of a count
M, c, more = symbols("M c j", integer=True, nonnegative=True)  # numbers of -1
share = symbols("U", nonnegative=True)  # of corners that are not known by their count
COUNT = "parity-count-predicts"
SIGNS, LABELLED = 10, 205  # of the published set-up: one in five of 1024


def unknown_share() -> tuple[Derivation, ...]:
    """Of the corners that are not labelled the share sum_M C / N binomial(N - C, n) / binomial(N -
    1, n), C = binomial(d, M), is not known by its count: 0.46 per cent in the published set-up.
    """
    alike = Assumed(
        "the labelled corners are drawn without replacement",
        "all sets of n of the N corners are alike",
    )
    others = symbols("O", integer=True, nonnegative=True)
    missed = Step(
        Subs(binomial(N - 1 - others, n) / binomial(N - 1, n), others, C - 1),
        binomial(N - C, n) / binomial(N - 1, n),
        "sets of labelled corners, among the N - 1 others, without the C - 1 of the same count",
        uses=(alike,),
    )
    of_count = Subs(C / N * missed.lhs, C, binomial(d, M))
    whole = Defined(share, Sum(of_count, (M, 0, d)), "over the corners that may be asked for")
    law = Sum(binomial(d, M) / N * binomial(N - binomial(d, M), n) / binomial(N - 1, n), (M, 0, d))
    found = Step(share, law, "count by count", uses=(whole, missed))
    known = 1 - law.subs({d: SIGNS, n: LABELLED, N: 2**SIGNS}).doit()
    return (
        Derivation("Share not known by the count", (alike, missed, whole, found), OWN),
        Derivation(
            "Share known by the count in the published set-up",
            (
                Enclosed(
                    known,
                    Rational(99545, 100000),
                    Rational(99546, 100000),
                    "one in five of ten signs",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Corners that are alone with their count",
            (
                Step(
                    Subs(missed.rhs, C, 1),
                    Integer(1),
                    "no -1, or -1 only: never known by it",
                    domain=(n <= N - 1,),
                ),
            ),
            OWN,
        ),
    )


def alternation() -> Derivation:
    """Who knows that a minus sign more turns parity round knows all corners from one."""
    return Derivation(
        "One labelled corner and the alternation",
        (
            Induction(
                more,
                0,
                (-1) ** c,
                -SO_FAR,
                (-1) ** (c + more),
                "label of one corner; a minus sign more turns it round",
            ),
        ),
        OWN,
    )
