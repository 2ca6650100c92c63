"""Values that cost much, remembered: of integrals, limits and infinite sums at a place.

The wrong variants of a step, and the precisions at which a step is tried, ask for the same ones
again.  A value is known by its expression (with all that is assumed of the symbols), by the exact
numbers of the place that stand in it, and by the precision.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import flint
import mpmath
import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from theory.core.numbers import NoValue, Number, Unknown

ROOM = 10_000  # values that are kept; those that were not asked for longest go first
KEPT: OrderedDict[Any, tuple[Any, bool, float]] = OrderedDict()
Rule = Callable[[Any, Any], Number]


def remembered(rule: Rule, enough: int | None = None) -> Rule:
    """The same rule, which is not followed twice for the same question; what it says beside its
    value (that something was estimated, and how large it was) is remembered too.  With ``enough``
    bits or more its answer does not depend on the precision.
    """

    @wraps(rule)
    def value(node: Any, place: Any) -> Number:
        bits = flint.ctx.prec if enough is None else min(flint.ctx.prec, enough)
        asked = None if place.kept is not None else _asked(node, place, bits)  # not at each node
        if asked is None:
            return rule(node, place)
        asked = rule, *asked
        if asked in KEPT:
            KEPT.move_to_end(asked)
        else:
            KEPT[asked] = _followed(rule, node, place)
            if len(KEPT) > ROOM:
                KEPT.popitem(last=False)
        found, estimated, scale = KEPT[asked]
        place.estimated = place.estimated or estimated
        place.scale = max(place.scale, scale)
        if isinstance(found, ArithmeticError):
            raise found.with_traceback(None)
        return found

    return value


def _followed(rule: Rule, node: Any, place: Any) -> tuple[Any, bool, float]:
    """The value, or why there is none, and what was said beside it."""
    before = place.estimated, place.scale
    place.estimated, place.scale = False, 0.0
    found: Any
    try:
        try:
            found = rule(node, place)
        except (NoValue, Unknown) as why:
            found = why
        return found, place.estimated, place.scale
    finally:
        place.estimated, place.scale = before


def _asked(node: Any, place: Any, bits: int) -> tuple[Any, ...] | None:
    """All that the value depends on; ``None`` where that cannot be written down."""
    if node.has(sp.Subs):  # SymPy calls some equal that have other values
        return None
    names, drawn = _names(node)
    try:
        numbers = tuple(
            (key, _exact(number))
            for key, number in place.numbers.items()
            if key in names or not isinstance(key, sp.Symbol)
        )
    except ValueError:  # a ball without end
        return None
    return node, frozenset(numbers), drawn and place.seed, bits, mpmath.mp.prec


@lru_cache(maxsize=ROOM)
def _names(node: Any) -> tuple[frozenset[sp.Symbol], bool]:
    """The symbols of an expression, and whether something in it is drawn by the seed."""
    return frozenset(node.atoms(sp.Symbol)), node.has(sp.Indexed, AppliedUndef)


def _exact(number: Number) -> Any:
    if isinstance(number, fmpq):
        return number
    parts = (number.real, number.imag)
    return tuple(end.man_exp() for part in parts for end in (part.mid(), part.rad()))
