"""A path of five straight pieces between two-layer networks on which they keep fitting, and its
height where units are few.

The formula of the height is the one derived in ``theory.connecting_path``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, real, together
from theory import connecting_path as theory
from theory import derive

Array = np.ndarray
Network = tuple[Array, Array]  # output weights (m,), input weights (m, D)


@cache
def _height() -> Callable[..., Any]:
    """Loss of the best readout of q units (q, n, v)."""
    return derive(theory.half_readout)[0].function(theory.q, theory.n, theory.v)


def half_readout_loss(features: Any, y: Any) -> float:
    """Half the mean squared error of the best readout of the first half of the units, whose outputs
    are ``features`` (n, m), at labels y (n,).

    Raises ``ValueError`` for fewer than two units, and as ``numerics.core.arrays``.
    """
    outputs = real(features, "features", ("n", "m"))
    label = real(y, "y", (len(outputs),))
    if outputs.shape[1] < 2:
        raise ValueError(f"features has shape {outputs.shape}: at least two units are needed")
    half = outputs[:, : outputs.shape[1] // 2]
    best = np.linalg.lstsq(half, label, rcond=None)[0]
    return float(((half @ best - label) ** 2).mean() / 2)


def mean_readout_loss(units: Any, points: Any, variance: Any = 1.0) -> Any:
    """Mean of half the mean squared error of the best readout of so many units at labels of this
    variance that do not depend on them; zero from as many units as points on.

    Arguments broadcast.  Raises ``ValueError`` for negative counts or variances, and as
    ``numerics.core.arrays``.
    """
    q = integers(units, "units", "numbers that are not negative", lambda v: v >= 0)
    n = integers(points, "points", "at least one point", lambda v: v >= 1)
    v = real(variance, "variance", need="numbers that are not negative", holds=lambda x: x >= 0)
    together(units=q, points=n, variance=v)
    return np.maximum(_height()(np.asarray(q, float), np.asarray(n, float), v), 0.0)[()]


def _network(network: Any, name: str, D: int | str) -> Network:
    if not isinstance(network, Sequence) or len(network) != 2:
        raise TypeError(f"{name} is no pair of output weights (m,) and input weights (m, D)")
    w = real(network[1], f"{name}[1]", ("m", D))
    return real(network[0], f"{name}[0]", (len(w),)), w


def zero_loss_path(
    one: Any, other: Any, X: Any, y: Any, activation: Callable[[Array], Array] = np.tanh
) -> list[Network]:
    """The six corners of a path between two networks, pairs of output weights (m,) and input
    weights (m, D), on which f(x) = sum_k a_k sigma(w_k.x) fits y (n,) at X (n, D) if both do.

    Raises ``ValueError`` for fewer than 2n units, for n units whose outputs are not independent,
    and as ``numerics.core.arrays``.
    """
    points = real(X, "X", ("n", "D"))
    n = len(points)
    label = real(y, "y", (n,))
    (a, w), (b, v) = (_network(p, s, points.shape[1]) for p, s in ((one, "one"), (other, "other")))
    if w.shape != v.shape or len(a) < 2 * n:
        raise ValueError(
            f"networks of {len(a)} and {len(b)} units at {n} points: two of the same width, of at "
            f"least {2 * n} units, are needed"
        )

    def readout(weights: Array, units: slice) -> Array:
        features = activation(points @ weights[units].T)
        if np.linalg.matrix_rank(features) < n:
            raise ValueError(f"units {units.start} to {units.stop} do not tell the points apart")
        found = np.zeros(len(weights))
        found[units] = np.linalg.solve(features, label)
        return found

    mine, theirs = readout(w, slice(0, n)), readout(v, slice(n, 2 * n))
    between = np.concatenate([w[:n], v[n:]])
    return [(a, w), (mine, w), (mine, between), (theirs, between), (theirs, v), (b, v)]


def path_losses(corners: Any, loss: Callable[[Array, Array], float], points: Any = 11) -> Array:
    """Loss at so many equal distances on each straight piece between corners, pairs of output
    weights (m,) and input weights (m, D), both ends included: (pieces, points).

    Raises ``TypeError`` for fewer than two corners, ``ValueError`` for fewer than two points, and
    as ``numerics.core.arrays``.
    """
    count = integer(points, "points", "at least two points", lambda v: v > 1)
    if not isinstance(corners, Sequence) or len(corners) < 2:
        raise TypeError("corners is no list of at least two networks")
    D = _network(corners[0], "corners[0]", "D")[1].shape[1]
    found = [_network(corner, f"corners[{at}]", D) for at, corner in enumerate(corners)]
    return np.array(
        [
            [loss((1 - s) * a + s * b, (1 - s) * w + s * v) for s in np.linspace(0, 1, count)]
            for (a, w), (b, v) in pairwise(found)
        ]
    )
