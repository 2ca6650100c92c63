"""What kernel regression says at the one corner of a cube that it has not seen."""

from typing import Any

import numpy as np

from numerics.missing_corner import leave_one_out
from proofs_check import missing_corner as check
from proofs_check.portraits import BLUE, GREY, SEEDS, points


def portrait(axes: Any) -> None:
    """Target times prediction over the number of signs: derived, measured, and in order."""
    signs = np.arange(2, 15)
    derived = [leave_one_out(int(d)) for d in signs]
    axes.plot(signs, derived, color=BLUE, label="derived: ReLU network with bias")
    few = np.arange(3, 9)
    seen = [check.missing_corner(SEEDS, int(d)) for d in few]
    points(axes, few, seen, "measured: kernel regression, 11 corners")
    axes.axhline(0, ls="--", color=GREY, label="rival: nothing is said")
    axes.axhline(1, ls=":", color=GREY, label="right")
    axes.set(
        xlabel="signs of an input, a count",
        ylabel="target times prediction, dimensionless",
        title="Parity: the corner left out is predicted with the wrong sign",
    )
    axes.legend(fontsize=8)
