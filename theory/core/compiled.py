"""An expression as nested functions of a place, made once: a walk over the tree of an expression
costs more than the arithmetic at its nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any

import flint
import sympy as sp
from flint import fmpq

from theory.core.functions import FUNCTIONS
from theory.core.numbers import Number, Unknown, finite, power

ROOM = 50_000  # expressions whose functions are kept
WAVES = {"sin", "cos", "tan", "cot", "sec", "csc", "exp"}
Value = Callable[[Any], Number]  # of a place
Part = Callable[[Any], Value]
LABELS = count()


def made(node: Any) -> Value:
    """The value of ``node`` as a function of the place; raises ``NoValue`` or ``Unknown`` there.

    SymPy calls substitutions equal that have other values: what has one is made anew.
    """
    return _made(node, made) if node.has(sp.Subs) else _kept(node)


@lru_cache(maxsize=ROOM)
def _kept(node: Any) -> Value:
    return _made(node, made)


def along(node: Any, variable: Any) -> Value:
    """The same, where nothing but ``variable`` changes while the place keeps (``Place.keeping``):
    what does not contain it is evaluated once for each precision.
    """

    def part(inner: Any) -> Value:
        if variable in inner.free_symbols:
            return _made(inner, part)
        return _once(made(inner)) if inner.args else made(inner)

    return part(node)


def _once(value: Value) -> Value:
    label = next(LABELS)

    def kept(place: Any) -> Number:
        key = label, flint.ctx.prec
        found = place.kept.get(key)
        if found is None:
            found = place.kept[key] = value(place)
        return found

    return kept


def _made(node: Any, part: Part) -> Value:
    from theory.core.values import rule

    kind = node.func
    special = rule(kind)
    if special is not None:
        return _by_rule(node, special)
    for known, make in ((sp.Add, _sum), (sp.Mul, _product), (sp.Pow, _power)):
        if issubclass(kind, known):
            return make([part(a) for a in node.args])
    if issubclass(kind, sp.Rational | sp.Float):
        exact = sp.Rational(node)
        constant = fmpq(int(exact.p), int(exact.q))
        return lambda place: constant
    if issubclass(kind, sp.Symbol):
        return _symbol(node)
    name = kind.__name__
    if name not in FUNCTIONS:
        from theory.core.fallback import by_sympy

        return _by_rule(node, by_sympy)
    arguments = [part(a) for a in node.args]
    if name in WAVES and node.args[0].has(sp.pi):
        return _wave(node, _function(node, FUNCTIONS[name], arguments))
    return _function(node, FUNCTIONS[name], arguments)


def _by_rule(node: Any, special: Callable[[Any, Any], Number]) -> Value:
    def value(place: Any) -> Number:
        if node in place.numbers:
            return place.numbers[node]
        return special(node, place)

    return value


def _symbol(node: Any) -> Value:
    def value(place: Any) -> Number:
        try:
            return place.numbers[node]
        except KeyError:
            raise Unknown(f"no number for {node}") from None

    return value


def _sum(parts: list[Value]) -> Value:
    def value(place: Any) -> Number:
        total: Number = fmpq(0)
        for part in parts:
            total = total + part(place)
        return total

    return value


def _product(parts: list[Value]) -> Value:
    def value(place: Any) -> Number:
        total: Number = fmpq(1)
        for part in parts:
            total = total * part(place)
        return total

    return value


def _power(parts: list[Value]) -> Value:
    base, exponent = parts
    return lambda place: power(base(place), exponent(place))


def _function(node: Any, function: Callable[..., Number], parts: list[Value]) -> Value:
    if len(parts) == 1:
        (only,) = parts
        return lambda place: finite(function(only(place)), node)
    return lambda place: finite(function(*[part(place) for part in parts]), node)


def _wave(node: Any, plain: Value) -> Value:
    from theory.core.angles import exact

    def value(place: Any) -> Number:
        found = exact(node, place)
        return plain(place) if found is None else found

    return value
