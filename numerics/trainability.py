"""Second moments of signals and gradients along depth, and the correlation of gradients at two
inputs.

Every formula is one derived in ``theory.trainability``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

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
    (0: ReLU), broadcast over D.
    """
    if not (np.all(np.asarray(D) >= 1) and np.isfinite(leak) and leak >= 0):
        raise ValueError(
            f"D = {D}, leak = {leak}: at least one input and a slope that is not negative are "
            f"needed"
        )
    return _formula("leaky_condition", 0, "D", "alpha")(np.asarray(D, dtype=float), leak)


def relu_moment(D: float, s: Any, L: Any) -> Any:
    """Second moment behind L ReLU layers of D inputs and variance s over the one before, for
    signals and gradients alike; broadcast.
    """
    if not (D >= 1 and np.all(np.asarray(s) > 0) and np.all(np.asarray(L) >= 0)):
        raise ValueError(f"D = {D}, s = {s}, L = {L}: D >= 1, s > 0 and L >= 0 are needed")
    return _formula("he_condition", 3, "D", "s", "L")(D, np.asarray(s, dtype=float), np.asarray(L))


def tanh_moments(
    q: float, L: int, v_w: float = 1.0, v_b: float = 0.0, nodes: int = 80
) -> tuple[Array, Array]:
    """Second moments (L + 1,) of preactivations, the first being q, and of the gradient relative to
    the top, along L tanh layers.

    Gauss-Hermite with this number of nodes: error below 1e-8 for q <= 1.  ``ValueError`` for q <=
    0, L < 1, v_w <= 0 or v_b < 0.
    """
    if not (q > 0 and L >= 1 and v_w > 0 and v_b >= 0):
        raise ValueError(
            f"q = {q}, L = {L}, v_w = {v_w}, v_b = {v_b}: q > 0, L >= 1, v_w > 0 and v_b >= 0 are "
            f"needed"
        )
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
    for angles outside (0, pi) and L < 0.
    """
    angle = np.asarray(theta, dtype=float)
    if not (np.all(angle > 0) and np.all(angle < np.pi) and L >= 0):
        raise ValueError(f"theta = {theta}, L = {L}: angles in (0, pi) and L >= 0 are needed")
    factor, cosine = (
        _formula("gradient_correlation", 0, "theta"),
        _formula("gradient_correlation", 1, "theta"),
    )
    angles, correlations = [angle], [np.ones_like(angle)]
    for _ in range(L):
        correlations.append(correlations[-1] * factor(angles[-1]))
        angles.append(np.arccos(np.clip(cosine(angles[-1]), -1, 1)))
    return np.array(correlations), np.array(angles)
