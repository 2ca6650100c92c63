"""Does stochastic descent cross the wall between two valleys, and does it never where its noise is
weaker than the wall?  Minibatches at two valleys.

Set-up.  The two valleys of the derivation, batches drawn with chance one half, 40 runs of 4000
steps of 1 / 16 from the bottom of one valley: noise of 6 times and of 0.99 times the steepest wall.
Source: Prince, Understanding Deep Learning, 2023, section 20.2.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from proofs_check.core.check import Check
from proofs_check.core.judging import typical
from theory import Settles, derive
from theory import valley_crossing as theory

Array = np.ndarray


def crossing_share(seeds: Sequence[int], noise: float, steps: int = 4000, runs: int = 40) -> Array:
    """Share of runs that were on the other side at any time, with noise so many times the steepest
    wall.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 75])
        x, crossed = np.ones(runs), np.zeros(runs, bool)
        push = noise * 2 / 27**0.5
        for _ in range(steps):
            x = x - (x**3 - x + push * rng.choice([-1.0, 1.0], runs)) / 16
            crossed |= x < 0
        found.append(crossed.mean())
    return np.array(found)


def derived_share(noise: float) -> float:
    """All or none, as the derived condition on the noise says."""
    crosses = derive(theory.crossing)[0].result.args[0]
    push = noise * 2 / 27**0.5
    return float(bool(crosses.subs({theory.x: 1.0, theory.r: push})))


CHECKS: tuple[Check, ...] = (
    Check(
        name="noise_beyond_the_steepest_wall_crosses",
        quantity="share of runs that cross, dimensionless",
        claim=theory.crossing,
        predict=partial(derived_share, 6.0),
        measure=partial(crossing_share, noise=6.0),
        terms={"runs of too few pushes in a row": 0.1},
        rival=0.0,
        rival_why="a valley that full-batch descent does not leave holds minibatches, too",
        settles=(Settles(theory.CROSSES, part="two valleys", scope="instances"),),
    ),
    Check(
        name="noise_below_the_steepest_wall_never_crosses",
        quantity="share of runs that cross, dimensionless",
        claim=theory.staying,
        predict=partial(derived_share, 0.99),
        measure=partial(crossing_share, noise=0.99),
        terms={"a run of forty": 0.025},
        rival=lambda: typical(crossing_share, noise=3.0),
        rival_why="as with noise of three times the steepest wall (measured)",
    ),
)


def portrait(axes: Any) -> None:
    """Share of runs that cross the wall between two valleys, over the noise; dashed the derived
    threshold, below which none does.
    """
    noise = np.array([0.5, 0.9, 1.5, 2.0, 2.5, 3.0, 4.0])
    found = np.sort([crossing_share(range(5), float(r)) for r in noise], 1)
    bars = np.abs(found[:, [0, -1]].T - found[:, 2])
    axes.errorbar(noise, found[:, 2], bars, fmt="o-", color="#0072B2", label="minibatches")
    axes.axvline(1.0, ls="--", color="#999999", label="derived: none below")
    axes.set(xlabel="noise over the steepest wall, dimensionless")
    axes.set(ylabel="runs that cross, a share")
    axes.set(title="Noise beyond the steepest wall crosses it: 4000 steps of 1/16")
    axes.legend()
