"""Entries of the kernels of networks with erf and sine, for blocks of pairs.

They are carried from layer to layer by sizes and cosines; how close inputs of any size are is known
in the first layer, and above it sizes are at most sqrt(v + b).
"""

from __future__ import annotations

from typing import Any

from numerics.core.kernels import Formulas, placed, turn
from numerics.core.pairs import Pairs
from numerics.core.sizes import grown

Array = Any  # of whichever library the inputs come from
LARGEST = 2.0**500  # size up to which the squares in the formulas for erf stay in range


def smooth(
    pairs: Pairs,
    layers: int,
    v: float,
    b: float,
    scale: float,
    tangent: bool,
    known: Formulas,
    activation: str,
) -> Array:
    """The same for ``erf`` and ``sine``; raises ``ValueError`` for erf of inputs beyond 3e150."""
    rows, columns, kernel = scale * pairs.rows, scale * pairs.columns, pairs.cosine
    if not layers:
        return grown(known.xp, kernel, rows, columns)
    first = _first_sine if activation == "sine" else _first_erf
    product, gate, *own = first(pairs, rows, columns, scale, known)
    for layer in range(1, layers + 1):
        kernel = known.below(v, b, product, gate, kernel) if tangent else kernel
        Sigma, A, B = (known.covariance(v, b, C) for C in (product, *own))
        if layer < layers:
            product, gate = _means(activation, A, B, Sigma, known)
            own = [_means(activation, C, C, C, known)[0] for C in (A, B)]
    return kernel if tangent else Sigma


def _means(activation: str, A: Array, B: Array, C: Array, known: Formulas) -> tuple[Array, Array]:
    """E[phi phi'] and E[phi' phi''] of variances and covariance of at most v + b."""
    if activation == "erf":
        return known.erf[1](A, B, C), known.erf[0](A, B, C)
    size = known.xp.abs(C)
    gate = known.sine[0](A + B - 2 * size, size)
    return known.sine[1](gate, C), gate


def _fold(pairs: Pairs, xp: Any) -> Array:
    """sin^2 (r, c) of half the angle between x and the line of z."""
    fold = xp.minimum(pairs.half, 1 - pairs.half)
    return placed(xp, fold, pairs.opposite, pairs.other) if pairs.opposite.shape[0] else fold


def _first_erf(
    pairs: Pairs, rows: Array, columns: Array, scale: float, known: Formulas
) -> tuple[Array, ...]:
    """E[phi phi'], E[phi' phi''] times both sizes, and the two E[phi^2] of the first layer."""
    xp = known.xp
    if bool(xp.any(rows > LARGEST) | xp.any(columns > LARGEST)):
        raise ValueError("X has rows longer than 3e150: for erf, scale them down")
    one, two = turn(xp, 2**0.5 * rows, 1.0), turn(xp, 2**0.5 * columns, 1.0)
    # next to the q^2 of the longest rows what keeps slopes finite is not nothing
    fold = _fold(pairs, xp) - float(xp.finfo(rows.dtype).smallest_normal)
    spread = known.spread(one.p, two.p, one.q, two.q, fold)
    product = known.erf_at[1](one.p * two.p * pairs.cosine, spread)
    gate = known.erf_at[0](one.q * rows, two.q * columns, spread)
    own = (known.erf_at[1](t.p**2, known.spread(t.p, t.p, t.q, t.q, 0.0)) for t in (one, two))
    return product, gate, *own


def _first_sine(
    pairs: Pairs, rows: Array, columns: Array, scale: float, known: Formulas
) -> tuple[Array, ...]:
    """The same for the sine, by distances of x from z or -z, which sizes blur where they are
    small.
    """
    xp = known.xp
    apart = (rows - columns) ** 2 + 4 * grown(xp, _fold(pairs, xp), rows, columns)
    if pairs.near.shape[0]:
        apart = placed(xp, apart, pairs.near, scale**2 * pairs.apart)
    C = grown(xp, pairs.cosine, rows, columns)
    gate = known.sine[0](apart, xp.abs(C))
    own = (known.sine[1](known.sine[0](0.0 * s, s**2), s**2) for s in (rows, columns))
    return known.sine[1](gate, C), grown(xp, gate, rows, columns), *own
