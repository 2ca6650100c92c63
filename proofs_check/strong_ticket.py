"""Does the best subset of random weights come as near to a target as derived?  All subsets of eight
to fourteen weights.

Set-up.  60 draws of weights that are uniform between -1 and 1, the target one half.  Source: our
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics import strong_ticket as numerics
from proofs_check.core.check import Check
from theory import strong_ticket as theory

Array = np.ndarray
TARGET, COUNTS, DRAWS = 0.5, (8, 10, 12, 14), 60


def slope_of_the_error(seeds: Sequence[int]) -> Array:
    """Slope of the log of the median error of the best subset in the number of weights."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 88])
        medians = []
        for k in COUNTS:
            weights = rng.uniform(-1, 1, (DRAWS, k))
            bits = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
            medians.append(np.median(np.abs(weights @ bits.T - TARGET).min(1)))
        found.append(np.polyfit(COUNTS, np.log(medians), 1)[0])
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="error_of_the_best_subset",
        quantity="slope of the log of the median error of the best subset in the number of "
        "weights, dimensionless",
        claim=theory.subset_density,
        predict=lambda: _slope(np.log(numerics.median_error(TARGET, np.array(COUNTS)))),
        measure=slope_of_the_error,
        terms={"medians of 60 draws, 3.5 standard errors": 0.15, "subsets that meet": 0.05},
        rival=lambda: _slope(-np.log(COUNTS)),
        rival_why="weights are taken one by one: one over their number",
    ),
)


def _slope(logs: Array) -> float:
    return float(np.polyfit(COUNTS, logs, 1)[0])


def portrait(axes: Any) -> None:
    """Error of the best subset over the number of weights: median of draws, and as derived."""
    fine = np.linspace(4, 16, 60).round()
    axes.semilogy(fine, numerics.median_error(TARGET, fine), color="#0072B2", label="derived")
    for k in COUNTS:
        found = []
        for seed in range(11):
            weights = np.random.default_rng([seed, 89]).uniform(-1, 1, (DRAWS, k))
            found.append(
                np.median([abs(numerics.best_subset(w, TARGET)[0] - TARGET) for w in weights])
            )
        ends = np.sort(found)
        bars = np.abs(ends[[0, -1]] - ends[5])[:, None]
        axes.errorbar(k, ends[5], bars, fmt="o", color="#0072B2", ms=4)
    first = float(numerics.median_error(TARGET, COUNTS[0]))
    axes.semilogy(fine, first * COUNTS[0] / fine, "--", color="#999999", label="rival: one by one")
    halves = 0.5**fine
    axes.semilogy(fine, halves, ":", color="#009E73", label="derived bound: weights that halve")
    axes.set(
        xlabel="random weights, a count",
        ylabel="distance of the best subset from one half,\nin units of a weight",
        title="Subsets come near a number fast: median of 60 draws, 11 seeds",
    )
    axes.legend()
