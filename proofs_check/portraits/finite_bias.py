"""What a bias of finite width costs the rates of the linear frequency principle."""

from typing import Any

import numpy as np

from proofs_check import finite_bias as check
from proofs_check.portraits import BLUE, GREEN, GREY, RED

WIDTHS = (1.0, 2.0, 4.0, 10.0, 20.0)
PARTS = (("a", BLUE, "output weights"), ("b", GREEN, "biases"), ("w", RED, "input weights"))


def portrait(axes: Any) -> None:
    """Relative error of the rate of each kind of parameter: derived, in the exact kernel, and by
    the first term alone.
    """
    over = np.geomspace(0.8, 25, 25)
    for part, colour, label in PARTS:
        derived = np.exp([check.log_error(part, std) for std in over])
        axes.loglog(over, derived, color=colour, label=f"derived: {label}")
        seen = [np.exp(check.measured_error((0,), part, std)[0]) for std in WIDTHS]
        axes.plot(WIDTHS, seen, "o", ms=4, color=colour)
    axes.plot([], [], "ko", ms=4, label="measured: exact kernel, no spread")
    first = np.exp([check.first_term("a", std) for std in over])
    axes.loglog(over, first, "--", color=GREY, label="rival: first term alone")
    axes.set(
        xlabel="standard deviation of the bias, in units of the width of the packet",
        ylabel="relative error of the rate, dimensionless",
        title="A bias of finite width slows the packet down",
    )
    axes.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
    axes.minorticks_off()
    axes.legend(fontsize=8)
