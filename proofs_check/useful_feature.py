"""Do examples that were stepped towards a class and got its label teach the right classes?  Mean
rules of Gaussian classes at the derived steps, and trained networks at small ones.

Set-ups.  (1) Two classes, 50 inputs, 400 examples with random labels.  (2) Ten classes at equal
distances, labels among one or nine others: the step from which the own class wins.  (3)
Networks that learn from images and signals, stepped by a first network within a quarter of the
distance to the nearest example of the label; from true labels they learn 95 % of held-out images
and 31 % of signals.  Source: Ilyas, Santurkar, Tsipras, Engstrom, Tran, Madry, NeurIPS 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics.robust_accuracy import standard_accuracy
from numerics.useful_feature import relabelled_accuracy, turning_step
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import useful_feature as theory

Array = np.ndarray
INPUTS, EXAMPLES, LENGTH, STEP, DRAWS = 50, 400, 2.0, 0.5, 40  # two classes; sets of examples
CLASSES, DISTANCE, MANY = 10, 4.0, 4000  # means at this distance; examples
SHARE = 0.25  # of the distance to the nearest example of the label
PART = "clean accuracy of what relabelled examples teach"


def relabelled(seeds: Sequence[int], eps: float = STEP, opposite: bool = False) -> Array:
    """Mean share of clean examples that rules of relabelled examples get right; the mean over new
    examples is that of the normal law of their projections.
    """
    from math import erfc

    found = []
    for seed in seeds:
        rng, shares = np.random.default_rng([int(seed), 36]), []
        for _ in range(DRAWS):
            y = rng.choice([-1.0, 1.0], EXAMPLES)
            t = -y if opposite else rng.choice([-1.0, 1.0], EXAMPLES)
            X = rng.standard_normal((EXAMPLES, INPUTS))
            X[:, 0] += LENGTH * y + eps * t
            rule = (t[:, None] * X).mean(0)
            shares.append(erfc(-LENGTH * rule[0] / np.linalg.norm(rule) / 2**0.5) / 2)
        found.append(np.mean(shares))
    return np.array(found)


def step_that_turns(seeds: Sequence[int], others: int) -> Array:
    """log of the step at which as many examples get their own class as each of the labels that
    their class was stepped to.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 37])
        means = DISTANCE / 2**0.5 * np.eye(CLASSES, INPUTS)
        y, y_new = rng.integers(CLASSES, size=(2, MANY))
        X, X_new = (means[c] + rng.standard_normal((MANY, INPUTS)) for c in (y, y_new))
        t = (y + rng.integers(1, others + 1, size=MANY)) % CLASSES
        ways = (means[t] - means[y]) / DISTANCE
        low, high = 0.0, DISTANCE
        for _ in range(14):
            eps = (low + high) / 2
            rules = np.stack([(X + eps * ways)[t == c].mean(0) for c in range(CLASSES)])
            answers = (X_new @ rules.T - (rules**2).sum(1) / 2).argmax(1)
            ahead = (answers - y_new) % CLASSES
            own, label = (ahead == 0).mean(), ((ahead > 0) & (ahead <= others)).mean() / others
            low, high = (low, eps) if own > label else (eps, high)
        found.append(np.log(eps))
    return np.array(found)


def derived_step(others: int) -> float:
    """The same, derived."""
    return float(np.log(turning_step(DISTANCE, others)))


# ---------------------------------------------------------------- trained networks


@cache
def taught(
    seeds: tuple[int, ...], name: str, net: str, following: bool, share: float = SHARE
) -> Array:
    """Clean accuracy (S,) of networks that learn from examples stepped towards another class, the
    next one or one at random, by so much of the median distance to its nearest example.
    """
    from proofs_check.training import boundaries, classifiers

    have, first = classifiers.examples(name), classifiers.standard(name, net, seeds)
    ahead = [
        np.ones(len(have.y), int)
        if following
        else np.random.default_rng([seed, 38]).integers(1, have.classes, size=len(have.y))
        for seed in seeds
    ]
    labels = (have.y + np.stack(ahead)) % have.classes
    near = boundaries.nearest(have.X, have.y, have.X, labels)
    far = np.median(np.linalg.norm(have.X[near] - have.X, axis=2))
    X = boundaries.towards(first, have.X, labels, share * float(far))
    second = classifiers.fitted([seed + 500 for seed in seeds], X, labels, have.classes, net)
    return second.right(have.X_test, have.y_test).mean(1)


