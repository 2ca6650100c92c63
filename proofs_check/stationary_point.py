"""What loss is left where there is no slope, and which part of a residual can a gradient reach?
Jacobians of tanh networks at random weights, and random labels.

Set-ups.  A tanh network of four units and three inputs, linear in its weights around a random
start; 40 normal inputs and normal labels that do not depend on it; least squares, and projections.
Source: Nguyen, Hein, ICML 2017; Kawaguchi, Huang, Kaelbling, Neural Computation 31, 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics import stationary_point as numerics
from proofs_check.core.check import Check
from theory import stationary_point as theory

Array = np.ndarray
N, INPUTS, UNITS = 40, 3, 4
PARAMETERS = UNITS * (INPUTS + 1)


def _jacobian(rng: np.random.Generator, n: int, units: int) -> Array:
    """Jacobian (n, units (INPUTS + 1)) of a tanh network at normal weights and inputs."""
    X, W, a = (rng.standard_normal(s) for s in ((n, INPUTS), (units, INPUTS), units))
    h = np.tanh(X @ W.T)
    of_w = ((1 - h**2) * a)[:, :, None] * X[:, None]
    return np.asarray(np.c_[h, of_w.reshape(n, -1)])


def loss_that_is_left(seeds: Sequence[int], draws: int = 200, units: int = UNITS) -> Array:
    """Mean of half the mean squared error that least squares leaves of random labels."""
    found = []
    for seed in seeds:
        rng, losses = np.random.default_rng([seed, 88]), []
        for _ in range(draws):
            J, y = _jacobian(rng, N, units), rng.standard_normal(N)
            step = np.linalg.lstsq(J, y, rcond=None)[0]
            losses.append(((y - J @ step) ** 2).mean() / 2)
        found.append(np.mean(losses))
    return np.array(found)


def reachable_energy(seeds: Sequence[int], draws: int = 400) -> Array:
    """Mean share of the squared length of a random residual in the range of the Jacobian."""
    found = []
    for seed in seeds:
        rng, shares = np.random.default_rng([seed, 91]), []
        for _ in range(draws):
            J, e = _jacobian(rng, N, UNITS), rng.standard_normal(N)
            q = np.linalg.qr(J)[0]
            shares.append(((q.T @ e) ** 2).sum() / (e @ e))
        found.append(np.mean(shares))
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="random_labels_are_left_outside_the_range",
        quantity="half the mean squared error of random labels, dimensionless",
        claim=theory.stationary_loss,
        predict=lambda: float(numerics.random_loss(PARAMETERS, N, 1.0)),
        measure=loss_that_is_left,
        terms={"200 draws, four standard errors": 0.03},
        rival=lambda: float(numerics.random_loss(UNITS, N, 1.0)),
        rival_why="only output weights reach labels: the rank of the features counts",
    ),
    Check(
        name="a_residual_is_reached_by_the_rank",
        quantity="mean share of a random residual in the range of the Jacobian, a share",
        claim=theory.stationary_loss,
        predict=lambda: 1 - 2 * float(numerics.random_loss(PARAMETERS, N, 1.0)),
        measure=reachable_energy,
        terms={"400 draws, five standard errors": 0.025},
        rival=1.0,
        rival_why="with fewer parameters than labels, too, there is always a way to go down",
    ),
)


def portrait(axes: Any) -> None:
    """Loss that is left of random labels over the rank of the Jacobian, derived and measured."""
    ranks = np.linspace(0, N, 50)
    axes.plot(ranks, numerics.random_loss(ranks, N, 1.0), color="#0072B2", label="derived")
    units = np.array([1, 3, 5, 7, 9])
    seen = np.array([loss_that_is_left(range(11), 20, int(k)) for k in units])
    middle = np.median(seen, 1)
    bars = np.abs(np.stack([seen.min(1), seen.max(1)]) - middle)
    parameters = units * (INPUTS + 1)
    axes.errorbar(
        parameters, middle, bars, fmt="o", color="#D55E00", ms=4, label="measured: 11 seeds"
    )
    features = np.minimum(ranks / (INPUTS + 1), N)
    rival = numerics.random_loss(features, N, 1.0)
    axes.plot(ranks, rival, "--", color="#999999", label="rival: only features count")
    axes.set(
        xlabel="rank of the Jacobian for 40 labels, a count",
        ylabel="half the mean squared error,\nin units of the squared label",
        title="At rest a network has fitted as many random labels as its Jacobian has ranks",
    )
    axes.legend(loc="lower left")
