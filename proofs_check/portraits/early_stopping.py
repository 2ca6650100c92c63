"""The risk over the time of training, and what training on costs."""

from typing import Any

import numpy as np

from numerics import early_stopping as numerics
from proofs_check import early_stopping as check
from proofs_check.core.judging import median_interval
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS


def portrait(axes: Any) -> None:
    """Derived risk with noise and without; networks are measured late over early."""
    times = np.geomspace(1, 2000, 200)
    rates, coefficients = check.modes()
    early = float(numerics.risk(check.EARLY, rates, coefficients, check.NOISE))
    derived = numerics.risk(times, rates, coefficients, check.NOISE)
    axes.loglog(times, derived, color=BLUE, label=f"derived: noise of {check.NOISE:g}")
    clean = numerics.risk(times, rates, coefficients, 0.0)
    axes.loglog(times, clean, color=GREEN, label="derived: no noise")
    best = numerics.optimal_time(rates, coefficients, check.NOISE)
    axes.axvline(best, ls=":", color=BLUE, label="derived: when to stop")
    rises = check.rise_of_networks(SEEDS, m=128, draws=6)
    low, high = early * np.exp(median_interval(rises))
    middle = early * np.exp(np.median(rises))
    axes.errorbar(
        [check.LATE],
        [middle],
        [[middle - low], [high - middle]],
        fmt="ko",
        ms=4,
        capsize=3,
        label="measured: networks, 11 seeds",
    )
    axes.plot([check.EARLY, times[-1]], [early, early], "--", color=GREY)
    axes.plot([], [], "--", color=GREY, label="rival: training on costs nothing")
    axes.set(
        xlabel="time of gradient flow, dimensionless",
        ylabel="squared error, sum over 12 points,\nin units of the squared target",
        title="Twelve noisy points on a circle",
        ylim=(0.1, 30),
    )
    axes.legend(fontsize=8)
