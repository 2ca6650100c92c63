"""What it costs to remove weights from a quadratic loss, the best set of them, and what the
smallest of many weights hold.

Every formula is the one derived in ``theory.pruning``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from math import comb
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import erfinv

from numerics.core.arrays import integer, integers, real, together
from numerics.core.symmetric import symmetric
from theory import derive
from theory import pruning as theory
from theory.core.catalogue import nearest

Array = np.ndarray
Kind = Literal["magnitude", "curvature", "retrained"]
Law = Literal["normal", "Laplace"]
MOST = 100_000  # sets that are tried


@cache
def _formulas() -> dict[str, Callable[..., Any]]:
    stays, trained = derive(theory.saliency)
    fixed, free = derive(theory.random_design)
    normal, *_, laplace = derive(theory.energy_lost)
    return {
        "curvature": stays.function(theory.H, theory.theta),
        "retrained": trained.function(theory.G, theory.theta),
        "random, fixed": fixed.function(theory.V),
        "random": free.function(theory.V, theory.n, theory.p, theory.s),
        "normal": normal.function(theory.k),
        "Laplace": laplace.function(theory.k),
    }


def _loss(H: Any, theta: Any) -> tuple[Array, Array]:
    matrix = symmetric(H, "H", "p")
    weights = real(theta, "theta", (len(matrix),))
    if not np.linalg.eigvalsh(matrix)[0] > 0:
        raise ValueError("H is not positive definite: add a ridge to its diagonal")
    return matrix, weights


def saliency(H: Any, theta: Any, kind: Kind = "curvature") -> Array:
    """What each weight costs, (p,), at the minimum theta (p,) of a quadratic loss with the matrix H
    (p, p): its size for "magnitude", the loss when it alone is removed for "curvature", and when
    the others are retrained for "retrained".  In units of the loss, or of a weight.

    Raises ``ValueError`` for a matrix that is not symmetric and positive definite, another kind,
    and as ``numerics.core.arrays``.  Source: LeCun, Denker, Solla, NIPS 1989; Hassibi, Stork, NIPS
    1992.
    """
    if kind not in get_args(Kind):
        raise ValueError(f"kind {kind!r}: the nearest is {nearest(str(kind), get_args(Kind))}")
    matrix, weights = _loss(H, theta)
    if kind == "magnitude":
        return np.abs(weights)
    curved = np.diag(matrix if kind == "curvature" else np.linalg.inv(matrix))
    return np.asarray(_formulas()[kind](curved, weights))


def prune_loss(H: Any, theta: Any, S: Any, retrained: bool = True) -> float:
    """What it costs to remove the weights with the numbers S, with the others retrained or left
    where they are.

    Raises ``ValueError`` for no numbers, or such that are none of a weight or not distinct, and as
    ``saliency``.
    """
    matrix, weights = _loss(H, theta)
    places = np.atleast_1d(
        integers(
            S,
            "S",
            f"numbers from 0 to {len(weights) - 1}",
            lambda v: (np.asarray(v) >= 0) & (np.asarray(v) < len(weights)),
        )
    )
    if places.ndim > 1 or not places.size:
        raise ValueError(f"S has the shape {places.shape}: pass at least one number, in one row")
    if len(set(places.tolist())) < places.size:
        raise ValueError(f"S = {places.tolist()} names a weight twice")
    return _cost(matrix, weights, places, retrained)


def _cost(matrix: Array, weights: Array, places: Array, retrained: bool) -> float:
    """As one weight along the direction that is removed, of length one."""
    gone = weights[places]
    form = matrix[np.ix_(places, places)]
    if retrained:
        rest = np.setdiff1d(np.arange(len(weights)), places)
        across = matrix[np.ix_(rest, places)]
        form = form - across.T @ np.linalg.solve(matrix[np.ix_(rest, rest)], across)
    return float(_formulas()["curvature"](gone @ form @ gone, 1.0))


def best_set(H: Any, theta: Any, s: Any) -> tuple[int, ...]:
    """The s weights that cost least together when the others are retrained; all sets are tried.

    Raises ``ValueError`` for more weights than there are, more than 100,000 sets, and as
    ``saliency``.
    """
    matrix, weights = _loss(H, theta)
    p = len(weights)
    many = integer(s, "s", f"a number from 0 to {p}", lambda v: 0 <= v <= p)
    sets = list(combinations(range(p), many)) if comb(p, many) <= MOST else []
    if not sets:
        raise ValueError(f"{many} of {p} weights: more than {MOST} sets to try; take fewer")
    return min(sets, key=lambda places: _cost(matrix, weights, np.array(places, int), True))


def wishart_factor(n: Any, p: Any, s: Any) -> Any:
    """Mean loss when s of p weights are removed and the others retrained, over that when they stay:
    a linear model of p independent normal inputs and n samples.

    Arguments broadcast.  Zero where at least n weights stay.  Raises ``ValueError`` for more
    weights removed than there are, and as ``numerics.core.arrays``.
    """
    samples, weights = (
        real(v, name, need="whole numbers of at least one", holds=_counts(1))
        for v, name in ((n, "n"), (p, "p"))
    )
    removed = real(s, "s", need="whole numbers that are not negative", holds=_counts(0))
    together(n=samples, p=weights, s=removed)
    if np.any(removed > weights):
        raise ValueError("s is larger than p: no more weights can be removed than there are")
    share = _formulas()["random"](1.0, samples, weights, removed) / _formulas()["random, fixed"](
        1.0
    )
    return np.maximum(share, 0.0) + 0.0


def _counts(least: int) -> Callable[[Array], Array]:
    return lambda v: (v >= least) & (v == np.floor(v))


def _size(q: Any, law: str) -> Array:
    """Size below which the share q lies: of normal weights in standard deviations, of Laplace's law
    in mean sizes.
    """
    if law not in get_args(Law):
        raise ValueError(f"law {law!r}: the nearest is {nearest(str(law), get_args(Law))}")
    share = real(q, "q", need="shares in [0, 1)", holds=lambda v: (v >= 0) & (v < 1))
    return np.sqrt(2) * erfinv(share) if law == "normal" else -np.log1p(-share)


def kept_variance(q: Any, law: Law = "normal") -> Any:
    """Mean square of the largest share 1 - q of the weights, over that of all, of any shape.

    Raises ``ValueError`` for shares outside [0, 1), another law, and as ``numerics.core.arrays``.
    """
    size = _size(q, law)
    return _formulas()[law](size)


def energy_lost(q: Any, law: Law = "normal") -> Any:
    """Share of the squared length of all weights that the smallest share q of them holds, of any
    shape: what magnitude pruning adds to a loss of equal curvatures, over what removing all adds.

    Raises as ``kept_variance``.
    """
    kept = kept_variance(q, law)
    return 1 - (1 - real(q, "q")) * kept
