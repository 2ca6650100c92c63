"""Broken lines as ReLU networks on [0, 1], their error bound, and the distance of two networks that
forgets order and scale of units.

A network is (w, b, a, c): f(x) = c + sum_k a_k ReLU(w_k x + b_k), arrays (m,) and a number.
Source: ``theory.universal_approximation``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import derive
from theory import universal_approximation as theory

Array = np.ndarray
Network = tuple[Array, Array, Array, float]


def error_bound(curvature: float, m: Any) -> Any:
    """Largest error of the broken line of m equal pieces on [0, 1] for |f''| <= curvature."""
    if not curvature > 0 or np.any(np.asarray(m) < 1):
        raise ValueError(
            f"curvature = {curvature}, m = {m}: a positive bound and at least one unit are needed"
        )
    return derive(theory.smooth_functions)[1].function(theory.M, theory.m)(
        curvature, np.asarray(m, dtype=float)
    )


def distance_of_cubics() -> float:
    """Distance of |x| on [-1, 1] from all networks with an activation of degree three or less."""
    return float(derive(theory.polynomial_activations)[1].result)


def broken_line(values: Any) -> Network:
    """The ReLU network of m units through m + 1 values (m + 1,) at equispaced points of [0, 1]."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(
            f"values of shape {values.shape}: at least two numbers in a row are needed"
        )
    m = len(values) - 1
    slopes = m * np.diff(values)
    return np.ones(m), -np.arange(m) / m, np.diff(slopes, prepend=0.0), float(values[0])


def output(network: Network, x: Any) -> Array:
    """f at x (n,)."""
    w, b, a, c = network
    return np.maximum(np.multiply.outer(np.asarray(x, dtype=float), w) + b, 0) @ a + c


def invariants(w: Array, b: Array, a: Array) -> Array:
    """|a| w, |a| b and a |(w, b)|, (m, 3): what a positive rescaling of a unit leaves."""
    return np.stack([np.abs(a) * w, np.abs(a) * b, a * np.hypot(w, b)], -1)


def relative_distance(found: Network, wanted: Network) -> float:
    """|found - wanted| / |wanted| in the invariants of the units, least over all orders of the
    units.
    """
    from scipy.optimize import linear_sum_assignment

    first, second = (invariants(*network[:3]) for network in (found, wanted))
    if len(first) != len(second):
        raise ValueError(f"{len(first)} units against {len(second)}: the numbers must be equal")
    square = ((first[:, None] - second) ** 2).sum(2)
    rows, columns = linear_sum_assignment(square)
    return float(np.sqrt(square[rows, columns].sum() / (second**2).sum()))
