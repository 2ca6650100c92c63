"""How near a sum of a subset of random weights comes to a target, and the best subset.

Every formula is the one derived in ``theory.strong_ticket``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import number, real, together
from theory import derive
from theory import strong_ticket as theory

Array = np.ndarray
MOST = 40  # weights whose subsets are tried


@cache
def _formulas() -> dict[str, Callable[..., Any]]:
    density, _, median, _ = derive(theory.subset_density)
    return {
        "density": density.function(theory.z, theory.k),
        "median": median.function(theory.z, theory.k),
        "bound": derive(theory.strong_ticket)[1].function(theory.eps, theory.k),
    }


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
