"""Where does descent end from units that all serve one point, and what is the loss half-way between
two orders of the units of a fit?  ReLU units on two points.

Set-ups.  Eight units, w > 0, starts so small that no output is above one, gradient descent; and two
units that fit both points, exchanged.  Source: Prince, Understanding Deep Learning, MIT Press 2023,
section 20.2.3 and problem 20.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics import fitted_loss as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import fitted_loss as theory

Array = np.ndarray
UNITS = 8


def loss_of_one_side(seeds: Sequence[int]) -> Array:
    """Loss at the end of descent from units that are all on the side of one point."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 99])
        a, w = np.abs(rng.standard_normal((2, UNITS))) * 0.2  # no output above one
        for _ in range(800):
            errors = [(a * np.maximum(side * w, 0)).sum() - 1 for side in (1, -1)]
            a, w = (
                a
                - 0.05
                * sum(e * np.maximum(s * w, 0) for e, s in zip(errors, (1, -1), strict=True))
                / 2,
                w
                - 0.05
                * sum(e * s * a * (s * w > 0) for e, s in zip(errors, (1, -1), strict=True))
                / 2,
            )
        errors = [(a * np.maximum(side * w, 0)).sum() - 1 for side in (1, -1)]
        found.append((errors[0] ** 2 + errors[1] ** 2) / 4)
    return np.array(found)


def loss_of_exchanged(seeds: Sequence[int]) -> Array:
    """Loss half-way between a fit by two units from a random balanced start and the same fit with
    its units exchanged.
    """
    found = []
    for seed in seeds:
        size = np.random.default_rng([seed, 100]).uniform(0.1, 0.9)
        a, w = np.full(2, size), np.array([size, -size])
        for _ in range(800):
            e = a * np.abs(w) - 1
            a, w = a - 0.05 * e * np.abs(w) / 2, w - 0.05 * e * a * np.sign(w) / 2
        middle, on = (a + a[::-1]) / 2, (w + w[::-1]) / 2
        errors = [(middle * np.maximum(side * on, 0)).sum() - 1 for side in (1, -1)]
        found.append(np.mean(np.square(errors)) / 2)
    return np.array(found)


def derived_half_way() -> float:
    """Half the mean square of what the mean of both orders changes."""
    points = np.array([[1.0], [-1.0]])
    return float((numerics.permutation_midpoint([1, 1], points, points) ** 2).mean() / 2)


CHECKS: tuple[Check, ...] = (
    Check(
        name="units_on_one_side_end_at_a_quarter",
        quantity="loss at the end of descent, dimensionless",
        claim=theory.fit_and_trap,
        predict=Prediction(theory.fit_and_trap, {}, part=3),
        measure=loss_of_one_side,
        terms={"end of descent": 1e-3},
        rival=0.0,
        rival_why="networks that can be fitted by descent have no bad local minima",
    ),
    Check(
        name="half_way_between_two_orders_nothing_is_fitted",
        quantity="loss half-way between two orders of the units of a fit, dimensionless",
        claim=theory.permuted_minima,
        predict=derived_half_way,
        measure=loss_of_exchanged,
        terms={"end of descent": 1e-3},
        rival=0.0,
        rival_why="a loss that is fitted is convex, so that a mean of fits is a fit",
    ),
)


def portrait(axes: Any) -> None:
    """Loss along the line from a fit to the same fit with its units exchanged."""
    places, losses = np.linspace(0, 1, 101), []
    for s in places:
        a, w = np.ones(2), np.array([1 - 2 * s, 2 * s - 1])
        errors = [(a * np.maximum(side * w, 0)).sum() - 1 for side in (1, -1)]
        losses.append(np.mean(np.square(errors)) / 2)
    axes.plot(places, losses, color="#0072B2", label="two ReLU units, along the line")
    axes.plot([0.5], [derived_half_way()], "o", mfc="none", color="#0072B2", label="derived")
    found = np.sort(loss_of_exchanged(range(11)))
    bars = np.abs(found[[0, -1]] - found[5])[:, None]
    axes.errorbar([0.5], [found[5]], bars, fmt="x", color="#D55E00", label="measured: 11 starts")
    axes.axhline(0, ls="--", color="#999999", label="rival: convex where it is fitted")
    axes.set(
        xlabel="place between two orders of the units, dimensionless",
        ylabel="loss, in units of the squared target",
        title="Between a fit and the same fit with its units exchanged lies a barrier",
    )
    axes.legend(loc="upper right")
