"""Costs of shifts and of rounding, bits, curvatures of ReLU neurons along their rescaling orbit,
and averages of outputs: derived formulas for arrays.

Curvatures are second derivatives of the loss, in units of the loss over squared weights.  Source:
``theory.flat_minimum``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sympy import Sum

from numerics.core.arrays import integer, real, together
from theory import derive
from theory import flat_minimum as theory
from theory.core.formula import function_of

Array = np.ndarray


def _positive(value: Any, name: str) -> Array:
    return real(value, name, need="positive numbers", holds=lambda v: v > 0)


def _not_negative(value: Any, name: str) -> Array:
    return real(value, name, need="numbers that are not negative", holds=lambda v: v >= 0)


@cache
def _of_trace(part: int, symbol: Any, claim: Callable[..., Any]) -> Callable[..., Any]:
    """A result in which the trace is the only sum, as a function of a symbol and of the trace."""
    found = derive(claim)[part]
    (total,) = found.result.atoms(Sum)
    formula = found.result.xreplace({total: theory.r})
    return function_of(formula, (symbol, theory.r), None, found.title)


@cache
def _function(part: int, claim: Callable[..., Any], *symbols: Any) -> Callable[..., Any]:
    return derive(claim)[part].function(*symbols)


def cost_of_a_shift(curvatures: Any, s: Any) -> Any:
    """Mean rise of the loss when a minimum of these curvatures (d,) is shifted by independent
    errors of standard deviation s, of any shape, in every direction.

    Raises ``ValueError`` for negative s, and as ``numerics.core.arrays``.
    """
    rates = real(curvatures, "curvatures", ("d",))
    formula = _of_trace(0, theory.s, theory.cost_of_a_shift)
    return formula(_not_negative(s, "s"), rates.sum())


def least_squares_excess(d: int, n: int, sigma: Any) -> Any:
    """Mean squared error, above the noise, of least squares with d Gaussian inputs of any
    covariance and n examples whose labels have noise sigma, of any shape.

    Raises ``ValueError`` unless n > d + 1, for negative sigma, and as ``numerics.core.arrays``.
    """
    d = integer(d, "d", "at least one input", lambda d: d >= 1)
    n = integer(n, "n", f"more than d + 1 = {d + 1} examples", lambda n: n > d + 1)
    formula = _function(0, theory.least_squares_excess, theory.sigma, theory.N, theory.n)
    return formula(_not_negative(sigma, "sigma"), d, n)


def allowed_error(curvature: Any, t: Any) -> Any:
    """How far one may go in a direction of this curvature at the cost t, broadcast.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.  Source:
    ``theory.flat_minimum.robustness``.
    """
    l, t = _positive(curvature, "curvature"), _positive(t, "t")
    together(curvature=l, t=t)
    return _function(0, theory.robustness, theory.l, theory.t)(l, t)


def bits_saved(c: Any) -> Any:
    """Bits less for a parameter whose curvature is c times smaller, at the same cost, of any shape.

    Raises ``ValueError`` for ratios that are not positive, and as ``numerics.core.arrays``.
    Source: ``theory.flat_minimum.robustness``.
    """
    return _function(1, theory.robustness, theory.c)(_positive(c, "c"))


def rounding_cost(spacing: Any, trace: Any) -> Any:
    """Mean rise of the loss when parameters at a minimum of this trace of the Hessian are rounded
    to a grid of this spacing and of random offset, broadcast; to second order in the spacing.

    Raises ``ValueError`` for a spacing that is negative, and as ``numerics.core.arrays``.  Source:
    ``theory.flat_minimum.robustness``.
    """
    width, total = _not_negative(spacing, "spacing"), real(trace, "trace")
    together(spacing=width, trace=total)
    return _of_trace(2, theory.D, theory.robustness)(width, total)


def neuron_curvatures(a: Any, W: Any, X: Any) -> tuple[Array, Array]:
    """T_a and T_w (m,) of ReLU neurons a (m,), W (m, D) at inputs X (n, D): second derivative of
    half the mean squared loss by a, and trace of those by w; exact whatever the labels are.

    Raises as ``numerics.core.arrays``.  Source: ``theory.flat_minimum.rescaling_of_a_neuron``.
    """
    a, X = real(a, "a", ("m",)), real(X, "X", ("n", "D"))
    W = real(W, "W", (len(a), X.shape[1]))
    z = X @ W.T
    active = (z > 0) * (X**2).sum(1)[:, None]
    return (np.maximum(z, 0) ** 2).mean(0), a**2 * active.mean(0)


def rescaled_trace(T_a: Any, T_w: Any, c: Any) -> Any:
    """Trace of the Hessian over the weights of a neuron (c w, a / c), from its curvatures at c = 1,
    broadcast.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.  Source:
    ``theory.flat_minimum.rescaling_of_a_neuron``.
    """
    given = {"T_a": _positive(T_a, "T_a"), "T_w": _positive(T_w, "T_w"), "c": _positive(c, "c")}
    together(**given)
    formula = _function(1, theory.rescaling_of_a_neuron, theory.T_a, theory.T_w, theory.c)
    return formula(*given.values())


@cache
def _least() -> Callable[..., Any]:
    found = derive(theory.rescaling_of_a_neuron)[4]
    return function_of(found.result.doit(), (theory.T_a, theory.T_w), None, found.title)


def least_trace(T_a: Any, T_w: Any) -> Any:
    """The least trace over all rescalings of a neuron, broadcast: a flatness of its function.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.  Source:
    ``theory.flat_minimum.rescaling_of_a_neuron``.
    """
    given = {"T_a": _positive(T_a, "T_a"), "T_w": _positive(T_w, "T_w")}
    together(**given)
    return _least()(*given.values())


def averaged_trace(trace: Any, M: Any) -> Any:
    """Trace of the Gauss-Newton Hessian of the average of M outputs, over all their weights, from
    the mean trace of one, broadcast.

    Raises ``ValueError`` for numbers M below one, and as ``numerics.core.arrays``.  Source:
    ``theory.flat_minimum.output_averages``.
    """
    total = real(trace, "trace")
    many = real(M, "M", need="numbers of outputs", holds=lambda M: (M >= 1) & (np.floor(M) == M))
    together(trace=total, M=many)
    return _function(1, theory.output_averages, theory.T_a, theory.M)(total, many)
