"""Limits by approach: values ever closer to the point, and where they lead."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import flint
import sympy as sp
from flint import acb, arb, fmpq
from sympy.core.function import AppliedUndef

from theory.core.numbers import NoValue, Number, Unknown, precision
from theory.core.remembered import remembered
from theory.core.values import Place, of

# distances 2^e and 2^-e: powers die out at once, logarithms halve from one to the next
TOWER = (*(2**j for j in range(1, 14)), *(2 ** (2**j) for j in range(4, 11)))
ROUGH = 1e-8  # of its size, the error of an integral or a sum that was estimated
GENTLE = tuple(range(2, 11))  # where sums and integrals must be carried out
BITS = (128, 512, 2048, 4096)
SLIPS = (fmpq(1), fmpq(1009, 641), fmpq(7919, 5003))  # to towers beside it, where values may waver
WAVERS = (
    sp.sin,
    sp.cos,
    sp.tan,
    sp.floor,
    sp.ceiling,
    sp.Mod,
    sp.KroneckerDelta,
    sp.Piecewise,
    AppliedUndef,
)


class Diverges(NoValue):
    """The values grow without bound; ``sign`` says whereto."""

    def __init__(self, sign: int) -> None:
        super().__init__("grows without bound")
        self.sign = sign


@remembered
def limit(node: sp.Limit, place: Place) -> Number:
    """Where the values lead, with an estimated error; ``Diverges``, ``NoValue`` or ``Unknown``."""
    expr, z, z0, direction = node.args
    if z0.is_infinite:
        return _approach(expr, z, None, 1 if z0 is sp.oo else -1, place)
    start = of(z0, place)
    sides = {"+": (1,), "-": (-1,)}.get(str(direction), (1, -1))
    found: list[Any] = []
    for side in sides:
        try:
            found.append(_approach(expr, z, start, side, place))
        except Diverges as far:
            found.append(far)
    return agreed(found, "the limits from both sides differ")


def _approach(expr: sp.Expr, z: Any, start: Number | None, side: int, place: Place) -> Number:
    ends: list[Any] = []
    for slip in SLIPS if wavers(expr) else SLIPS[:1]:
        try:
            ends.append(_along(expr, z, start, side, place, slip))
        except Diverges as far:
            ends.append(far)
    return agreed(ends, "the values do not settle")


def agreed(ends: list[Any], said: str) -> Number:
    """What several ways to a limit have in common; ``NoValue`` when that is nothing."""
    first = ends[0]
    if all(isinstance(end, Diverges) and end.sign == getattr(first, "sign", 0) for end in ends):
        raise first
    if any(isinstance(end, Diverges) for end in ends):
        raise NoValue("without bound on some of the way, not so on the rest")
    if not all(acb(first).overlaps(acb(end)) for end in ends):
        raise NoValue(said)
    return first


def wavers(expr: sp.Expr) -> bool:
    """May values at powers of two agree by chance, as those of a wave or a sign in turn?"""
    turns = (p for p in expr.atoms(sp.Pow) if not p.exp.is_number)
    return expr.has(*WAVERS, sp.I) or any(not p.base.is_nonnegative for p in turns)


def _along(
    expr: sp.Expr, z: Any, start: Number | None, side: int, place: Place, slip: fmpq
) -> Number:
    heavy = expr.has(sp.Sum, sp.Product, sp.Integral, sp.Derivative, sp.binomial, sp.Limit)
    values: list[acb] = []
    for exponent in GENTLE if heavy else TOWER:
        away = _away(exponent, slip, z)
        if away is None:
            break
        value = _at(expr, z, start, side * (away if start is None else 1 / away), place)
        if value is None:
            if len(values) >= 3:
                break
            continue
        values.append(value)
    if len(values) < 4:
        raise Unknown("too few values on the way to a limit")
    with precision(BITS[-1]):
        return _whereto(values, place)


def _away(exponent: int, slip: fmpq, z: Any) -> Number | None:
    """A far number of the tower, or of one beside it; odd and even ones where it must be whole."""
    if exponent < 5000:
        away = fmpq(2) ** exponent * slip
        whole = away.p // away.q
        return fmpq(whole + (whole + 1) % 2 if slip != 1 else whole) if z.is_integer else away
    return None if z.is_integer and slip != 1 else acb(arb(2) ** exponent) * slip


def _at(expr: sp.Expr, z: Any, start: Number | None, away: Number, place: Place) -> acb | None:
    """The value at one distance, with the bits it needs; ``None`` when these are too many."""
    for bits in BITS:
        with precision(bits):
            y = away if start is None else start + away
            try:
                with place.having({z: y}):
                    value = acb(of(expr, place))
            except NoValue:
                return None
            except (Unknown, OverflowError, MemoryError):
                continue
            radius = value.rad()
            if radius < abs(value.mid()) * arb(2) ** -50 or radius < arb(2) ** -200:
                return value
            if place.estimated and radius < abs(value.mid()) * ROUGH:
                return value
    return None


def _whereto(values: list[acb], place: Place) -> Number:
    if all(v.overlaps(values[0]) for v in values):
        return place.estimate(values[-1], arb(0))
    place.scale = max(place.scale, float(abs(values[0]).abs_upper()))
    steps = [b - a for a, b in pairwise(values)]
    last, before = abs(steps[-1]), abs(steps[-2])
    if _settled(steps, values[-1]) and (bool(last < before * 0.8) or steps[-1].contains(0)):
        ends = [_aitken(*triple) for triple in zip(values, values[1:], values[2:], strict=False)]
        error = abs(ends[-1] - ends[-2]).abs_upper()
        if len(ends) > 2:
            error = error + abs(ends[-2] - ends[-3]).abs_upper() / 100
        place.scale = max(place.scale, float(max(abs(v).abs_upper() for v in values)))
        return place.estimate(ends[-1].mid(), error * 4 + ends[-1].rad())
    if all(v.imag.contains(0) for v in values):
        rising = [b.real - a.real for a, b in pairwise(values)][-3:]
        sign = 1 if all(r > 0 for r in rising) else -1 if all(r < 0 for r in rising) else 0
        if sign and abs(values[-1]) > 5 and bool(last >= before * 0.9):
            raise Diverges(sign)
    raise Unknown("it is not clear where the values lead")


def _settled(steps: list[acb], value: acb) -> bool:
    """Did they become smaller?  Two values that agree by chance are no limit; what is below the
    digits that estimated values have is nothing.
    """
    sizes = [abs(step).abs_upper() for step in steps]
    recent = sizes[-8:]
    first, second = max(recent[: len(recent) // 2]), max(recent[len(recent) // 2 :])
    nothing = max(max(sizes) / 1000, abs(value.mid()) * ROUGH)
    small = bool(max(first, second) <= nothing)
    return len(recent) < 6 or small or bool(0 < second < first * 0.9)


def _aitken(a: acb, b: acb, c: acb) -> acb:
    bend = (c - b) - (b - a)
    if bend.contains(0) or bool(abs(bend) < flint.arb(2) ** -1000):
        return c
    return c - (c - b) * (c - b) / bend
