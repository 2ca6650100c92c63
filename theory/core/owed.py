"""Does what was found under a condition hold wherever it is put in?

A lemma for x > 0 that is used inside an integral from 0 to 1 owes that x > 0 there, and inside a
derivative that it holds around the point.  Where a parameter is only given another value, or
followed to a limit, its condition is one of the result, unless it is false there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from theory.core.decision import counterexample
from theory.core.grading import StepFails
from theory.core.hygiene import Owed


def paid(owed: Iterable[Owed], domain: tuple[Any, ...], why: str) -> None:
    """Raises ``StepFails`` where a condition is known to be broken on the domain of a step; what
    z3 cannot decide stays a condition of the result.
    """
    for condition, variable, binder in owed:
        asked, facts = _asked(condition, variable, binder)
        if asked == sp.false or (facts is not None and _broken(asked, (*facts, *domain))):
            raise StepFails(
                f"{why!r} uses what holds for {condition} only, inside of "
                f"{type(binder).__name__}, where {variable} goes beyond: state it for all "
                f"{variable} that occur there, or say in the domain why it stays"
            )


def _asked(condition: Any, variable: sp.Symbol, binder: Any) -> tuple[Any, tuple[Any, ...] | None]:
    """What must hold, and where the variable is; ``None`` where that is a matter of the result."""
    if isinstance(binder, sp.Subs):
        place = dict(zip(binder.variables, binder.point, strict=True))
        real = all(value.is_extended_real is not False for value in place.values())
        return (condition.xreplace(place) if real else sp.true), None
    if isinstance(binder, sp.Limit):  # it need not hold at a finite place, but next to it
        place = binder.args[2]
        return (condition.subs(variable, place) if place.is_infinite else sp.true), None
    if isinstance(binder, sp.Derivative):
        return (sp.false if isinstance(condition, sp.Eq) else sp.true), None
    if isinstance(binder, ExprWithLimits):
        if isinstance(binder, sp.Integral) and isinstance(condition, sp.Ne):
            return sp.true, None  # a point counts for nothing
        fresh, facts = {}, []
        for limit in reversed(binder.limits):
            fresh[limit[0]] = sp.Dummy(str(limit[0]), real=True, integer=limit[0].is_integer)
            if len(limit) == 3:
                low, at, high = (part.xreplace(fresh) for part in (limit[1], limit[0], limit[2]))
                inside = isinstance(binder, sp.Integral)
                facts += [low < at, at < high] if inside else [low <= at, at <= high]
        return condition.xreplace(fresh), tuple(facts)
    return condition, None


def _broken(asked: Any, facts: tuple[Any, ...]) -> bool:
    try:
        return counterexample(sp.Implies(sp.And(*facts), asked)) is not None
    except (NotImplementedError, TypeError):
        return False
