"""Sets to be split, the data of the network that splits them, and whether both can be done, by
exhaustion.

Source: ``theory.hardness``; Blum, Rivest, Neural Networks 5, 1992.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np

from numerics.core.arrays import integer

Array = np.ndarray


def splitting_points(sets: Iterable[Sequence[int]], n: Any) -> tuple[Array, Array]:
    """Inputs (1 + n + m, n) and labels (1 + n + m,), 1 and -1, of the network of two half-spaces
    that splits m subsets of {0, ..., n - 1}: the origin, unit vectors, indicators of the sets.

    Raises ``ValueError`` for no elements, for an empty set, and for elements that there are not.
    """
    size, rows = _read(sets, n)
    X = np.vstack([np.zeros((1, size)), np.eye(size), rows.reshape(-1, size)])
    return X, np.r_[1.0, -np.ones(size), np.ones(len(rows))]


def splittable(sets: Iterable[Sequence[int]], n: Any) -> bool:
    """Can {0, ..., n - 1} be parted so that each of its subsets has elements in both parts?  Tries
    all 2^(n - 1).

    Raises as ``splitting_points``, and for more than 20 elements.
    """
    size, rows = _read(sets, n)
    if size > 20:
        raise ValueError(f"n = {size}: at most 20 elements can be tried")
    for sides in product((0.0, 1.0), repeat=size - 1):
        inside = rows @ np.array([0.0, *sides])
        if np.all((inside > 0) & (inside < rows.sum(1))):
            return True
    return not len(rows)


def half_spaces(part: Sequence[int], n: Any) -> tuple[Array, Array]:
    """Weights (2, n) and biases (2,) of the half-spaces of a splitting into ``part`` and the rest.

    Raises as ``splitting_points``.
    """
    size, rows = _read([part], n, "part")
    inside = rows[0] > 0
    return np.where([inside, ~inside], -1.0, float(size)), np.full(2, 0.5)


def _read(sets: Iterable[Sequence[int]], n: Any, only: str = "") -> tuple[int, Array]:
    size = integer(n, "n", "a number of at least one", lambda v: v >= 1)
    rows = []
    for k, elements in enumerate(sets):
        name = only or f"sets[{k}]"
        chosen = [integer(e, name, f"elements from 0 to {size - 1}") for e in elements]
        if not chosen or min(chosen) < 0 or max(chosen) >= size:
            raise ValueError(f"{name} = {chosen}: elements from 0 to {size - 1} are needed")
        rows.append(np.isin(np.arange(size), chosen).astype(float))
    return size, np.array(rows).reshape(len(rows), size)
