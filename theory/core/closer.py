"""A closer look at two sides that agree at every point but were not proved to: where what SymPy
makes of them parts.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import fmpq

from theory.core.draws import allowed
from theory.core.numbers import BITS
from theory.core.places import NoPoint, in_turn, places
from theory.core.reduction import remainder
from theory.core.trial import CLOSER, Trial, closely, compare, differs, shown

LATER = (9, 14, 23, 40)


def remains(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> Trial | None:
    """A point at which the reduced difference is not zero, and the sides differ."""
    gap = remainder(left, right, domain)
    if gap is None or gap == 0:
        return None
    try:
        points = places((left, right, gap), domain)
    except NoPoint:
        return None
    for point in points + ([] if domain else _later(gap, points[0])):
        answer = differs(left, right, gap, point)
        if answer is not None:
            return Trial(0, 0, False, shown(point), *answer)
    return None


def _later(gap: sp.Expr, base: dict[Any, Any]) -> list[dict[Any, Any]]:
    """Later whole numbers, one at a time: a polynomial may vanish at all the first ones."""
    whole = [s for s in base if s is not None and s.is_integer]
    later = [] if gap.has(sp.Sum, sp.Product) else [fmpq(value) for value in LATER]
    return [{**base, s: value} for s in whole for value in later if allowed(s, value)]


def parted(
    sides: tuple[sp.Expr, sp.Expr],
    closed: tuple[sp.Expr, sp.Expr],
    relation: str,
    domain: tuple[Any, ...],
) -> Trial | None:
    """A point at which the closed forms part the sides, each the same as its side by estimate."""
    if any(form.has(sp.Integral, sp.Limit, sp.oo, sp.zoo, sp.nan) for form in closed):
        return None
    for point in in_turn(closed, domain):
        answer = closely(*closed, relation, point, (BITS[-1], CLOSER[0]))
        if answer is not None and all(
            side == form or compare(side, form, "==", point) is True
            for side, form in zip(sides, closed, strict=True)
        ):
            return Trial(0, 0, True, shown(point), *answer)
    return None
