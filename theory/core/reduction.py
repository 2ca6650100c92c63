"""Is a difference zero?  SymPy rewrites it, z3 decides what is polynomial, and neither is asked
where its rules do not hold: across poles, or in cases that are not covered.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.core.decision import counterexample
from theory.core.joints import POLES
from theory.core.patience import SECONDS, OutOfTime, at_most
from theory.core.sums import flatten

Point = dict[Any, Any]
# what SymPy raises where its own procedures do not reach
STUMBLES = (NotImplementedError, TypeError, ValueError, AttributeError, RecursionError)


def vanishes(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool | Point:
    """Is ``left - right`` zero on the domain?  A point, where z3 finds one at which it is not;
    the cheap rewrites come first.
    """
    for side in (left, right):
        bad = pole(side, domain)
        if bad is not True:
            return bad
    try:
        with at_most(SECONDS, f"{left} == {right}"):
            return _reduced(left, right, domain)
    except (OutOfTime, *STUMBLES):
        return False


def _reduced(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool | Point:
    left, right = on_domain(left, domain), on_domain(right, domain)
    if left == right:
        return True
    if left.is_infinite or right.is_infinite or left is sp.nan or right is sp.nan:
        return False
    if left.has(sp.Piecewise, sp.Max, sp.Min):
        same = _same_cases(left, right, domain)
        if same is not False:
            return same
    gap = left - right
    if gap.has(sp.Sum) and flatten(gap) == 0:
        return True
    for rewrite in (sp.expand, _cancel, _split_powers, sp.trigsimp, sp.simplify):
        try:
            if rewrite(gap) == 0:
                return True
        except (*STUMBLES, sp.PolynomialError):
            continue
    return False


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


def on_domain(side: sp.Expr, domain: tuple[Any, ...]) -> sp.Expr:
    """``side.doit()``, with every case that the domain decides replaced by its branch (sums over
    Kronecker deltas need it).
    """

    def branch(cases: sp.Piecewise) -> sp.Expr:
        for value, condition in cases.args:
            try:
                if (
                    condition == sp.true
                    or counterexample(sp.Implies(sp.And(*domain), condition)) is None
                ):
                    return value
                if counterexample(sp.Implies(sp.And(*domain), sp.Not(condition))) is not None:
                    return cases  # neither certain nor excluded
            except NotImplementedError:
                return cases
        return cases

    side = side.doit()
    for _ in range(4):
        simpler = side.replace(lambda e: isinstance(e, sp.Piecewise), branch).doit()
        if simpler == side:
            break
        side = simpler
    return side


def _same_cases(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool | Point:
    """Do both sides agree in every case?  Where one has no value the other must have none."""
    try:
        for a, here in _cases(left):
            for b, there in _cases(right):
                same = sp.Eq(a, b) if sp.nan not in (a, b) else sp.S(a is b)
                if a == b:
                    continue
                point = counterexample(sp.Implies(sp.And(here, there, *domain), same))
                if point is not None:
                    return point
    except (NotImplementedError, TypeError):
        return False
    return True


def _cases(side: sp.Expr) -> list[tuple[sp.Expr, Any]]:
    """Branches with the condition under which each is reached; what is left over has no value."""
    if not isinstance(side, sp.Piecewise):
        return [(side, sp.true)]
    reached, earlier = [], sp.false
    for value, condition in side.args:
        reached.append((value, sp.And(condition, sp.Not(earlier))))
        earlier = sp.Or(earlier, condition)
    return [*reached, (sp.nan, sp.Not(earlier))]


def _cancel(gap: sp.Expr) -> sp.Expr:
    return sp.cancel(sp.together(gap))


def _split_powers(gap: sp.Expr) -> sp.Expr:
    return sp.expand(sp.powsimp(sp.expand_log(sp.expand(gap.rewrite(sp.exp)))))


def ordered(left: sp.Expr, right: sp.Expr, relation: Any, domain: tuple[Any, ...]) -> bool | Point:
    """Does ``relation(left, right)`` follow from signs that SymPy knows, or from z3?  A point where
    z3 finds it false.
    """
    try:
        with at_most(SECONDS, f"{left} against {right}"):
            gap = sp.factor(sp.expand((right - left).doit()))
            sign = {
                sp.Lt: gap.is_positive,
                sp.Le: gap.is_nonnegative,
                sp.Gt: gap.is_negative,
                sp.Ge: gap.is_nonpositive,
            }
            if sign[relation]:
                return True
            point = counterexample(sp.Implies(sp.And(*domain), relation(left.doit(), right.doit())))
    except (OutOfTime, *STUMBLES):
        return False  # beyond the decision procedure: the sample stands alone
    return True if point is None else point


def remainder(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> sp.Expr | None:
    """The difference as far as it was reduced, for a closer look at whether it is zero."""
    try:
        with at_most(SECONDS, f"{left} - {right}"):
            gap = sp.expand(on_domain(left, domain) - on_domain(right, domain))
    except (OutOfTime, *STUMBLES):
        return None
    return None if gap.has(sp.nan, sp.oo, sp.zoo, sp.Limit, sp.Integral) else gap
