"""Second moments of signals and gradients along depth, and the correlation of gradients at two
inputs.

Every formula is one derived in ``theory.trainability``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, number, real, together
from theory import derive
from theory import trainability as theory

Array = np.ndarray


@cache
def _formula(claim: str, index: int, *names: str) -> Callable[..., Any]:
    derived = derive(getattr(theory, claim))[index]
    symbols = {str(symbol): symbol for symbol in derived.result.free_symbols}
    return derived.function(*(symbols[name] for name in names))


def he_variance(D: Any, leak: float = 0.0) -> Any:
    """Variance of a weight with D inputs that keeps second moments under leaky ReLU of this slope
    (0: ReLU), broadcast over D.  ``ValueError`` for D < 1 or leak < 0, and as
    ``numerics.core.arrays``.
    """
    D = real(D, "D", need="at least one input for each", holds=lambda D: D >= 1)
    leak = number(leak, "leak", "a slope that is not negative", lambda leak: leak >= 0)
    return _formula("leaky_condition", 0, "D", "alpha")(D, leak)


def relu_moment(D: float, s: Any, L: Any) -> Any:
    """Second moment behind L ReLU layers of D inputs and variance s over the one before, for
    signals and gradients alike; broadcast.  ``ValueError`` for D < 1, s <= 0 or L < 0, and as
    ``numerics.core.arrays``.
    """
    D = number(D, "D", "at least one input", lambda D: D >= 1)
    s = real(s, "s", need="positive variances", holds=lambda s: s > 0)
    L = real(L, "L", need="numbers of layers", holds=lambda L: L >= 0)
    together(s=s, L=L)
    return _formula("he_condition", 3, "D", "s", "L")(D, s, L)


def tanh_moments(
    q: float, L: int, v_w: float = 1.0, v_b: float = 0.0, nodes: int = 80
) -> tuple[Array, Array]:
    """Second moments (L + 1,) of preactivations, the first being q, and of the gradient relative to
    the top, along L tanh layers.

    Gauss-Hermite with this number of nodes: error below 1e-8 for q <= 1.  ``ValueError`` for q <=
    0, L < 1, v_w <= 0 or v_b < 0, and as ``numerics.core.arrays``.
    """
    q, v_w = (
        number(value, name, "a positive finite number", lambda value: value > 0)
        for name, value in (("q", q), ("v_w", v_w))
    )
    v_b = number(v_b, "v_b", "a variance that is not negative", lambda v_b: v_b >= 0)
    L = integer(L, "L", "at least one layer", lambda L: L >= 1)
    nodes = integer(nodes, "nodes", "at least one node", lambda nodes: nodes >= 1)
    z, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    forward, backward = (
        _formula("propagation", 0, "v_w", "m_2", "v_b"),
        _formula("propagation", 1, "v_w", "c_1"),
    )
    slope = _formula("xavier_tanh", 0, "z")
    sizes, factors = [q], []
    for _ in range(L):
        inputs = np.sqrt(sizes[-1]) * z
        factors.append(backward(v_w, weights @ slope(inputs) ** 2))
        sizes.append(forward(v_w, weights @ np.tanh(inputs) ** 2, v_b))
    return np.array(sizes), np.append(np.cumprod(factors[::-1])[::-1], 1.0)


def gradient_correlation(theta: Any, L: int) -> tuple[Array, Array]:
    """Correlation of the input gradients of a wide He-started ReLU network at inputs an angle theta
    apart, and the angle, (L + 1, ...).

    Row l holds both after l hidden layers.  Angles below 1e-7 are lost to rounding.  ``ValueError``
    for angles outside (0, pi) and L < 0, and as ``numerics.core.arrays``.
    """
    inside = "angles in (0, pi)"
    angle = real(theta, "theta", need=inside, holds=lambda theta: (theta > 0) & (theta < np.pi))
    L = integer(L, "L", "a number of layers", lambda L: L >= 0)
    factor, cosine = (
        _formula("gradient_correlation", 0, "theta"),
        _formula("gradient_correlation", 1, "theta"),
    )
    angles, correlations = [angle], [np.ones_like(angle)]
    for _ in range(L):
        correlations.append(correlations[-1] * factor(angles[-1]))
        angles.append(np.arccos(np.clip(cosine(angles[-1]), -1, 1)))
    return np.array(correlations), np.array(angles)
