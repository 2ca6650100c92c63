"""Where an expression may change its law: kinks, jumps, poles and ends of cases, as zeros of other
expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from theory.core.numbers import NoValue, Unknown, sign_of
from theory.core.values import Place, of

KINKS = (sp.Abs, sp.sign, sp.Heaviside, sp.DiracDelta)
POLES = (sp.log, sp.gamma, sp.loggamma, sp.factorial, sp.cot, sp.csc, sp.Ei)


@cache
def joints(expr: Any) -> tuple[sp.Expr, ...]:
    """Expressions whose zeros are the joints of ``expr`` (an expression or a relation)."""
    found: dict[sp.Expr, None] = {}
    for node in sp.preorder_traversal(sp.sympify(expr, strict=True)):
        for zero in _zeros(node):
            if zero.free_symbols:
                found[zero] = None
    return tuple(found)


@cache
def steps(expr: Any) -> tuple[sp.Expr, ...]:
    """Expressions at whose whole values ``expr`` may jump."""
    whole = sp.sympify(expr, strict=True).atoms(sp.floor, sp.ceiling)
    return tuple(sorted((node.args[0] for node in whole), key=sp.default_sort_key))


def _zeros(node: Any) -> list[sp.Expr]:
    if isinstance(node, KINKS + POLES):
        return [node.args[0]]
    if isinstance(node, Relational) and isinstance(node.lhs, sp.Expr):
        infinite = node.lhs.is_infinite or node.rhs.is_infinite
        return [] if infinite else [node.lhs - node.rhs]
    if isinstance(node, sp.Max | sp.Min):
        return [a - b for i, a in enumerate(node.args) for b in node.args[:i]]
    if isinstance(node, sp.KroneckerDelta):
        return [node.args[0] - node.args[1]]
    if isinstance(node, sp.asin | sp.acos | sp.atanh):
        return [node.args[0] - 1, node.args[0] + 1]
    if isinstance(node, sp.tan | sp.sec):
        return [sp.cos(node.args[0])]
    if isinstance(node, sp.binomial):
        return [node.args[1], node.args[0] - node.args[1]]
    if isinstance(node, sp.Pow) and not (node.exp.is_Integer and node.exp > 0):
        return [node.base]
    return []


@cache
def _polynomial(zero: sp.Expr, symbol: sp.Symbol) -> tuple[sp.Expr, ...] | None:
    try:
        coefficients = sp.Poly(zero, symbol).all_coeffs()
    except sp.PolynomialError:
        return None
    if any(c.has(symbol) for c in coefficients):
        return None
    return tuple(coefficients)


def solved(zero: sp.Expr, symbol: sp.Symbol) -> bool:
    """Does ``roots`` know its zeros?"""
    coefficients = _polynomial(zero, symbol)
    return coefficients is not None and not any(
        node.is_number and not node.is_Rational
        for c in coefficients
        for node in sp.preorder_traversal(c)
    )


def roots(zero: sp.Expr, symbol: sp.Symbol, place: Place) -> list[fmpq]:
    """Real values of ``symbol`` at which a polynomial ``zero`` vanishes, the other numbers as at
    ``place``: exact where they are rational, to 30 digits otherwise; none for other expressions.
    """
    coefficients = _polynomial(zero, symbol)
    if coefficients is None or not 2 <= len(coefficients) <= 6:
        return []
    try:
        numbers = [of(c, place) for c in coefficients]
    except (NoValue, Unknown):
        return []
    if not all(isinstance(c, fmpq) for c in numbers) or numbers[0] == 0:
        return []
    rational = [sp.Rational(int(c.p), int(c.q)) for c in numbers]
    if len(rational) == 2:
        return [-numbers[1] / numbers[0]]
    found = []
    for root in sp.Poly(rational, symbol).real_roots():
        value = root if root.is_Rational else sp.Rational(str(sp.N(root, 30)))
        found.append(fmpq(int(value.p), int(value.q)))
    return found


GRID = tuple(
    sorted(
        sign * fmpq(top, 100)
        for top in (
            1,
            10,
            30,
            70,
            100,
            140,
            200,
            270,
            350,
            500,
            800,
            1500,
            4000,
            10**4,
            10**5,
            10**7,
        )
        for sign in (1, -1)
    )
)
HEAVY = (sp.Sum, sp.Product, sp.Integral, sp.Limit, sp.Derivative, sp.Subs, AppliedUndef)


def crossings(
    zero: sp.Expr, symbol: sp.Symbol, place: Place, grid: Sequence[fmpq] = GRID
) -> list[fmpq]:
    """Where ``zero`` changes its sign between values of a grid, to 80 bits; for expressions that
    ``roots`` does not solve.
    """
    if zero.has(*HEAVY) or symbol.is_integer:
        return []
    values = [v for v in grid if not (symbol.is_nonnegative and v < 0)]
    signs = [_sign(zero, symbol, v, place) for v in values]
    found = [v for v, sign in zip(values, signs, strict=True) if sign == 0]
    for (low, below), (high, above) in pairwise(zip(values, signs, strict=True)):
        if below and above and below != above:
            for _ in range(80):
                middle = (low + high) / 2
                if _sign(zero, symbol, middle, place) == below:
                    low = middle
                else:
                    high = middle
            found.append((low + high) / 2)
    return found[:4]


def _sign(zero: sp.Expr, symbol: sp.Symbol, value: fmpq, place: Place) -> int | None:
    try:
        with place.having({symbol: value}):
            return sign_of(of(zero, place))
    except (NoValue, Unknown, OverflowError):
        return None
