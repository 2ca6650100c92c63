"""The scatter of the tangent kernel over starts, over the ratio of the two scales of the start."""

from typing import Any

import numpy as np

from proofs_check import infinite_width as check
from proofs_check.portraits import BLUE, GREY, points

SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
SEEDS = tuple(range(5))


def portrait(axes: Any) -> None:
    """Derived from both layers, measured over 600 starts a seed, and as if the gates stood
    still.
    """
    over = np.geomspace(0.2, 5, 60)
    derived = np.exp([check.predicted_scatter(ratio) for ratio in over])
    axes.loglog(over, derived, color=BLUE, label="derived: both layers")
    seen = [np.exp(check.kernel_scatter(SEEDS, ratio, draws=600)) for ratio in SCALES]
    points(axes, SCALES, seen, "measured: 64 neurons, 5 seeds")
    axes.loglog(
        over,
        np.exp([check.scatter_of_the_output_weights(ratio) for ratio in over]),
        "--",
        color=GREY,
        label="rival: the gates stand still",
    )
    axes.set(
        xlabel=r"$\kappa'$: scale of the output over the input weights, dimensionless",
        ylabel="scatter times the root of the width,\ndimensionless",
        title="Tangent kernel between two inputs at an angle of 1 radian",
    )
    axes.set_xticks(SCALES, [f"{ratio:g}" for ratio in SCALES])
    axes.set_yticks([0.2, 0.5, 1.0, 2.0, 4.0], ["0.2", "0.5", "1", "2", "4"])
    axes.minorticks_off()
    axes.legend()
