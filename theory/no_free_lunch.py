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
    Abs,
    Derivative,
    Eq,
    Equivalent,
    Function,
    I,
    Integer,
    KroneckerDelta,
    Rational,
    Subs,
    Sum,
    binomial,
    cos,
    im,
    pi,
    sin,
    symbols,
)

from theory import (
    Aside,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Enclosed,
    Induction,
    Settles,
    Step,
    To,
    chain,
)

# labels, points not trained on, guessed label
K, m, guess = symbols("K m g", integer=True, positive=True)
i, j = symbols("i j", integer=True, positive=True)
points, hits = symbols("u c", integer=True, nonnegative=True)  # points so far, hits among them
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
    everything = m * K**m
    guessed = Sum(KroneckerDelta(j, guess), (j, 1, K))
    one = Step(
        guessed,
        Integer(1),
        "one of the K labels of a point is the guessed one",
        domain=(guess <= K,),
    )
    free = Step(
        K**m / K,
        K ** (m - 1),
        "the other points are labelled at will: so many labelings hit this point",
    )
    return (
        Derivation(
            "Average over labelings",
            (
                one,
                free,
                *chain(
                    Sum(guessed * K**m / K, (i, 1, m)) / everything,
                    To(
                        Sum(K**m / K, (i, 1, m)) / everything,
                        "hits over all labelings and points, over their number",
                        uses=(one,),
                        domain=(guess <= K,),
                    ),
                    To(
                        Sum(K ** (m - 1), (i, 1, m)) / everything,
                        "the guesses have dropped out",
                        uses=(free,),
                    ),
                    To(1 / K, "summed over the points"),
                ),
            ),
            WOLPERT,
            (Settles("nfl-any-single-dataset-wording", part="averaged"),),
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
            (Settles("nfl-average-over-datasets"),),
        ),
        Derivation(
            "Ten labels",
            (Step(Subs(1 / K, K, 10), Rational(1, 10), "random labels: all labelings alike"),),
            WOLPERT,
            (Settles("udl-random-map-unlearnable", part="expected accuracy"),),
        ),
    )


def law_of_hits() -> tuple[Derivation, ...]:
    """Not only the mean: the number of labelings with c hits is binomial(m, c) (K - 1)^(m - c) for
    every learner.
    """
    count = binomial(points, hits) * (K - 1) ** (points - hits)
    labelings = Function("R", real=True)(hits)
    every = Induction(
        points,
        0,
        count.subs(points, 0),
        (K - 1) * labelings + labelings.subs(hits, hits - 1),
        count,
        "no point has one labeling, without a hit; one point more is missed in K - 1 ways or hit "
        "in one",
        so_far=labelings,
        domain=(K > 1,),
    )
    law = Derivation(
        "Labelings with c hits",
        (
            every,
            Step(
                Subs(count, points, m),
                binomial(m, hits) * (K - 1) ** (m - hits),
                "the count for m points",
                uses=(every,),
            ),
        ),
        WOLPERT,
    )
    return (
        law,
        *(
            Derivation(title, (Step(counted, value, why, domain=(K > 1,), uses=(law,)),), WOLPERT)
            for title, counted, value, why in (
                ("All points hit", Subs(law.result, hits, m), Integer(1), "one labeling"),
                ("One point hit", Subs(law.result, hits, 1), m * (K - 1) ** (m - 1), "any of m"),
                (
                    "All labelings",
                    Sum(law.result, (hits, 0, m)),
                    K**m,
                    "by the binomial theorem the counts add up to all",
                ),
            )
        ),
    )


def one_data_set() -> tuple[Derivation, ...]:
    """On one data set a learner and its opposite are not equivalent, unless both are right on one
    half of the points.
    """
    label, guessed = (Function(name, integer=True)(i) for name in ("y", "g"))
    hit, opposite_hit = KroneckerDelta(label, guessed), KroneckerDelta(label, 3 - guessed)
    two_labels = Assumed(
        Eq(opposite_hit, 1 - hit), "labels 1 and 2: where a rule is wrong its opposite is right"
    )
    share = Defined(accuracy, Sum(hit, (i, 1, m)) / m, "accuracy of a rule, the share of hits")
    opposite = Step(
        Sum(opposite_hit, (i, 1, m)) / m,
        1 - accuracy,
        "accuracy of its opposite",
        uses=(two_labels, share),
    )
    only_half = Decided(
        Equivalent(Eq(accuracy, 1 - accuracy), Eq(accuracy, Rational(1, 2))),
        "accuracies a and 1 - a agree at one half only",
        uses=(opposite,),
    )
    constant = Counterexample(
        Eq(accuracy, 1 - accuracy),
        ((accuracy, Integer(1)),),
        "a constant rule on a constant target is all right, its opposite all wrong",
        uses=(only_half,),
    )
    wrong = Abs(KroneckerDelta(i, 3 - j) - 1 + KroneckerDelta(i, j))
    return (
        Derivation(
            "A learner and its opposite",
            (
                two_labels,
                Aside(Step(Sum(Sum(wrong, (i, 1, 2)), (j, 1, 2)), Integer(0), "so in each case")),
                share,
                opposite,
                only_half,
                constant,
            ),
            WOLPERT,
            (Settles("nfl-any-single-dataset-wording", part="one data set"),),
        ),
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
    curvature = Derivative(up, (t, 2))
    tip, upper_end = (40 * sin(pi * (place_at[end] - place_at[BEGIN]) / 1000) for end in (TIP, END))
    single = (  # each from the formula alone
        ("Abscissa of the outline", Step(Subs(right, t, t + 2 * pi), right, "the outline closes")),
        ("Height of the outline", Step(Subs(up, t, t + 2 * pi), up, "the outline closes")),
        (
            "Where the upper end of the published trunk moves",
            Enclosed(
                upper_end,
                Rational(44, 100),
                Rational(46, 100),
                "a little, though it should rest: the published wiggle opens a small gap there",
            ),
        ),
        (
            "Displacement of the trunk",
            Step(wiggle * Derivative(shift, wiggle), shift, "in proportion to the fifth number"),
        ),
        ("Abscissa at the start", Step(Subs(right, t, 0), y[3], "the outline starts behind")),
        ("Height at the start", Step(Subs(up, t, 0), -x[2] - x[3], "both cosines are 1")),
        ("Height a quarter on", Step(Subs(up, t, pi / 2), -x[0], "the first sine is 1")),
        (
            "Slope at the start",
            Step(Subs(Derivative(up, t), t, 0), -x[0] - 2 * x[1], "of both sines"),
        ),
        (
            "Curvature at the start",
            Step(Subs(curvature, t, 0), 9 * x[2] + 25 * x[3], "of both cosines"),
        ),
        (
            "Where the tip of the published trunk moves",
            Enclosed(tip, 6, Rational(62, 10), "the fifth number is 40"),
        ),
        (
            "Where the trunk begins",
            Step(Subs(shift, place, start), Integer(0), "no displacement"),
        ),
        (
            "Largest displacement",
            Step(Subs(shift, place, start + 500), -wiggle, "it would be reached 500 further on"),
        ),
    )
    numbers = Derivation(
        "Real numbers in four complex ones",
        (Step(Sum(Integer(2), (i, 1, 4)), Integer(8), "a real and an imaginary part each"),),
        ELEPHANT,
        (Settles("elephant-four-parameters", part="real numbers"),),
    )
    return *(Derivation(title, (step,), ELEPHANT) for title, step in single), numbers
