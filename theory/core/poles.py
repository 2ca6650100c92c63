"""Does an integrand have a pole inside its range?  There antiderivatives say nothing."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.core.decision import counterexample
from theory.core.joints import POLES

Point = dict[Any, Any]


def pole(side: sp.Expr, domain: tuple[Any, ...]) -> bool | Point:
    """``True`` when no integrand of ``side`` has a pole inside its range, as far as z3 and the
    signs of SymPy can tell; else a point of the domain that has one, or ``False``.
    """
    for integral in side.atoms(sp.Integral):
        for limit in integral.limits:
            if len(limit) != 3:
                return False
            for base in _denominators(integral.function, limit[0]):
                if not base.has(sp.exp, sp.log, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh):
                    found = _zero_inside(base, limit, domain)
                    if found is not None:
                        return found
    return True


def _denominators(function: sp.Expr, variable: sp.Symbol) -> list[sp.Expr]:
    found = [p.base for p in function.atoms(sp.Pow) if p.exp.is_negative]
    found += [node.args[0] for kind in POLES for node in function.atoms(kind)]
    return [base for base in found if variable in base.free_symbols]


def _zero_inside(base: sp.Expr, limit: Any, domain: tuple[Any, ...]) -> Point | None:
    variable, low, high = limit
    inside = [variable > low] if low is not -sp.oo else []
    inside += [variable < high] if high is not sp.oo else []
    if not variable.is_extended_real:
        real = sp.Dummy(str(variable), real=True)
        base = base.xreplace({variable: real})
        inside = [relation.xreplace({variable: real}) for relation in inside]
    try:
        claim = sp.Implies(sp.And(*domain, *inside), sp.Ne(base, 0))
        return counterexample(claim) if claim is not sp.true else None
    except (NotImplementedError, TypeError):
        return None
