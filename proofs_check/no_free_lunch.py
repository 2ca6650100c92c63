"""Learners on all labelings of a cube, a network on random labels, and what four and five complex
numbers draw: an elephant and its trunk.

Setting: the eight corners of a cube, four of them drawn for training, all 2^8 labelings.  Random
map: 200 Gaussian inputs in 20 dimensions with one of ten random labels, two-layer ReLU network of
width 100, Adam on the cross entropy; held out: 5000 more. Source: Wolpert 1996; Prince,
Understanding Deep Learning, section 20.2; Mayer, Khairy, Howard 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from numerics import no_free_lunch as numerics
from proofs_check.core.check import Check
from proofs_check.core.judging import typical
from theory import Settles
from theory import no_free_lunch as theory

Array = np.ndarray
LABELS = 10


def best_average(seeds: Sequence[int], structured: bool = False) -> Array:
    """Largest mean accuracy of the learners on four unseen corners of a cube, over all labelings or
    those by half-spaces, (S,).
    """
    X = numerics.cube(3)
    labels = numerics.threshold_labelings(X) if structured else numerics.all_labelings(8)
    drawn = [np.random.default_rng(seed).permutation(8)[:4] for seed in seeds]
    return np.array(
        [
            max(numerics.hits(learner, X, labels, rows).mean() / 4 for learner in numerics.LEARNERS)
            for rows in drawn
        ]
    )


def one_half() -> float:
    """The derived mean for two labels."""
    return numerics.expected_accuracy(2)


def with_structure() -> float:
    """The same measurement when only labelings by half-spaces occur."""
    return typical(best_average, structured=True)


@cache
def fitted(
    seeds: tuple[int, ...],
    structured: bool = False,
    m: int = 100,
    d: int = 20,
    n: int = 200,
    steps: int = 60,
) -> tuple[Array, Array]:
    """Training and held-out accuracy, (S,) each; ``structured``: the label is the largest of ten
    linear functions.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, normal, normals
    from proofs_check.training.rules import Adam

    X = normal(seeds, (n + 5000, d), stream=1, device="cpu")
    if structured:
        y = (X @ normal(seeds, (d, LABELS), stream=2, device="cpu")).argmax(2)
    else:
        y = torch.as_tensor(
            np.stack(
                [np.random.default_rng(seed).integers(LABELS, size=n + 5000) for seed in seeds]
            )
        )
    scales = (2 / d) ** 0.5, (2 / m) ** 0.5
    start = normals(seeds, [(d, m), (m, LABELS)], scales, stream=3, device="cpu")
    model = mlp((d, m, LABELS), "relu", bias=False)
    run = train(model, start, X[:, :n], y[:, :n], rule=Adam(2e-2), steps=steps, loss=cross_entropy)
    right = (model(run.end, X).argmax(2) == y).double()
    return right[:, :n].mean(1).numpy(), right[:, n:].mean(1).numpy()


def memorised(seeds: Sequence[int]) -> Array:
    """Accuracy on the random labels trained on."""
    return fitted(tuple(seeds))[0]


def by_linear_functions(d: int = 20, n: int = 200) -> float:
    """Accuracy on so many random labels of the linear functions that fit them best, a median of
    eleven draws.
    """
    found = []
    for seed in range(11):
        rng = np.random.default_rng([seed, d])
        X, y = rng.standard_normal((n, d)), rng.integers(LABELS, size=n)
        weights = np.linalg.lstsq(X, np.eye(LABELS)[y], rcond=None)[0]
        found.append(np.mean((X @ weights).argmax(1) == y))
    return float(np.median(found))


def held_out(seeds: Sequence[int], structured: bool = False) -> Array:
    """Accuracy on labels that were not trained on."""
    return fitted(tuple(seeds), structured)[1]


def one_tenth() -> float:
    """The derived mean for ten labels."""
    return numerics.expected_accuracy(LABELS)


def with_a_rule() -> float:
    """Held-out accuracy when the labels have a rule: a measured control."""
    return typical(held_out, structured=True)


