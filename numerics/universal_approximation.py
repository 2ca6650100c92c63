"""Broken lines as ReLU networks on [0, 1], their error bound, and the distance of two networks that
forgets order and scale of units.

A network is (w, b, a, c): f(x) = c + sum_k a_k ReLU(w_k x + b_k), arrays (m,) and a number.
Source: ``theory.universal_approximation``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from theory import derive
from theory import universal_approximation as theory

Array = np.ndarray
Network = tuple[Array, Array, Array, float]


def error_bound(curvature: float, m: Any) -> Any:
    """Largest error of the broken line of m equal pieces on [0, 1] for |f''| <= curvature,
    broadcast over m.

    ``ValueError`` for a curvature <= 0 or m < 1, and as ``numerics.core.arrays``.
    """
    curvature = number(curvature, "curvature", "a positive bound", lambda c: c > 0)
    m = real(m, "m", need="numbers of units from one on", holds=lambda m: m >= 1)
    return derive(theory.smooth_functions)[1].function(theory.M, theory.m)(curvature, m)


def distance_of_cubics() -> float:
    """Distance of |x| on [-1, 1] from all networks with an activation of degree three or less."""
    return float(derive(theory.polynomial_activations)[1].result)


def broken_line(values: Any) -> Network:
    """The ReLU network of m units through m + 1 values (m + 1,) at equispaced points of [0, 1].

    ``ValueError`` for less than two values, and as ``numerics.core.arrays``.
    """
    values = real(values, "values", ("m + 1",))
    if len(values) < 2:
        raise ValueError(f"values has shape {values.shape}: at least two numbers are needed")
    m = len(values) - 1
    slopes = m * np.diff(values)
    return np.ones(m), -np.arange(m) / m, np.diff(slopes, prepend=0.0), float(values[0])


def output(network: Network, x: Any) -> Array:
    """f at x, any shape; raises as ``numerics.core.arrays``."""
    w, b, a, c = _checked(network, "network")
    return np.maximum(np.multiply.outer(real(x, "x"), w) + b, 0) @ a + c


def _checked(network: Any, name: str) -> tuple[Array, Array, Array, float]:
    if len(network) != 4:
        raise ValueError(f"{name} has {len(network)} parts: w, b, a (m,) and a number are needed")
    w = real(network[0], f"w of {name}", ("m",))
    b, a = (
        real(v, f"{part} of {name}", w.shape) for part, v in zip("ba", network[1:3], strict=True)
    )
    return w, b, a, number(network[3], f"c of {name}")


def invariants(w: Any, b: Any, a: Any) -> Array:
    """|a| w, |a| b and a |(w, b)|, (m, 3): what a positive rescaling of a unit leaves; raises as
    ``numerics.core.arrays``.
    """
    w = real(w, "w", ("m",))
    b, a = real(b, "b", w.shape), real(a, "a", w.shape)
    return np.stack([np.abs(a) * w, np.abs(a) * b, a * np.hypot(w, b)], -1)


def relative_distance(found: Network, wanted: Network) -> float:
    """|found - wanted| / |wanted| in the invariants of the units, least over all orders of the
    units.  ``ValueError`` for different numbers of units and units that are all zero, and as
    ``numerics.core.arrays``.
    """
    from scipy.optimize import linear_sum_assignment

    first, second = (
        invariants(*_checked(network, name)[:3])
        for name, network in (("found", found), ("wanted", wanted))
    )
    if len(first) != len(second):
        raise ValueError(
            f"found has {len(first)} units and wanted {len(second)}: the numbers must be equal"
        )
    if not second.any():
        raise ValueError("wanted is zero: no distance is relative to it")
    square = ((first[:, None] - second) ** 2).sum(2)
    rows, columns = linear_sum_assignment(square)
    return float(np.sqrt(square[rows, columns].sum() / (second**2).sum()))
