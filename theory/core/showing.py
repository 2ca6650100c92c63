"""Numbers and points as a person reads them."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import acb, fmpq


def shown(point: dict[Any, Any]) -> dict[Any, sp.Expr]:
    """A point as SymPy's numbers."""
    return {k: exact_or_rounded(v) for k, v in point.items() if k is not None}


def pair(a: Any, b: Any) -> tuple[str, str]:
    """Both values, with as many digits as it takes to see the difference."""
    for digits in (12, 25, 50, 100, 300):
        left, right = _shown(a, digits), _shown(b, digits)
        if left != right:
            break
    return left, right


def _shown(value: Any, digits: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, fmpq):
        return str(value) if len(str(value)) < 16 else acb(value).real.str(digits, radius=False)
    part = value.real if value.imag.is_zero() else value
    return str(part.str(digits, radius=False))


def exact_or_rounded(value: Any) -> sp.Expr:
    """A number for SymPy: exact, or rounded to 20 digits."""
    if isinstance(value, fmpq):
        return sp.Rational(int(value.p), int(value.q))
    return sp.Float(value.real.str(20, radius=False)) + sp.I * sp.Float(
        value.imag.str(20, radius=False)
    )
