"""How far trained wide networks lie apart, over the time of training."""

from typing import Any

import numpy as np

from proofs_check import kernel_flow as check
from proofs_check.portraits import BLUE, GREY, SEEDS, points

TIMES = (0.3, 1.0, 3.0, 10.0, 20.0)


def portrait(axes: Any) -> None:
    """Standard deviation over starts: derived for infinite width, of networks, and as if training
    added a fixed function.
    """
    times = np.geomspace(0.2, 30, 50)
    derived = np.exp([check.predicted_scatter(time=time) for time in times])
    axes.semilogx(times, derived, color=BLUE, label="derived: infinite width")
    seen = [np.exp(check.scatter_over_starts(SEEDS, time=time)) for time in TIMES]
    points(axes, TIMES, seen, "measured: 512 neurons, 11 seeds of 24 starts")
    axes.axhline(
        np.exp(check.predicted_scatter(own=True)),
        ls="--",
        color=GREY,
        label="rival: training adds a fixed function",
    )
    axes.set(
        xlabel="time of gradient flow, in units of one over the kernel",
        ylabel="standard deviation over starts,\nin units of the targets",
        ylim=(0, None),
        title="Predictions at three unseen points",
    )
    axes.legend()
