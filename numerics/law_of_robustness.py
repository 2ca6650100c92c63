"""Slopes of families of fits of noisy labels, from linear ones to one bump for each sample.

Every formula is the one derived in ``theory.law_of_robustness``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integers, real, together
from theory import derive
from theory import law_of_robustness as theory


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Mean squared length (n, D, sigma), mean squared slope in clusters (n, D, p, sigma)."""
    return (
        derive(theory.linear_fits)[1].function(theory.n, theory.D, theory.sigma),
        derive(theory.clusters)[0].function(theory.n, theory.D, theory.p, theory.sigma),
    )


def shortest_length(n: Any, D: Any, noise: Any) -> Any:
    """Root of the mean squared length of the shortest linear fit of noise of this standard
    deviation at n inputs N(0, I / D).

    Arguments broadcast.  Raises ``ValueError`` for D < n + 2 (the mean is infinite), negative
    noise, and as ``numerics.core.arrays``.
    """
    n, D, noise = _sizes(n, D, noise)
    together(n=n, D=D, noise=noise)
    if (n + 2 > D).any():
        raise ValueError("D is less than n + 2: the mean squared length is infinite")
    return np.sqrt(_formulas()[0](n, D, noise))


def cluster_slope(n: Any, D: Any, p: Any, noise: Any) -> Any:
    """Root of the mean squared slope of the fit with p parameters: p / D far clusters of n D / p
    points each, with the shortest linear fit in each.

    Arguments broadcast.  Raises ``ValueError`` for clusters of fewer than one point or of more than
    D - 2, numbers of points or clusters that are not whole, and as ``shortest_length``.
    """
    n, D, noise = _sizes(n, D, noise)
    p = np.asarray(integers(p, "p", "at least one parameter", lambda v: v >= 1), float)
    together(n=n, D=D, p=p, noise=noise)
    if (p % D).any() or ((n * D) % p).any():
        raise ValueError("p is no multiple of D that divides n D: clusters are not alike")
    if (n * D / p + 2 > D).any():
        raise ValueError("p is too small: n D / p points in a cluster, D - 2 are the most")
    return np.sqrt(_formulas()[1](n, D, p, noise))


def bump_slope(X: Any, y: Any) -> float:
    """Lipschitz constant of the fit with a cone at each input X (n, D) of the height of its label
    y (n,), which has n (D + 1) parameters.

    Raises ``ValueError`` for fewer than two inputs, equal ones, and as ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "D"))
    y = real(y, "y", (len(X),))
    if len(X) < 2:
        raise ValueError("X has one row: two inputs at least are needed")
    squares = (X**2).sum(1)
    gaps = squares[:, None] + squares - 2 * X @ X.T
    rows, others = np.triu_indices(len(X), 1)
    near = np.argsort(gaps[rows, others])[: len(X)]  # by differences, which do not cancel
    least = np.linalg.norm(X[rows[near]] - X[others[near]], axis=1).min()
    if not least > 0:
        raise ValueError("X has two equal rows: no function fits their labels")
    return float(np.abs(y).max() / (least / 2))


def _sizes(n: Any, D: Any, noise: Any) -> tuple[Any, Any, Any]:
    n, D = (
        np.asarray(integers(v, name, "at least one", lambda x: x >= 1), float)
        for v, name in ((n, "n"), (D, "D"))
    )
    need = "numbers that are not negative"
    return n, D, real(noise, "noise", need=need, holds=lambda v: v >= 0)
