"""Losses along the straight line between two points, their largest rise, and where a linear network
with two curvatures begins to have one.

Source: ``theory.straight_line``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, real, together
from theory import derive
from theory import straight_line as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    on_line, _, needed, *_ = derive(theory.bump)
    return on_line.function(theory.s, theory.h, theory.b), needed.function(theory.s, theory.b)


def line_losses(start: Any, end: Any, loss: Callable[[Array], Any], points: int) -> Array:
    """``loss`` (a number) of ``points`` equispaced parameters on the line from ``start`` (n,) to
    ``end`` (n,), both included: (points,).

    Raises ``ValueError`` for fewer than two points, and as ``numerics.core.arrays``.
    """
    start = real(start, "start", ("n",))
    end = real(end, "end", start.shape)
    count = integer(points, "points", "at least two points", lambda v: v >= 2)
    return np.array([float(loss(start + s * (end - start))) for s in np.linspace(0, 1, count)])


def largest_rise(losses: Any) -> Any:
    """Largest rise above a lower loss before it, along the last axis of losses (..., n): zero where
    they never rise.

    Raises as ``numerics.core.arrays``.
    """
    found = real(losses, "losses", (..., "n"))
    return (found - np.minimum.accumulate(found, -1)).max(-1)


def bump_loss(s: Any, h: Any) -> Any:
    """Loss at the place s of the line from the start a = 0, w = (1, 1) to the end of gradient flow,
    of a w.x with the target (1, 0) and inputs of variances 1 and h.

    Arguments broadcast.  Raises ``ValueError`` for a place outside [0, 1] or a variance that is not
    positive, and as ``numerics.core.arrays``.
    """
    s = real(s, "s", need="places in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    h = real(h, "h", need="positive variances", holds=lambda v: v > 0)
    together(s=s, h=h)
    return _formulas()[0](s, h, float(theory.END))


def bump_threshold() -> float:
    """Least h at which this loss is anywhere above that of the start."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda s: _formulas()[1](s, float(theory.END)), bounds=(0.01, 0.99), method="bounded"
    )
    return float(found.fun)
