"""Which part of a residual a gradient can reach, and the loss of a point without slope.

Source: ``theory.stationary_point``.  A singular value counts as zero below 1e-10 of the largest.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import number, real, together
from theory import derive
from theory import stationary_point as theory

Array = np.ndarray
CUT = 1e-10  # of the largest singular value


@cache
def _formula() -> Callable[..., Any]:
    return derive(theory.stationary_loss)[1].function(theory.r, theory.n, theory.v)


def _range(J: Any) -> tuple[Array, Array]:
    """The Jacobian (n, p), and an orthonormal basis (n, r) of what its columns span."""
    found = real(J, "J", ("n", "p"))
    left, values, _ = np.linalg.svd(found, full_matrices=False)
    return found, left[:, values > CUT * max(values[0], np.finfo(float).tiny)]


def reachable_share(J: Any, e: Any) -> float:
    """Share of |e|^2 of residuals e (n,) that lies in the range of the Jacobian J (n, p) of the
    outputs: zero where there is no slope, one at full row rank.

    Raises ``ValueError`` for residuals that are all zero, and as ``numerics.core.arrays``.
    """
    J, basis = _range(J)
    e = real(e, "e", (len(J),))
    size = float(np.abs(e).max())
    if size == 0:
        raise ValueError("e is zero: there is nothing to reach where all is fitted")
    return float(((basis.T @ (e / size)) ** 2).sum() / ((e / size) ** 2).sum())


def stationary_loss(J: Any, y: Any) -> float:
    """Half the mean square of the part of labels y (n,) outside the range of the Jacobian J (n, p):
    the loss of a network with a linear output layer where it has no slope.

    Raises as ``numerics.core.arrays``.
    """
    J, basis = _range(J)
    y = real(y, "y", (len(J),))
    return float(((y - basis @ (basis.T @ y)) ** 2).mean() / 2)


def random_loss(rank: Any, n: Any, variance: float) -> Any:
    """Mean of that loss for labels of mean zero and this variance that do not depend on the
    Jacobian of this rank; broadcasts over rank and n.

    Raises ``ValueError`` for ranks outside [0, n], a negative variance, and as
    ``numerics.core.arrays``.
    """
    n = real(n, "n", need="counts of at least one", holds=lambda v: v >= 1)
    rank = real(rank, "rank")
    together(rank=rank, n=n)
    if ((rank < 0) | (rank > n)).any():
        raise ValueError(f"rank {rank} of a Jacobian of n = {n} outputs: 0 to n is needed")
    v = number(variance, "variance", "a variance that is not negative", lambda v: v >= 0)
    return _formula()(rank, n, v)
