"""How many directions lead down from a critical point, over its height."""

from typing import Any

import numpy as np

from numerics.critical_point import index_share
from proofs_check import critical_point as check
from proofs_check.portraits import BLUE, GREY, SEEDS, points

HEIGHTS = (-1.2, -0.8, -0.5, -0.2, 0.0, 0.2, 0.5, 0.8, 1.2)


def portrait(axes: Any) -> None:
    """Share of downward directions of a random cubic: derived, drawn, and in reverse."""
    over = np.linspace(-1.5, 1.5, 200)
    axes.plot(over, index_share(over, 3), color=BLUE, label="derived: many dimensions")
    seen = [[check.negative_share(seed, height) for seed in SEEDS] for height in HEIGHTS]
    points(axes, HEIGHTS, seen, "measured: 61 dimensions, 11 draws")
    axes.plot(over, index_share(-over, 3), "--", color=GREY, label="rival: fewer the higher")
    axes.set(
        xlabel="height of the critical point over the dimension, dimensionless",
        ylabel="downward directions, a share",
        title="Random polynomial of degree 3 on a sphere",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
