"""The constant of the linear frequency principle over the scale of the bias."""

from typing import Any

import numpy as np

from numerics.linear_frequency_principle import bias_density
from proofs_check.core.portrait import judged

MEASURED_AT = 20.0  # standard deviation of the bias in the check


def portrait(axes: Any) -> None:
    """Derived, measured in the exact kernel, and as published, which is half of it."""
    std = np.geomspace(5, 80, 60)
    derived = np.array([bias_density(std=s) for s in std])
    entry = judged("linear_frequency_principle", "constant")
    low, high = np.exp(entry["interval"])
    middle = float(np.exp(np.median(entry["values"])))
    axes.loglog(std, derived, color="#0072B2", label="derived: density of the bias at zero")
    axes.errorbar(
        MEASURED_AT,
        middle,
        [[middle - low], [high - middle]],
        fmt="ko",
        capsize=3,
        label="measured: in the exact kernel",
    )
    axes.loglog(std, derived / 2, "--", color="#999999", label="rival: as published")
    axes.plot(
        [MEASURED_AT],
        [bias_density(std=MEASURED_AT) / 2],
        "o",
        mfc="none",
        color="#D55E00",
        ms=9,
        label="printed in the source",
    )
    axes.set(
        xlabel="standard deviation of the bias, in units of x",
        ylabel="constant of the rate, in one over units of x",
        title="The published rate is half of what the kernel has: one dimension, Gaussian bias",
    )
    axes.legend()
