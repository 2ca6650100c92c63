"""Products of equal factors under gradient flow: the time between two values, and the rate at the
end.

Every formula is one derived in ``theory.deep_linear``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, real, together
from theory import deep_linear as theory
from theory import derive

Array = np.ndarray
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


@cache
def _rate() -> Callable[..., Any]:
    """Rate at the end, by the number of factors and the target."""
    return derive(theory.final_rate)[0].function(theory.N, theory.T)


def final_rate(N: int, s: Any) -> Any:
    """Rate at which a product of N equal factors approaches a target s in the end, under gradient
    flow of half the squared error; broadcast over s.

    Raises ``ValueError`` for N < 1, targets that are not positive or so large or small that the
    rate is no float, and as ``numerics.core.arrays``.
    """
    N = integer(N, "N", "at least one factor", lambda N: N >= 1)
    s = _positive(s, "s")
    with np.errstate(over="ignore", under="ignore"):
        found = _rate()(N, s)
    if not (np.isfinite(found) & (np.asarray(found) > 0)).all():
        raise ValueError(f"s = {s}: the rate is no float; take another unit for the target")
    return found


def balanced_time(N: int, s0: Any, s1: Any, s: Any) -> Any:
    """Time that a product of N equal factors needs from s0 to s1 on its way to the target s, under
    gradient flow of half the squared error; broadcast.

    Exact to rounding: panels of Gauss nodes in the logarithm of the product, and beyond half the
    target in that of the distance to it, in which the integrand is smooth.  Raises ``ValueError``
    for N < 1, unless 0 < s0 <= s1 < s, for a time that is no float, and as
    ``numerics.core.arrays``.  Source: Saxe, McClelland, Ganguli, ICLR 2014.
    """
    N = integer(N, "N", "at least one factor", lambda N: N >= 1)
    s0, s1, s = (_positive(v, name) for v, name in ((s0, "s0"), (s1, "s1"), (s, "s")))
    together(s0=s0, s1=s1, s=s)
    start, end, target = np.broadcast_arrays(s0, s1, s)
    if not ((start <= end) & (end < target)).all():
        raise ValueError("s0 = ..., s1 = ..., s = ...: s0 <= s1 < s is needed for each")
    cells = zip(start.flat, end.flat, target.flat, strict=True)
    with np.errstate(over="ignore", divide="ignore", under="ignore"):
        found = np.array([_time(N, *map(float, cell)) for cell in cells])
    if not np.isfinite(found).all():
        raise ValueError("s0 is so small that the time is no float: start from a larger one")
    return found.reshape(start.shape) if start.ndim else float(found[0])


def _time(N: int, start: float, end: float, target: float) -> float:
    """Below half of the target by x = ln s, above it by y = -ln(T - s)."""
    half, total = target / 2, 0.0
    if start < half:
        low, high = start, min(end, half)
        x, weights = _panels(_log(high, low))
        s = low * np.exp(x)
        total += float(weights @ (s / (target - s) / _rate()(N, s)))
    if end > half:
        low = max(start, half)
        y, weights = _panels(_log(target - low, target - end))
        s = target - (target - low) * np.exp(-y)
        total += float(weights @ (1 / _rate()(N, s)))
    return total


def _log(large: float, small: float) -> float:
    """ln(large / small), to all digits of the difference."""
    return float(
        np.log1p((large - small) / small) if large < 2 * small else np.log(large) - np.log(small)
    )


def _panels(length: float) -> tuple[Array, Array]:
    """Nodes and weights on [0, length], in panels of at most one."""
    edges = np.linspace(0, length, int(np.ceil(length)) + 1)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    nodes = middle[:, None] + half[:, None] * NODES
    return nodes.ravel(), (half[:, None] * WEIGHTS).ravel()


def _positive(value: Any, name: str) -> Array:
    return real(value, name, need="positive numbers", holds=lambda v: v > 0)
