"""What follows for all values follows for sums, integrals and exponentials, whatever they are."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.core.decision import counterexample, undefined

# what z3 reads as it stands; anything else that is real becomes a symbol
POLYNOMIAL = (
    sp.And,
    sp.Or,
    sp.Not,
    sp.Implies,
    sp.Equivalent,
    sp.core.relational.Relational,
    sp.Add,
    sp.Mul,
    sp.Max,
    sp.Min,
    sp.Abs,
    sp.Piecewise,
    sp.functions.elementary.piecewise.ExprCondPair,
)


def follows(formula: Any) -> bool:
    """Does ``formula`` hold whatever real values its sums, integrals, exponentials ... take?

    These become real symbols, with the sign that SymPy knows of them: what then holds for all
    values of the symbols holds for these.  ``False`` says nothing.  Raises as ``counterexample``.
    """
    names: dict[sp.Expr, sp.Dummy] = {}
    asked = _opaque(sp.sympify(formula, strict=True), names)
    return counterexample(asked) is None and undefined(asked) is None


def _opaque(node: Any, names: dict[sp.Expr, sp.Dummy]) -> Any:
    if isinstance(node, sp.Symbol | sp.Rational) or node in (sp.true, sp.false):
        return node
    if isinstance(node, POLYNOMIAL) or (isinstance(node, sp.Pow) and node.exp.is_Integer):
        return node.func(*(_opaque(a, names) for a in node.args))
    if not isinstance(node, sp.Expr) or _real(node) is not True:
        raise NotImplementedError(f"{node} is not known to be real")
    if node not in names:
        sign = {
            "positive": node.is_positive,
            "negative": node.is_negative,
            "nonnegative": node.is_nonnegative,
            "nonpositive": node.is_nonpositive,
        }
        known = {name: True for name, value in sign.items() if value}
        names[node] = sp.Dummy(f"o{len(names)}", **(known or {"real": True}))
    return names[node]


def _real(node: sp.Expr) -> bool | None:
    """Of a sum of real terms SymPy does not say that it is real, nor of a real slope."""
    if isinstance(node, sp.Sum | sp.Product):
        return _real(node.function)
    if isinstance(node, sp.Derivative):
        return _real(node.expr)
    if isinstance(node, sp.Subs):
        return _real(node.expr) and all(_real(value) for value in node.point)
    return node.is_real
