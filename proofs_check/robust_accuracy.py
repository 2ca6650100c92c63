"""Do rules that are learnt from examples of two Gaussian classes have their boundary as near, and
lose as much under attack, as derived?

Set-ups.  (1) 64 inputs, means of length 2: the rule is the mean of labelled examples; its distance
from held-out examples that it gets right, and the distances of pairs from both classes.  (2) 100
equal inputs of 0.2, each changed by 0.4 with the signs of the rule.  Source: Tsipras, Santurkar,
Engstrom, Turner, Madry, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics.robust_accuracy import gaussian_ratio, robust_accuracy, standard_accuracy
from proofs_check.core.check import Check
from theory import robust_accuracy as theory

Array = np.ndarray
LENGTH, INPUTS, EXAMPLES = 2.0, 64, 4000  # of the means; for training and held out
ETA, EQUAL = 0.2, 100  # entries of the means, inputs


def _examples(seed: int, mu: Array, stream: int) -> tuple[Array, Array]:
    rng = np.random.default_rng([int(seed), stream])
    y = rng.choice([-1.0, 1.0], EXAMPLES)
    return y[:, None] * mu + rng.standard_normal((EXAMPLES, len(mu))), y


def learnt(seed: int, mu: Array) -> tuple[Array, Array, Array]:
    """Mean of labelled examples (d,), and new examples and classes."""
    X, y = _examples(seed, mu, 34)
    return (y[:, None] * X).mean(0), *_examples(seed, mu, 35)


def distances(seeds: Sequence[int]) -> Array:
    """log of the mean distance to the boundary over the root mean square distance of pairs."""
    mu, found = np.zeros(INPUTS), []
    mu[0] = LENGTH
    for seed in seeds:
        w, X, y = learnt(seed, mu)
        near = (y * (X @ w)).mean() / np.linalg.norm(w)
        up, down = X[y > 0], X[y < 0]
        pairs = min(len(up), len(down))
        far = np.sqrt(((up[:pairs] - down[:pairs]) ** 2).sum(1).mean())
        found.append(np.log(near / far))
    return np.array(found)


def attacked(seeds: Sequence[int], eps: float = 2 * ETA) -> Array:
    """Share of right answers when each input is changed by eps against the class."""
    mu, found = np.full(EQUAL, ETA), []
    for seed in seeds:
        w, X, y = learnt(seed, mu)
        found.append((y * ((X - eps * y[:, None] * np.sign(w)) @ w) > 0).mean())
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="boundary_is_nearer_than_examples",
        quantity="log of the distance to the boundary over that of two examples, dimensionless",
        claim=theory.distance_of_classes,
        predict=lambda: float(np.log(gaussian_ratio(LENGTH, 1.0, INPUTS))),
        measure=distances,
        terms={"4000 examples": 0.03, "the rule is learnt": 0.01},
        rival=float(np.log(0.5)),
        rival_why="a boundary in the middle between two examples",
    ),
    Check(
        name="right_and_wrong_change_places",
        quantity="right answers when each input is changed by 0.4, a share",
        claim=theory.accuracy,
        predict=lambda: robust_accuracy(np.full(EQUAL, ETA), 1.0, 2 * ETA, "Linf"),
        measure=attacked,
        terms={"4000 examples": 0.01, "the rule is learnt": 0.01},
        rival=lambda: robust_accuracy(np.full(EQUAL, ETA), 1.0, 2 * ETA, "L2"),
        rival_why="a step of that length, as if all inputs together changed by 0.4",
    ),
)


def portrait(axes: Any) -> None:
    """Right answers over the size of the attack: steps of a length and steps in each input, and
    measured ones.
    """
    mu, sizes = np.full(EQUAL, ETA), np.linspace(0, 3 * ETA, 61)
    for norm, style, colour, label in (
        ("Linf", "-", "#0072B2", "derived: so much in each input"),
        ("L2", "--", "#999999", "rival: a step of this length"),
    ):
        values = [robust_accuracy(mu, 1.0, float(eps), norm) for eps in sizes]  # type: ignore[arg-type]
        axes.plot(sizes, values, style, color=colour, label=label)
    for eps in np.linspace(0, 3 * ETA, 7):
        found = np.sort(attacked(range(11), float(eps)))
        ends = [[found[5] - found[0]], [found[-1] - found[5]]]
        name = "measured: learnt rules" if eps == 0 else None
        axes.errorbar(eps, found[5], ends, fmt="o", color="#D55E00", ms=4, label=name)
    axes.axhline(standard_accuracy(mu, 1.0), color="#009E73", lw=0.8, label="derived: no attack")
    axes.set(
        xlabel="size of the step, in units of an input's deviation",
        ylabel="right answers, a share",
        title="A small step in each of 100 inputs undoes what they tell together",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
