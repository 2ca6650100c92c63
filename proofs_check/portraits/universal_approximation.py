"""How well random units fit a corner, over their number: with tanh, and with a cubic."""

from typing import Any

import numpy as np

from numerics.universal_approximation import distance_of_cubics
from proofs_check import universal_approximation as check
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points

UNITS = (4, 8, 16, 32, 64, 128)


def portrait(axes: Any) -> None:
    """The derived floor of cubic units, both kinds of units, and the rival: any activation will
    do.
    """
    axes.axhline(distance_of_cubics(), color=BLUE, label="derived: cubic units stay above")
    tanh = [check.largest_error(SEEDS, m) for m in UNITS]
    cubic = [check.largest_error(SEEDS, m, cubic=True) for m in UNITS]
    points(axes, UNITS, cubic, "measured: cubic units, 11 seeds")
    points(axes, UNITS, tanh, "measured: tanh units, 11 seeds", color=GREEN)
    axes.plot(UNITS, np.median(tanh, 1), "--", color=GREY, label="rival: any activation will do")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="units, a count",
        ylabel="largest error, in units of the target",
        title=r"Units fitted to $|x|$ on $[-1, 1]$",
    )
    axes.set_xticks(UNITS, [str(m) for m in UNITS])
    axes.minorticks_off()
    axes.legend(fontsize=8)
