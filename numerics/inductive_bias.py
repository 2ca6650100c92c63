"""What shifts leave of a task on a circle of places, kernels averaged over shifts, and the error of
the shortest fit.

Every formula is the one derived in ``theory.inductive_bias``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import gcd
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, real, together
from theory import derive
from theory import inductive_bias as theory

Array = np.ndarray


def invariant_dimension(places: Any, signs: Any) -> int:
    """Dimension of the functions of the products of so many signs, on a circle of so many places,
    that shifts do not change: the mean number of sets of places that a shift fixes.

    Raises ``ValueError`` for no places, more signs than places or a negative number of them, and as
    ``numerics.core.arrays``.  Source: Burnside's lemma.
    """
    D, l = _circle(places, signs)
    cycles = [gcd(D, shift) for shift in range(1, D + 1)]
    return sum(_fixed(c, D // c, l) for c in cycles) // D


@cache
def _fixed(cycles: int, places: int, signs: int) -> int:
    """Sets of so many places that a shift of so many cycles of these places each fixes."""
    count = derive(theory.invariant_dimension)[0].result
    return int(count.subs({theory.c: cycles, theory.s: places, theory.l: signs}).doit())


def local_dimension(window: Any) -> Any:
    """Number of products of signs within windows of so many neighbours, where shifts of a circle of
    at least twice as many places count once.

    Raises ``ValueError`` for windows below one, and as ``numerics.core.arrays``.
    """
    q = integers(window, "window", "positive integers", lambda v: v >= 1)
    return derive(theory.local_dimension)[0].function(theory.q)(np.asarray(q, float))[()]


def sample_factor(places: Any, signs: Any) -> float:
    """Examples without shifts over those with them for the same error, without noise: the number of
    places where that is a prime.

    Raises ``ValueError`` as ``invariant_dimension``, and where no product is left.
    """
    D, l = _circle(places, signs)
    return float(_fixed(D, 1, l) / invariant_dimension(D, l))


def _circle(places: Any, signs: Any) -> tuple[int, int]:
    D = integer(places, "places", "a positive integer", lambda v: v >= 1)
    return D, integer(signs, "signs", f"an integer from 0 to {D}", lambda v: 0 <= v <= D)


def shift_average(kernel: Callable[[Array, Array], Any], X: Any, Z: Any) -> Array:
    """Mean (n, q) of a kernel of X (n, D) and Z (q, D) over all D shifts of the places of Z.

    Raises ``ValueError`` for arrays of other shapes, and as ``numerics.core.arrays``.  Source: Mei,
    Misiakiewicz, Montanari, COLT 2021.
    """
    X, Z = (real(v, name, ("n", "D")) for v, name in ((X, "X"), (Z, "Z")))
    if X.shape[1] != Z.shape[1]:
        raise ValueError(f"X {X.shape} and Z {Z.shape}: as many places are needed")
    found = [np.asarray(kernel(X, np.roll(Z, g, 1)), float) for g in range(Z.shape[1])]
    return np.asarray(np.mean(found, 0))


def least_norm_error(n: Any, features: Any) -> Any:
    """Share of the target's mean square that the shortest fit of n examples in so many isotropic
    features misses, without noise: zero from n = features on.

    Arguments broadcast.  Raises ``ValueError`` for sizes that are not positive, and as
    ``numerics.core.arrays``.
    """
    n, F = (
        real(v, name, need="positive numbers", holds=lambda x: x > 0)
        for v, name in ((n, "n"), (features, "features"))
    )
    together(n=n, features=F)
    share = derive(theory.sample_factor)[0].function(theory.n, theory.F)(n, F)
    return np.maximum(share, 0.0)[()]
