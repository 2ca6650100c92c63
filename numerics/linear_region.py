"""Linear regions of ReLU networks: the formulas in whole numbers, and counts from the geometry of
given weights.

A network is a list of layers (W (n_out, n_in), b (n_out,)); ReLU follows every layer but the last.
Source: ``theory.linear_region``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations, product
from math import log10
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, number, real
from theory import derive
from theory import linear_region as theory

Array = np.ndarray
Layers = Sequence[tuple[Array, Array]]
TOUCHING = 1e-9  # distances below this are not told from zero


@cache
def _value(formula: Any, n: int, d: int, L: int) -> int:
    return int(formula.subs({theory.n: n, theory.d: d, theory.L: L}).doit())


def maximum(n: int, d: int) -> int:
    """Largest number of linear regions of one hidden layer of n units on d inputs, exactly;
    ``ValueError`` for sizes below one, and as ``numerics.core.arrays``.
    """
    n, d = _positive(n=n, d=d)
    return _value(derive(theory.largest_number)[0].result, n, d, 1)


def deep_bounds(n: int, d: int, L: int) -> tuple[int, int]:
    """Lower and upper bound on the largest number of regions of L hidden layers of n >= d units on
    d inputs, exactly.  ``ValueError`` for n < d, and as ``maximum``.
    """
    n, d, L = _positive(n=n, d=d, L=L)
    if n < d:
        raise ValueError(
            f"n = {n} < d = {d}: the folding construction needs a unit for every input"
        )
    return _value(derive(theory.folding)[1].result, n, d, L), _value(
        derive(theory.deep_upper_bound)[0].result, n, d, L
    )


def line_maximum(n: Any, L: int) -> Any:
    """Largest number of pieces along a line for L hidden layers of n units, broadcast over n;
    raises as ``maximum``.
    """
    (L,) = _positive(L=L)
    n = np.asarray(integers(n, "n", "numbers of at least 1", lambda n: n >= 1), dtype=float)
    return derive(theory.regions_on_a_line)[0].function(theory.n, theory.L)(n, L)


def shallow_with_as_many_parameters(n: int, d: int, L: int) -> int:
    """Units of one hidden layer with at most the parameters of L hidden layers of n units, d
    inputs, one output.  Raises as ``maximum``.
    """
    n, d, L = _positive(n=n, d=d, L=L)
    return (n * (d + 1) + (L - 1) * n * (n + 1) + n) // (d + 2)


def orders(*counts: int) -> tuple[float, ...]:
    """Powers of ten of large whole numbers; raises as ``maximum``."""
    return tuple(map(log10, _positive(**{f"counts[{i}]": count for i, count in enumerate(counts)})))


def arrangement_regions(W: Any, b: Any) -> int:
    """Number of regions into which the hyperplanes W x + b = 0, W (n, d), cut the space: every sign
    pattern next to a vertex, counted once.

    Needs n >= d; ``ValueError`` where more than d hyperplanes meet in a point or d of them are
    parallel to a line, and as ``numerics.core.arrays``.
    """
    W = real(W, "W", ("n", "d"))
    b = real(b, "b", (len(W),))
    n, d = W.shape
    if n < d:
        raise ValueError(
            f"{n} hyperplanes in {d} dimensions have no vertex: at least {d} are needed"
        )
    found: set[bytes] = set()
    corners = np.array(list(product((False, True), repeat=d)))
    for chosen in combinations(range(n), d):
        rows = list(chosen)
        if abs(np.linalg.det(W[rows])) < TOUCHING:
            raise ValueError(
                f"hyperplanes {chosen} do not meet in one point: the arrangement is not in "
                f"general position"
            )
        height = W @ np.linalg.solve(W[rows], -b[rows]) + b
        others = np.delete(height, rows)
        if others.size and np.abs(others).min() < TOUCHING:
            raise ValueError(
                f"a further hyperplane passes through the vertex of {chosen}: the arrangement is "
                f"not in general position"
            )
        pattern = np.tile(height > 0, (len(corners), 1))
        pattern[:, rows] = corners
        found.update(map(bytes, np.packbits(pattern, axis=1)))
    return len(found)


def breakpoints(layers: Layers, low: float, high: float) -> tuple[Array, Array]:
    """Where units of a network of one input switch on (low, high), and the slopes between, (N,) and
    (N + 1,), exactly but for rounding.

    Units are taken layer by layer; between two known points every unit is affine, so its zero is
    found by one division. Of networks with several outputs the slopes of the first are returned.
    Raises ``ValueError`` for layers that do not fit, low >= high, and as ``numerics.core.arrays``.
    """
    layers, low, high = _checked(layers, 1), number(low, "low"), number(high, "high")
    if not low < high:
        raise ValueError(f"low = {low} must be below high = {high}")
    x = np.array([low, high], dtype=float)
    h = x[:, None]
    for index, (W, b) in enumerate(layers):
        z = h @ W.T + b
        if index == len(layers) - 1:
            break
        left, right = z[:-1], z[1:]
        cell, unit = np.nonzero((left > 0) & (right < 0) | (left < 0) & (right > 0))
        share = left[cell, unit] / (left[cell, unit] - right[cell, unit])
        new = x[cell] + share * (x[cell + 1] - x[cell])
        inside = z[cell] + share[:, None] * (z[cell + 1] - z[cell])
        inside[np.arange(len(unit)), unit] = 0.0
        order = np.argsort(np.concatenate([x, new]), kind="stable")
        x, h = np.concatenate([x, new])[order], np.maximum(np.concatenate([z, inside])[order], 0)
        distinct = np.concatenate([[True], np.diff(x) > TOUCHING * (high - low)])
        x, h = x[distinct], h[distinct]
    return x[1:-1], np.diff(z[:, 0]) / np.diff(x)


def pieces(layers: Layers, low: float, high: float) -> int:
    """Number of affine pieces of the first output on (low, high): switches at which the slope stays
    are not counted.  Raises as ``breakpoints``.
    """
    _, slopes = breakpoints(layers, low, high)
    return 1 + int((np.abs(np.diff(slopes)) > 1e-7 * np.abs(slopes).max()).sum())


def along_line(layers: Layers, start: Any, end: Any) -> list[tuple[Array, Array]]:
    """The network restricted to the segment from ``start`` to ``end``, as one of a single input
    from 0 to 1; start and end (n_in,).  Raises as ``breakpoints``.
    """
    (W, b), *rest = _checked(layers)
    start, end = (real(v, name, W.shape[1:]) for name, v in (("start", start), ("end", end)))
    return [(W @ (end - start)[:, None], W @ start + b), *rest]


def plane_regions(layers: Layers, corners: Any) -> int:
    """Number of linear regions of a network of two inputs within a convex polygon (c, 2): each
    polygon is cut along every unit's line.  Raises as ``breakpoints``.
    """
    layers = _checked(layers, 2)
    # polygon, and the affine map on it to the layer's input
    cells = [(real(corners, "corners", ("c", 2)), np.eye(2), np.zeros(2))]
    for W, b in layers[:-1]:
        after = []
        for polygon, A, c in cells:
            parts = [polygon]
            for row, shift in zip(W @ A, W @ c + b, strict=True):
                parts = [half for part in parts for half in _cut(part, part @ row + shift)]
            for part in parts:
                active = (W @ (A @ part.mean(0) + c) + b > 0)[:, None]
                after.append((part, active * (W @ A), active[:, 0] * (W @ c + b)))
        cells = after
    return len(cells)


def _cut(polygon: Array, height: Array) -> list[Array]:
    """The parts of a convex polygon above and below zero height."""
    if (height >= -TOUCHING).all() or (height <= TOUCHING).all():
        return [polygon]
    above: list[Array] = []
    below: list[Array] = []
    for here, there, a, c in zip(
        polygon, np.roll(polygon, -1, 0), height, np.roll(height, -1), strict=True
    ):
        (above if a > 0 else below).append(here)
        if a * c < 0:
            crossing = here + a / (a - c) * (there - here)
            above.append(crossing)
            below.append(crossing)
    return [np.array(above), np.array(below)]


def sawtooth(k: int) -> list[tuple[Array, Array]]:
    """The k-fold tent map as a network of k layers of two units; raises as ``maximum``."""
    (k,) = _positive(k=k)
    out, shift = np.array([2.0, -4.0]), np.array([0.0, -0.5])
    first = (np.ones((2, 1)), shift)
    again = (np.tile(out, (2, 1)), shift)
    return [first, *[again] * (k - 1), (out[None], np.zeros(1))]


def _positive(**sizes: Any) -> tuple[int, ...]:
    return tuple(
        integer(size, name, "a number of at least 1", lambda size: size >= 1)
        for name, size in sizes.items()
    )


def _checked(layers: Any, inputs: int | None = None) -> list[tuple[Array, Array]]:
    """Layers that fit each other, and so many inputs of the first one."""
    found: list[tuple[Array, Array]] = []
    for index, (W, b) in enumerate(layers):
        W = real(W, f"W of layers[{index}]", ("n_out", "n_in"))
        b = real(b, f"b of layers[{index}]", (len(W),))
        if inputs is not None and W.shape[1] != inputs:
            raise ValueError(f"layers[{index}] takes {W.shape[1]} inputs and gets {inputs}")
        found, inputs = [*found, (W, b)], len(W)
    if not found:
        raise ValueError("layers: a network needs at least one layer")
    return found
