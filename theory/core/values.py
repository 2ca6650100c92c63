"""The value of an expression at a point, as a ball that contains it.

Rationals stay exact, everything else is a ball of complex numbers (Arb).  Nothing here comes from a
rule that a symbolic route would use: derivatives are differences, limits are approached, sums are
written out, integrals are quadrature.  What those cannot do rigorously is marked as estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq
from sympy.core.function import AppliedUndef

from theory.core.compiled import made
from theory.core.numbers import (
    NoValue,
    Number,
    Unknown,
    ball,
    sign_of,
)


@dataclass
class Place:
    """Where expressions are evaluated: a number for each symbol, and a seed from which entries of
    arrays and undefined functions get theirs.
    """

    numbers: Mapping[Any, Any] = field(default_factory=dict)
    seed: int = 0
    estimated: bool = False  # has something been evaluated that is not rigorous?
    scale: float = 0.0  # the largest estimated number met
    kept: dict[Any, Number] | None = None  # while only one variable changes: see ``keeping``

    def __post_init__(self) -> None:
        self.numbers = {key: number(value) for key, value in self.numbers.items()}

    @contextmanager
    def having(self, numbers: Mapping[Any, Number]) -> Iterator[None]:
        """The same place with some numbers set for a while."""
        saved = self.numbers
        self.numbers = {**saved, **numbers}
        try:
            yield
        finally:
            self.numbers = saved

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """For ``along``: until the end nothing changes but its variable."""
        saved, self.kept = self.kept, {}
        try:
            yield
        finally:
            self.kept = saved

    def estimate(self, value: Number, error: Any) -> acb:
        """A number known to an estimated error only."""
        middle = ball(value)
        error = arb(error)
        self.estimated = True
        self.scale = max(self.scale, float(middle.abs_upper()))
        return middle + acb(arb(0, error.abs_upper()), 0)


def number(value: Any) -> Number:
    """A SymPy number, or one of ours."""
    if isinstance(value, fmpq | acb):
        return value
    value = sp.sympify(value, strict=True)
    if value.is_Rational:
        return fmpq(int(value.p), int(value.q))
    return of(value, Place())


def of(node: Any, place: Place) -> Number:
    """The value of ``node`` at ``place``; raises ``NoValue`` or ``Unknown``."""
    return made(node)(place)


@cache
def rule(kind: Any) -> Callable[[Any, Place], Number] | None:
    """How nodes of this kind get their value where that is more than arithmetic."""
    return next((rule for known, rule in _RULES.items() if issubclass(kind, known)), None)


def holds(condition: Any, place: Place) -> bool:
    """Is a relation, or a combination of such, true here?"""
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, sp.And):
        return all(holds(c, place) for c in condition.args)
    if isinstance(condition, sp.Or):
        return any(holds(c, place) for c in condition.args)
    if isinstance(condition, sp.Not):
        return not holds(condition.args[0], place)
    if isinstance(condition, sp.Implies):
        return not holds(condition.args[0], place) or holds(condition.args[1], place)
    if isinstance(condition, sp.Contains) and condition.args[1] is sp.S.Integers:
        value = of(condition.args[0], place)
        return isinstance(value, fmpq) and value.q == 1
    if not isinstance(condition, sp.core.relational.Relational):
        raise Unknown(f"is {condition} here?")
    if condition.rhs.is_infinite or condition.lhs.is_infinite:
        swap = condition.lhs.is_infinite
        far = condition.lhs if swap else condition.rhs
        of(condition.rhs if swap else condition.lhs, place)
        return bool(condition.func(far, 0) if swap else condition.func(0, far))
    sign = sign_of(of(condition.lhs, place) - of(condition.rhs, place))
    return bool(condition.func(sp.Integer(sign), 0))


def _piecewise(node: sp.Piecewise, place: Place) -> Number:
    for value, condition in node.args:
        if holds(condition, place):
            return of(value, place)
    raise NoValue("a case that is not covered")


def _nothing() -> Number:
    raise NoValue("infinite or undefined")


def _elsewhere(module: str, name: str) -> Callable[[Any, Place], Number]:
    """A rule of another file, which itself needs ``of``."""
    return lambda node, place: getattr(import_module(f"theory.core.{module}"), name)(node, place)


_RULES: dict[type, Callable[[Any, Place], Number]] = {
    sp.core.numbers.Pi: lambda node, place: acb.pi(),
    sp.core.numbers.Exp1: lambda node, place: acb(1).exp(),
    sp.core.numbers.ImaginaryUnit: lambda node, place: acb(0, 1),
    sp.core.numbers.EulerGamma: lambda node, place: acb(arb.const_euler()),
    sp.core.numbers.Catalan: lambda node, place: acb(arb.const_catalan()),
    sp.core.numbers.GoldenRatio: lambda node, place: (1 + acb(5).sqrt()) / 2,
    **dict.fromkeys(map(type, (sp.nan, sp.zoo, sp.oo, -sp.oo)), lambda node, place: _nothing()),
    sp.Piecewise: _piecewise,
    sp.Indexed: _elsewhere("standins", "entry"),
    AppliedUndef: _elsewhere("standins", "undefined"),
    sp.Sum: _elsewhere("series", "written_out"),
    sp.Product: _elsewhere("series", "written_out"),
    sp.Derivative: _elsewhere("differences", "derivative"),
    sp.Subs: _elsewhere("differences", "replaced"),
    sp.Integral: _elsewhere("quadrature", "integral"),
    sp.Limit: _elsewhere("limits", "limit"),
}
