"""Exact match of answers of many tokens, its steepest rise, and thresholds of size.

Formulas are those derived in ``theory.emergence``, written with logarithms where the derived form
would round.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import betainc

from numerics.core.arrays import integer, integers, number, real, together
from theory import derive
from theory import emergence as theory

Array = np.ndarray


def exact_match(eps: Any, L: Any) -> Any:
    """(1 - eps)^L: chance that all L tokens are right, each wrong with the chance eps; arrays that
    broadcast.

    Raises ``ValueError`` for eps outside [0, 1], L that is no whole number >= 1, and as
    ``numerics.core.arrays``.
    """
    eps = real(eps, "eps", need="numbers from 0 to 1", holds=lambda v: (v >= 0) & (v <= 1))
    L = _lengths(L)
    together(eps=eps, L=L)
    with np.errstate(divide="ignore"):
        found = np.exp(L * np.log1p(-eps))
    return found if np.ndim(found) else float(found)


def steepest(a: float, L: Any) -> Any:
    """a (1 - 1 / L)^(L - 1): the largest slope of exact match in log N when the error of a token
    falls as N^-a; L of any shape.

    Raises ``ValueError`` for a that is not positive, and as ``exact_match``.
    """
    a, L = number(a, "a", "a positive number", lambda v: v > 0), np.asarray(_lengths(L), float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = a * np.where(L > 1, np.exp((L - 1) * np.log1p(-1 / L)), 1.0)
    return found if found.ndim else float(found)


def separable(n: Any, m: Any) -> Any:
    """Chance that a linear classifier of m features, without offset, fits random labels of n points
    in general position; whole numbers >= 1 that broadcast.

    Raises ``ValueError`` for other numbers, and as ``numerics.core.arrays``.
    """
    n, m = (
        np.asarray(integers(v, name, "whole numbers >= 1", lambda v: v >= 1), float)
        for v, name in ((n, "n"), (m, "m"))
    )
    together(n=n, m=m)
    n, m = np.broadcast_arrays(n, m)
    found = np.where(m >= n, 1.0, betainc(np.maximum(n - m, 1), m, 0.5))  # binomial sum
    return found if found.ndim else float(found)


def best_right(T: int, m: int) -> int:
    """Largest number of T + 1 alternating labels at the points 0, ..., T that m ReLU units and an
    affine part get right.

    Raises ``ValueError`` for T < 1 or m < 0, and as ``numerics.core.arrays``.
    """
    T = integer(T, "T", "a whole number >= 1", lambda v: v >= 1)
    m = integer(m, "m", "a whole number >= 0", lambda v: v >= 0)
    most = derive(theory.best_right)[0].result.subs({theory.T: T, theory.m: m})
    return min(T + 1, int(most))  # int rounds down


def _lengths(value: Any) -> Any:
    return integers(value, "L", "whole numbers >= 1", lambda v: v >= 1)
