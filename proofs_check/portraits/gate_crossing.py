"""By how much a wide ReLU network misses its linear model, over the width."""

from typing import Any

import numpy as np

from proofs_check import gate_crossing as check
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points

WIDTHS = (128, 512, 2048)
SMOOTH = -1.0  # exponent of the rival: the error of a smooth activation


def portrait(axes: Any) -> None:
    """The error at the datum and elsewhere: derived, of one step of descent, and as if smooth."""
    m = np.geomspace(100, 3000, 40)
    for which, place, measure, colour, label in (
        (0, check.AT_DATUM, check.measured_at_the_datum, BLUE, "at the datum"),
        (1, check.ELSEWHERE, check.measured_elsewhere, GREEN, "elsewhere"),
    ):
        derived = np.exp([check.predicted(which, width, **place) for width in m])
        axes.loglog(m, derived, color=colour, label=f"derived: {label}")
        seen = [np.exp(measure(SEEDS, width)) for width in WIDTHS]
        points(axes, WIDTHS, seen, f"measured: {label}, 11 seeds", color=colour)
        if which == 0:
            axes.loglog(
                m,
                derived[0] * (m / m[0]) ** SMOOTH,
                "--",
                color=GREY,
                label="rival: as a smooth activation",
            )
    axes.set(
        xlabel="width, in pairs of neurons",
        ylabel="error of the linear model, in units of the target",
        title="One step of descent: neurons that cross their kink",
    )
    axes.legend(fontsize=8)
