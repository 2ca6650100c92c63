"""Entries of the kernels of networks with erf and sine, for blocks of pairs.

How close inputs of any size are is known in the first layer, and carried on to the next one, since
both may tell close inputs apart further: erf carries the angle, the sine the squared distance and
the difference of the variances, which follow from those below without a difference of sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from numerics.core.kernels import Formulas, Turn, placed, turn
from numerics.core.pairs import Pairs
from numerics.core.sizes import grown, positive

Array = Any  # of whichever library the inputs come from
LARGEST = 2.0**500  # size up to which the squares in the formulas for erf stay in range
LINEAR = (
    2.0**-27
)  # sizes below which erf is a multiple to rounding, which leaves angles as they are
CLOSE = 0.1  # sin^2 of half the angles that do not come from a cosine


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
    means = _sine if activation == "sine" else _erf
    for product, gate in islice(means(pairs, rows, columns, scale, v, b, known), layers):
        kernel = known.below(v, b, product, gate, kernel) if tangent else product
    return kernel if tangent else known.covariance(v, b, kernel)


def _fold(pairs: Pairs, xp: Any) -> Array:
    """sin^2 (r, c) of half the angle between x and the line of z."""
    fold = xp.minimum(pairs.half, 1 - pairs.half)
    return placed(xp, fold, pairs.opposite, pairs.other) if pairs.opposite.shape[0] else fold


def _erf(
    pairs: Pairs, rows: Array, columns: Array, scale: float, v: float, b: float, known: Formulas
) -> Iterator[tuple[Array, Array]]:
    """E[phi phi'] and E[phi' phi''] of one layer after the other, the latter times both sizes in
    the first.
    """
    xp = known.xp
    if bool(xp.any(rows > LARGEST) | xp.any(columns > LARGEST)):
        raise ValueError("X has rows longer than 3e150: for erf, scale them down")
    # next to the q^2 of the longest rows what keeps slopes finite is not nothing
    least = float(xp.finfo(rows.dtype).smallest_normal)
    fold, cosine, weights = _fold(pairs, xp) - least, pairs.cosine, (rows, columns)
    while True:
        one, two = turn(xp, 2**0.5 * rows, 1.0), turn(xp, 2**0.5 * columns, 1.0)
        spread = known.spread(one.p, two.p, one.q, two.q, fold)
        product = known.erf_at[1](one.p * two.p * cosine, spread)
        yield product, known.erf_at[0](one.q * weights[0], two.q * weights[1], spread)
        A, B = (known.covariance(v, b, known.erf_at[1](t.p**2, _own(t, known))) for t in (one, two))
        C, before = known.covariance(v, b, product), (fold, cosine)
        rows, columns, weights = _root(xp, A), _root(xp, B), (1.0, 1.0)
        cosine = _over(xp, C, rows * columns).clip(-1.0, 1.0)
        fold = (1 - xp.abs(cosine)) / 2
        close = (fold < CLOSE) & (xp.abs(A - B) < (A + B) / 3)
        if bool(xp.any(close)):
            # what C lacks of the mean of both variances: a bias is in all three, but where C < 0
            lacking = v * _lacking(one, two, spread, before[0], known) / 2
            lacking = lacking + 2 * (v * (-product).clip(0.0)).clip(None, b)
            apart = _over(xp, A - B, rows + columns)
            half = positive(xp, _over(xp, lacking - apart**2 / 2, 2 * rows * columns))
            fold = xp.where(close, half, fold)
            cosine = xp.where(close, xp.sign(C) * (1 - 2 * half), cosine)
        if not b:
            small = (one.p < LINEAR) & (two.p < LINEAR)
            fold, cosine = (
                xp.where(small, old, new) for old, new in zip(before, (fold, cosine), strict=True)
            )


def _own(t: Turn, known: Formulas) -> Array:
    return known.spread(t.p, t.p, t.q, t.q, 0.0)


def _lacking(one: Turn, two: Turn, spread: Array, fold: Array, known: Formulas) -> Array:
    """E[phi^2] + E[phi'^2] - 2 |E[phi phi']| (r, c) by the addition theorem of the sine: no
    difference is left but those of the sizes.
    """
    xp, found = known.xp, 0.0
    longer = _over(xp, (two.q - one.q) * (two.q + one.q), one.p + two.p)  # p - p'
    for t, other, further in ((one, two, longer), (two, one, -longer)):
        along, own = other.p * (1 - 2 * fold), _own(t, known)
        rest = (further + 2 * other.p * fold) * t.p * (t.p + along)
        sine = _over(xp, rest, t.p * spread + along * own)
        found = found + known.erf_at[1](sine, t.p**3 * along + own * spread)
    return found


def _root(xp: Any, A: Array) -> Array:
    return xp.where(A > 0, xp.sqrt(positive(xp, A)), xp.zeros_like(A))


def _over(xp: Any, a: Array, b: Array) -> Array:
    """a / b, and a where b is zero."""
    return a / xp.where(b == 0, xp.ones_like(b), b)


def _sine(
    pairs: Pairs, rows: Array, columns: Array, scale: float, v: float, b: float, known: Formulas
) -> Iterator[tuple[Array, Array]]:
    """The same for the sine, by distances of x from z or -z, which sizes blur where they are
    small.
    """
    xp = known.xp
    apart = (rows - columns) ** 2 + 4 * grown(xp, _fold(pairs, xp), rows, columns)
    if pairs.near.shape[0]:
        apart = placed(xp, apart, pairs.near, scale**2 * pairs.apart)
    C = grown(xp, pairs.cosine, rows, columns)
    sizes: tuple[Array, Array] | None = (rows, columns)
    A, B = rows**2, columns**2
    longer = xp.abs(rows - columns) * (rows + columns)  # |A - B|
    while True:
        gate = known.sine[0](apart, xp.abs(C))
        product = known.sine[1](gate, C)
        yield product, gate if sizes is None else grown(xp, gate, *sizes)
        shorter, before = xp.minimum(A, B), C
        A, B = (
            known.covariance(v, b, known.sine[1](known.sine[0](0.0 * own, own), own))
            for own in (A, B)
        )
        C = known.covariance(v, b, product)
        apart = v * known.sine[2](shorter, longer, apart)
        if b:  # a bias turns inputs that are nearer to opposite ones away from them
            turned = xp.minimum(v * xp.abs(product), b + 0.0 * product)
            apart = apart + xp.where(before < 0, 4 * turned, 0.0 * turned)
        longer, sizes = v * known.sine[3](shorter, longer), None
