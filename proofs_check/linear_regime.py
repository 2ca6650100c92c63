"""Does the drift of a wide network in the linear region stay below the bound of theorem 1*?

Setting: three inputs on the circle, a width at which the bound closes, quadrature nodes for the
neurons.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 1*.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from numerics import linear_regime as numerics
from numerics.phase_diagram import lazy_relative_distance, relative_distance
from proofs_check.core.check import Check
from theory import linear_regime as theory

Array = np.ndarray
Cell = tuple[float, float]  # (gamma, gamma')
CORNERS = np.pi * np.array([0.0, 2 / 3, 4 / 3])
TRIANGLE = np.c_[np.cos(CORNERS), np.sin(CORNERS)], np.array([0.5, -0.5, 0.25])
# cells of the linear region in which w alone would move by another law than with a, and a width at
# which the bound of theorem 1* closes in all of them
LAZY: tuple[Cell, ...] = ((0.8, 0.4), (1.2, 0.5), (1.4, 0.6), (1.3, 1.0))
WIDE = 10**8


def farthest(seeds: Sequence[int], cell: Cell, nodes: int = 512) -> Array:
    """sup_t RD_w on three inputs on the circle, with its error on top."""
    found = relative_distance(
        WIDE, *cell, *TRIANGLE, nodes=nodes, tol=1e-10, supremum=True, rtol=0.03
    )
    return np.full(len(seeds), found.value + found.error)


def rounding_of_the_bound(cell: Cell) -> float:
    """The allowance for rounding that the bound itself has."""
    return 1e-9 * numerics.drift_bound(WIDE, *cell, *TRIANGLE)


def w_alone(cell: Cell) -> float:
    """Rival: a stands still, and w carries the fit with the kernel of w alone."""
    alone = -20.0  # gamma' at which the kernel of a is nothing beside that of w
    return float(lazy_relative_distance(WIDE, cell[0], alone, *TRIANGLE))


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=f"drift_stays_below_its_bound_{number}",
            quantity=f"largest relative distance of w on the way at {cell}, dimensionless",
            claim=theory.theorem_1_bound,
            predict=partial(numerics.drift_bound, WIDE, *cell, *TRIANGLE),
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
