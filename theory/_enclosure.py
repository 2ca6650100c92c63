"""Ball arithmetic: closed real expressions enclosed rigorously, rationals kept exact until the last moment."""

from __future__ import annotations

from typing import Any

import sympy as sp

BITS = 200
UNARY = (sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.asin, sp.acos, sp.atan, sp.sinh, sp.cosh, sp.tanh, sp.erf, sp.gamma)


def ball(expr: Any, bits: int = BITS) -> tuple[sp.Rational, sp.Rational]:
    """Exact rational ends of an interval that contains the value of the closed real expression ``expr``."""
    import flint

    saved, flint.ctx.prec = flint.ctx.prec, bits
    try:
        value = _walk(sp.sympify(expr), flint)
        if not value.is_finite():
            raise ValueError(f"{expr}: the ball is not finite; the expression has a pole or leaves the real line")
        return _rational(value.lower()), _rational(value.upper())
    finally:
        flint.ctx.prec = saved


def _rational(point: Any) -> sp.Rational:
    mantissa, exponent = point.man_exp()
    return sp.Integer(int(mantissa)) * sp.Integer(2) ** int(exponent)


def _walk(node: sp.Expr, flint: Any) -> Any:
    if isinstance(node, sp.Rational):
        return flint.arb(flint.fmpq(int(node.p), int(node.q)))
    if isinstance(node, sp.Float):
        raise ValueError(f"{node} is a rounded number: write it as a Rational")
    if node is sp.pi:
        return flint.arb.pi()
    if node is sp.E:
        return flint.arb(1).exp()
    if node is sp.EulerGamma:
        return flint.arb.const_euler()
    args = [_walk(a, flint) for a in node.args]
    if isinstance(node, sp.Add):
        return sum(args, flint.arb(0))
    if isinstance(node, sp.Mul):
        product = flint.arb(1)
        for a in args:
            product = product * a
        return product
    if isinstance(node, sp.Pow):
        if node.exp == sp.Rational(1, 2):
            return args[0].sqrt()
        return args[0] ** int(node.exp) if node.exp.is_Integer else args[0] ** args[1]
    if isinstance(node, sp.Abs):
        return abs(args[0])
    if isinstance(node, UNARY):
        return getattr(args[0], node.func.__name__)()
    raise NotImplementedError(f"no ball arithmetic for {node.func.__name__} in {node}")
