"""The drift of minibatch descent along the rescaling orbit of a product of two weights, and its
curvature there: derived formulas for arrays.

eta is the step, B the batch, s the noise of a label.  Source: ``theory.batch_size``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, number, real, together
from theory import batch_size as theory
from theory import derive

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    _, _, rate, curvature, _ = derive(theory.imbalance_under_noise)
    symbols = theory.eta, theory.s, theory.B, theory.l
    return rate.function(*symbols), curvature.function(theory.r)


def imbalance_rate(eta: Any, s: Any, B: Any, curvature: Any) -> Any:
    """Rate per step at which descent on batches of B labels with noise s lowers x^2 - y^2 of a
    product x y of this curvature that fits, broadcast.

    Raises ``ValueError`` for what is not positive, for eta times the curvature of two or more, and
    as ``numerics.core.arrays``.  Source: ``theory.batch_size.imbalance_under_noise``.
    """
    given = {
        name: real(v, name, need="positive numbers", holds=lambda v: v > 0)
        for name, v in {"eta": eta, "s": s, "B": B, "curvature": curvature}.items()
    }
    together(**given)
    real(
        given["eta"] * given["curvature"],
        "eta * curvature",
        need="steps below the edge, eta * curvature < 2,",
        holds=lambda v: v < 2,
    )
    return _formulas()[0](*given.values())


def product_curvature(r: Any) -> Any:
    """Curvature x^2 + y^2 of a product with x y = 1, x = r, of any shape.

    Raises ``ValueError`` where r is not positive, and as ``numerics.core.arrays``.  Source:
    ``theory.batch_size.imbalance_under_noise``.
    """
    at = real(r, "r", need="positive numbers", holds=lambda r: r > 0)
    return _formulas()[1](at) ** 0.5


def imbalance_path(r: float, eta: float, s: float, B: int, steps: int) -> Array:
    """Mean of x^2 - y^2 (steps + 1,) from x = r, y = 1 / r along descent on batches of B labels
    with noise s, while the imbalance moves slowly.

    Raises ``ValueError`` unless r > 1, and as ``imbalance_rate``.
    """
    start = number(r, "r", "a number above one", lambda r: r > 1)
    eta, s = (
        number(v, name, "a positive number", lambda v: v > 0)
        for name, v in (("eta", eta), ("s", s))
    )
    B = integer(B, "B", "a batch of at least one", lambda B: B >= 1)
    steps = integer(steps, "steps", "a number of steps", lambda k: k >= 0)
    rate, square = _formulas()
    real(
        eta * square(start) ** 0.5,
        "eta * curvature",
        need="steps below the edge, eta * curvature < 2,",
        holds=lambda v: v < 2,
    )
    path = [start**2 - start**-2]
    for _ in range(steps):
        half = path[-1] / 2
        x = (half + (half**2 + 1) ** 0.5) ** 0.5  # of the balance x y = 1
        path.append(path[-1] * (1 - rate(eta, s, B, square(x) ** 0.5)))
    return np.array(path)
