"""How large a function a network can build near its start, over the width."""

from typing import Any

import numpy as np

from proofs_check.portraits import BLUE, GREEN, GREY, RED, SEEDS, points
from theory import derive
from theory.capacity import capacity, gamma

WIDTHS = (16, 64, 256, 1024, 4096)


def portrait(axes: Any) -> None:
    """Output when every output weight takes the sign that helps: derived, of drawn neurons, and
    with the signs of the start.
    """
    exponent, over = derive(capacity)[0].function(gamma), np.geomspace(12, 6000, 40)
    draws = [np.random.default_rng([seed, 41]).standard_normal((2, WIDTHS[-1])) for seed in SEEDS]
    for at, colour in ((0.5, BLUE), (1.0, GREEN), (1.5, RED)):
        label = rf"derived: $\gamma = {at:g}$"
        axes.loglog(over, over ** exponent(at) / np.pi, color=colour, label=label)
        seen = [[m**-at * np.abs(a[:m]) @ np.maximum(z[:m], 0) for a, z in draws] for m in WIDTHS]
        points(axes, WIDTHS, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label="measured: drawn neurons, 11 seeds")
    # a sum of m independent terms of mean zero and variance 1/2
    rival = (over / 2) ** 0.5 / over
    axes.loglog(over, rival, "--", color=GREY, label=r"rival, $\gamma = 1$: signs of the start")
    axes.set(
        xlabel="width m, in neurons",
        ylabel="output over the length of the input,\ndimensionless",
        title=r"Beyond $\gamma = 1$ a wide network can build little near its start",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
