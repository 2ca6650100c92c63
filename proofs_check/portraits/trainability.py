"""What a layer does to signals and gradients, over the variance of its weights."""

from typing import Any

import numpy as np

from numerics.trainability import he_variance, relu_moment
from proofs_check import trainability as check
from proofs_check.portraits import BLUE, GREEN, GREY, RED, SEEDS, points

GAINS = (0.5, 1.0, 2.0, 4.0, 8.0)


def portrait(axes: Any) -> None:
    """Change of the log second moment: derived, of 16 layers, and as if no unit were silent."""
    gain = np.geomspace(0.4, 10, 60)
    derived = np.log(relu_moment(check.N, gain / check.N, 1))
    axes.semilogx(gain, derived, color=BLUE, label="derived: signals and gradients")
    for shift, measure, colour, label in (
        (0.97, check.signal_per_layer, "k", "signals"),
        (1.03, check.gradient_per_layer, GREEN, "gradients"),
    ):
        seen = [measure(SEEDS, each) for each in GAINS]
        points(axes, shift * np.array(GAINS), seen, f"measured: {label}, 11 networks", color=colour)
    every = np.log(relu_moment(check.N, 2 * gain / check.N, 1))
    axes.semilogx(gain, every, "--", color=GREY, label="rival: no unit is silent")
    he = check.N * he_variance(check.N)
    axes.plot([he], [0], "o", mfc="none", color=RED, ms=11, label="the source: He's variance")
    axes.set(
        xlabel="variance of a weight times the number of inputs, dimensionless",
        ylabel="change of the log second moment in a layer,\ndimensionless",
        title=f"{check.L} ReLU layers of {check.N} units",
    )
    axes.set_xticks(GAINS, [f"{each:g}" for each in GAINS])
    axes.minorticks_off()
    axes.legend(fontsize=8)
