"""Loss on the line between two networks: barriers, their bound by curvature, matched units, and
what very wide independent networks have in common at a place of the line.

Every formula is the one derived in ``theory.mode_connectivity``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from numerics.core.arrays import number, real, together
from theory import derive
from theory import mode_connectivity as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Largest barrier (kappa, d), overlap of gradients (r, c, s, varphi)."""
    bound, (overlap, *_) = derive(theory.barrier_bound)[1], derive(theory.independent_solutions)
    return (
        bound.function(theory.kappa, theory.d),
        overlap.function(theory.r, theory.c, theory.s, theory.phi),
    )


def barrier(losses: Any) -> Any:
    """Largest excess of losses (..., places), at equal distances on a line, over the line between
    the first and the last of them: at least zero.

    Raises ``ValueError`` for fewer than two places, and as ``numerics.core.arrays``.
    """
    values = real(losses, "losses", (..., "places"))
    if values.shape[-1] < 2:
        raise ValueError(f"losses has shape {values.shape}: at least two places are needed")
    s = np.linspace(0, 1, values.shape[-1])
    return (values - (1 - s) * values[..., :1] - s * values[..., -1:]).max(-1).clip(0)[()]


def barrier_bound(curvature: Any, distance: Any) -> Any:
    """Largest barrier over a line of this length on which no curvature is below -``curvature``.

    Arguments broadcast.  Raises ``ValueError`` for negative arguments, and as
    ``numerics.core.arrays``.
    """
    need = "numbers that are not negative"
    kappa, d = (
        real(v, name, need=need, holds=lambda x: x >= 0)
        for v, name in ((curvature, "curvature"), (distance, "distance"))
    )
    together(curvature=kappa, distance=d)
    return _formulas()[0](kappa, d)


def cross_kernel(X: Any, s: Any) -> Array:
    """Mean overlap (n, n) of gradients of a very wide two-layer ReLU network at inputs X (n, D):
    at rows at the place s of the line to an independent one, at columns at its own start.

    Raises ``ValueError`` for an input that is zero, for a place outside [0, 1], and as
    ``numerics.core.arrays``.
    """
    points = real(X, "X", ("n", "D"))
    at = number(s, "s", "a place in [0, 1]", lambda v: 0 <= v <= 1)
    length = np.linalg.norm(points, axis=1)
    if not length.all():
        raise ValueError(f"X[{int(length.argmin())}] is zero: inputs with a direction are needed")
    cosine = (points @ points.T / np.multiply.outer(length, length)).clip(-1, 1)
    np.fill_diagonal(cosine, 1.0)
    size = np.hypot(1 - at, at)
    angle = np.arccos(((1 - at) / size * cosine).clip(-1, 1))
    return np.asarray(np.multiply.outer(length, length) * _formulas()[1](size, cosine, at, angle))


def line_prediction(X: Any, y: Any, s: Any) -> Array:
    """Output (n,) at inputs X (n, D), at the place s of the line between two very wide independent
    networks that fit labels y (n,).

    Raises ``ValueError`` as ``cross_kernel`` does, and for equal inputs.
    """
    points = real(X, "X", ("n", "D"))
    label = real(y, "y", (len(points),))
    at = number(s, "s", "a place in [0, 1]", lambda v: 0 <= v <= 1)
    own = cross_kernel(points, 0.0)
    if np.linalg.matrix_rank(own) < len(own):
        raise ValueError("X has inputs of one direction: labels of both cannot be fitted")
    both = (1 - at) * cross_kernel(points, at) + at * cross_kernel(points, 1 - at)
    return np.asarray(both @ np.linalg.solve(own, label))


def midpoint_share() -> float:
    """Part of its label that a unit input keeps half-way between two very wide independent
    networks.
    """
    return float(derive(theory.independent_solutions)[2].result)


def matched(units: Any, others: Any) -> Array:
    """The order (m,) of ``others`` (m, P), parameters of units in rows, in which their summed
    squared distance to ``units`` (m, P) is smallest.

    Raises ``ValueError`` for arrays of different shapes, and as ``numerics.core.arrays``.
    """
    one = real(units, "units", ("m", "P"))
    other = real(others, "others", one.shape)
    apart = (one**2).sum(1)[:, None] + (other**2).sum(1) - 2 * one @ other.T
    return np.asarray(linear_sum_assignment(apart)[1])
