"""Gradient flow on noisy data as a filter: risk at any time, and the time at which it is least.

Modes are the eigenvectors of the kernel: ``rates`` (N,) their decay rates, ``coefficients`` (N,)
those of the noise-free function, ``noise`` the standard deviation of the noise in each mode.  For n
samples, kernel K and loss (1/2n)|e|^2 the rates are the eigenvalues of K / n. Source:
``theory.early_stopping``; Ali, Kolter, Tibshirani, AISTATS 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import number, real, row, together
from theory import derive
from theory import early_stopping as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    fraction = derive(theory.filter_of_a_mode)[0].function(theory.lam, theory.t)
    mode, _, _, _ = derive(theory.risk_of_a_mode)
    best = derive(theory.risk_of_a_mode)[1].function(theory.lam, theory.theta, theory.sigma)
    return fraction, mode.function(theory.lam, theory.t, theory.theta, theory.sigma), best


def fitted_fraction(t: Any, rates: Any) -> Any:
    """1 - exp(-rate t), broadcast: how much of each mode's data is fitted at time t, which may be
    infinite.

    Raises ``ValueError`` for times or rates that are negative, and as ``numerics.core.arrays``.
    """
    rates, times = _rates(rates), _times(t)
    together(rates=rates, t=times)
    return _formulas()[0](rates, _moving(rates, times))


def risk(t: Any, rates: Any, coefficients: Any, noise: float) -> Any:
    """Expected squared error, summed over the modes, at the times t (any shape, result of that
    shape).

    Raises ``ValueError`` for rates or noise that are negative or not finite, or shapes that do not
    fit, and as ``numerics.core.arrays``.
    """
    rates, coefficients, noise = _modes(rates, coefficients, noise)
    times = _times(t)
    total = _formulas()[1](rates, _moving(rates, times[..., None]), coefficients, noise).sum(-1)
    return total if times.ndim else float(total)


def optimal_time(rates: Any, coefficients: Any, noise: float) -> float:
    """The common time at which the summed risk is least; ``inf`` without noise, 0.0 when nothing
    but noise is there.

    The slope of the risk may change sign more than once, so the least of all stationary points is
    taken: those between 4096 points of a logarithmic grid, refined to rounding.  Raises as
    ``risk``.
    """
    rates, coefficients, noise = _modes(rates, coefficients, noise)
    moving = rates > 0
    rates, coefficients = rates[moving], coefficients[moving]
    if not np.any(coefficients):
        return 0.0
    if noise == 0:
        return float("inf")

    def slope(time: float) -> float:
        left = 1 - _formulas()[0](rates, time)
        return float(np.sum(rates * left * ((1 - left) * noise**2 - left * coefficients**2)))

    best = optimal_time_of_a_mode(rates, coefficients, noise)
    best = best[
        best > 0
        # the slope is negative before the earliest, positive after the latest of the modes that
        # carry signal and noise
    ]
    grid = np.geomspace(best.min() / 64, 64 * max(best.max(), 1 / rates.min()), 4096)
    slopes = np.array([slope(time) for time in grid])
    turns = np.flatnonzero((slopes[:-1] < 0) & (slopes[1:] >= 0))
    if not len(turns):
        return float("inf")
    found = [brentq(slope, grid[i], grid[i + 1], xtol=1e-14 * grid[i], rtol=1e-14) for i in turns]
    return float(min(found, key=lambda time: risk(time, rates, coefficients, noise)))


def optimal_time_of_a_mode(rates: Any, coefficients: Any, noise: float) -> Any:
    """ln(1 + theta^2 / sigma^2) / lambda, broadcast over the modes.

    Raises ``ValueError`` for rates or noise that are not positive, and as ``numerics.core.arrays``.
    """
    rates = real(rates, "rates", need="positive rates", holds=lambda r: r > 0)
    coefficients = real(coefficients, "coefficients")
    together(rates=rates, coefficients=coefficients)
    noise = number(noise, "noise", "a positive finite standard deviation", lambda n: n > 0)
    return _formulas()[2](rates, coefficients, noise)


def _rates(rates: Any, gate: Callable[..., Array] = real) -> Array:
    return gate(rates, "rates", need="finite non-negative numbers", holds=lambda r: r >= 0)


def _times(t: Any) -> Array:
    return real(t, "t", need="non-negative times", holds=lambda t: t >= 0, infinite=True)


def _moving(rates: Array, times: Array) -> Array:
    """A mode with the rate 0 stands still for ever, so that its time is nothing."""
    return np.where(rates > 0, times, 0.0) if np.isinf(times).any() else times


def _modes(rates: Any, coefficients: Any, noise: Any) -> tuple[Array, Array, float]:
    rates, coefficients = (
        np.atleast_1d(v) for v in (_rates(rates, row), row(coefficients, "coefficients"))
    )
    if rates.shape != coefficients.shape:
        raise ValueError(
            f"rates have shape {rates.shape}, coefficients have shape {coefficients.shape}: one of "
            f"each per mode is needed, (N,)"
        )
    what = "a finite non-negative standard deviation"
    return rates, coefficients, number(noise, "noise", what, lambda noise: noise >= 0)
