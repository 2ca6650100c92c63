"""Ball arithmetic: closed real expressions enclosed rigorously, rationals kept exact until the last
moment.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

BITS = 200
UNARY = (
    sp.exp,
    sp.log,
    sp.sin,
    sp.cos,
    sp.tan,
    sp.asin,
    sp.acos,
    sp.atan,
    sp.sinh,
    sp.cosh,
    sp.tanh,
    sp.erf,
    sp.gamma,
)


def ball(expr: Any, bits: int = BITS) -> tuple[sp.Rational, sp.Rational]:
    """Exact rational ends of an interval that contains the value of the closed real expression
    ``expr``.
    """
    import flint

    saved, flint.ctx.prec = flint.ctx.prec, bits
    try:
        value = _walk(sp.sympify(expr, strict=True), flint)
        if not value.is_finite():
            raise ValueError(
                f"{expr}: the ball is not finite; the expression has a pole or leaves the real line"
            )
        return _rational(value.lower()), _rational(value.upper())
    finally:
        flint.ctx.prec = saved


def root(value: sp.Rational) -> sp.Expr:
    """The square root of a rational number from 0 on, as it is written.

    SymPy would factor the number, and its cache of factors takes some composite ones for primes.
    """
    return sp.Pow(value, sp.S.Half, evaluate=value in (0, 1))


def least_eigenvalue(matrix: sp.Matrix, bits: int = BITS) -> tuple[float, float]:
    """Rigorous bounds of the least eigenvalue of a symmetric positive definite matrix of closed
    real expressions.

    The upper one is a Rayleigh quotient; the lower one a shift that leaves all pivots of Gaussian
    elimination positive. Raises ``ValueError`` if that fails for a shift of 1e-9 of the largest
    eigenvalue below the quotient.
    """
    import flint
    import mpmath

    saved, flint.ctx.prec = flint.ctx.prec, bits
    try:
        n = matrix.rows
        upper = {
            (i, j): _walk(sp.sympify(matrix[i, j], strict=True), flint)
            for i in range(n)
            for j in range(i, n)
        }
        K = [[upper[min(i, j), max(i, j)] for j in range(n)] for i in range(n)]
        sizes, vectors = mpmath.eigsy(
            mpmath.matrix([[float(entry.mid()) for entry in row] for row in K])
        )
        v = [flint.arb(float(entry)) for entry in vectors[:, 0]]
        quotient = sum(
            (v[i] * K[i][j] * v[j] for i in range(n) for j in range(n)), flint.arb(0)
        ) / sum((c * c for c in v), flint.arb(0))
        low = float(sizes[0] - 1e-9 * sizes[n - 1])
        if not (
            low > 0
            and _positive_pivots(
                [[K[i][j] - (low if i == j else 0) for j in range(n)] for i in range(n)]
            )
        ):
            raise ValueError(
                "the matrix is not shown to be positive definite: two inputs are parallel, or "
                "nearly so"
            )
        return low, float(quotient.upper()) * (1 + 2.0**-50)
    finally:
        flint.ctx.prec = saved


def _positive_pivots(K: list[list[Any]]) -> bool:
    for p in range(len(K)):
        if not K[p][p] > 0:
            return False
        for i in range(p + 1, len(K)):
            factor = K[i][p] / K[p][p]
            K[i] = [K[i][j] - factor * K[p][j] if j > p else K[i][j] for j in range(len(K))]
    return True


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
