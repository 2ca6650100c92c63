"""Both scales of a start, read off the path of the trained network."""

from typing import Any

import numpy as np

from proofs_check import identifiability as check
from proofs_check.portraits import BLUE, GREEN, GREY, RED, SEEDS, points


def portrait(axes: Any) -> None:
    """What a neuron and the end tell, over the scales that the start had; the rival knows the
    output scale alone.
    """
    ends = np.array([0.04, 3.0])
    axes.loglog(ends, ends, color=BLUE, label="derived: the path tells both")
    scales = list(check.SCALES)
    for which, measure, colour, label in (
        (0, check.measured_kappa, GREEN, r"$\kappa$, of the end"),
        (1, check.measured_kappa_p, RED, r"$\kappa'$, of a neuron"),
    ):
        at = np.exp([check.predicted(which, name) for name in scales])
        seen = [np.exp(measure(SEEDS, name)) for name in scales]
        points(axes, at, seen, f"measured: {label}", color=colour)
    at = np.exp([check.predicted(0, name) for name in scales])
    alone = np.exp([check.output_scale_alone(name) for name in scales])
    axes.loglog(at, alone, "x--", color=GREY, label=r"rival for $\kappa$: the output scale alone")
    axes.axhline(1, ls=":", color=GREY, label=r"rival for $\kappa'$: one for both layers")
    axes.set(
        xlabel="scale of the start, dimensionless",
        ylabel="scale read off the training, dimensionless",
        title="Two starts, 11 seeds: both scales can be told",
    )
    axes.legend(fontsize=8)
