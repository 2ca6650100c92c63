"""Three measures of flatness from the eigenvalues of a Hessian: largest loss in a ball, distance
along random directions, size of a box.

Source: ``theory.flatness_measure``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sympy import Sum

from numerics.core.arrays import integer, number, real, together
from theory import derive
from theory import flatness_measure as theory
from theory.core.formula import function_of

Array = np.ndarray


def _positive(value: Any, name: str) -> Array:
    return real(value, name, need="positive numbers", holds=lambda v: v > 0)


@cache
def _largest() -> Any:
    return derive(theory.largest_loss_nearby)[0].function(theory.L, theory.r)


@cache
def _of_total(claim: Any, *symbols: Any) -> Any:
    """A result with one sum over eigenvalues, as a function of symbols and of that sum, c."""
    found = derive(claim)[0]
    (total,) = found.result.atoms(Sum)
    return function_of(found.result.xreplace({total: theory.c}), (*symbols, theory.c), None, "")


def largest_loss(eigenvalue: Any, r: Any) -> Any:
    """Largest rise of the loss within the distance r of a minimum whose Hessian has this largest
    eigenvalue, broadcast.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.
    """
    top, radius = _positive(eigenvalue, "eigenvalue"), _positive(r, "r")
    together(eigenvalue=top, r=radius)
    return _largest()(top, radius)


def inverse_squared_distance(trace: Any, N: int, t: Any) -> Any:
    """Mean of 1 / R^2 over random directions, R the distance at which the loss has risen by t, at a
    minimum of N parameters and of this trace of the Hessian, broadcast.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.
    """
    total, rise = _positive(trace, "trace"), _positive(t, "t")
    N = integer(N, "N", "at least one parameter", lambda n: n >= 1)
    together(trace=total, t=rise)
    formula = _of_total(theory.distance_along_random_directions, theory.t, theory.N)
    return formula(rise, N, total)


def log_box(diagonal: Any, t: float) -> float:
    """log of the product of the distances that each weight may go alone at the cost t, from the
    diagonal (N,) of the Hessian.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.
    """
    h = real(diagonal, "diagonal", ("N",), need="positive numbers", holds=lambda v: v > 0)
    cost = number(t, "t", "a positive number", lambda v: v > 0)
    formula = _of_total(theory.size_of_a_box, theory.t, theory.N)
    return float(formula(cost, len(h), np.log(h).sum()))


def log_rescaled_box(c: Any, N: int) -> Any:
    """log of the factor by which the box grows when the N input weights of a ReLU neuron are
    multiplied by c and its output weight is divided by c, of any shape.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.
    """
    N = integer(N, "N", "at least one input weight", lambda n: n >= 1)
    formula = derive(theory.box_on_the_orbit)[0].function(theory.c, theory.N)
    return formula(_positive(c, "c"), N)
