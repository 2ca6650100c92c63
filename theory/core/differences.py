"""Derivatives as differences so fine that what they leave out lies below the precision."""

from __future__ import annotations

from typing import Any

import flint
import sympy as sp
from flint import acb, arb, fmpq

from theory.core.numbers import NoValue, Number, Unknown, ball, integer, precision
from theory.core.standins import name_of
from theory.core.values import Place, of

PARTS = (sp.conjugate, sp.Abs, sp.re, sp.im, sp.arg, sp.sign)  # have no complex derivative
DIRECT = fmpq(1)


def derivative(node: sp.Derivative, place: Place) -> Number:
    """A derivative, of any order, by differences."""
    variables = [v for v, count in node.variable_count for _ in range(int(count))]
    try:
        return _slope(node.expr, variables, place)
    except Unknown:
        taken = node.doit()
        if taken.has(sp.Derivative) or not node.has(sp.Integral, sp.Limit, sp.Sum):
            raise
        return of(taken, place)


def _slope(expr: Any, variables: list[Any], place: Place) -> Number:
    """The derivative by all variables; of a complex one where both directions agree."""
    if not variables:
        return of(expr, place)
    first = variables[0]
    along = _difference(expr, variables, place)
    if getattr(first, "is_extended_real", True) is not True and expr.has(*PARTS):
        across = _difference(expr, variables, place, acb(0, 1))
        if not acb(along).overlaps(acb(across)):
            raise NoValue("a derivative that depends on the direction")
    return along


def _difference(
    expr: Any, variables: list[Any], place: Place, direction: Number = DIRECT
) -> Number:
    """A difference in the first variable of the derivative by the others: so fine that what it
    leaves out lies below the precision, for scales down to 2^-100.
    """
    first, *rest = variables
    key = first
    if isinstance(first, sp.Indexed):
        key = (name_of(first.base), tuple(integer(of(i, place)) for i in first.indices))
    elif first not in place.numbers:
        raise Unknown(f"no number for {first}")
    here, bits = of(first, place), flint.ctx.prec

    def values(h: fmpq) -> list[acb]:
        found = []
        for shift in (-h, fmpq(0), h):
            with place.having({key: here + shift * direction}):
                found.append(ball(_slope(expr, rest, place)))
        return found

    def bend(h: fmpq) -> tuple[acb, acb]:
        before, now, after = values(h)
        step = direction * h
        return (now - before) / step, (after - now) / step

    with precision(2 * bits + 400):
        h = fmpq(1, 2 ** (bits // 2 + 180))
        left, right = bend(h)
        size, gap = left.abs_upper() + right.abs_upper(), abs(right - left).abs_upper()
        # a kink, or a slope that happens to vanish
        if (right - left).abs_lower() > size * arb(2) ** -100:
            near_left, near_right = bend(h / 2**20)
            near = abs(near_right - near_left)
            if near.abs_lower() > gap * arb(2) ** -10:
                raise NoValue("a derivative at a jump or a kink")
            if near.abs_upper() > gap * arb(2) ** -10:
                raise Unknown("a difference is not known well enough")
        error = size * arb(2) ** -bits + gap * arb(2) ** -(bits // 2)
        if size < arb(2) ** -(bits // 2 + 90):
            error = error + 2 * size
        return (left + right) / 2 + acb(arb(0, error.abs_upper()), 0)


def replaced(node: sp.Subs, place: Place) -> Number:
    """An expression with other values for some variables."""
    order = sum(int(c) for d in node.expr.atoms(sp.Derivative) for _, c in d.variable_count)
    with precision((flint.ctx.prec + 400) * 2 ** min(order, 4) if order else flint.ctx.prec):
        points = [of(p, place) for p in node.point]  # finer than any difference
    with place.having(dict(zip(node.variables, points, strict=True))):
        return of(node.expr, place)
