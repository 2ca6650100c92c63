"""Errors at samples that are left out, and the share of neighbours of another class.

Source: ``theory.leave_one_out``; Golub, Heath, Wahba, Technometrics 21, 1979.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from numerics.core.arrays import integer, integers, number, real
from numerics.core.symmetric import symmetric
from theory import derive
from theory import leave_one_out as theory

Array = np.ndarray


@cache
def _residual() -> Callable[..., Any]:
    """Held-out error (a, v): (K^-1 y)_i and (K^-1)_ii."""
    return derive(theory.held_out_residual)[0].function(theory.a, theory.v)


def leave_one_out(K: Any, y: Any) -> Array:
    """Error y_i - f_-i(x_i), of the shape of y, of the kernel interpolant at each sample when it is
    left out; K (n, n), labels y (n,) or (n, c).

    One inverse instead of n fits.  Raises ``ValueError`` for a K that is not symmetric, or singular
    to rounding, shapes that do not fit, fewer than two samples, and as ``numerics.core.arrays``.
    """
    K = symmetric(K, "K")
    y = real(y, "y")
    if y.ndim not in (1, 2) or len(y) != len(K) or len(K) < 2:
        raise ValueError(
            f"y has shape {y.shape}: ({len(K)},) or ({len(K)}, c) is needed, of two samples or more"
        )
    if np.linalg.cond(K) > 1e13:
        raise ValueError("K is not invertible: leave out samples that are there twice")
    inverse = np.linalg.inv(K)
    diagonal = inverse.diagonal()
    return np.asarray(_residual()((inverse @ y).T, diagonal).T)


def neighbour_disagreement(
    X: Any, labels: Any, X_new: Any, labels_new: Any, *, k: int | None = None, delta: Any = None
) -> Array:
    """Share (q,) of other labels among the k nearest of the samples X (n, D) with labels (n,), or
    among all with the weights exp(-distance^2 / (2 delta^2)), at new samples X_new (q, D) with
    labels_new (q,).

    With weights it is what a smoother lacks of one at the own class.  Weights are taken relative to
    the nearest sample, so that none is lost.  Raises ``ValueError`` unless one of k and delta is
    given, for k outside 1 to n, delta <= 0, and as ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "D"))
    labels = integers(labels, "labels", shape=(len(X),))
    X_new = real(X_new, "X_new", ("q", X.shape[1]))
    labels_new = integers(labels_new, "labels_new", shape=(len(X_new),))
    if (k is None) == (delta is None):
        raise ValueError(
            "k, delta: give a number of neighbours or a width of the weights, not both"
        )
    other = labels_new[:, None] != labels
    D2 = cdist(X_new, X, "sqeuclidean")
    if k is not None:
        k = integer(k, "k", f"1 to {len(X)} neighbours", lambda v: 1 <= v <= len(X))
        nearest = np.argsort(D2, axis=1, kind="stable")[:, :k]
        return np.asarray(np.take_along_axis(other, nearest, 1).mean(1))
    delta = number(delta, "delta", "a positive width", lambda v: v > 0)
    weights = np.exp(-(D2 - D2.min(1, keepdims=True)) / (2 * delta**2))
    return np.asarray((weights * other).sum(1) / weights.sum(1))
