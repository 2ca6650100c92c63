"""Are answers that are right as a whole absent in small models and present in large ones, and how
steeply can they rise?  Six tasks at 1 and 64 hidden units, digits over widths, random labels.

Set-ups.  (1) Strings of four images of digits, drawn from 400 that are held out, and four questions
about one of them; networks with one hidden layer trained by Adam on 1000.  (2) Labels to be
remembered: 24 random ones with ReLU features, alternating ones on a line, parities of four bits:
the answer is right if all labels are.  (3) Sums modulo 7 of pairs that are held out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from scipy.optimize import linprog

from numerics import emergence as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training import data
from proofs_check.training.features import Sample, relu_features, sample, trained
from theory import Settles
from theory import emergence as theory

Array = np.ndarray
SMALL, LARGE = 1, 64
WIDTHS = (1, 2, 4, 8, 16, 32, 64)
LENGTH, STRINGS = 4, 400
POINTS, DRAWS = 24, 60  # random labels, draws of them for a seed
QUESTIONS = np.array([[d % 2 == 0, d > 4, d % 3 == 0, d in (2, 3, 5, 7)] for d in range(10)])


# ---------------------------------------------------------------- trained networks


@cache
def digits(seeds: tuple[int, ...], width: int) -> Array:
    """Which of the images (S, 400) held out are named rightly."""
    samples = [sample("digits", 1000, 0.0, seed) for seed in seeds]
    held = trained(seeds, samples, [width], rate=1e-2, steps=150)[1]
    return np.asarray(held.argmax(2) == np.stack([s.Y_test.argmax(1) for s in samples]))


def strings(seeds: Sequence[int], width: int) -> Array:
    """Share of strings of four images that are read rightly."""
    right = digits(tuple(seeds), width)
    chosen = [np.random.default_rng([int(s), 65]).integers(400, size=(STRINGS, 4)) for s in seeds]
    return np.array([each[rows].all(1).mean() for each, rows in zip(right, chosen, strict=True)])


def questions(seeds: Sequence[int], width: int) -> Array:
    """Share of images held out of which all four questions are answered rightly."""
    asked = []
    for seed in seeds:
        s = sample("digits", 1000, 0.0, seed)
        Y, Y_test = (np.where(QUESTIONS[y.argmax(1)], 1.0, -1.0) for y in (s.Y, s.Y_test))
        asked.append(Sample(s.X, Y, s.X_test, Y_test))
    held = trained(seeds, asked, [width], rate=1e-2, steps=150)[1]
    return (np.sign(held) == np.stack([s.Y_test for s in asked])).all(2).mean(1)


def remembered(seeds: Sequence[int], width: int, X: Array, y: Array) -> Array:
    """Are all labels of one sign or the other met by a trained network?"""
    Y = np.stack([y, -y], 1)
    own = [Sample(X, Y, X, Y) for _ in seeds]
    fitted = trained(seeds, own, [width], rate=1e-2, steps=1500, stop=1e-2)[0]
    return (np.sign(fitted) == Y).all((1, 2)).astype(float)


def sums(seeds: Sequence[int], width: int, p: int = 7) -> Array:
    """Share of the pairs held out of which the sum modulo p is right."""
    a, b = (part.ravel() for part in np.meshgrid(np.arange(p), np.arange(p)))
    X, Y = np.c_[np.eye(p)[a], np.eye(p)[b]], np.eye(p)[(a + b) % p] - 1 / p
    cut, own = len(X) // 5, []
    for seed in seeds:
        rows = np.random.default_rng([int(seed), 66]).permutation(len(X))
        own.append(Sample(X[rows[cut:]], Y[rows[cut:]], X[rows[:cut]], Y[rows[:cut]]))
    held = trained(seeds, own, [width], rate=1e-2, steps=1000)[1]
    return (held.argmax(2) == np.stack([s.Y_test.argmax(1) for s in own])).mean(1)


# ---------------------------------------------------------------- random features


def fits(Z: Array, signs: Array) -> bool:
    """Does a linear classifier of these features, without offset, meet all signs?"""
    rows = -signs[:, None] * Z
    found = linprog(np.zeros(Z.shape[1]), rows, -np.ones(len(Z)), bounds=(None, None))
    return bool(found.status == 0)


def fitted_share(seeds: Sequence[int], m: int, draws: int = DRAWS) -> Array:
    """Share of draws in which m random ReLU features fit all random labels."""
    found = []
    for seed in seeds:
        rng, all_right = np.random.default_rng([int(seed), 67]), 0
        for draw in range(draws):
            X, signs = rng.standard_normal((POINTS, 8)), rng.choice([-1.0, 1.0], POINTS)
            all_right += fits(relu_features(m, 1000 * int(seed) + draw, X)[0], signs)
        found.append(all_right / draws)
    return np.array(found)


# ---------------------------------------------------------------- small and large


LINE = np.linspace(-1, 1, 9)[:, None]
TASKS: dict[str, tuple[Callable[..., Array], float]] = {  # exact match at a width, and by chance
    "four digits, one image each": (strings, 10.0**-LENGTH),
    "four questions about one image": (
        questions,
        float(np.prod(QUESTIONS.mean(0) ** 2 + (1 - QUESTIONS.mean(0)) ** 2)),
    ),
    "24 random labels, ReLU features": (partial(fitted_share, draws=4), 2.0**-POINTS),
    "nine alternating labels on a line": (
        partial(remembered, X=LINE, y=(-1.0) ** np.arange(9)),
        2.0**-9,
    ),
    "parity of four bits": (
        partial(remembered, X=data.corners(4)[0], y=data.corners(4)[1]),
        2**-16,
    ),
    "sum modulo 7, held-out pairs": (sums, 1 / 7),
}


def over_chance(seeds: Sequence[int], task: str) -> Array:
    """Exact match of the smallest model, less that of guesses."""
    measure, chance = TASKS[task]
    return np.asarray(measure(seeds, SMALL)) - chance


def of_the_largest(seeds: Sequence[int], task: str) -> Array:
    """Exact match of the largest model."""
    return np.asarray(TASKS[task][0](seeds, LARGE))


def steepest_over_loss(seeds: Sequence[int]) -> Array:
    """Largest slope in log width of the exact match of four digits, over the largest one of the log
    of a digit's error.
    """
    right = np.array([strings(seeds, width) for width in WIDTHS])
    wrong = np.array([1 - digits(tuple(seeds), width).mean(1) for width in WIDTHS])
    steps = np.diff(np.log(WIDTHS))[:, None]
    falls = -np.diff(np.log(wrong), axis=0) / steps
    return np.asarray((np.diff(right, axis=0) / steps).max(0) / falls.max(0))


ABSENT, PRESENT = (
    "exact match of the smallest model less chance",
    "exact match of the largest model",
)
STATEMENT = "emergence-absent-small-present-large"
CHECKS: tuple[Check, ...] = (
    Check(
        name="exact_match_is_no_steeper_than_the_loss",
        quantity="slope of exact match in log width over that of log error, dimensionless",
        claim=theory.steepest,
        predict=Prediction(theory.steepest, {theory.a: 1, theory.L: LENGTH}),
        measure=steepest_over_loss,
        terms={"400 strings": 0.05, "slopes between widths a factor 2 apart": 0.1},
        rival=1.0,
        rival_why="an ability that appears at once is steeper than the loss below it",
        side="at most",
    ),
    Check(
        name="half_as_many_features_as_random_labels",
        quantity="draws in which 12 features fit 24 random labels, a share",
        claim=theory.separable,
        predict=lambda: float(numerics.separable(POINTS, POINTS // 2)),
        measure=partial(fitted_share, m=POINTS // 2),
        terms={"60 draws, three standard deviations": 0.2},
        rival=0.0,
        rival_why="as many features are needed as there are labels",
    ),
    *(
        Check(
            name=name,
            quantity=quantity,
            claim=theory.best_right,
            predict=Threshold(STATEMENT, part),
            measure={task: partial(measure, task=task) for task in TASKS},
            terms={"one draw": 0.05},
            rival=rival,
            rival_why=why,
            side=side,  # type: ignore[arg-type]
            settles=(Settles(STATEMENT, part=part, scope="instances"),),
        )
        for name, quantity, part, measure, side, rival, why in (
            (
                "small_models_are_at_chance",
                "exact match of one hidden unit, less that of guesses, a share",
                ABSENT,
                over_chance,
                "at most",
                0.5,
                "abilities grow gradually: one unit has half of them",
            ),
            (
                "large_models_are_right",
                "exact match of 64 hidden units, a share",
                PRESENT,
                of_the_largest,
                "at least",
                0.5,
                "64 units are too few",
            ),
        )
    ),
)


def portrait(axes: Any) -> None:
    """Exact match of strings of digits over the width, what the error of a digit says of it, and
    the steepest rise that it allows.
    """
    seeds = tuple(range(11))
    right = np.array([1 - digits(seeds, w).mean(1) for w in WIDTHS])
    for length, colour, what in ((1, "#009E73", "one digit"), (LENGTH, "#0072B2", "four")):
        derived = np.median(numerics.exact_match(right, length), 1)
        axes.semilogx(WIDTHS, derived, color=colour, label=f"derived, {what}")
    for w in WIDTHS:
        found = np.sort(strings(seeds, w))
        ends = [[found[5] - found[0]], [found[-1] - found[5]]]
        axes.errorbar(w, found[5], ends, fmt="o", color="#D55E00", ms=4)
    a = (-np.diff(np.log(np.median(right, 1))) / np.diff(np.log(WIDTHS))).max()
    rise = 0.5 + numerics.steepest(float(a), LENGTH) * np.log(np.array(WIDTHS) / 24)
    axes.plot(WIDTHS, np.clip(rise, 0, 1), "--", color="#999999", label="steepest possible rise")
    axes.set(xlabel="hidden units", ylabel="exact match", title="strings of held-out digits")
    axes.legend()
