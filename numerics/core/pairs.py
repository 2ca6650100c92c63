"""Pairs of inputs in blocks: angles that keep their digits at close and at opposite inputs, for any
array library.

A Gram matrix of n = 20,000 inputs fills 3.2 GB; the temporaries of its evaluation should not.
Blocks are small enough for the cache, a symmetric matrix is evaluated once above its diagonal, and
threads share the blocks.  Arrays follow the array API standard: NumPy arrays come back for NumPy
arrays and lists, torch tensors for torch tensors, with gradients that are finite for equal inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj, is_numpy_array
from threadpoolctl import threadpool_limits

Array = Any  # of whichever library the inputs come from
# rows and columns of a block: 0.3 megabytes in float64, so that a handful of them stays in the
# cache
BLOCK = 192
WIDE_BLOCK = 512  # for libraries that have threads of their own or an accelerator
ANGLE_ERROR = (
    1e-14  # in float64, wanted of every angle; in units of the rounding error for other types
)


class Pairs(NamedTuple):
    """A block (r, c) of pairs: products and sizes of the inputs and sin(theta / 2)^2; the angle
    itself where products blur it.
    """

    dot: Array  # (r, c)
    rows: Array  # (r, 1)
    columns: Array  # (1, c)
    half: Array  # (r, c)
    near: tuple[Array, ...]  # places of nearly parallel and nearly opposite pairs
    angle: Array  # (len(near),), from differences instead of products


def inputs(X: Any, name: str, like: Array | None = None) -> Array:
    """X as an array (n, D) of finite floating-point numbers; raises ``ValueError`` with the reason
    where that is impossible.
    """
    if not is_array_api_obj(X):
        X = np.asarray(X, dtype=float)
    xp = array_namespace(X)
    if not xp.isdtype(X.dtype, "real floating"):
        X = xp.astype(X, xp.float64)
    if X.ndim != 2 or 0 in tuple(X.shape):
        raise ValueError(f"{name} has shape {tuple(X.shape)}: expected (n, D)")
    if like is not None and X.shape[1] != like.shape[1]:
        raise ValueError(f"{name} has {X.shape[1]} columns where X has {like.shape[1]}")
    if not xp.all(xp.isfinite(X)):
        raise ValueError(f"{name} has entries that are not finite")
    return X


def gram(X: Array, Z: Array | None, entry: Callable[[Pairs], Array], workers: int = 1) -> Array:
    """The matrix (n, q) of ``entry`` over all pairs of rows of X (n, D) and Z (q, D), X itself if Z
    is None.

    Raises ``ValueError`` for zero vectors, which have no angle.  ``workers`` threads share the
    blocks.
    """
    xp = array_namespace(X)
    same = Z is None
    Z = X if Z is None else Z
    sizes, others = (_sizes(xp, A, name) for A, name in ((X, "X"), (Z, "Z")))
    U = X / sizes
    V = U if same else Z / others
    K = xp.empty((X.shape[0], Z.shape[0]), dtype=X.dtype, device=X.device)
    limit = _blurred(xp, X)

    step = BLOCK if is_numpy_array(X) else WIDE_BLOCK

    def fill(block: tuple[int, int]) -> None:
        r, c = (slice(start, start + step) for start in block)
        found = entry(_pairs(xp, U[r], V[c], sizes[r], others[c], limit))
        if same and r == c:
            # products of a matrix with itself may differ from their mirror image by a rounding
            found = (found + found.T) / 2
        K[r, c] = found
        if same and r != c:
            K[c, r] = found.T

    blocks = [
        (i, j)
        for i in range(0, X.shape[0], step)
        for j in range(0, Z.shape[0], step)
        if not same or j >= i
    ]
    if len(blocks) == 1:
        fill(blocks[0])
    elif workers == 1:
        with threadpool_limits(
            1, "blas"
        ):  # products of small blocks are not worth waking other threads
            for block in blocks:
                fill(block)
    else:
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(workers) as pool:
            list(pool.map(fill, blocks))
    return K


def _sizes(xp: Any, X: Array, name: str) -> Array:
    sizes = xp.sqrt(xp.sum(X * X, axis=1, keepdims=True))
    if not xp.all(sizes > 0):
        raise ValueError(f"{name} has a zero vector, which has no angle; add a bias column")
    return sizes


def _blurred(xp: Any, X: Array) -> float:
    """Cosine beyond which an angle comes from differences: d theta = d cos / sin, and d cos is
    about sqrt(D) roundings.
    """
    rounding = float(xp.finfo(X.dtype).eps)
    sine = X.shape[1] ** 0.5 * rounding / (ANGLE_ERROR * rounding / 2.0**-52)
    return float(max(0.0, 1 - sine**2)) ** 0.5


def _pairs(xp: Any, U: Array, V: Array, sizes: Array, others: Array, limit: float) -> Pairs:
    cosine = U @ V.T
    near = xp.nonzero(xp.abs(cosine) > limit)
    u, v = U[near[0]], V[near[1]]
    chord, across = (xp.sqrt(positive(xp.sum((u + sign * v) ** 2, axis=1))) for sign in (-1, 1))
    half = (1 - cosine) / 2
    half[near] = 1 / 2
    return Pairs(
        cosine * sizes * others.T, sizes, others.T, half, near, 2 * xp.atan2(chord, across)
    )


def positive(square: Array) -> Array:
    """Zeros, and what rounding made less, replaced by the least number: its root has a finite
    slope.
    """
    xp = array_namespace(square)
    return xp.where(
        square > 0, square, xp.full_like(square, float(xp.finfo(square.dtype).smallest_normal))
    )


def replaced(found: Array, pairs: Pairs, exact: Array) -> Array:
    """A block (r, c) of a function of the angle with the values ``exact`` of the pairs set
    apart.
    """
    found[pairs.near] = exact
    return found