def blemishes(coefficients: Sequence[complex], points: int = 240) -> int:
    """Crossings of the outline with itself, legs missing or too many, trunk tips missing or too
    many: zero for an elephant.

    A leg is a lowest place of the outline below -30, the trunk's tip a highest one to the right of
    60.
    """
    z = numerics.outline(np.linspace(0, 2 * np.pi, points, endpoint=False), coefficients)
    step = np.roll(z, -1, 0) - z

    def side(a: Array, b: Array) -> Array:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]

    start = side(step[:, None], z[None] - z[:, None])  # side of edge i on which point j lies
    across = start * np.roll(start, -1, 1) < 0
    crossings = int(np.triu(across & across.T, 2).sum())
    rising, risen = step[:, 1] > 0, np.roll(step[:, 1], 1) > 0
    legs = int((rising & ~risen & (z[:, 1] < -30)).sum())
    tips = int((~rising & risen & (z[:, 0] > 60)).sum())
    return crossings + abs(legs - 2) + abs(tips - 1)


def blemishes_of_the_elephant(seeds: Sequence[int]) -> Array:
    """Of the published numbers."""
    return np.array(
        [blemishes([complex(c) for c in theory.PARAMETERS[:4]]) for _ in seeds], dtype=float
    )


def blemishes_of_other_numbers() -> float:
    """Median over eight Gaussian coefficients of the same mean square."""
    size = np.sqrt(np.mean([abs(complex(c)) ** 2 for c in theory.PARAMETERS[:4]]) / 2)
    draws = size * np.random.default_rng(0).normal(size=(21, 4, 2))
    return float(np.median([blemishes([complex(*c) for c in row]) for row in draws]))


def moved_off_the_trunk(seeds: Sequence[int], fifth: bool = True) -> Array:
    """Largest displacement left of x = 34 over the largest right of it, when the fifth number, or
    the fourth, changes by 40, (S,).
    """
    t = np.linspace(0, 2 * np.pi, 2001)
    old = numerics.elephant(t)
    published = [complex(c) for c in theory.PARAMETERS[:4]]
    new = (
        numerics.elephant(t, 40.0)
        if fifth
        else numerics.elephant(t, 0.0, [*published[:3], published[3] + 40])
    )
    moved, trunk = np.linalg.norm(new - old, axis=1), old[:, 0] > numerics.LANDMARK
    return np.full(len(seeds), moved[~trunk].max() / moved[trunk].max())


def fourth_number() -> float:
    """The same for the fourth number: a measured control."""
    return typical(moved_off_the_trunk, fifth=False)


CHECKS: tuple[Check, ...] = (
    Check(
        name="no_learner_beats_one_half_over_all_labelings",
        quantity="largest mean accuracy on unseen corners, a share",
        claim=theory.average_accuracy,
        predict=one_half,
        measure=best_average,
        terms={"rounding": 1e-9},
        rival=with_structure,
        rival_why="nearest neighbours are better than chance, as they are when labels have "
        "structure",
    ),
    Check(
        name="random_labels_are_memorised",
        quantity="accuracy on the random labels trained on, a share",
        claim=theory.average_accuracy,
        predict=1.0,
        measure=memorised,
        terms={"two labels in 200": 0.01},
        rival=by_linear_functions,
        rival_why="a map without structure is fitted no better than by linear functions of the "
        "inputs",
        settles=(Settles("udl-random-map-unlearnable", part="memorised", scope="instances"),),
    ),
    Check(
        name="random_labels_are_not_learned",
        quantity="accuracy on labels not trained on, a share",
        claim=theory.average_accuracy,
        predict=one_tenth,
        measure=held_out,
        terms={"5000 labels, three standard deviations": 0.013},
        rival=with_a_rule,
        rival_why="what was fitted generalises, as it does when labels have a rule",
        settles=(Settles("udl-random-map-unlearnable", part="held out", scope="instances"),),
    ),
    Check(
        name="four_numbers_draw_an_elephant",
        quantity="blemishes of the outline, a count",
        claim=theory.elephant,
        predict=0.0,
        measure=blemishes_of_the_elephant,
        terms={"whole numbers": 1e-9},
        rival=blemishes_of_other_numbers,
        rival_why="any eight coefficients draw such an outline",
        settles=(Settles("elephant-four-parameters", part="outline"),),
        deterministic=True,
    ),
    Check(
        name="the_fifth_number_moves_the_trunk",
        quantity="displacement off the trunk over that of the trunk, dimensionless",
        claim=theory.elephant,
        predict=0.0,
        measure=moved_off_the_trunk,
        terms={"a trunk marked by eye": 0.1},
        rival=fourth_number,
        rival_why="a further number changes the outline everywhere, as the fourth does",
        settles=(Settles("elephant-four-parameters", part="off the trunk"),),
        deterministic=True,
    ),
)
