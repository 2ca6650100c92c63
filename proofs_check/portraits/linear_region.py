"""How many linear regions networks can have, over the units of a layer."""

import math
from typing import Any

import numpy as np

from numerics import linear_region as numerics
from proofs_check.core.portrait import judged

PRINTED = (400, 42)  # units of each of two layers, and the power of ten that the source prints
INPUTS, COUNTED = 40, (9, 3)  # of MNIST-1D; units and inputs of the arrangement that is counted


def portrait(axes: Any) -> None:
    """Bounds on the maximum of two layers, one layer, a count, and the number in print."""
    units = np.unique(np.geomspace(INPUTS, 1000, 30).astype(int))
    low, high = np.array([powers(numerics.deep_bounds(int(n), INPUTS, 2)) for n in units]).T
    axes.fill_between(units, low, high, color="#0072B2", alpha=0.3, lw=0)
    axes.plot(units, low, color="#0072B2", label="derived: two layers, 40 inputs, between bounds")
    axes.plot(units, high, color="#0072B2")
    few = np.unique(np.geomspace(3, 1000, 40).astype(int))
    axes.plot(
        few,
        [powers((numerics.maximum(int(n), COUNTED[1]),))[0] for n in few],
        color="#009E73",
        label="derived: one layer, three inputs",
    )
    entry = judged("linear_region", "random_weights_reach_the_maximum")
    counted = np.median(entry["values"]) / np.log(10)
    axes.plot([COUNTED[0]], [counted], "ko", label="measured: counted at random weights")
    axes.plot(few[few < 400], few[few < 400] * np.log10(2), "--", color="#999999")
    axes.plot([], [], "--", color="#999999", label="rival: every pattern of active units")
    axes.plot(*PRINTED, "o", mfc="none", color="#D55E00", ms=9, label="the source: two layers")
    axes.set(
        xscale="log",
        xlabel="units of a layer, a count",
        ylabel="linear regions, a power of ten",
        ylim=(0, 130),
        title="Largest number of linear regions",
    )
    axes.legend(fontsize=8)


def powers(counts: tuple[int, ...]) -> list[float]:
    """log10 of integers of any size."""
    return [math.log10(count) for count in counts]
