"""The tangent kernel of two hidden layers, over the width."""

from typing import Any

import numpy as np

from numerics.tangent_kernel import ntk
from proofs_check import tangent_kernel as check
from proofs_check.portraits import BLUE, GREY, SEEDS, points

WIDTHS = (16, 32, 64, 128, 256, 512)


def portrait(axes: Any) -> None:
    """Entry between two inputs: derived for infinite width, of networks, and of the last layer."""
    axes.axhline(ntk(check.PAIR, depth=3)[0, 1], color=BLUE, label="derived: infinite width")
    seen = [np.exp(check.deep_kernel(SEEDS, width)) for width in WIDTHS]
    points(axes, WIDTHS, seen, "measured: 11 networks at their start")
    axes.axhline(
        ntk(check.PAIR, depth=2)[0, 1] / 2,
        ls="--",
        color=GREY,
        label="rival: only the last layer counts",
    )
    axes.set(
        xscale="log",
        xlabel="width of a layer, in neurons",
        ylabel="tangent kernel between two unit inputs,\ndimensionless",
        title="Two hidden layers, inputs at an angle of 1 radian",
    )
    axes.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
    axes.minorticks_off()
    axes.legend()
