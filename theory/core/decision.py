"""Exact decision of statements in real arithmetic: z3 looks for a counterexample, exactly."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from random import Random
from typing import Any

import sympy as sp

from theory.core.draws import allowed, ordinary

# units of z3's work, about half a minute of the processor; a limit in seconds would give other
# answers on a machine that is busy
WORK = 30_000_000


def counterexample(formula: Any) -> dict[sp.Symbol, sp.Expr] | None:
    """A point at which ``formula`` is false, or ``None`` when it holds for all values that the
    symbols' assumptions allow.

    Raises ``NotImplementedError`` for terms outside polynomial arithmetic, for symbols that need
    not be real, when z3 cannot decide, and when its point does not obey the symbols' assumptions.
    """
    point, why_not = _searched(sp.sympify(formula, strict=True))
    if why_not is not None:
        raise NotImplementedError(why_not)
    return None if point is None else dict(point)


@cache
def _searched(formula: Any) -> tuple[tuple[tuple[sp.Symbol, sp.Expr], ...] | None, str | None]:
    """The point as pairs, or why there is no answer; each formula is decided once."""
    try:
        point = _found(formula)
    except NotImplementedError as error:
        return None, str(error)
    return None if point is None else tuple(point.items()), None


def _found(formula: Any) -> dict[sp.Symbol, sp.Expr] | None:
    import z3

    names: dict[sp.Symbol, Any] = {}
    solver = z3.Solver()
    solver.set("rlimit", WORK)
    solver.set("ctrl_c", False)  # else an interrupt ends the search as "unknown" and is lost
    solver.add(z3.Not(_translate(formula, names, z3)))
    for symbol, name in names.items():
        bound = {
            "is_positive": name > 0,
            "is_negative": name < 0,
            "is_nonnegative": name >= 0,
            "is_nonpositive": name <= 0,
            "is_nonzero": name != 0,
        }
        solver.add(*(constraint for test, constraint in bound.items() if getattr(symbol, test)))
    answer = solver.check()
    if answer == z3.unsat:
        return None
    if answer == z3.unknown:
        raise NotImplementedError(f"z3 cannot decide {formula}: {solver.reason_unknown()}")
    model = solver.model()
    point = {
        symbol: _value(model.eval(name, model_completion=True), z3)
        for symbol, name in names.items()
    }
    for symbol, value in point.items():
        if not _possible(symbol, value):
            raise NotImplementedError(f"z3 knows too little of {symbol}: it took it for {value}")
    return point


def stumble(formula: Any, points: int = 12) -> dict[sp.Symbol, sp.Expr] | None:
    """One of a few ordinary points at which ``formula`` is false: what is plainly false need not
    wait for z3.  ``None`` says nothing.
    """
    formula = sp.sympify(formula, strict=True)
    symbols = sorted(formula.free_symbols, key=sp.default_sort_key)
    if not all(isinstance(symbol, sp.Symbol) and symbol.is_real for symbol in symbols):
        return None
    random = Random(0)
    for _ in range(points):
        drawn = {symbol: ordinary(symbol, random, False) for symbol in symbols}
        point = {s: sp.Rational(int(v.p), int(v.q)) for s, v in drawn.items() if allowed(s, v)}
        with suppress(TypeError, ValueError):  # no number, or nan: not there
            if len(point) == len(symbols) and formula.xreplace(point).doit() == sp.false:
                return point
    return None


def _possible(symbol: sp.Symbol, value: sp.Expr) -> bool:
    """Do those assumptions hold that z3 was not told?"""
    if value.is_Float:  # an algebraic number
        return symbol.is_rational is not True and symbol.is_algebraic is not False
    told = ("even", "odd", "prime", "composite", "irrational", "noninteger", "algebraic")
    return all(
        getattr(value, f"is_{name}") is not (not getattr(symbol, f"is_{name}"))
        for name in told
        if getattr(symbol, f"is_{name}") is not None
    )


def undefined(formula: Any) -> dict[sp.Symbol, sp.Expr] | None:
    """A point at which ``formula`` divides by zero in a part that decides about its truth, or
    ``None`` when there is none; raises as ``counterexample``.
    """
    needed = _defined(sp.sympify(formula, strict=True))
    return None if needed == sp.true else counterexample(needed)


def _defined(node: Any) -> Any:
    """The condition under which ``node`` has a value, as far as it divides."""
    if isinstance(node, sp.Implies):
        return sp.And(_defined(node.args[0]), sp.Or(sp.Not(node.args[0]), _defined(node.args[1])))
    if isinstance(node, sp.And | sp.Or):
        sure = [a for a in node.args if _defined(a) == sp.true]
        open_ = [sp.Not(a) if isinstance(node, sp.And) else a for a in sure]
        return sp.And(*(sp.Or(*open_, _defined(a)) for a in node.args if a not in sure))
    if isinstance(node, sp.Piecewise):
        parts, earlier = [], sp.false
        for value, condition in node.args:
            parts.append(sp.Or(earlier, _defined(condition)))
            parts.append(sp.Or(earlier, sp.Not(condition), _defined(value)))
            earlier = sp.Or(earlier, condition)
        return sp.And(*parts, earlier)
    own = []
    if isinstance(node, sp.Pow) and node.exp.is_negative and not node.base.is_number:
        own = [sp.Ne(node.base, 0)]
    return sp.And(*own, *(_defined(a) for a in node.args))


def _value(number: Any, z3: Any) -> sp.Expr:
    if z3.is_int_value(number) or z3.is_rational_value(number):
        return sp.Rational(str(number))
    return sp.Float(number.approx(20).as_decimal(20).rstrip("?"))


def _translate(node: Any, names: dict[sp.Symbol, Any], z3: Any) -> Any:
    def args() -> list[Any]:
        return [_translate(a, names, z3) for a in node.args]

    if node is sp.true or node is sp.false:
        return z3.BoolVal(bool(node))
    if isinstance(node, sp.Symbol):
        if node.is_extended_real is not True:
            raise NotImplementedError(f"{node} is not declared real")
        if node not in names:
            make = z3.Int if node.is_integer else z3.Real
            names[node] = make(f"{node}#{len(names)}")
        return names[node]
    if isinstance(node, sp.Rational):
        return z3.RealVal(str(node))
    if isinstance(node, sp.Pow) and node.exp.is_Integer:
        base = _translate(node.base, names, z3)
        power = z3.RealVal(1)
        for _ in range(abs(int(node.exp))):
            power = power * base
        return power if node.exp > 0 else 1 / power
    translated = {
        sp.And: lambda: z3.And(*args()),
        sp.Or: lambda: z3.Or(*args()),
        sp.Not: lambda: z3.Not(*args()),
        sp.Implies: lambda: z3.Implies(*args()),
        sp.Equivalent: lambda: z3.And(*(a == b for a, b in zip(args(), args()[1:], strict=False))),
        sp.Eq: lambda: args()[0] == args()[1],
        sp.Ne: lambda: args()[0] != args()[1],
        sp.Lt: lambda: args()[0] < args()[1],
        sp.Le: lambda: args()[0] <= args()[1],
        sp.Gt: lambda: args()[0] > args()[1],
        sp.Ge: lambda: args()[0] >= args()[1],
        sp.Add: lambda: z3.Sum(*args()),
        sp.Mul: lambda: z3.Product(*args()),
        sp.Max: lambda: _extremum(args(), z3, larger=True),
        sp.Min: lambda: _extremum(args(), z3, larger=False),
        sp.Abs: lambda: z3.If(args()[0] >= 0, args()[0], -args()[0]),
    }
    for kind, build in translated.items():
        if isinstance(node, kind):
            return build()
    if isinstance(node, sp.Piecewise):
        value: Any = None
        for branch, condition in reversed(node.args):
            here = _translate(branch, names, z3)
            value = here if value is None else z3.If(_translate(condition, names, z3), here, value)
        return value
    raise NotImplementedError(f"{node} lies outside polynomial real arithmetic")


def _extremum(terms: list[Any], z3: Any, *, larger: bool) -> Any:
    best = terms[0]
    for term in terms[1:]:
        best = z3.If(term >= best if larger else term <= best, term, best)
    return best
