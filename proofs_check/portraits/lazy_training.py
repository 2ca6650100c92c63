"""By how much wide networks miss their linear model, and how far they move, over the width."""

from typing import Any

import numpy as np

from proofs_check import lazy_training as check
from proofs_check.portraits import BLUE, GREEN, GREY, RED, points, through
from theory import derive
from theory import lazy_training as theory

WIDTHS = (128, 512, 2048)
SEEDS = tuple(range(5))


def portrait(axes: Any) -> None:
    """Parameters' change and both errors: the derived exponents, networks, and no fall."""
    m = np.array(WIDTHS)
    drift = float(derive(theory.lazy_drift)[2].result)
    smooth = float(derive(theory.mirrored_error)[1].result)
    for tanh, which, exponent, colour, label in (
        (False, 1, drift, BLUE, "change of the parameters"),
        (False, 0, drift, GREEN, "error, ReLU"),
        (True, 0, smooth, RED, "error, tanh, mirrored"),
    ):
        seen = [check.gap(SEEDS, width, tanh)[which] for width in WIDTHS]
        line = through(m, seen, exponent)
        axes.loglog(m, line, color=colour, label=f"derived exponent ${exponent:g}$: {label}")
        points(axes, m, seen, color=colour)
        if which:
            axes.axhline(line[0], ls="--", color=GREY, label="rival: width does not matter")
    axes.plot([], [], "ko", ms=4, label="measured: 5 seeds of 6 networks")
    axes.set(
        xlabel="width, in pairs of neurons",
        ylabel="relative change, or error in units of the target",
        title=r"Wide networks at $\kappa = m^{-1/2}$ follow their linear model",
    )
    axes.set_xticks(m, [str(width) for width in m])
    axes.minorticks_off()
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
