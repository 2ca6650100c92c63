"""Shares of principal components of a random walk and of a linear flow, and how straight a path is.

Every formula is the one derived in ``theory.trajectory``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import check_shape, integer, integers, real, row
from theory import derive
from theory import trajectory as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Share of a component of a walk (k, N), of directions in its updates (q, N), straightness (N),
    product of two places of a mode (c, h, t, T).
    """
    shares, (some, straight) = derive(theory.walk_shares)[1], derive(theory.walk_updates)
    product = derive(theory.linear_flow)[1]
    return (
        shares.function(theory.k, theory.N),
        some.function(theory.q, theory.N),
        straight.function(theory.N),
        product.function(theory.c, theory.h, theory.t, theory.T),
    )


def walk_shares(places: Any) -> Array:
    """Shares (N - 1,) of the principal components of a random walk of N places in very many
    dimensions, the largest one first.

    Raises ``ValueError`` for fewer than two places, and as ``numerics.core.arrays``.
    """
    N = integer(places, "places", "at least two places", lambda v: v > 1)
    return np.asarray(_formulas()[0](np.arange(1.0, N), float(N)))


def update_shares(places: Any, directions: Any) -> Any:
    """Share of so many directions in the updates between the places of a random walk, in very many
    dimensions; one where there are no more updates.

    Arguments broadcast.  Raises ``ValueError`` for fewer than two places or a negative number of
    directions, and as ``numerics.core.arrays``.
    """
    N = integers(places, "places", "at least two places", lambda v: v > 1)
    q = integers(directions, "directions", "numbers that are not negative", lambda v: v >= 0)
    return np.minimum(_formulas()[1](np.asarray(q, float), np.asarray(N, float)), 1.0)[()]


def straightness(path: Any) -> float:
    """Distance between the ends of a path (N, p) over its length; for a random walk of N places in
    very many dimensions that is (N - 1)^(-1/2).

    Raises ``ValueError`` for fewer than two places and for a path that does not move, and as
    ``numerics.core.arrays``.
    """
    places = real(path, "path", ("N", "p"))
    if len(places) < 2:
        raise ValueError(f"path has shape {places.shape}: at least two places are needed")
    length = np.linalg.norm(np.diff(places, axis=0), axis=1).sum()
    if not length > 0:
        raise ValueError("path does not move: two different places are needed")
    return float(np.linalg.norm(places[-1] - places[0]) / length)


def walk_straightness(places: Any) -> Any:
    """What ``straightness`` is for a random walk of so many places in very many dimensions.

    Raises ``ValueError`` for fewer than two places, and as ``numerics.core.arrays``.
    """
    N = integers(places, "places", "at least two places", lambda v: v > 1)
    return _formulas()[2](np.asarray(N, float))


def trajectory_shares(rates: Any, ways: Any, times: Any) -> Array:
    """Shares (N,) of the principal components of a linear flow, about the mean of its places at N
    times, the largest one first; mode i goes by ``ways`` at the rate ``rates`` (m,).

    Raises ``ValueError`` for rates, ways or times that are negative, for a flow that does not move,
    and as ``numerics.core.arrays``.
    """
    need = "numbers that are not negative"
    h, c, t = (
        row(v, name, need=need, holds=lambda x: x >= 0)
        for v, name in ((rates, "rates"), (ways, "ways"), (times, "times"))
    )
    h, c, t = np.atleast_1d(h), np.atleast_1d(c), np.atleast_1d(t)
    check_shape(c.shape, "ways", (len(h),))
    each = _formulas()[3](c, h, t[:, None, None], t[None, :, None])
    gram = np.broadcast_to(each, (len(t), len(t), len(h))).sum(2)
    gram = gram - gram.mean(0) - gram.mean(1)[:, None] + gram.mean()
    sizes = np.linalg.eigvalsh(gram)[::-1].clip(0)
    if not sizes.sum() > 0:
        raise ValueError("the flow does not move: a positive rate, way and two times are needed")
    return np.asarray(sizes / sizes.sum())
