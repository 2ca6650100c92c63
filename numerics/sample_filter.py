"""The low-frequency ratio of labels on data, and the smoother's eigenvalues on a circle.

Source: ``theory.sample_filter``; Xu, Zhou, Deep frequency principle, AAAI 2021.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import integer, number, real

Array = np.ndarray


def smoother(D2: Any, s: float) -> Array:
    """Weights exp(-s^2 D2 / 2) of squared distances D2 (n, n), every row divided by its sum: (n,
    n).

    Raises ``ValueError`` unless D2 is square and symmetric, not negative and zero on its diagonal,
    and for s <= 0, and as ``numerics.core.arrays``.
    """
    D2 = squared_distances(D2)
    s = number(s, "s", "a positive number", lambda v: v > 0)
    weights = np.exp(-(s**2) * D2 / 2)
    return np.asarray(weights / weights.sum(1, keepdims=True))


def squared_distances(D2: Any) -> Array:
    """``D2`` as squared distances (n, n); raises as ``smoother``."""
    D2 = real(D2, "D2", ("n", "n"), need="squares", holds=lambda v: v >= 0)
    if D2.diagonal().any() or not np.allclose(D2, D2.T, rtol=1e-9, atol=0):
        raise ValueError("D2 is not symmetric with a zero diagonal: squared distances are needed")
    return D2


def smoothed_ratio(D2: Any, Y: Any, s: Any, weighted: bool = False) -> Array:
    """Share of the energy of labels Y (n,) or (n, c) that is left by the smoother of squared
    distances D2 (n, n) at each s, of its shape; ``weighted``: point i counts with the sum of its
    row, which keeps the ratio in [0, 1].

    A point is its own neighbour, so that the ratio comes to one for any labels: see ``null_ratio``.
    Raises ``ValueError`` as ``smoother`` and for labels that are all zero, and as
    ``numerics.core.arrays``.
    """
    D2 = squared_distances(D2)
    Y = real(Y, "Y")
    if Y.ndim not in (1, 2) or len(Y) != len(D2) or not Y.size:
        raise ValueError(f"Y has shape {Y.shape}: ({len(D2)},) or ({len(D2)}, c) is needed")
    if not Y.any():
        raise ValueError("Y is all zero: labels with energy are needed")
    Y = Y.reshape(len(Y), -1) / abs(Y).max()
    s = real(s, "s", need="positive numbers", holds=lambda v: v > 0)
    found = []
    for each in s.ravel():
        weights = np.exp(-(each**2) * D2 / 2)
        sums = weights.sum(1, keepdims=True)
        count = sums if weighted else np.ones_like(sums)
        left = (count * (weights @ Y / sums) ** 2).sum()
        found.append(left / (count * Y**2).sum())
    return np.array(found).reshape(s.shape)


def circle_eigenvalue(n: int, k: Any, delta: Any) -> Array:
    """Eigenvalue of the smoother of n equispaced points of a circle for the wave of k periods, for
    a Gaussian of standard deviation delta (an angle) that is wrapped around; k and delta broadcast.

    By the theta function and its dual, whichever converges faster: to rounding.  Raises
    ``ValueError`` for n < 1, k that are no integers, and delta <= 0, and as
    ``numerics.core.arrays``.
    """
    n = integer(n, "n", "at least one point", lambda v: v >= 1)
    k = real(k, "k", need="integers", holds=lambda v: v == np.floor(v))
    delta = real(delta, "delta", need="positive angles", holds=lambda v: v > 0)
    angle, width = 2 * np.pi * np.mod(k, n) / n, delta * n / (2 * np.pi)  # in steps
    angle, width = np.broadcast_arrays(np.minimum(angle, 2 * np.pi - angle), width)
    j = np.arange(-40, 41)
    with np.errstate(under="ignore", over="ignore"):
        few = np.exp(-(j**2) / (2 * width[..., None] ** 2))
        direct = (few * np.cos(angle[..., None] * j)).sum(-1) / few.sum(-1)
        turned, still = (
            np.exp(-(((a + 2 * np.pi * j) * width[..., None]) ** 2) / 2).sum(-1)
            for a in (angle[..., None], 0.0)
        )
    return np.asarray(np.where(width < 1, direct, turned / still))
