"""Sums and products: finite ones written out, infinite ones added up while their terms fall."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import flint
import sympy as sp
from flint import acb, arb, fmpq
from sympy.core.function import AppliedUndef

from theory.core.fallback import as_sympy
from theory.core.limits import Diverges
from theory.core.numbers import NoValue, Number, Unknown, ball, integer, power
from theory.core.patience import OutOfTime, SlowStep, at_most
from theory.core.remembered import remembered
from theory.core.values import Place, of

TERMS = 20_000  # a longer sum is not written out
SHORT, LONG = 400, 4_000  # terms of an infinite one
FAR = (2, 4, 8, 16, 32, 64)  # decades: beyond the largest term, wherever that is


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


@remembered
def _infinite(node: Any, place: Place) -> Number:
    """An infinite sum whose terms fall geometrically, added up; others by SymPy."""
    if isinstance(node, sp.Sum) and len(node.limits) == 1 and node.limits[0][2] is sp.oo:
        index, low, _ = node.limits[0]
        first = integer(of(low, place))
        total, largest, early = acb(0), arb(0), arb(0)
        sizes: list[arb] = []
        for k in range(first, first + LONG):
            term = _term(node, index, k, place)
            total, size = total + term, abs(term)
            largest = largest.max(size)
            falls = k > first + 20 or bool(size < early * 0.9)
            if k > first + 4 and falls and bool(size < largest * arb(2) ** -(flint.ctx.prec // 2)):
                place.scale = max(place.scale, float(largest.abs_upper()))
                return place.estimate(total, size * 20)
            if k in (first + SHORT // 4, first + SHORT // 2, first + SHORT):
                sizes.append(size)
            if k == first + SHORT:
                _tends_to_zero(node, index, place)
                if _algebraic(*sizes):
                    break
            early = size
        else:
            raise Unknown("an infinite sum of very many terms")
    value = _substituted(node, place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SlowStep)
            with at_most(3.0, "an infinite sum"):
                found = value.evalf(25)
    except (NotImplementedError, ValueError, TypeError, RecursionError, OutOfTime) as error:
        raise Unknown(str(error)) from error
    if not found.is_number or found == 0 or found.has(sp.Sum, sp.Product, sp.nan):
        raise Unknown("an infinite sum")
    if found.is_infinite:
        raise NoValue("an infinite sum that diverges")
    return place.estimate(of(found, Place()), arb(2) ** -40 * abs(ball(of(found, Place()))))


def _algebraic(quarter: arb, half: arb, whole: arb) -> bool:
    """Do these terms fall like a power of the index?  Each doubling takes the same part."""
    return (
        bool(half > 0)
        and bool(abs(whole * quarter - half * half) < half * half * 0.05)
        and (bool(half < quarter * 0.95))
    )


def _term(node: sp.Sum, index: sp.Symbol, k: int, place: Place) -> acb:
    with place.having({index: fmpq(k)}):
        return ball(of(node.function, place))


def _tends_to_zero(node: sp.Sum, index: sp.Symbol, place: Place) -> None:
    """Raises ``Diverges``, or ``NoValue`` where signs change, for terms that stay large far out."""
    try:
        far = [_term(node, index, 10**power + odd, place) for power in FAR for odd in (0, 1)]
    except (Unknown, NoValue, OverflowError):
        return
    if all(bool(abs(b) > abs(a) * 0.9) for a, b in pairwise(far)):
        for sign in (1, -1):
            if all(t.imag.is_zero() and bool(sign * t.real > 0) for t in far):
                raise Diverges(sign)
        raise NoValue("the terms of an infinite sum do not tend to zero")


def _substituted(node: Any, place: Place) -> Any:
    """The node with the numbers of the place put in, for routines of SymPy."""
    plain = {k: as_sympy(v) for k, v in place.numbers.items() if isinstance(k, sp.Basic)}
    if node.has(AppliedUndef, sp.Indexed):
        raise Unknown("entries or undefined functions in a form that needs SymPy")
    return node.xreplace(plain)
