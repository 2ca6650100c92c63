"""How far trained networks end from the nearest interpolant, over the width."""

from typing import Any

import numpy as np

from proofs_check import minimum_norm as check
from proofs_check.portraits import BLUE, GREY, points, through

GROUPS, COPIES = 11, 3  # root mean squares over copies


def portrait(axes: Any) -> None:
    """Deviation at unseen inputs: the derived exponent, networks, and no fall with the width."""
    many = tuple(range(GROUPS * COPIES))
    seen = [
        np.sqrt((check.networks(many, m, 0.5)["deviation"] ** 2).reshape(GROUPS, COPIES).mean(1))
        for m in check.WIDTHS
    ]
    m = np.array(check.WIDTHS)
    derived = through(m, seen, check.exponent())
    axes.loglog(m, derived, color=BLUE, label=f"derived: exponent {check.exponent():g}")
    points(axes, m, seen, f"measured: {GROUPS} seeds of {COPIES} networks")
    flat = np.full(len(m), np.median(seen[0]))
    axes.loglog(m, flat, "--", color=GREY, label="rival: width does not matter")
    axes.set(
        xlabel="width, in pairs of neurons",
        ylabel="distance to the nearest interpolant,\nin units of the targets",
        title="Wide networks end at the interpolant nearest to their start",
    )
    axes.set_xticks(m, [str(width) for width in m])
    axes.minorticks_off()
    axes.legend()
