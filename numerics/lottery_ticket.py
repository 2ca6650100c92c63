"""Distances of masks by chance, overlap with the mask of the start, and the best sum of a subset of
random weights.

Every formula is the one derived in ``theory.lottery_ticket``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.special import erfinv

from numerics.core.arrays import number, real, together
from theory import derive
from theory import lottery_ticket as theory

Array = np.ndarray
MOST, NODES = 40, 400  # weights whose subsets are tried; of quadrature


@cache
def _formulas() -> dict[str, Callable[..., Any]]:
    distance, chance, _ = derive(theory.mask_distance)
    square, large = derive(theory.kept_at_the_start)
    density, _, median, _ = derive(theory.subset_density)
    return {
        "distance": distance.function(theory.q, theory.o),
        "chance": chance.function(theory.q),
        "square": square.function(theory.r, theory.v),
        "large": large.function(theory.x, theory.r, theory.kappa),
        "density": density.function(theory.z, theory.k),
        "median": median.function(theory.z, theory.k),
        "bound": derive(theory.strong_ticket)[1].function(theory.eps, theory.k),
    }


def _share(q: Any) -> Array:
    return real(q, "q", need="shares in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))


def mask_distance(q: Any, overlap: Any) -> Any:
    """Share of the weights at which two masks differ that drop the share q and keep ``overlap`` of
    the rest in common.

    Arguments broadcast.  Raises ``ValueError`` for shares outside [0, 1], and as
    ``numerics.core.arrays``.
    """
    dropped = _share(q)
    both = real(overlap, "overlap", need="shares in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    together(q=dropped, overlap=both)
    return _formulas()["distance"](dropped, both)


def mask_distance_null(q: Any) -> Any:
    """The same by chance, of masks that know nothing of each other; of any shape."""
    return _formulas()["chance"](_share(q))


def mask_overlap(r: Any, q: Any) -> Any:
    """Share of the largest 1 - q of normal weights at the end that are among the largest at the
    start, too, with the correlation r of both; by quadrature, to 1e-6 for r up to 0.999.

    Arguments broadcast.  Raises ``ValueError`` for correlations outside [0, 1] and shares outside
    [0, 1), and as ``numerics.core.arrays``.
    """
    corr = real(r, "r", need="correlations in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    dropped = real(q, "q", need="shares in [0, 1)", holds=lambda v: (v >= 0) & (v < 1))
    together(r=corr, q=dropped)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    share = dropped[..., None] + (1 - dropped[..., None]) * (nodes + 1) / 2
    ends = np.sqrt(2) * erfinv(share)  # sizes at the end, by their place among those kept
    least = np.sqrt(2) * erfinv(dropped)[..., None]
    below = np.minimum(corr, 1 - 1e-12)[..., None]
    found = (_formulas()["large"](ends, below, least) * weights).sum(-1) / 2
    return np.where(corr == 1, 1.0, found)[()]


def start_of_the_kept(r: Any, kept: Any) -> Any:
    """Mean square at the start of the weights that a mask of the end keeps, over that of all, with
    the correlation r and their mean square at the end, ``kept``, over that of all.

    Arguments broadcast.  Raises ``ValueError`` for correlations outside [0, 1], a mean square that
    is not positive, and as ``numerics.core.arrays``.
    """
    corr = real(r, "r", need="correlations in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    square = real(kept, "kept", need="positive numbers", holds=lambda v: v > 0)
    together(r=corr, kept=square)
    return _formulas()["square"](corr, square)


def _counted(z: Any, k: Any) -> tuple[Array, Array]:
    target = real(z, "z")
    count = real(
        k, "k", need="whole numbers of at least one", holds=lambda v: (v >= 1) & (v == np.floor(v))
    )
    together(z=target, k=count)
    return target, count


def subset_density(z: Any, k: Any) -> Any:
    """Mean number of subsets of k weights, uniform between -1 and 1, whose sum is near z, for each
    unit of length; the sums are taken as normal, which they are for many weights.

    Arguments broadcast.  Raises ``ValueError`` for numbers of weights that are not whole or below
    one, and as ``numerics.core.arrays``.
    """
    return _formulas()["density"](*_counted(z, k))


def median_error(z: Any, k: Any) -> Any:
    """Median distance of the best sum of a subset of k such weights from z, up to a factor of the
    order of one: subsets are not independent.

    Arguments broadcast, and raises, as ``subset_density``.
    """
    return _formulas()["median"](*_counted(z, k))


def chance_bound(eps: Any, k: Any) -> Any:
    """Upper bound of the chance that a sum of a subset of k such weights is within eps of a target.

    Arguments broadcast.  Raises ``ValueError`` for distances that are not positive, and as
    ``subset_density``.
    """
    near = real(eps, "eps", need="positive numbers", holds=lambda v: v > 0)
    _, count = _counted(near, k)
    return np.minimum(_formulas()["bound"](near, count), 1.0)


def best_subset(weights: Any, z: Any) -> tuple[float, Array]:
    """The sum of a subset of the weights (k,) that is nearest to z, and which weights it takes,
    (k,) truth values; sums of both halves are sorted and matched.

    Raises ``ValueError`` for more than 40 weights, and as ``numerics.core.arrays``.
    """
    values, target = real(weights, "weights", ("k",)), number(z, "z")
    if len(values) > MOST:
        raise ValueError(f"{len(values)} weights: at most {MOST} are tried")
    cut = len(values) // 2
    first, second = _sums(values[:cut]), _sums(values[cut:])
    order = np.argsort(second)
    sums = second[order]
    after = np.clip(np.searchsorted(sums, target - first), 1, max(len(sums) - 1, 1))
    places = np.stack([after - 1, np.minimum(after, len(sums) - 1)])
    off = np.abs(first + sums[places] - target)
    side, one = np.unravel_index(off.argmin(), off.shape)
    two = order[places[side, one]]
    taken = np.r_[_bits(int(one), cut), _bits(int(two), len(values) - cut)]
    return float(values[taken].sum()), taken


def _sums(values: Array) -> Array:
    """Sums (2^k,) of all subsets, the first weight being the lowest bit of the place."""
    found = np.zeros(1)
    for value in values:
        found = np.r_[found, found + value]
    return found


def _bits(place: int, count: int) -> Array:
    return (place >> np.arange(count)) & 1 == 1