def clean_accuracy(seeds: Sequence[int], name: str, net: str, following: bool) -> Array:
    """The same at the small step."""
    return taught(tuple(seeds), name, net, following)


CHECKS: tuple[Check, ...] = (
    Check(
        name="random_labels_teach_the_first_rule",
        quantity="right answers to clean examples after learning random labels, a share",
        claim=theory.random_relabelling,
        predict=lambda: relabelled_accuracy(INPUTS, EXAMPLES, LENGTH, 1.0, STEP, "random"),
        measure=relabelled,
        terms={"mean of a ratio for a ratio of means": 0.008, "40 sets of examples": 0.004},
        rival=lambda: standard_accuracy([LENGTH], 1.0),
        rival_why="all of the first rule, whatever the number of examples",
    ),
    *(
        Check(
            name=f"step_that_turns_{count}_of_nine_others",
            quantity="log of the step from which the own class wins, in log units of the noise",
            claim=theory.wrong_labels,
            predict=partial(derived_step, others),
            measure=partial(step_that_turns, others=others),
            terms={"4000 examples": 0.12},
            rival=rival,
            rival_why=why,
        )
        for others, count, rival, why in (
            (
                1,
                "one",
                float(np.log(DISTANCE)),
                "all the way to the mean of the other class",
            ),
            (
                9,
                "nine",
                float(np.log(DISTANCE / 2)),
                "the boundary of the first rule, as for one other class",
            ),
        )
    ),
    Check(
        name="relabelled_images_teach_the_right_classes",
        quantity="right answers to clean examples, a share",
        claim=theory.wrong_labels,
        predict=Threshold(theory.USEFUL, PART),
        measure={
            "digits, random other class": partial(
                clean_accuracy, name="digits", net="ReLU", following=False
            ),
            "digits, next class": partial(
                clean_accuracy, name="digits", net="ReLU", following=True
            ),
            "digits, random other class, tanh": partial(
                clean_accuracy, name="digits", net="tanh", following=False
            ),
            "MNIST-1D, random other class": partial(
                clean_accuracy, name="MNIST-1D", net="ReLU", following=False
            ),
            "MNIST-1D, next class": partial(
                clean_accuracy, name="MNIST-1D", net="ReLU", following=True
            ),
        },
        terms={"500 held-out examples, in the median": 0.01},
        rival=0.1,
        rival_why="labels that are wrong teach nothing: chance",
        side="at least",
        settles=(Settles(theory.USEFUL, part=PART, scope="instances"),),
        rounds=2,
    ),
)


def portrait(axes: Any) -> None:
    """Clean accuracy of rules that learn from relabelled examples, over the step: labels at random
    and all wrong, derived and measured, and the first rule.
    """
    steps = np.linspace(0, 2 * LENGTH, 81)
    for labels, colour, label in (
        ("random", "#0072B2", "derived: labels at random"),
        ("opposite", "#009E73", "derived: every label wrong"),
    ):
        values = [
            relabelled_accuracy(INPUTS, EXAMPLES, LENGTH, 1.0, float(eps), labels)  # type: ignore[arg-type]
            for eps in steps
        ]
        axes.plot(steps, values, color=colour, label=label)
        for eps in np.linspace(0, 2 * LENGTH, 9):
            found = np.sort(relabelled(range(11), float(eps), labels == "opposite"))
            ends = [[found[5] - found[0]], [found[-1] - found[5]]]
            axes.errorbar(eps, found[5], ends, fmt="o", color="#D55E00", ms=3)
    first = standard_accuracy([LENGTH], 1.0)
    axes.axhline(first, ls="--", color="#999999", label="rival: first rule, whatever the step")
    axes.axvline(LENGTH, color="#BBBBBB", lw=0.8)
    axes.set(
        xlabel="step, in units of an input; grey: as far as the boundary",
        ylabel="right answers to clean examples, a share",
        title="Wrong labels teach the right rule: 400 relabelled examples of 50 inputs",
    )
    axes.legend(loc="lower right")
