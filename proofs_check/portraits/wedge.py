"""At which end of its bounds the drift in the wedge is, over the width."""

from typing import Any

import numpy as np

from numerics.phase_diagram import drift_bounds, relative_distance
from proofs_check.portraits import BLUE, GREEN, GREY

CELL, WIDTHS = (1.2, -0.4), (1e6, 1e8, 1e10, 1e12)
ONE = np.array([[1.5, 1.0]]), np.array([0.7])


def portrait(axes: Any) -> None:
    """Relative distance of w: both ends of the derived bounds, of one input, which is solved, and
    of four points of a parabola.
    """
    over = np.geomspace(WIDTHS[0] / 2, WIDTHS[-1] * 2, 40)
    low, high = drift_bounds(*CELL)
    for data, mark, colour, label in (
        (ONE, "o", BLUE, "measured: one input"),
        ((None, None), "s", GREEN, "measured: four points of a parabola"),
    ):
        flows = [relative_distance(m, *CELL, *data, nodes=1024, tol=1e-8) for m in WIDTHS]
        seen, error = np.transpose([(flow.value, flow.error) for flow in flows])
        axes.errorbar(WIDTHS, seen, error, fmt=mark, ms=4, color=colour, capsize=3, label=label)
        if colour == BLUE:
            says = rf"derived for one input: $m^{{{low:g}}}$"
            axes.loglog(over, seen[-1] * (over / WIDTHS[-1]) ** low, color=BLUE, label=says)
        rival = seen[0] * (over / WIDTHS[0]) ** high
        says = rf"rival: the other end, $m^{{{high:g}}}$" * (colour == BLUE)
        axes.loglog(over, rival, "--", color=GREY, label=says)
    axes.set(
        xlabel="width m, in neurons",
        ylabel="distance of w over its size at first,\ndimensionless",
        title="One input keeps to the lower end of the bounds, four need not",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
