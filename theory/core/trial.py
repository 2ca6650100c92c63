"""A step put at risk: both sides as numbers at many points of its domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq

from theory.core.limits import Diverges
from theory.core.numbers import BITS, NoValue, Unknown, precision, sign_of
from theory.core.patience import SECONDS, OutOfTime, at_most
from theory.core.places import in_turn
from theory.core.showing import pair, shown
from theory.core.values import Place, of

SURE = 2.0**-90  # of the size of the two sides: rigorous values agree when they differ by less
CLOSER = (8_192, 32_768)
LOOSE = 1e-6  # the same for estimated ones (quadrature, limits, infinite sums)


@dataclass(frozen=True)
class Trial:
    """What the points said: how many gave both sides a number, and the first that parts them."""

    agreed: int
    undecided: int
    estimated: bool = False  # by quadrature, limits or infinite sums
    point: dict[Any, Any] | None = None
    left: str = ""
    right: str = ""
    late: bool = False  # was it given up before all points were tried?


def trial(
    left: sp.Expr, right: sp.Expr, relation: str, domain: tuple[Any, ...], quick: bool = False
) -> Trial:
    """Try ``left relation right`` at the points of the domain, or at a few of them."""
    agreed = undecided = 0
    rough = any(side.has(sp.Integral, sp.Limit, sp.oo) for side in (left, right))
    try:
        with at_most(SECONDS, "{} {} {}, at points", left, relation, right):
            for point in in_turn((left, right), domain, quick):
                answer = compare(left, right, relation, point)
                if answer is None:
                    undecided += 1
                elif answer is True:
                    agreed += 1
                elif answer is not False:
                    return Trial(agreed, undecided, rough, shown(point), *answer)
    except OutOfTime:
        return Trial(agreed, undecided, rough, late=True)
    return Trial(agreed, undecided, rough)


def differs(
    left: sp.Expr, right: sp.Expr, gap: sp.Expr, point: dict[Any, Any]
) -> tuple[str, str] | None:
    """The values of both sides when the reduced ``gap`` is not zero here, and a closer look at
    the two sides confirms it.
    """
    if not any(_excludes_zero(gap, point, bits) for bits in BITS):
        return None
    return closely(left, right, "==", point, CLOSER)


def closely(
    left: sp.Expr, right: sp.Expr, relation: str, point: dict[Any, Any], bits: tuple[int, ...]
) -> tuple[str, str] | None:
    """The values of both sides, where so many bits show that they break the relation."""
    for many in bits:
        with precision(many):
            answer = _compare(left, right, relation, point, [])
            if isinstance(answer, tuple):
                return answer
    return None


def _excludes_zero(gap: sp.Expr, point: dict[Any, Any], bits: int) -> bool:
    numbers, seed = {k: v for k, v in point.items() if k is not None}, point.get(None, 0)
    with precision(bits):
        try:
            value = of(gap, Place(numbers, seed))
        except (NoValue, Unknown, OverflowError, RecursionError):
            return False
        return value != 0 if isinstance(value, fmpq) else not acb(value).contains(0)


def compare(
    left: sp.Expr, right: sp.Expr, relation: str, point: dict[Any, Any]
) -> bool | tuple[str, str] | None:
    """``True``: it holds here; a pair of texts: it does not; ``None``: no number tells;
    ``False``: neither side has a value, the point says nothing.
    """
    gaps: list[Any] = []  # what is left of the difference, from precision to precision
    for bits in BITS:
        with precision(bits):
            answer = _compare(left, right, relation, point, gaps)
        if answer is not None:
            return answer
    vanishes = len(gaps) == len(BITS) and bool(gaps[-1] <= gaps[0] * arb(2) ** -(BITS[-1] // 4))
    return True if vanishes and relation not in ("<", ">") else None


def _compare(
    left: sp.Expr, right: sp.Expr, relation: str, point: dict[Any, Any], gaps: list[Any]
) -> bool | tuple[str, str] | None:
    place = Place({k: v for k, v in point.items() if k is not None}, seed=point.get(None, 0))
    a, b = _side(left, place), _side(right, place)
    if a is None or b is None:
        return None
    if isinstance(a, str) and isinstance(b, str):
        if a == b == "no value":
            return False
        return True if _ordered(a, b, relation) else (a, b)
    if isinstance(a, str) or isinstance(b, str):
        if "no value" not in (a, b) and relation != "==" and _real(a) and _real(b):
            return True if _ordered(a, b, relation) else pair(a, b)
        return pair(a, b)
    if relation == "==":
        return _equal(a, b, place, gaps)
    return _less(a, b, relation, place, gaps)


def _side(side: sp.Expr, place: Place) -> Any:
    """A number, "oo", "-oo", "no value", or ``None`` when it is not known."""
    if side.is_infinite and side in (sp.oo, -sp.oo):
        return str(side)
    try:
        return of(side, place)
    except Diverges as far:
        return {1: "oo", -1: "-oo"}[far.sign]
    except NoValue:
        return "no value"
    except (Unknown, OverflowError, MemoryError, RecursionError):
        return None


def _real(value: Any) -> bool:
    return isinstance(value, str | fmpq) or value.imag.is_zero()


def _ordered(a: Any, b: Any, relation: str) -> bool:
    level = {"oo": 1, "-oo": -1}
    first, second = (level.get(v, 0) if isinstance(v, str) else 0 for v in (a, b))
    return _true(first - second, relation)


def _true(sign: int, relation: str) -> bool:
    """Is ``relation`` true of two numbers whose difference has this sign?"""
    return (
        (sign == 0 and "=" in relation)
        or (sign < 0 and "<" in relation)
        or (sign > 0 and ">" in relation)
    )


def _equal(a: Any, b: Any, place: Place, gaps: list[Any]) -> bool | tuple[str, str] | None:
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return True if a == b else pair(a, b)
    a, b = acb(a), acb(b)
    gap, size = a - b, max(a.abs_upper(), b.abs_upper())
    if place.estimated:
        size = max(size, arb(place.scale))
        if gap.abs_lower() > 4 * gap.rad():
            return pair(a, b)
        return True if gap.abs_upper() <= size * LOOSE else None
    if not gap.contains(0):
        return pair(a, b)
    gaps.append(gap.abs_upper())
    return True if gap.abs_upper() <= size * SURE or size == 0 else None


def _less(
    a: Any, b: Any, relation: str, place: Place, gaps: list[Any]
) -> bool | tuple[str, str] | None:
    try:
        gap = a - b
        if place.estimated:
            gap = acb(acb(gap).real) if acb(gap).imag.contains(0) else gap
        sign = sign_of(gap)
        sign_of(a if isinstance(a, fmpq) else acb(a.imag))
    except NoValue:
        return pair(a, b)
    except Unknown:
        gap = acb(a - b)
        size = max(acb(a).abs_upper(), acb(b).abs_upper(), arb(place.scale))
        gaps.append(gap.abs_upper())
        close = place.estimated and gap.abs_upper() <= size * LOOSE
        return True if close and relation in ("<=", ">=") else None
    return True if _true(sign, relation) else pair(a, b)
