"""Where a step is tried: random points that respect every assumption, and the value of a side at
such a point.
"""

from __future__ import annotations

from random import Random
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

DIGITS = 30
POINTS = 6


def sample_points(
    left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...] = (), seed: int = 0
) -> list[dict[Any, sp.Expr]]:
    """Rational values for the free symbols that obey their assumptions and every relation of
    ``domain``.
    """
    sides = (left, right, *domain)
    symbols = sorted(
        {s for side in sides for s in side.free_symbols if isinstance(s, sp.Symbol)}, key=str
    )
    symbols = [s for s in symbols if not _is_base(s, sides)]
    sizes = {
        s
        for side in sides
        for node in side.atoms(sp.Sum, sp.Product)
        for lim in node.limits
        for s in _bounds(lim)
    }
    indices = {
        s
        for side in sides
        for node in side.atoms(sp.Indexed)
        for i in node.indices
        for s in i.free_symbols
    }
    random, points = Random(seed), []
    for attempt in range(40_000):
        scale = (1, 4, sp.Rational(1, 5))[attempt % 3]
        point = {s: _draw(s, random, sizes, indices, scale) for s in symbols}
        if all(_obeys(relation, point) for relation in domain):
            points.append(point)
            if len(points) == POINTS or not symbols:
                return points
    if not points:
        raise ValueError(
            f"no point found in the domain {domain}: state a domain with interior, or shift the "
            f"variables"
        )
    return points


def _is_base(symbol: sp.Symbol, sides: tuple[Any, ...]) -> bool:
    """The label of an ``IndexedBase`` shows up as a free symbol, but only its entries have
    values.
    """
    return any(node.base.label == symbol for side in sides for node in side.atoms(sp.Indexed))


def _bounds(limit: Any) -> set[sp.Symbol]:
    return set().union(*(sp.sympify(bound, strict=True).free_symbols for bound in limit[1:]))


def _draw(
    symbol: sp.Symbol, random: Random, sizes: set[Any], indices: set[Any], scale: Any
) -> sp.Expr:
    if symbol.is_integer:
        if symbol in sizes:
            value = sp.Integer(random.randint(2, 3))
        elif symbol in indices:
            value = sp.Integer(random.randint(1, 2))
        else:
            value = sp.Integer(random.randint(1, 40))
        return -value if symbol.is_negative else value
    value = scale * sp.Rational(random.randint(1, 400), 197)
    if symbol.is_nonnegative:
        return value
    if symbol.is_nonpositive:
        return -value
    return value * random.choice((-1, 1))


def _obeys(relation: Any, point: dict[Any, sp.Expr]) -> bool:
    return bool(sp.sympify(relation, strict=True).xreplace(point) == True)  # noqa: E712  (SymPy's true is not Python's)


def value_at(side: sp.Expr, point: dict[Any, sp.Expr]) -> sp.Expr:
    """30 digits of ``side`` at ``point``.

    Derivatives are taken and finite sums written out; integrals are left to numerical quadrature
    and limits are probed next to their point, so that the number does not come from the rule that
    the symbolic route used.
    """
    value = side.xreplace({k: v for k, v in point.items() if k.is_integer})
    value = value.replace(lambda e: isinstance(e, sp.Sum | sp.Product), _written_out)
    value = _concrete_functions(value)
    value = value.replace(lambda e: isinstance(e, sp.Derivative | sp.Subs), lambda e: e.doit())
    value = value.replace(lambda e: isinstance(e, sp.Limit), lambda e: _probe(e, point))
    value = _concrete_entries(value.xreplace(point))
    value = value.replace(
        lambda e: isinstance(e, sp.KroneckerDelta | sp.Piecewise), lambda e: e.doit()
    )
    number = value.evalf(DIGITS)
    if number is sp.nan or number.is_infinite:
        return number
    if number.is_number and not number.is_comparable and sp.im(number).is_zero:
        number = sp.re(number)
    if not all(part.is_Float or part.is_Rational for part in number.as_real_imag()):
        raise ValueError(f"cannot evaluate {side} at {point}: {number} is not a number")
    return number


def _written_out(node: sp.Expr) -> sp.Expr:
    finite = all(
        len(lim) == 3 and all(sp.sympify(end, strict=True).is_Integer for end in lim[1:])
        for lim in node.limits
    )
    return node.doit() if finite else node


def _probe(limit: sp.Limit, point: dict[Any, sp.Expr]) -> sp.Expr:
    """The expression next to the limit point: far out at infinity, 1e-40 away from a finite one."""
    expr, z, z0, direction = limit.args
    if z0 is sp.oo:
        near = sp.Float(10, 60) ** (10**8)
    elif z0 is -sp.oo:
        near = -(sp.Float(10, 60) ** (10**8))
    else:
        near = sp.N(z0.xreplace(point), 100) + sp.Float("1e-40", 100) * (
            -1 if str(direction) == "-" else 1
        )
    inner = {k: v for k, v in point.items() if k != z}
    return expr.doit().xreplace(inner).xreplace({z: near}).evalf(60)


def _concrete_functions(value: sp.Expr) -> sp.Expr:
    """Undefined functions become fixed smooth ones, so that identities in them can be tried with
    numbers.
    """

    def concrete(call: AppliedUndef) -> sp.Expr:
        random = Random(str(call.func))
        c = [sp.Rational(random.randint(20, 180), 97) for _ in range(3)]
        z = sum((sp.Rational(7 + 4 * i, 9) * arg for i, arg in enumerate(call.args)), sp.Integer(0))
        return c[0] * sp.sin(c[1] * z + c[2]) + z**2 / 3 + 1

    return value.replace(lambda e: isinstance(e, AppliedUndef), concrete)


def _concrete_entries(value: sp.Expr) -> sp.Expr:
    entries = value.atoms(sp.Indexed)
    return value.xreplace(
        {e: sp.Rational(Random(str(e)).randint(-300, 300) or 1, 97) for e in entries}
    )
