"""What a random subspace leaves of a quadratic loss, and how many dimensions a level needs.

Every formula is the one derived in ``theory.random_subspace``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import check_shape, integers, number, real, row, together
from numerics.negative_curvature import negative_share
from numerics.trajectory import (
    straightness,
    trajectory_shares,
    update_shares,
    walk_shares,
    walk_straightness,
)
from theory import derive
from theory import random_subspace as theory

Array = np.ndarray
__all__ = [
    "dimension_for",
    "negative_share",
    "power_level",
    "straightness",
    "subspace_loss",
    "subspace_loss_equal",
    "trace_level",
    "trajectory_shares",
    "update_shares",
    "walk_shares",
    "walk_straightness",
]


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Share that is left with equal curvatures (r, d), part of a mode that is left (h, lambda),
    Euler's integral over lambda^(1/b) (b, lambda).
    """
    return (
        derive(theory.equal_curvatures)[0].function(theory.r, theory.d),
        derive(theory.trace_equation)[1].function(theory.h, theory.lam),
        derive(theory.power_law)[0].function(theory.b, theory.lam),
    )


def _modes(h: Any) -> Array:
    found = row(h, "h", need="positive curvatures", holds=lambda v: v > 0)
    return np.atleast_1d(found)


def subspace_loss_equal(rank: Any, dimensions: Any) -> Any:
    """Mean share of a quadratic loss with so many equal curvatures that the best point of a random
    subspace leaves; zero from the rank on.

    Arguments broadcast.  Raises ``ValueError`` for a rank below one or negative dimensions, and as
    ``numerics.core.arrays``.
    """
    r = integers(rank, "rank", "a rank of at least one", lambda v: v >= 1)
    d = integers(dimensions, "dimensions", "numbers that are not negative", lambda v: v >= 0)
    together(rank=r, dimensions=d)
    return np.maximum(_formulas()[0](np.asarray(r, float), np.asarray(d, float)), 0.0)[()]


def trace_level(h: Any, dimensions: Any) -> float:
    """The level lambda at which the sum of h_i / (h_i + lambda) over curvatures (r,) is the number
    of dimensions; zero from r on.

    Raises ``ValueError`` for curvatures or dimensions that are not positive, and as
    ``numerics.core.arrays``.
    """
    sizes = _modes(h)
    d = number(dimensions, "dimensions", "a positive number", lambda v: v > 0)
    if d >= len(sizes):
        return 0.0
    low, high = np.log(sizes.min()) - 50.0, np.log(sizes.sum() / d) + 1.0

    def missing(log: float) -> float:
        return float((1 - _formulas()[1](sizes, np.exp(log))).sum() - d)

    return float(np.exp(brentq(missing, low, high, xtol=1e-13)))


def subspace_loss(h: Any, u: Any, dimensions: Any) -> float:
    """Share of a quadratic loss of curvatures h (r,), with the loss u_i^2 / 2 of each mode at the
    start, that the best point of a random subspace leaves, for many modes.

    Raises ``ValueError`` for curvatures or dimensions that are not positive, for a start without a
    loss, and as ``numerics.core.arrays``.
    """
    sizes, start = _modes(h), np.atleast_1d(row(u, "u"))
    check_shape(start.shape, "u", (len(sizes),))
    if not start.any():
        raise ValueError("u is zero in every mode: a start with a loss is needed")
    level = trace_level(sizes, dimensions)
    start = start / np.abs(start).max()
    return float((start**2 * _formulas()[1](sizes, level)).sum() / (start**2).sum())


def dimension_for(h: Any, u: Any, share: Any) -> int:
    """Smallest number of dimensions with which no more than this share of the loss is left, as
    ``subspace_loss`` has it.

    Raises ``ValueError`` for a share outside [0, 1], and as ``subspace_loss``.
    """
    wanted = number(share, "share", "a share in [0, 1]", lambda v: 0 <= v <= 1)
    low, high = 0, len(_modes(h))
    subspace_loss(h, u, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if subspace_loss(h, u, middle) <= wanted else (middle, high)
    return 0 if wanted == 1 else high


def power_level(power: Any, dimensions: Any) -> Any:
    """The level lambda of so many dimensions where infinitely many curvatures are i^-power.

    Arguments broadcast.  Raises ``ValueError`` for a power of at most one or dimensions that are
    not positive, and as ``numerics.core.arrays``.
    """
    b = real(power, "power", need="powers above one", holds=lambda v: v > 1)
    d = real(dimensions, "dimensions", need="positive numbers", holds=lambda v: v > 0)
    together(power=b, dimensions=d)
    return (_formulas()[2](b, 1.0) / d) ** b
