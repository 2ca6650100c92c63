"""Sums and products: finite ones written out, infinite ones added up while their terms fall."""

from __future__ import annotations

from typing import Any

import flint
import sympy as sp
from flint import acb, arb, fmpq
from sympy.core.function import AppliedUndef

from theory.core.fallback import as_sympy
from theory.core.numbers import NoValue, Number, Unknown, ball, integer, power
from theory.core.values import Place, of

TERMS = 20_000  # a longer sum is not written out


def _bounds(limit: Any, place: Place) -> tuple[int, int]:
    if len(limit) != 3:
        raise Unknown("a sum without bounds")
    if any(end.is_infinite for end in limit[1:]):
        raise Unknown("an infinite sum")
    return integer(of(limit[1], place)), integer(of(limit[2], place))


def written_out(node: sp.Sum | sp.Product, place: Place) -> Number:
    """A finite sum or product; bounds the wrong way round count as Karr's convention says."""
    plus = isinstance(node, sp.Sum)
    if any(end.is_infinite for limit in node.limits for end in limit[1:]):
        return _infinite(node, place)
    if len(node.limits) == 1 and node.limits[0][0] not in node.function.free_symbols:
        low, high = _bounds(node.limits[0], place)
        term, count = of(node.function, place), fmpq(high - low + 1)
        return term * count if plus else power(term, count)
    budget = [TERMS]

    def over(limits: tuple[Any, ...]) -> Number:
        if not limits:
            return of(node.function, place)
        *inner, (index, *_) = limits
        low, high = _bounds(limits[-1], place)
        turned = high < low - 1
        first, last = (high + 1, low - 1) if turned else (low, high)
        budget[0] -= max(last - first + 1, 1)
        if budget[0] < 0:
            raise Unknown("a sum of too many terms")
        total: Number = fmpq(0 if plus else 1)
        for value in range(first, last + 1):
            with place.having({index: fmpq(value)}):
                term = over(tuple(inner))
            total = total + term if plus else total * term
        if turned:
            total = -total if plus else power(total, fmpq(-1))
        return total

    return over(tuple(node.limits))


def _infinite(node: Any, place: Place) -> Number:
    """An infinite sum whose terms fall geometrically, added up; others by SymPy."""
    if isinstance(node, sp.Sum) and len(node.limits) == 1 and node.limits[0][2] is sp.oo:
        index, low, _ = node.limits[0]
        first = integer(of(low, place))
        total, largest, before = acb(0), arb(0), arb(0)
        for k in range(first, first + 400):
            with place.having({index: fmpq(k)}):
                term = ball(of(node.function, place))
            total, size = total + term, abs(term)
            largest = largest.max(size)
            falls = bool(size < before * 0.9) or k > first + 20
            if k > first + 4 and falls and bool(size < largest * arb(2) ** -(flint.ctx.prec // 2)):
                place.scale = max(place.scale, float(largest.abs_upper()))
                return place.estimate(total, size * 20)
            before = size
    value = _substituted(node, place)
    try:
        found = value.evalf(25)
    except (NotImplementedError, ValueError, TypeError, RecursionError) as error:
        raise Unknown(str(error)) from error
    if not found.is_number or found.has(sp.Sum, sp.Product, sp.nan):
        raise Unknown("an infinite sum")
    if found.is_infinite:
        raise NoValue("an infinite sum that diverges")
    return place.estimate(of(found, Place()), arb(2) ** -40 * abs(ball(of(found, Place()))))


def _substituted(node: Any, place: Place) -> Any:
    """The node with the numbers of the place put in, for routines of SymPy."""
    plain = {k: as_sympy(v) for k, v in place.numbers.items() if isinstance(k, sp.Basic)}
    if node.has(AppliedUndef, sp.Indexed):
        raise Unknown("entries or undefined functions in a form that needs SymPy")
    return node.xreplace(plain)
