"""Does the drift of networks grow with the width all over the condensed region, and does it stay
above the bound that a fit forces?

Setting: the supremum over all times of RD_w.  Slopes from sampled networks on the published four
points; bounds at 1e8 neurons on three inputs on the circle, from quadrature nodes.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 2*.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import forced_drift as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.plane import supremum
from theory import Settles, forced_drift
from theory import condensed_regime as theory

Array = np.ndarray
Cell = tuple[float, float]  # (gamma, gamma')
WIDE = 10**8
CELLS: tuple[Cell, ...] = ((1.75, 0.0), (1.6, -0.3), (1.6, 0.3), (1.4, 0.1), (1.2, -0.4))
AT_START = 1.0  # relative distance of a weight that has moved by its size


def nearest(seeds: Sequence[int], cell: Cell) -> Array:
    """sup_t RD_w less its error."""
    value, error = supremum.largest(WIDE, cell)
    return np.full(len(seeds), value - error)


def bound(cell: Cell) -> float:
    """What a fit forces."""
    return numerics.drift_lower_bound(WIDE, *cell, *supremum.TRIANGLE)


def rounding_of_the_bound(cell: Cell) -> float:
    """An allowance for rounding."""
    return 1e-9 * bound(cell)


def exchanged() -> float:
    """Rival: the diagram is the same with the layers exchanged, the boundary gamma = 1 + |gamma'|,
    the drift as in the linear region before it; the worst cell.
    """
    return min(2 * (gamma - 1 - abs(gamma_p)) for gamma, gamma_p in CELLS)


CHECKS: tuple[Check, ...] = (
    Check(
        name="supremum_grows",
        quantity="slope of log sup RD_w over log m, dimensionless",
        claim=theory.theorem_2_bound,
        predict=Threshold("phase-theorem-2", "supremum"),
        measure={
            supremum.name_of(cell): partial(supremum.slope, cell=cell, sign=1) for cell in CELLS
        },
        terms={"error of a fitted slope, up to the limit 0": 0.01},
        rival=exchanged,
        rival_why="either layer can carry the fit: the boundary is gamma = 1 + |gamma'|, and (1.2, "
        "-0.4) lies before it",
        side="at least",
        settles=(Settles("phase-theorem-2", part="supremum", scope="instances"),),
    ),
    *(
        Check(
            name=f"drift_stays_above_its_bound_{number}",
            quantity=f"largest relative distance of w on the way at {cell}, dimensionless",
            claim=forced_drift.lower_bound,
            predict=partial(bound, cell),
            measure=partial(nearest, cell=cell),
            terms={"rounding": partial(rounding_of_the_bound, cell)},
            rival=AT_START,
            rival_why="weights move by their own size, as at mean-field scaling",
            side="at least",
            deterministic=True,
        )
        for number, cell in enumerate(CELLS, 1)
    ),
)


def portrait(axes: Any) -> None:
    """The drift of flows in the condensed region above what a fit forces, over the width."""
    said = "Condensed region: the drift (points) above what a fit forces (lines)"
    supremum.draw(axes, CELLS, numerics.drift_lower_bound, said, AT_START)
