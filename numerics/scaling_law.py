"""Constants and exponents of the power laws of samples, features, time and compute, and what else
belongs to scaling: everything of ``learning_curve``, ``compute_law`` and ``emergence`` is found
here too.

Rates k^-alpha, squared coefficients k^-beta, u = beta - 1.  Formulas are those derived in
``theory.scaling_law``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from scipy.special import zeta

from numerics.compute_law import (
    best_size,
    best_time,
    envelope,
    exponents,
    joint_law,
    time_constant,
    two_term_envelope,
)
from numerics.emergence import best_right, exact_match, separable, steepest
from numerics.learning_curve import feature_curve, fixed_point, learning_curve, local_slope
from theory import derive
from theory import scaling_law as theory

__all__ = [
    "best_right",
    "best_size",
    "best_time",
    "data_constant",
    "data_exponent",
    "envelope",
    "exact_match",
    "feature_constant",
    "feature_curve",
    "feature_exponent",
    "fixed_point",
    "joint_law",
    "learning_curve",
    "local_slope",
    "separable",
    "steepest",
    "time_constant",
    "two_term_envelope",
]
APART = 1e-3  # of a pole of the constants: nearer to it rounding and logarithms decide


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """C (alpha); amplification of noise (alpha, sigma); constants of samples and of features
    (alpha, u).
    """
    alpha, u = theory.alpha, theory.u
    return (
        derive(theory.edge)[0].function(alpha),
        derive(theory.noise_floor)[0].function(alpha, theory.sigma),
        derive(theory.data_constant)[0].function(alpha, u),
        derive(theory.feature_constant)[0].function(alpha, u),
    )


def data_exponent(alpha: float, beta: float) -> float:
    """min(u, 2 alpha): the error of n samples falls with this power; raises as ``exponents`` of
    ``numerics.compute_law``.
    """
    alpha, u = exponents(alpha, beta)
    return min(u, 2 * alpha)


def feature_exponent(alpha: float, beta: float) -> float:
    """min(u, alpha): the error of k features and many more samples falls with this power; raises
    as ``data_exponent``.
    """
    alpha, u = exponents(alpha, beta)
    return min(u, alpha)


def data_constant(alpha: float, beta: float) -> float:
    """Limit of n^min(u, 2 alpha) times the error of n samples without noise.

    Raises ``ValueError`` for alpha < 1.001 and for u within 0.001 of 2 alpha, where a logarithm
    takes over, and as ``data_exponent``.
    """
    alpha, u = _apart(alpha, beta, 2)
    if u < 2 * alpha:
        return float(_formulas()[2](alpha, u))
    C, amplified = _formulas()[0](alpha), _formulas()[1](alpha, 1.0)
    return float(amplified * zeta(1 + u - 2 * alpha) * C ** (2 * alpha))


def feature_constant(alpha: float, beta: float) -> float:
    """Limit of k^min(u, alpha) times the error of k features and unlimited samples without noise.

    Raises ``ValueError`` for u within 0.001 of alpha, and as ``data_constant``.
    """
    alpha, u = _apart(alpha, beta, 1)
    if u < alpha:
        return float(_formulas()[3](alpha, u))
    return float(zeta(1 + u - alpha) * _formulas()[0](alpha) ** alpha)


def _apart(alpha: Any, beta: Any, times: int) -> tuple[float, float]:
    alpha, u = exponents(alpha, beta)
    if alpha < 1 + APART:
        raise ValueError(f"alpha = {alpha:.6g}: at least {1 + APART} is needed")
    if abs(u - times * alpha) < APART:
        raise ValueError(
            f"beta = {1 + u:.6g}: at 1 + {times * alpha:.6g} two laws meet, further away is needed"
        )
    return alpha, u
