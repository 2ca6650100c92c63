"""Does descent on modes of power-law rates have the derived envelope of loss against compute?
Least loss, exponent and the share that is missing at the best size, for random targets.

Set-up.  Models of the first N of 40000 modes with the rates k^-1.5, N from 8 to 1024, gradient
descent on a target with independent normal coefficients of variance k^-1.8, steps of size 0.1; C is
N times the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics import compute_law as numerics
from proofs_check.core.check import Check
from theory import compute_law as theory

Array = np.ndarray
ALPHA, BETA = 1.5, 1.8
U = BETA - 1
MODES, RATE = 40_000, 0.1
SIZES = np.unique(np.geomspace(8, 1024, 29).astype(int))
TARGETS = 40  # whose losses are averaged for a seed
COMPUTE = (1e4, 1e5, 1e6)
DECADES = float(np.log(COMPUTE[2] / COMPUTE[0]))


@cache
def losses(seeds: tuple[int, ...], C: float) -> Array:
    """Losses (S, sizes, 2) at a compute: of modes that the model has, and of those it has not."""
    k = np.arange(1, MODES + 1.0)
    beyond = MODES**-U / U  # of the modes after the last one
    found = np.zeros((len(seeds), len(SIZES), 2))
    for s, seed in enumerate(seeds):
        rng = np.random.default_rng([int(seed), 62])
        squares = rng.chisquare(TARGETS, MODES) / TARGETS * k**-BETA
        for at, N in enumerate(SIZES):
            steps = C / N / RATE
            left = np.exp(2 * steps * np.log1p(-RATE * k[:N] ** -ALPHA))
            found[s, at] = (left * squares[:N]).sum(), squares[N:].sum() + beyond
    return found


def least_loss(seeds: Sequence[int], C: float = COMPUTE[1]) -> Array:
    """log of the least loss over sizes."""
    return np.log(losses(tuple(seeds), C).sum(2).min(1))


def slope(seeds: Sequence[int]) -> Array:
    """Exponent of the least loss in C over two decades."""
    return (least_loss(seeds, COMPUTE[2]) - least_loss(seeds, COMPUTE[0])) / DECADES


def missing_share(seeds: Sequence[int], C: float = COMPUTE[1]) -> Array:
    """Share of the loss at the best size that is due to modes that the model has not."""
    paths = losses(tuple(seeds), C)
    best = paths.sum(2).argmin(1)
    at_best = paths[np.arange(len(best)), best]
    return np.asarray(at_best[:, 1] / at_best.sum(1))


def predicted_share() -> float:
    """The same from the joint law: N^-u / u over the least loss."""
    C = COMPUTE[1]
    size = numerics.best_size(C, ALPHA, BETA)
    return float(size**-U / U / numerics.envelope(C, ALPHA, BETA))


def _log(law: Any, at: int = 1) -> float:
    return float(np.log(law(COMPUTE[at], ALPHA, BETA)))


CHECKS: tuple[Check, ...] = (
    Check(
        name="least_loss_at_a_compute",
        quantity="log of the least loss at C = 10^5, in log units of the target's scale",
        claim=theory.envelope,
        predict=lambda: _log(numerics.envelope),
        measure=least_loss,
        terms={"random targets, 40 at a time": 0.1, "grid of sizes, sums for integrals": 0.02},
        rival=lambda: _log(numerics.two_term_envelope),
        rival_why="law of two terms, one of the size and one of the time, with the same limits",
    ),
    Check(
        name="exponent_in_compute",
        quantity="slope of log least loss in log C over two decades, dimensionless",
        claim=theory.envelope,
        predict=lambda: (_log(numerics.envelope, 2) - _log(numerics.envelope, 0)) / DECADES,
        measure=slope,
        terms={"random targets, 40 at a time": 0.04, "grid of sizes": 0.01},
        rival=-U / ALPHA,
        rival_why="exponent of the time: compute is time",
    ),
    Check(
        name="share_of_missing_modes_at_the_best_size",
        quantity="share of the least loss that a larger model could remove, dimensionless",
        claim=theory.envelope,
        predict=predicted_share,
        measure=missing_share,
        terms={"random targets": 0.06, "grid of sizes": 0.06},
        rival=1 / (1 + ALPHA),
        rival_why="law of two terms: one over 1 + alpha",
    ),
)


def portrait(axes: Any) -> None:
    """Loss against compute of models of several sizes, their derived envelope, and that of the law
    of two terms.
    """
    C = np.geomspace(1e3, 1e7, 41)
    paths = np.stack([np.median(losses((0, 1, 2), c).sum(2), 0) for c in C])
    for at in range(0, len(SIZES), 4):
        label = f"N = {SIZES[at]}" if at in (0, len(SIZES) - 1) else None
        axes.loglog(C, paths[:, at], color="#56B4E9", lw=0.8, label=label)
    axes.plot(C, numerics.envelope(C, ALPHA, BETA), color="#0072B2", label="derived: envelope")
    two = numerics.two_term_envelope(C, ALPHA, BETA)
    axes.plot(C, two, "--", color="#999999", label="rival: law of two terms")
    for c in COMPUTE:
        found = np.sort(losses(tuple(range(11)), c).sum(2).min(1))
        ends = [[found[5] - found[0]], [found[-1] - found[5]]]
        axes.errorbar(c, found[5], ends, fmt="o", color="#D55E00", ms=4)
    axes.set(
        xlabel=r"compute $C = N t$, in parameters times steps",
        ylabel="loss, in units of the squared target",
        title=r"Rates $k^{-1.5}$, target $k^{-1.8}$",
    )
    axes.legend()
