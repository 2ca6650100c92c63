"""What the functions of the phase diagram take, and the formulas of the theory by their symbols."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from theory.core.formula import function_of

Array = np.ndarray


def four_points() -> tuple[Array, Array]:
    """Inputs -1/2, -1/6, 1/6, 1/2 with a bias column (4, 2), and targets x^2 (4,)."""
    x = np.array([-1 / 2, -1 / 6, 1 / 6, 1 / 2])
    return np.c_[x, np.ones(4)], x**2


def problem(X: Any, y: Any) -> tuple[Array, Array]:
    """X (n, D) and y (n,), or the published four points for neither; ``ValueError`` for one."""
    if (X is None) != (y is None):
        raise ValueError("give both X and y, or neither for the published four-point problem")
    if X is None:
        return four_points()
    X = real(X, "X", ("n", "D"))
    return X, real(y, "y", (len(X),))


def scaling(m: Any, gamma: Any, gamma_p: Any) -> tuple[float, float, float]:
    """Width, gamma and gamma'; ``ValueError`` for a width below one."""
    m = number(m, "m", "a width of at least one", lambda m: m >= 1)
    return m, number(gamma, "gamma"), number(gamma_p, "gamma_p")


@cache
def _formula(expr: Any) -> tuple[list[str], Callable[..., Any]]:
    symbols = sorted(expr.free_symbols, key=str)
    return list(map(str, symbols)), function_of(expr, tuple(symbols), None, "a bound on the drift")


def value(expr: Any, known: dict[str, Any]) -> float:
    """The number of an expression of the theory, from the values of its symbols by name."""
    names, formula = _formula(expr)
    return float(formula(*(known[name] for name in names)))
