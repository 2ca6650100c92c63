"""Pairs of inputs in blocks: angles that keep their digits at close and at opposite inputs of any
size, for NumPy and torch.

A Gram matrix of n = 20,000 inputs fills 3.2 GB; the temporaries of its evaluation should not.
Blocks are small enough for the cache, a symmetric matrix is evaluated once above its diagonal, and
threads share the blocks.  Gradients of tensors are finite for equal inputs.

Angles of most pairs come from products of unit rows; where those would blur them, from what one row
lacks of being a multiple of the other, with the products split so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, is_numpy_array
from threadpoolctl import ThreadpoolController

from numerics.core.sizes import SPLIT, Rows, measured, positive, within_range

Array = Any  # of NumPy, or of torch for tensors
# rows and columns of a block: 0.3 megabytes in float64, so that a handful of them stays in the
# cache; torch wakes other threads from 32,768 entries on, which costs more than it saves
BLOCK = 180
WIDE_BLOCK = 2048  # for an accelerator
# cosines beyond which an angle does not come from a product; opposite pairs have small kernels,
# whose digits are those of the angle
OPPOSITE, PARALLEL = -0.9, 0.99
_SETTING = Lock()


class Pairs(NamedTuple):
    """A block (r, c) of pairs of inputs."""

    cosine: Array  # (r, c) of their angle
    half: Array  # (r, c) sin(angle / 2)^2, exact to rounding at close inputs
    opposite: Array  # (k,) places, in the flattened block, of angles beyond 2 pi / 3
    other: Array  # (k,) cos(angle / 2)^2 there, exact to rounding
    rows: Array  # (r, 1) sizes
    columns: Array  # (1, c)
    near: Array  # (l,) places of nearly parallel and nearly opposite pairs
    apart: Array  # (l,) their squared distances |x - z|^2, or |x + z|^2 of the opposite ones


def gram(
    X: Array,
    Z: Array | None,
    entry: Callable[[Pairs], Array],
    workers: int = 1,
    *,
    small: bool = False,
) -> Array:
    """The matrix (n, q) of ``entry`` over all pairs of rows of X (n, D) and Z (q, D), X itself if Z
    is None; ``workers`` threads share the blocks.

    Zero rows are at a right angle to all others.  ``small``: small angles keep their own digits,
    distances of such pairs are found, and float32 is float64 inside.  Raises ``ValueError`` where
    an entry leaves the range of its type.
    """
    with _one_thread_each(array_namespace(X)):
        return _gram(array_namespace(X), X, Z, entry, workers, small)


def _gram(
    xp: Any,
    X: Array,
    Z: Array | None,
    entry: Callable[[Pairs], Array],
    workers: int,
    small: bool,
) -> Array:
    kept, same = X.dtype, Z is None
    if small or any(A is not None and not bool(xp.all(within_range(A))) for A in (X, Z)):
        X, Z = (None if A is None else xp.astype(A, xp.float64) for A in (X, Z))
    left = measured(X, "X")
    right = left if same else measured(Z, "Z")
    n, q = X.shape[0], right.given.shape[0]
    differentiable = any(getattr(A, "requires_grad", False) for A in (X, Z))
    K = None if differentiable else xp.empty((n, q), dtype=kept, device=X.device)
    step = BLOCK if is_numpy_array(X) or X.device.type == "cpu" else WIDE_BLOCK

    def fill(block: tuple[int, int]) -> Array:
        r, c = (slice(start, start + step) for start in block)
        with np.errstate(all="ignore"):  # what leaves the range is refused below
            found = xp.astype(entry(_pairs(xp, left, right, r, c, small)), kept, copy=False)
        if same and r == c:
            # products of a matrix with itself may differ from their mirror image by a rounding
            found = found / 2 + found.T / 2
        if not bool(xp.all(xp.isfinite(found))):
            _refuse(xp, found, block, "X" if same else "Z")
        if K is None:
            return found
        K[r, c] = found
        if same and r != c:
            K[c, r] = found.T
        return None

    blocks = [(i, j) for i in range(0, n, step) for j in range(0, q, step) if not same or j >= i]
    if workers == 1:
        found = [fill(block) for block in blocks]
    else:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(fill, blocks))
    return K if K is not None else _joined(xp, dict(zip(blocks, found, strict=True)), n, q, step)


@contextmanager
def _one_thread_each(xp: Any) -> Iterator[None]:
    """Operations on small blocks are not worth waking other threads; torch has one setting for the
    whole process, so one call at a time may change it.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        if not hasattr(xp, "set_num_threads"):
            yield
            return
        with _SETTING:
            count = xp.get_num_threads()
            xp.set_num_threads(1)
            try:
                yield
            finally:
                xp.set_num_threads(count)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _joined(xp: Any, found: dict[tuple[int, int], Array], n: int, q: int, step: int) -> Array:
    """Blocks side by side: a gradient does not pass through copies of the whole matrix."""
    return xp.concat(
        [
            xp.concat(
                [found[i, j] if (i, j) in found else found[j, i].T for j in range(0, q, step)],
                axis=1,
            )
            for i in range(0, n, step)
        ]
    )


