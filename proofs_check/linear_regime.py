"""Does the drift of wide networks fall with the width all over the linear region, and does it stay
below the bound of theorem 1*?

Setting: the supremum over all times of RD_w.  Slopes from sampled networks on the published four
points; bounds at 1e8 neurons on three inputs on the circle, from quadrature nodes.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 1*.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import linear_regime as numerics
from numerics.phase_diagram import lazy_relative_distance
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.plane import supremum
from theory import Settles
from theory import linear_regime as theory

Array = np.ndarray
Cell = tuple[float, float]  # (gamma, gamma')
# cells in which w alone would move by another law than with a
LAZY: tuple[Cell, ...] = ((0.8, 0.4), (1.2, 0.5), (1.4, 0.6), (1.3, 1.0))
WIDE = 10**8
CELLS: tuple[Cell, ...] = (
    (0.8, 0.4),
    (0.6, 0.0),
    (1.2, 0.5),
    (1.4, 0.6),
    (1.3, 1.0),
    (0.7, -0.3),
)


def farthest(seeds: Sequence[int], cell: Cell) -> Array:
    """sup_t RD_w with its error on top."""
    return np.full(len(seeds), sum(supremum.largest(WIDE, cell)))


def bound(cell: Cell) -> float:
    """The bound of theorem 1*."""
    return numerics.drift_bound(WIDE, *cell, *supremum.TRIANGLE)


def rounding_of_the_bound(cell: Cell) -> float:
    """The allowance for rounding that the bound itself has."""
    return 1e-9 * bound(cell)


def w_alone(cell: Cell) -> float:
    """Rival: a stands still, and w carries the fit with the kernel of w alone."""
    alone = -20.0  # gamma' at which the kernel of a is nothing beside that of w
    return float(lazy_relative_distance(WIDE, cell[0], alone, *supremum.TRIANGLE))


def by_capacity_alone() -> float:
    """Rival: w carries the fit at every gamma', S_w = gamma - 1; the worst cell."""
    return min(1 - gamma for gamma, _ in CELLS)


CHECKS: tuple[Check, ...] = (
    Check(
        name="supremum_falls",
        quantity="slope of log sup RD_w over log m, sign reversed, dimensionless",
        claim=theory.linear_regime,
        predict=Threshold("phase-theorem-1", "supremum"),
        measure={
            supremum.name_of(cell): partial(supremum.slope, cell=cell, sign=-1) for cell in CELLS
        },
        terms={"error of a fitted slope, up to the limit 0": 0.01},
        rival=by_capacity_alone,
        rival_why="capacity m kappa alone decides: w carries the fit at every gamma', and drifts "
        "beyond gamma = 1",
        side="at least",
        settles=(Settles("phase-theorem-1", part="supremum", scope="instances"),),
    ),
    *(
        Check(
            name=f"drift_stays_below_its_bound_{number}",
            quantity=f"largest relative distance of w on the way at {cell}, dimensionless",
            claim=theory.theorem_1_bound,
            predict=partial(bound, cell),
            measure=partial(farthest, cell=cell),
            terms={"rounding": partial(rounding_of_the_bound, cell)},
            rival=partial(w_alone, cell),
            rival_why="capacity m kappa alone decides: a stands still, and w has to carry the fit",
            side="at most",
            deterministic=True,
        )
        for number, cell in enumerate(LAZY, 1)
    ),
)


def portrait(axes: Any) -> None:
    """The drift of flows in the linear region under the bound of theorem 1*, over the width."""
    said = "Linear region: the drift (points) below theorem 1* (lines)"
    supremum.draw(axes, LAZY, numerics.drift_bound, said, None)
