"""How far apart networks with equal scales end that were trained in other units."""

from typing import Any

import numpy as np

from proofs_check import nondimensionalisation as check
from proofs_check.portraits import BLUE, GREEN, GREY, points

CELLS = {1.0: (0.5, 1.5), 0.25: (0.75, 1.25)}  # exponents of the scale by kappa'
SEEDS = tuple(range(2))


def portrait(axes: Any) -> None:
    """Relative distance of rescaled paths: rounding is derived, tanh is the rival."""
    axes.axhline(np.finfo(float).eps, color=BLUE, label="derived: none but rounding")
    for (ratio, gammas), colour in zip(CELLS.items(), ("k", GREEN), strict=True):
        seen = [check.same_path(SEEDS, gamma, ratio, m=30) for gamma in gammas]
        label = rf"measured: $\kappa' = {ratio:g}$, 2 seeds"
        points(axes, gammas, seen, label, color=colour)
    axes.axhline(
        check.without_homogeneity(m=30), ls="--", color=GREY, label="rival: measured with tanh"
    )
    axes.set(
        yscale="log",
        ylim=(1e-17, 1),
        xlabel=r"exponent $\gamma$ of the scale $\kappa = m^{-\gamma}$, dimensionless",
        ylabel="relative distance of the ends, dimensionless",
        title="ReLU networks of equal scales in three units: one path",
    )
    axes.legend(loc="center")