def _refuse(xp: Any, found: Array, block: tuple[int, int], name: str) -> None:
    i, j = (
        int(at[0]) + start for at, start in zip(xp.nonzero(~xp.isfinite(found)), block, strict=True)
    )
    raise ValueError(
        f"the kernel of rows {i} of X and {j} of {name} leaves the range of {found.dtype}: scale "
        f"the rows down"
    )


def _pairs(xp: Any, left: Rows, right: Rows, r: slice, c: slice, small: bool) -> Pairs:
    u, v = left.unit[r], right.unit[c]
    cosine = u @ v.T
    half = (1 - cosine) / 2
    halves, cosines, width = xp.reshape(half, (-1,)), xp.reshape(cosine, (-1,)), half.shape[1]
    opposite, parallel = _places(xp, cosine < -1 / 2), _places(xp, cosine > PARALLEL)
    other, near, apart = halves[opposite], parallel, halves[:0]
    if opposite.shape[0]:
        others = xp.reshape((1 + cosine) / 2, (-1,))
        far = _places(xp, cosine < OPPOSITE)
        if far.shape[0]:
            others[far], apart = _close(xp, left, right, far, r, c, cosines, -1.0)
            halves[far] = 1 - others[far]
            cosines[far] = 2 * others[far] - 1
            near = xp.concat([far, parallel])
        other = others[opposite]
    if parallel.shape[0]:
        if small:
            halves[parallel], close = _close(xp, left, right, parallel, r, c, cosines, 1.0)
            apart = xp.concat([apart, close])
        else:
            chord = u[parallel // width] - v[parallel % width]
            halves[parallel] = positive(xp, _summed(xp, chord, chord) / 4)
        cosines[parallel] = 1 - 2 * halves[parallel]
    return Pairs(cosine, half, opposite, other, left.sizes[r], right.sizes[c].T, near, apart)


def _places(xp: Any, mask: Array) -> Array:
    """Where a block is true, flattened: far quicker than by rows and columns."""
    return xp.nonzero(xp.reshape(mask, (-1,)))[0]


def _summed(xp: Any, a: Array, b: Array) -> Array:
    return xp.linalg.vecdot(a, b, axis=1)


def _close(
    xp: Any, left: Rows, right: Rows, at: Array, r: slice, c: slice, cosines: Array, sign: float
) -> tuple[Array, Array]:
    """sin(gap / 2)^2 (k,) of the angles between rows and the lines of others, for pairs at these
    places, and |x -+ z|^2; by so many pairs at a time that they stay in the cache.
    """
    width, step = right.unit[c].shape[0], max(1, BLOCK**2 // left.given.shape[1])
    found = [
        _gap(xp, left, right, part // width + r.start, part % width + c.start, cosines[part], sign)
        for part in (at[start : start + step] for start in range(0, at.shape[0], step))
    ]
    gaps, apart = (xp.concat(list(parts)) for parts in zip(*found, strict=True))
    half = positive(xp, xp.sin(gaps / 2) ** 2)
    return xp.astype(half, cosines.dtype), xp.astype(apart, cosines.dtype)


def _gap(
    xp: Any, left: Rows, right: Rows, i: Array, j: Array, cosine: Array, sign: float
) -> tuple[Array, Array]:
    x, high, z = left.scaled[i], left.high[i], right.scaled[j]
    share = (xp.astype(cosine, xp.float64) * right.lengths[j] / left.lengths[i])[:, None]
    large = SPLIT * share
    first = large - (large - share)
    second, low, product = share - first, x - high, share * x
    # what rounding took from the product (Dekker 1971): halves of the digits multiply exactly
    lost = (first * high - product) + first * low + second * high + second * low
    rest = (z - product) - lost
    along = _summed(xp, rest, x) / left.lengths[i]
    across = xp.sqrt(positive(xp, _summed(xp, rest, rest) - along**2))
    moved = left.given[i] - sign * right.given[j]
    gap = xp.asin((across / right.lengths[j]).clip(0.0, 1.0))
    return gap, _summed(xp, moved, moved)
