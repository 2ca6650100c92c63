"""Does L2 raise the least curvature by its coefficient, and is a product of two weights bent down
as derived?  Hessians by differences of losses.

Set-ups.  (1) A tanh network 2-3-1 at normal weights, Hessian of loss plus penalty.  (2) (a b - 1)^2
/ 2 at places drawn within a radius, second differences in drawn directions.  Source: Prince,
Understanding Deep Learning, MIT Press 2023, section 20.2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics import loss_landscape as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import loss_landscape as theory

Array = np.ndarray
LAM, RADIUS = 0.3, 2.0
SHAPES = (3, 4)  # units, and weights of one: two inputs, a bias, an output


def _network_loss(theta: Array, X: Array, y: Array, lam: float) -> Array:
    """Loss (B,) with the penalty, at theta (B, 12)."""
    parts = theta.reshape(-1, *SHAPES)
    f = (np.tanh(parts[:, :, :3] @ X.T) * parts[:, :, 3:]).sum(1)
    penalty = lam * (theta**2).sum(1) / 2
    return np.asarray(((f - y) ** 2).mean(1) / 2 + penalty)


def _least_by_differences(theta: Array, X: Array, y: Array, lam: float) -> float:
    """Least eigenvalue of the Hessian from differences of the loss alone."""
    step, size = 1e-4, len(theta)
    each = np.eye(size) * step
    signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
    corners = [
        _network_loss(
            (theta + p * each[:, None] + q * each[None]).reshape(-1, size), X, y, lam
        ).reshape(size, size)
        * p
        * q
        for p, q in signs
    ]
    return float(np.linalg.eigvalsh(sum(corners) / (4 * step**2))[0])


def rise_of_the_least(seeds: Sequence[int]) -> Array:
    """Least eigenvalue with the penalty less that without."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 97])
        X, y = np.c_[rng.standard_normal((20, 2)), np.ones(20)], rng.standard_normal(20)
        theta = rng.standard_normal(12)
        with_it, without = (_least_by_differences(theta, X, y, lam) for lam in (LAM, 0.0))
        found.append(with_it - without)
    return np.array(found)


def least_within(seeds: Sequence[int], radius: float = RADIUS) -> Array:
    """Least second difference of (a b - 1)^2 / 2 over places and directions in a disc."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 98])
        angle, turn = rng.uniform(0, 2 * np.pi, (2, 60_000))
        length = radius * rng.uniform(0, 1, 60_000) ** 0.25  # often near the edge
        a, b = length * np.cos(angle), length * np.sin(angle)
        losses = [
            ((a + s * np.cos(turn)) * (b + s * np.sin(turn)) - 1) ** 2 / 2 for s in (-1e-3, 0, 1e-3)
        ]
        found.append(((losses[0] - 2 * losses[1] + losses[2]) / 1e-6).min())
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="the_least_curvature_rises_by_the_coefficient",
        quantity="rise of the least eigenvalue of the Hessian, dimensionless",
        claim=theory.shifted_curvature,
        predict=Prediction(theory.shifted_curvature, {theory.lam: LAM}),
        measure=rise_of_the_least,
        terms={"differences in double precision": 1e-4},
        rival=2 * LAM,
        rival_why="the penalty is lambda |theta|^2, without the half",
    ),
    Check(
        name="a_product_is_bent_down_as_derived",
        quantity="least curvature within the radius two, dimensionless",
        claim=theory.product_curvature,
        predict=lambda: float(numerics.product_least_curvature(RADIUS)),
        measure=least_within,
        terms={"places and directions between those that are drawn": 0.1},
        rival=-1.0,
        rival_why="the saddle at the origin is the worst place, so that one lambda is enough",
    ),
)


def portrait(axes: Any) -> None:
    """Least curvature over the radius: derived, on a grid, and what is printed nowhere: a bound."""
    radii = np.linspace(0.1, 3, 60)
    axes.plot(radii, numerics.product_least_curvature(radii), color="#0072B2", label="derived")
    places = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
    seen = np.array([least_within(range(11), radius) for radius in places])
    middle = np.median(seen, 1)
    bars = np.abs(np.stack([seen.min(1), seen.max(1)]) - middle)
    axes.errorbar(places, middle, bars, fmt="o", color="#D55E00", ms=4, label="measured: 11 seeds")
    axes.axhline(-1, ls="--", color="#999999", label="rival: the origin is the worst place")
    axes.set(
        xlabel="distance from the origin, in units of a weight",
        ylabel="least curvature within it, dimensionless",
        title=r"$(ab - 1)^2 / 2$: no weight decay makes it convex everywhere",
    )
    axes.legend(loc="lower left")
