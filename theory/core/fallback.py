"""Functions that Arb does not know, by SymPy's numerical evaluation."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import acb, arb, fmpq

from theory.core.numbers import NoValue, Number, Unknown, ball
from theory.core.values import Place, of


def by_sympy(node: Any, place: Place) -> Number:
    """A function that Arb does not know, by SymPy's numerical evaluation."""
    plain = [a for a in node.args if not isinstance(a, sp.Tuple)]
    numbers = {
        a: of(a, place) for part in node.args for a in (part.args if part not in plain else [part])
    }
    if any(ball(a).abs_upper() > 10**6 for a in numbers.values()):
        raise Unknown(f"{node.func.__name__} of a large number")
    known = {a: as_sympy(value) for a, value in numbers.items()}
    try:
        found = node.func(*(part.xreplace(known) for part in node.args)).evalf(30)
    except (TypeError, ValueError, AttributeError, ArithmeticError, NotImplementedError) as error:
        raise Unknown(f"{node.func.__name__}: {error}") from error
    if found is sp.zoo or found is sp.nan or found.is_infinite:
        raise NoValue(f"{node.func.__name__} has a pole here")
    parts = found.as_real_imag()
    if not all(part.is_Float or part.is_Rational for part in parts):
        raise Unknown(f"no number for {node.func.__name__}")
    return place.estimate(acb(*(arb(str(p)) for p in parts)), arb(str(abs(found))) * arb(2) ** -60)


def as_sympy(value: Number) -> sp.Expr:
    """A number as SymPy has it, rounded to 50 digits where it is no rational."""
    if isinstance(value, fmpq):
        return sp.Rational(int(value.p), int(value.q))
    real, imaginary = (
        sp.Float(part.mid().str(60, radius=False), 50) for part in (value.real, value.imag)
    )
    return real + sp.I * imaginary if not value.imag.is_zero() else real
