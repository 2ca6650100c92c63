"""Do more factors make descent faster?  Times of products of one to five factors at a strong and a
weak target, and the rates of two targets at their end.

Set-up.  Deep linear networks with square layers of two units and orthogonal singular vectors drawn
for each seed, the same in neighbouring layers (a balanced start), descent of half the squared error
with small steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import deep_linear as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import deep_linear as theory

Array = np.ndarray
STRONG, WEAK, START, DEEP = 3.0, 0.2, 0.01, 4  # targets, start, factors
STEP = 0.01  # of descent, times the rate at the end
OTHER = 1.0  # the weaker of two targets in one network


@cache
def path(
    seeds: tuple[int, ...], N: int, targets: tuple[float, float], until: float
) -> tuple[Array, float]:
    """Singular values (steps, S, 2) along descent of ``N`` matrices until all have this share of
    their targets, and its step.
    """
    rng = [np.random.default_rng([seed, 81]) for seed in seeds]
    bases = [
        np.stack([np.linalg.qr(r.standard_normal((2, 2)))[0] for r in rng]) for _ in range(N + 1)
    ]
    layers = [START ** (1 / N) * bases[at + 1] @ bases[at].mT for at in range(N)]
    target = bases[N] * np.array(targets) @ bases[0].mT
    h = STEP / (N * max(targets) ** (2 - 2 / N))
    found: list[Array] = []
    while not found or (found[-1] < until * np.array(targets)).any():
        below = [np.broadcast_to(np.eye(2), target.shape)]
        for W in layers:
            below.append(W @ below[-1])
        found.append(np.einsum("sji,sjk,ski->si", bases[N], below[-1], bases[0]))
        above = target - below[-1]
        for at in range(N - 1, -1, -1):
            pull = above @ below[at].mT
            above = layers[at].mT @ above
            layers[at] = layers[at] + h * pull
    return np.array(found), h


def time_to(values: Array, level: float, h: float) -> Array:
    """Times (S,) at which values (steps, S), rising, reach a level, between steps by a line."""
    at, seeds = (values < level).sum(0), np.arange(values.shape[1])
    low, high = values[at - 1, seeds], values[at, seeds]
    return np.asarray(h * (at - 1 + (level - low) / (high - low)))


def time_ratio(seeds: Sequence[int], target: float, N: int = DEEP) -> Array:
    """log of the time to nine tenths of a target with N factors over that with one."""
    logs = []
    for factors in (N, 1):
        values, h = path(tuple(seeds), factors, (target, target), 0.91)
        logs.append(np.log(time_to(values[:, :, 0], 0.9 * target, h)))
    return logs[0] - logs[1]


def rate_ratio(seeds: Sequence[int], N: int = DEEP) -> Array:
    """log of the rate at the end of the stronger of two targets in one network over the other's."""
    targets = (STRONG, OTHER)
    values, h = path(tuple(seeds), N, targets, 0.999)
    times = [
        time_to(values[:, :, at], 0.998 * goal, h) - time_to(values[:, :, at], 0.99 * goal, h)
        for at, goal in enumerate(targets)
    ]
    return np.log(times[1] / times[0])


def derived_ratio(target: float, N: int = DEEP) -> float:
    """log of the derived times, N factors over one."""
    deep, one = (numerics.balanced_time(at, START, 0.9 * target, target) for at in (N, 1))
    return float(np.log(deep / one))


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=f"time_to_a_{which}_target",
            quantity="log ratio of times to nine tenths, four factors over one, dimensionless",
            claim=theory.balanced_time,
            predict=partial(derived_ratio, target),
            measure=partial(time_ratio, target=target),
            terms={"step, of first order": 2 * STEP},
            rival=-float(np.log(DEEP)),
            rival_why="depth is a larger step: N factors are N times as fast",
        )
        for which, target in (("strong", STRONG), ("weak", WEAK))
    ),
    Check(
        name="rates_of_two_targets",
        quantity="log ratio of rates at the end, target 3 over 1, four factors, dimensionless",
        claim=theory.conditioning,
        predict=lambda: float(
            np.log(Prediction(theory.conditioning, {theory.N: DEEP, theory.r: STRONG / OTHER})())
        ),
        measure=rate_ratio,
        terms={"step, of first order": 2 * STEP, "from 0.01 to 0.002 of the target": 0.02},
        rival=0.0,
        rival_why="depth preconditions: every target has one rate at the end",
    ),
)


def portrait(axes: Any) -> None:
    """Time to nine tenths of a target over that of one factor, by the number of factors: derived,
    measured, and as one over that number.
    """
    numbers = np.arange(1, 7)
    for target, colour in ((STRONG, "#0072B2"), (1.0, "#009E73"), (WEAK, "#D55E00")):
        derived = [np.exp(derived_ratio(target, int(N))) for N in numbers]
        axes.semilogy(numbers, derived, color=colour, label=f"derived: target {target:g}")
        points = [np.exp(time_ratio((0, 1, 2), target, int(N))) for N in numbers[1::2]]
        axes.plot(numbers[1::2], np.median(points, 1), "o", color=colour)
    axes.plot(numbers, 1 / numbers, "--", color="#999999", label="rival: one over their number")
    axes.set(
        xlabel="factors, a count",
        ylabel="time over that of one factor, dimensionless",
        title=f"Time to nine tenths of the target, start {START:g}; dots: descent",
        ylim=(0.03, 30),
    )
    axes.legend(loc="lower left", fontsize=8)
