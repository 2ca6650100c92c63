"""Rows of any size: their lengths, scaled copies and unit vectors without overflow or underflow on
the way.

Rows whose squares would leave the range of their type are scaled by powers of two, which are exact.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from array_api_compat import array_namespace

Array = Any  # of NumPy, or of torch for tensors
WINDOW = {4: 30, 8: 250}  # bytes of a number: powers of two that sizes may have without scaling
SPLIT = 2.0**27 + 1  # halves the digits of a float64


class Rows(NamedTuple):
    """Rows (n, D) as given, scaled by powers of two in float64, and of length one; their sizes."""

    given: Array
    scaled: Array
    high: Array  # the first half of the digits of ``scaled``: products of halves are exact
    lengths: Array  # (n,) of ``scaled``
    unit: Array
    sizes: Array  # (n, 1)


def within_range(X: Array) -> Array:
    """Whether fourth powers of the sizes of rows (n, 1) stay in the range of their type; those of
    zero rows do.
    """
    xp = array_namespace(X)
    largest, limit = xp.max(xp.abs(X), axis=1, keepdims=True), 2.0 ** WINDOW[X.dtype.itemsize]
    return (largest == 0) | ((largest > 1 / limit) & (largest < limit))


def measured(X: Array, name: str) -> Rows:
    """Rows and their sizes; raises ``ValueError`` for one whose length its type does not hold."""
    xp = array_namespace(X)
    scaled, within = X, within_range(X)
    back: tuple[Array, ...] = ()
    if not bool(xp.all(within)):
        largest = xp.max(xp.abs(X), axis=1)
        first, second = _powers(xp.where(within[:, 0], xp.ones_like(largest) / 2, largest))
        scaled, back = X / first / second, (first, second)
    square = xp.sum(scaled * scaled, axis=1, keepdims=True)
    lengths = xp.where(square > 0, xp.sqrt(positive(xp, square)), xp.zeros_like(square))
    unit = scaled / xp.where(square > 0, lengths, xp.ones_like(square))
    sizes = lengths * back[0] * back[1] if back else lengths
    if not bool(xp.all(xp.isfinite(sizes))):
        row = int(xp.argmax(sizes))
        raise ValueError(
            f"row {row} of {name} is longer than the largest {X.dtype}: scale {name} down"
        )
    scaled = xp.astype(scaled, xp.float64)
    large = SPLIT * scaled
    high = large - (large - scaled)
    return Rows(X, scaled, high, xp.astype(lengths[:, 0], xp.float64), unit, sizes)


def positive(xp: Any, square: Array) -> Array:
    """Zeros, and what rounding made less, replaced by the least number: its root has a finite
    slope.
    """
    return square.clip(float(xp.finfo(square.dtype).smallest_normal))


def grown(xp: Any, found: Array, rows: Array, columns: Array) -> Array:
    """A block (r, c) times the sizes (r, 1) and (1, c) of its inputs, whose product may leave the
    range of the type where the block times it does not.
    """
    limit = 2.0 ** WINDOW[found.dtype.itemsize]
    if all(bool(xp.all((s == 0) | ((s > 1 / limit) & (s < limit)))) for s in (rows, columns)):
        return found * (rows * columns)
    first, second = _powers(xp.reshape(rows, (-1,)))
    third, fourth = (xp.reshape(part, (1, -1)) for part in _powers(xp.reshape(columns, (-1,))))
    found = found * (rows / first / second) * (columns / third / fourth)
    return found * first * third * second * fourth


def _powers(sizes: Array) -> tuple[Array, Array]:
    """Two columns of powers of two whose product has the size of each entry (n,)."""
    xp = array_namespace(sizes)
    powers = [math.frexp(size)[1] for size in sizes.tolist()]
    first, second = (
        [math.ldexp(1.0, power) for power in part]
        for part in ([p // 2 for p in powers], [p - p // 2 for p in powers])
    )
    return tuple(
        xp.asarray(part, dtype=sizes.dtype, device=sizes.device)[:, None]
        for part in (first, second)
    )
