"""Least curvature of the loss of a product of two weights, with L2 regularisation.

Source: ``theory.loss_landscape``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import real, together
from theory import derive
from theory import loss_landscape as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    least, within, *_ = derive(theory.product_curvature)
    return least.function(theory.a, theory.b), within.function(theory.R)


def least_curvature(a: Any, b: Any, lam: Any = 0.0) -> Any:
    """Least eigenvalue of the Hessian of (a b - 1)^2 / 2 + lam (a^2 + b^2) / 2.

    Arguments broadcast.  Raises ``ValueError`` for a negative coefficient, and as
    ``numerics.core.arrays``.
    """
    a, b = real(a, "a"), real(b, "b")
    lam = real(lam, "lam", need="coefficients that are not negative", holds=lambda v: v >= 0)
    together(a=a, b=b, lam=lam)
    return _formulas()[0](a, b) + lam


def product_least_curvature(R: Any) -> Any:
    """Least eigenvalue of the Hessian of (a b - 1)^2 / 2 where a^2 + b^2 is at most R^2; less its
    size no coefficient of L2 regularisation makes the loss convex there.

    Broadcasts over R.  Raises ``ValueError`` for a radius that is not positive, and as
    ``numerics.core.arrays``.
    """
    radius = real(R, "R", need="positive radii", holds=lambda v: v > 0)
    return _formulas()[1](radius)
