"""How hard a wave pulls at the parameters of a tanh neuron, over its frequency."""

from typing import Any

import numpy as np

from numerics.frequency_principle import pulls
from proofs_check import frequency_principle as check
from proofs_check.portraits import BLUE, GREEN, GREY, RED, points

HIGH = (2.0, 3.0, 4.5)
SEEDS = tuple(range(5))
CELLS = (  # parameter, input weight, bias
    (0, 1.0, 0.5, BLUE, "output weight, $w = 1$"),
    (1, 1.0, 0.5, GREEN, "bias, $w = 1$"),
    (2, 6.0, 0.0, RED, "input weight, $w = 6$"),
)


def portrait(axes: Any) -> None:
    """Pulls relative to frequency 1: closed form, by torch, and the spectrum of a step."""
    k = np.linspace(1, 5, 60)
    for which, w, b, colour, label in CELLS:
        derived = pulls(k, w, 1.0, b)[which]
        axes.semilogy(k, derived / derived[0], color=colour, label=f"derived: {label}")
        seen = [np.exp(check.pull_ratio(SEEDS, which, w, b, high=high)) for high in HIGH]
        points(axes, HIGH, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label="measured: by torch, 5 seeds")
    axes.semilogy(k, 1 / k, "--", color=GREY, label="rival: the spectrum of a step")
    axes.set(
        xlabel="angular frequency of the error, in radians per unit of x",
        ylabel="pull over that of frequency 1, dimensionless",
        title="Low frequencies pull more, unless the input weight is large",
    )
    axes.legend(fontsize=8, loc="lower left")
