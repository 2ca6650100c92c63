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
    """1 - exp(-rate t), broadcast: how much of each mode's data is fitted at time t."""
    return _formulas()[0](np.asarray(rates, dtype=float), np.asarray(t, dtype=float))


def risk(t: Any, rates: Any, coefficients: Any, noise: float) -> Any:
    """Expected squared error, summed over the modes, at the times t (any shape, result of that
    shape).

    Raises ``ValueError`` for rates or noise that are negative or not finite, or shapes that do not
    fit.
    """
    rates, coefficients = _modes(rates, coefficients, noise)
    times = np.asarray(t, dtype=float)
    if not (times >= 0).all():
        raise ValueError(f"t has the value {float(np.nanmin(times))}: times are non-negative")
    total = _formulas()[1](rates, times[..., None], coefficients, float(noise)).sum(-1)
    return total if times.ndim else float(total)


def optimal_time(rates: Any, coefficients: Any, noise: float) -> float:
    """The common time at which the summed risk is least; ``inf`` without noise, 0.0 when nothing
    but noise is there.

    The slope of the risk may change sign more than once, so the least of all stationary points is
    taken: those between 4096 points of a logarithmic grid, refined to rounding.
    """
    rates, coefficients = _modes(rates, coefficients, noise)
    moving = rates > 0
    rates, coefficients = rates[moving], coefficients[moving]
    if not np.any(coefficients):
        return 0.0
    if noise == 0:
        return float("inf")

    def slope(time: float) -> float:
        left = 1 - fitted_fraction(time, rates)
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
    """ln(1 + theta^2 / sigma^2) / lambda, broadcast over the modes."""
    return _formulas()[2](
        np.asarray(rates, dtype=float), np.asarray(coefficients, dtype=float), float(noise)
    )


def _modes(rates: Any, coefficients: Any, noise: float) -> tuple[Array, Array]:
    rates, coefficients = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (rates, coefficients))
    if rates.shape != coefficients.shape or rates.ndim != 1:
        raise ValueError(
            f"rates have shape {rates.shape}, coefficients {coefficients.shape}: one of each per "
            f"mode is needed, (N,)"
        )
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        raise ValueError("rates: finite non-negative numbers are needed")
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise = {noise}: a finite non-negative standard deviation is needed")
    return rates, coefficients
