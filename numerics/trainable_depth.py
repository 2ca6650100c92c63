"""How inputs merge and signals scatter along plain ReLU networks at their start.

Every formula is one derived in ``theory.trainable_depth`` and ``theory.arc_cosine_kernel``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, real
from numerics.core.kernels import formulas, half_after, unit
from theory import derive
from theory import trainable_depth as theory

NONE = np.empty(0, int)


@cache
def _excess() -> Callable[..., Any]:
    """What a layer of D units adds to the mean square of |h|^2 over the square of its mean."""
    return derive(theory.fourth_moment)[2].function(theory.D)


def correlation(rho: Any, L: int) -> Any:
    """Cosine of the angle of two inputs behind L wide ReLU layers without biases, from their own
    cosine rho, in the shape of rho.

    Absolute error of some 1e-16 a layer.  Raises ``ValueError`` for cosines outside [-1, 1], L < 0,
    and as ``numerics.core.arrays``.
    """
    rho = real(rho, "rho", need="cosines in [-1, 1]", holds=lambda v: abs(v) <= 1)
    L = integer(L, "L", "a number of layers", lambda L: L >= 0)
    known, half = formulas(np), np.atleast_1d((1 - rho) / 2)
    for _ in range(L):
        half = half_after(unit(half, NONE, NONE, known), known)
    return np.clip(1 - 2 * half, -1, 1).reshape(rho.shape)[()]


def critical_depth(D: Any) -> Any:
    """Number of layers of D units after which the mean square of |h|^2 is e times the square of its
    mean, D / 5 where D is large; broadcast.  ``ValueError`` for D < 1 and as
    ``numerics.core.arrays``.
    """
    D = real(D, "D", need="at least one unit for each", holds=lambda D: D >= 1)
    return 1 / np.log1p(_excess()(D))
