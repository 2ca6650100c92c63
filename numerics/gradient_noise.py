"""Alignment of gradient noise and curvature, and times of escape: derived formulas.

Source: ``theory.gradient_noise``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from scipy.integrate import quad

from numerics.core.arrays import number, real
from theory import derive
from theory import gradient_noise as theory

DEEPEST = 300.0  # depth over noise: beyond, exit times have no place in double precision


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    cosine, pace = derive(theory.noise_of_least_squares)[0], derive(theory.escape)[1]
    symbols = theory.h, theory.p, theory.q, theory.kappa
    return cosine.function(*symbols), pace.function(theory.z)


def _positive(value: Any, name: str) -> float:
    return number(value, name, "a positive number", lambda v: v > 0)


def alignment(curvatures: Any, d: Any, sigma: float) -> float:
    """Cosine between the covariance of one example's gradient and the Hessian, for least squares
    with Gaussian inputs of these curvatures (N,), at the distance d (N,) from the minimum and with
    label noise sigma.

    Raises ``ValueError`` for curvatures that are not positive, negative noise, and where there is
    no noise at all; and as ``numerics.core.arrays``.  Source:
    ``theory.gradient_noise.noise_of_least_squares``.
    """
    rates = real(curvatures, "curvatures", ("N",), need="positive numbers", holds=lambda v: v > 0)
    far = real(d, "d", (len(rates),))
    noise = number(sigma, "sigma", "a standard deviation", lambda s: s >= 0)
    level = noise**2 + rates @ far**2
    if not level > 0:
        raise ValueError("d and sigma are zero: the gradient of every example is zero")
    return float(_formulas()[0]((rates**2).sum(), rates**3 @ far**2, rates**2 @ far**2, level))


def escape(curvature: float, depth: float, noise: float) -> tuple[float, float]:
    """Mean time in which dx = -l x dt + sqrt(2 D) dW leaves the well l x^2 / 2 at this depth, from
    its bottom and over either rim, and the error of the quadrature; D is ``noise``.

    Raises ``ValueError`` for what is not positive, for a depth above 300 times the noise, and as
    ``numerics.core.arrays``.  Source: ``theory.gradient_noise.escape``.
    """
    l, E, D = (
        _positive(curvature, "curvature"),
        _positive(depth, "depth"),
        _positive(noise, "noise"),
    )
    if not E <= DEEPEST * D:
        raise ValueError(f"depth = {E:.6g} is more than {DEEPEST:g} times the noise {D:.6g}")
    found, error = quad(_formulas()[1], 0, (2 * E / D) ** 0.5, epsabs=0, epsrel=1e-12, limit=200)[
        :2
    ]
    return found / l, error / l
