"""Does the best subset of random weights come as near to a target as derived?  All subsets of eight
to fourteen weights.

Set-up.  60 draws of weights that are uniform between -1 and 1, the target one half.  Source: our
own.
"""

from __future__ import annotations

from collections.abc import Sequence

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
        terms={"medians of 60 draws, three standard errors": 0.15, "subsets that meet": 0.05},
        rival=lambda: _slope(-np.log(COUNTS)),
        rival_why="weights are taken one by one: one over their number",
    ),
)


def _slope(logs: Array) -> float:
    return float(np.polyfit(COUNTS, logs, 1)[0])
