"""Mean risk of least squares at any number of samples and inputs, and where it turns.

n samples of d independent standard normal inputs, labels with ``signal`` = |beta|^2 and noise of
standard deviation ``noise``.  Every formula is the one derived in ``theory.least_squares`` and
``theory.double_descent``; for |n - d| <= 1 with noise the means are infinite, and refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, number, real, row, together
from numerics.early_stopping import risk as two_speed_risk
from numerics.learning_curve import feature_curve, learning_curve
from numerics.overfitting import lagrange_variance, two_speed_levels
from numerics.random_feature import interpolant_spread
from numerics.ridge_limit import ridge_risk
from theory import derive
from theory import double_descent as theory
from theory import least_squares as exact

Array = np.ndarray
__all__ = [
    "best_sample_size",
    "feature_learning_curve",
    "first_minimum",
    "interpolant_spread",
    "lagrange_variance",
    "norm",
    "ridge_risk",
    "risk",
    "risk_of_first",
    "two_speed_levels",
    "two_speed_risk",
]


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Risk and squared length (n, d, B, sigma), each for few and for many inputs; test error (n, p,
    L, T), for few and for many; the turning point (d, B, sigma).
    """
    means = derive(exact.least_squares)
    found = [each.function(exact.n, exact.d, exact.B, exact.sigma) for each in means]
    some = derive(exact.inputs_left_out)
    found += [each.function(exact.n, exact.p, exact.L, exact.T) for each in some]
    turn = derive(theory.sample_wise)[0]
    return (*found, turn.function(exact.d, exact.B, exact.sigma))


def risk(n: Any, d: Any, signal: float, noise: float) -> Any:
    """E |b - beta|^2 for n samples and d inputs, whole numbers >= 1 that broadcast.

    Raises ``ValueError`` for |n - d| <= 1, sizes below one, a signal or a noise that is negative,
    and as ``numerics.core.arrays``.
    """
    return _by_side(n, d, signal, noise, _formulas()[0], _formulas()[1])


def norm(n: Any, d: Any, signal: float, noise: float) -> Any:
    """E |b|^2 of the shortest solution; arguments and errors as for ``risk``."""
    return _by_side(n, d, signal, noise, _formulas()[2], _formulas()[3])


def best_sample_size(d: int, snr: float) -> int:
    """The number of samples below d - 1 at which the risk is least, 0 where the first one hurts;
    ``snr`` = |beta|^2 / noise^2.

    Beyond d + 1 samples the risk falls again, at last below this least one.  Raises ``ValueError``
    for fewer than three inputs or an ``snr`` that is not positive, and as ``numerics.core.arrays``.
    """
    d = integer(d, "d", "at least three inputs", lambda d: d >= 3)
    snr = number(snr, "snr", "a positive ratio of signal to noise", lambda r: r > 0)
    return max(0, math.ceil(_formulas()[6](d, snr, 1.0)))


def risk_of_first(n: int, p: Any, coefficients: Any, noise: float) -> Any:
    """Test error on a noisy label with the first p of the inputs in use, p of any shape with whole
    numbers from 0 to the number of ``coefficients`` (D,).

    Raises ``ValueError`` for other p, for |n - p| <= 1, fewer than two samples, negative noise, and
    as ``numerics.core.arrays``.
    """
    n = integer(n, "n", "at least two samples", lambda n: n >= 2)
    c, noise = np.atleast_1d(row(coefficients, "coefficients")), _size(noise, "noise")
    need = f"whole numbers from 0 to {len(c)}, other than {n - 1}, {n} and {n + 1}"
    p = np.asarray(integers(p, "p", need, lambda v: (v >= 0) & (v <= len(c)) & (np.abs(v - n) > 1)))
    used = np.r_[0.0, np.cumsum(c**2)]
    T, L = noise**2 + used[-1] - used[p], used[p]
    few, many = _formulas()[4:6]
    with np.errstate(divide="ignore", invalid="ignore"):  # on the other side of the peak
        found = np.where(p < n, few(n, p, L, T), many(n, np.maximum(p, 1), L, T))
    return found if p.ndim else float(found)


def first_minimum(n: int, coefficients: Any, noise: float) -> int:
    """The number of inputs, in their order, after which one more hurts for the first time; at most
    n - 2.

    0 says that there is no first descent.  Raises as ``risk_of_first``.
    """
    n = integer(n, "n", "at least two samples", lambda n: n >= 2)
    c = np.atleast_1d(row(coefficients, "coefficients"))
    most = min(len(c), n - 2)
    errors = risk_of_first(n, np.arange(most + 1), c, noise)
    hurts = np.flatnonzero(np.diff(errors) >= 0)
    return int(hurts[0]) if len(hurts) else most


def feature_learning_curve(
    n: float, k: Any, spectrum: Any, target: Any, noise: float, finite: bool = True
) -> Any:
    """Mean squared error on noisy labels of the shortest fit of k random features (any shape) to n
    samples, as ``numerics.learning_curve.feature_curve``; ``finite`` with the poles of finite
    sizes, (n - 1) / (n - k - 1) for n / (n - k) and n / (k - n - 1) for n / (k - n).

    Raises ``ValueError`` for |n - k| <= 1 where ``finite``, and as there.
    """
    n = number(n, "n", "a positive number", lambda v: v > 0)
    limit = feature_curve(n, k, spectrum, target, noise)
    if not finite:
        return limit
    k = real(k, "k")
    near = np.abs(k - n) <= 1
    if near.any():
        raise ValueError(f"k = {k[near].flat[0]:.6g} for n = {n}: the mean is infinite")
    rest = learning_curve(n, spectrum, target, noise) if (k > n).any() else 0.0
    few = limit * (n - 1) / n * (n - k) / (n - k - 1)
    many = rest + (limit - rest) * (k - n) / (k - n - 1)
    found = np.where(k < n, few, many)
    return found if found.ndim else float(found)


def _by_side(
    n: Any, d: Any, signal: Any, noise: Any, few: Callable[..., Any], many: Callable[..., Any]
) -> Any:
    n, d = (
        np.asarray(integers(v, name, "whole numbers >= 1", lambda v: v >= 1))
        for v, name in ((n, "n"), (d, "d"))
    )
    together(n=n, d=d)
    near = np.abs(n - d) <= 1
    if near.any():
        one, other = (np.broadcast_to(v, near.shape)[near][0] for v in (n, d))
        raise ValueError(
            f"n = {one}, d = {other}: sizes further apart are needed, means are infinite"
        )
    signal, noise = _size(signal, "signal"), _size(noise, "noise")
    with np.errstate(divide="ignore"):  # on the other side of the peak
        found = np.where(n > d, few(n, d, signal, noise), many(n, d, signal, noise))
    return found if found.ndim else float(found)


def _size(value: Any, name: str) -> float:
    return number(value, name, "a finite number that is not negative", lambda v: v >= 0)
