"""Is one learner better than another when nothing is known about the target, and do four parameters
draw an elephant?  Means over all targets, a single data set, closed curves with four and five
complex numbers.

Setting.  N points have one of K labels each, m of them are not trained on.  A learner is any rule
that turns the training labels into a guess g_i for each of the m points.  For a fixed training set
there are K^m labelings of the others; each point carries the guessed label in K^(m-1) of them.  The
mean accuracy is 1/K, whatever the rule, and even the law of the number of hits is the same for all.
On one data set learners differ as much as they can.

The elephant is a closed curve X(t) + i Y(t) with eight coefficients: the parts of four complex
numbers.  A fifth turns its trunk.

Source: Wolpert, The lack of a priori distinctions between learning algorithms, Neural Computation
8, 1996; Mayer, Khairy, Howard, Drawing an elephant with four complex parameters, American Journal
of Physics 78, 2010.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    I,
    Implies,
    Integer,
    KroneckerDelta,
    Rational,
    S,
    Subs,
    Sum,
    binomial,
    cos,
    im,
    pi,
    sin,
    symbols,
)

from theory import Decided, Derivation, Enclosed, Settles, Step
from theory.core.decision import counterexample

# labels, points not trained on, guessed label
K, m, guess = symbols("K m g", integer=True, positive=True)
i, j, hits = symbols("i j c", integer=True, positive=True)
accuracy = symbols("a", real=True)
# curve parameter, size of the wiggle, abscissa, abscissa where the trunk begins
t, wiggle, place, start = symbols("t w X X_0", real=True)
# real and imaginary parts of the four numbers
x, y = (
    symbols("x1:5", real=True),
    symbols("y1:5", real=True),
)
PARAMETERS = (50 - 30 * I, 18 + 8 * I, 12 - 10 * I, -14 - 60 * I, 40 + 20 * I)
# of the trunk
BEGIN, TIP, END = (
    Rational(9, 10) * pi,
    Rational(6, 5) * pi,
    Rational(13, 10) * pi + Rational(2, 5),
)
WOLPERT = (
    "Wolpert, The lack of a priori distinctions between learning algorithms, Neural "
    "Computation 8, 1996"
)
ELEPHANT = (
    "Mayer, Khairy, Howard, Drawing an elephant with four complex parameters, American "
    "Journal of Physics 78, 2010"
)


def average_accuracy() -> tuple[Derivation, ...]:
    """Averaged over all labelings of the points not trained on, every learner guesses the share 1/K
    of them right.
    """
    mean = Sum(K ** (m - 1), (i, 1, m)) / (m * K**m)
    return (
        Derivation(
            "Average over labelings",
            (
                Step(
                    Sum(KroneckerDelta(j, guess), (j, 1, K)),
                    Integer(1),
                    "one of the K labels of a point is the guessed one",
                    domain=(guess <= K,),
                ),
                Step(
                    K**m / K,
                    K ** (m - 1),
                    "the other points are labelled at will: so many labelings hit this point",
                ),
                Step(
                    mean,
                    1 / K,
                    "hits over all labelings and points, over their number: the guesses have "
                    "dropped out",
                ),
            ),
            WOLPERT,
        ),
        Derivation(
            "Two labels",
            (
                Step(
                    Subs(1 / K, K, 2),
                    Rational(1, 2),
                    "averaged over the training labels too it stays one half",
                ),
            ),
            WOLPERT,
            (
                Settles("nfl-average-over-datasets"),
                Settles("nfl-any-single-dataset-wording", S.true, part="averaged"),
            ),
        ),
        Derivation(
            "Ten labels",
            (Step(Subs(1 / K, K, 10), Rational(1, 10), "random labels: all labelings alike"),),
            WOLPERT,
            (Settles("udl-random-map-unlearnable", part="expected accuracy"),),
        ),
    )


def law_of_hits() -> Derivation:
    """Not only the mean: the number of labelings with c hits is binomial(m, c) (K - 1)^(m - c) for
    every learner.
    """
    return Derivation(
        "Labelings with c hits",
        (
            Step(
                binomial(m, hits) * (K - 1) ** (m - hits) * (K - 1)
                + binomial(m, hits - 1) * (K - 1) ** (m - hits + 1),
                binomial(m + 1, hits) * (K - 1) ** (m + 1 - hits),
                "one point more: missed in K - 1 ways or hit in one",
                domain=(hits <= m, K > 1),
            ),
            Step(
                Subs(binomial(m, hits) * (K - 1) ** (m - hits), hits, m),
                Integer(1),
                "all hit: one labeling",
            ),
            Step(
                Subs(binomial(m, hits), hits, 1) * (K - 1) ** (m - 1),
                m * (K - 1) ** (m - 1),
                "one hit",
            ),
            Step(
                Subs((guess + K - 1) ** m, guess, 1),
                K**m,
                "by the binomial theorem they add up to all labelings",
            ),
            Step(
                Subs(binomial(m, i) * (K - 1) ** (m - i), i, hits),
                binomial(m, hits) * (K - 1) ** (m - hits),
                "the count for c hits",
            ),
        ),
        WOLPERT,
    )


def one_data_set() -> Derivation:
    """On one data set a learner and its opposite are not equivalent, unless both are right on one
    half of the points.
    """
    a_better_one = (
        counterexample(Implies(And(accuracy >= 0, accuracy <= 1), Eq(accuracy, 1 - accuracy)))
        is not None
    )
    return Derivation(
        "A learner and its opposite",
        (
            Step(
                Sum(1 - KroneckerDelta(j, 1), (j, 1, 2)),
                Integer(1),
                "two labels: where one rule is wrong its opposite is right",
            ),
            Step(
                Subs(accuracy - (1 - accuracy), accuracy, 1),
                Integer(1),
                "a constant rule on a constant target: all right against all wrong",
            ),
            Decided(
                Equivalent(Eq(accuracy, 1 - accuracy), Eq(accuracy, Rational(1, 2))),
                "accuracies a and 1 - a agree at one half only",
            ),
        ),
        WOLPERT,
        (Settles("nfl-any-single-dataset-wording", S(not a_better_one), part="one data set"),),
    )


def elephant() -> tuple[Derivation, ...]:
    """Four complex numbers give the eight coefficients of a closed curve, and a fifth moves its
    trunk alone.
    """
    right = y[3] * cos(t) + y[0] * sin(t) + y[1] * sin(2 * t) + y[2] * sin(3 * t)
    up = -(x[0] * sin(t) + x[1] * sin(2 * t) + x[2] * cos(3 * t) + x[3] * cos(5 * t))
    shift = -wiggle * sin(pi * (place - start) / 1000)
    drawn = {symbol: im(number) for symbol, number in zip(y, PARAMETERS, strict=False)}
    place_at = {end: right.subs(drawn).subs(t, end) for end in (BEGIN, TIP, END)}
    return (
        Derivation(
            "Abscissa of the outline",
            (
                Step(Subs(right, t, 0), y[3], "the outline starts behind"),
                Step(Subs(right, t, t + 2 * pi), right, "and closes"),
            ),
            ELEPHANT,
        ),
        Derivation(
            "Height of the outline",
            (
                Step(Subs(up, t, 0), -x[2] - x[3], "height at the start"),
                Step(Subs(up, t, pi / 2), -x[0], "a quarter of the way on"),
                Step(Subs(Derivative(up, t), t, 0), -x[0] - 2 * x[1], "slope at the start"),
                Step(
                    Subs(Derivative(up, (t, 2)), t, 0),
                    9 * x[2] + 25 * x[3],
                    "curvature at the start",
                ),
                Step(Subs(up, t, t + 2 * pi), up, "the outline closes"),
            ),
            ELEPHANT,
        ),
        Derivation(
            "Where the published trunk moves",
            (
                Enclosed(
                    40 * sin(pi * (place_at[TIP] - place_at[BEGIN]) / 1000),
                    6,
                    Rational(62, 10),
                    "its tip moves, the fifth number is 40",
                ),
                Enclosed(
                    40 * sin(pi * (place_at[END] - place_at[BEGIN]) / 1000),
                    Rational(44, 100),
                    Rational(46, 100),
                    "its upper end moves a little too: the published wiggle opens a small gap "
                    "there",
                ),
            ),
            ELEPHANT,
        ),
        Derivation(
            "Displacement of the trunk",
            (
                Step(Subs(shift, place, start), Integer(0), "none where the trunk begins"),
                Step(
                    Subs(shift, place, start + 500),
                    -wiggle,
                    "and the whole of it would be reached 500 further on",
                ),
                Step(
                    wiggle * Derivative(shift, wiggle), shift, "in proportion to the fifth number"
                ),
            ),
            ELEPHANT,
        ),
    )
