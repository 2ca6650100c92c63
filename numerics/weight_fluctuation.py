"""Stationary variances of weights under stochastic gradient descent, with fresh and with reshuffled
batches, and variances of averages: derived formulas for arrays.

eta is the step, B the batch, curvatures are eigenvalues of the Hessian.  Source:
``theory.weight_fluctuation``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sympy import Indexed

from numerics.core.arrays import integer, number, real, together
from numerics.core.kernels import named
from theory import derive
from theory import weight_fluctuation as theory
from theory.core.formula import function_of

Array = np.ndarray
SLOW = 0.01  # eta l M below which the closed form of an epoch has lost more than half its digits


@cache
def _fresh() -> tuple[Callable[..., Any], ...]:
    found, _, slope, _, one, every = derive(theory.stationary_variance)
    (entry,) = found.result.atoms(Indexed)
    formula = found.result.xreplace({entry: theory.sigma})
    symbols = theory.eta, theory.B, theory.l, theory.sigma
    return (
        function_of(formula, symbols, None, found.title),
        slope.function(theory.eta, theory.l),
        one.function(*named(one, "eta", "sigma", "tau", "B", "l")),
        every.function(*named(every, "phi", "sigma")),
    )


@cache
def _epoch() -> Callable[..., Any]:
    found = derive(theory.reshuffled_epochs)[1]
    return found.function(*named(found, "a", "C", "eta", "M", "j"))


@cache
def _average() -> Callable[..., Any]:
    found = derive(theory.weight_averages)[2]
    return found.function(*named(found, "a", "T"))


def _step(eta: Any) -> float:
    return number(eta, "eta", "a positive finite step", lambda eta: eta > 0)


def _batch(B: Any) -> int:
    return integer(B, "B", "a batch of at least one", lambda B: B >= 1)


def _curvatures(value: Any, eta: float, edge: float = 2.0) -> Array:
    return real(
        value,
        "curvature",
        need=f"curvatures between 0 and {edge:.6g} / eta = {edge / eta:.6g}",
        holds=lambda v: (v > 0) & (eta * v < edge),
    )


def _variances(C: Any) -> Array:
    return real(C, "C", need="variances", holds=lambda v: v >= 0)


def stationary_variance(curvature: Any, C: Any, eta: float, B: int) -> Any:
    """Variance of a weight in a direction of this curvature where fresh batches of B keep it, C the
    variance of one example's gradient along it, broadcast.

    Raises ``ValueError`` for curvatures outside (0, 2 / eta), negative C, and as
    ``numerics.core.arrays``.
    """
    eta, B = _step(eta), _batch(B)
    rates, noise = _curvatures(curvature, eta), _variances(C)
    together(curvature=rates, C=noise)
    return _fresh()[0](eta, B, rates, noise)


def variance_slope(curvature: Any, eta: float) -> Any:
    """Slope of log variance against log curvature where the noise is proportional to curvature and
    batches are fresh, of any shape.

    Raises ``ValueError`` for curvatures outside (0, 2 / eta), and as ``numerics.core.arrays``.
    """
    eta = _step(eta)
    return _fresh()[1](eta, _curvatures(curvature, eta))


def least_squares_variance(curvature: Any, sigma: float, eta: float, B: int) -> Array:
    """Variances (d,) of the weights of least squares with Gaussian inputs of these curvatures (d,)
    and label noise sigma, exact for fresh batches of B and every step.

    Raises ``ValueError`` for steps at which there is none, and as ``numerics.core.arrays``.
    """
    eta, B = _step(eta), _batch(B)
    noise = number(sigma, "sigma", "a positive number", lambda s: s > 0)
    rates = _curvatures(curvature, eta, 2 * B / (B + 1))
    rates = real(rates, "curvature", ("d",))
    *_, formula, every = _fresh()
    # the share of a direction in phi is l V at sigma^2 + tau = 1
    phi = float((rates * formula(eta, 0.0, 1.0, B, rates)).sum())
    if not phi < 1:
        raise ValueError(
            f"eta = {eta:.6g} with batches of {B}: the mean square grows (phi = {phi:.6g}, and "
            f"below one is needed); take a smaller step or a larger batch"
        )
    tau = every(phi, noise)
    return np.asarray(formula(eta, noise, tau, B, rates))


def reshuffled_variance(curvature: Any, C: Any, eta: float, M: int, j: Any) -> Any:
    """Variance of a weight after j of the M batches of an epoch that shows every batch once, C the
    variance of a batch's gradient along its direction, broadcast; j = M or 0 is the end of an
    epoch.  Relative error 1e-8.

    Raises ``ValueError`` for curvatures outside (0, 1 / eta), eta l M below 0.01 where digits are
    lost, fewer than two batches, j that is no place of an epoch, and as ``numerics.core.arrays``.
    """
    eta = _step(eta)
    M = integer(M, "M", "at least two batches", lambda M: M >= 2)
    rates, noise = _curvatures(curvature, eta, 1.0), _variances(C)
    slow = SLOW / (eta * M)
    rates = real(rates, "curvature", need=f"curvatures above {slow:.6g}", holds=lambda v: v >= slow)
    place = real(
        j,
        "j",
        need=f"whole numbers from 0 to {M}",
        holds=lambda j: (j >= 0) & (j <= M) & (j == np.floor(j)),
    )
    together(curvature=rates, C=noise, j=place)
    return _epoch()(1 - eta * rates, noise, eta, float(M), place)


def averaged_variance(a: Any, T: Any) -> Any:
    """Variance of the average of T steps over that of one, where a step keeps the part a in (0, 1)
    of the deviation, broadcast.

    Raises ``ValueError`` for other a, for fewer than one step, and as ``numerics.core.arrays``.
    Source: ``theory.weight_fluctuation.weight_averages``.
    """
    kept = real(a, "a", need="numbers in (0, 1)", holds=lambda a: (a > 0) & (a < 1))
    steps = real(T, "T", need="numbers of steps", holds=lambda T: (T >= 1) & (np.floor(T) == T))
    together(a=kept, T=steps)
    return _average()(kept, steps)
