"""Is a difference zero?  SymPy rewrites it, z3 decides what is polynomial, and neither is asked
where its rules do not hold: across poles, or in cases that are not covered.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.core.decision import counterexample
from theory.core.opaque import follows
from theory.core.patience import SECONDS, OutOfTime, at_most
from theory.core.poles import pole
from theory.core.sums import flatten, peeled

Point = dict[Any, Any]
# what SymPy raises where its own procedures do not reach
STUMBLES = (
    NotImplementedError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def vanishes(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool | Point:
    """Is ``left - right`` zero on the domain?  A point, where z3 finds one at which it is not;
    the cheap rewrites come first.
    """
    for side in (left, right):
        bad = pole(side, domain)
        if bad is not True:
            return bad
    try:
        with at_most(SECONDS, "{} == {}", left, right):
            return _reduced(left, right, domain)
    except (OutOfTime, *STUMBLES):
        return False


def _reduced(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool | Point:
    if left.has(sp.Sum) and right.has(sp.Sum):  # before SymPy sums them to something unwieldy
        rest = flatten(left - right)
        if rest == 0 or (not rest.has(sp.Sum) and _rewritten(rest)):
            return True
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
    gap = gap.replace(lambda e: isinstance(e, sp.Sum | sp.Product), peeled)
    return _rewritten(gap)


def _rewritten(gap: sp.Expr) -> bool:
    """Does one of SymPy's rewrites or of ours bring the difference to zero?"""
    for rewrite in (sp.expand, _cancel, _scaled, _split_powers, sp.trigsimp, sp.simplify):
        try:
            if rewrite(gap) == 0:
                return True
        except OutOfTime:
            raise
        except Exception:  # a fault inside SymPy proves nothing
            continue
    return False


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

    side = side.replace(lambda e: isinstance(e, sp.binomial), _of_nothing).doit()
    for _ in range(4):
        simpler = side.replace(lambda e: isinstance(e, sp.Piecewise), branch).doit()
        if simpler == side:
            break
        side = simpler
    return side


def _of_nothing(choice: sp.Expr) -> sp.Expr:
    """binomial(0, k) for whole k."""
    n, k = choice.args
    return sp.KroneckerDelta(k, 0) if n == 0 and k.is_integer else choice


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


def _scaled(gap: sp.Expr) -> sp.Expr:
    """Positive factors drawn out of maxima and minima: max(0, c x) = c max(0, x)."""

    def outside(node: sp.Expr) -> sp.Expr:
        terms = [a for a in node.args if a != 0]
        common = [f for f in sp.Mul.make_args(terms[0]) if f.is_positive]
        common = [f for f in common if all(f in sp.Mul.make_args(t) for t in terms)]
        factor = sp.Mul(*common)
        return factor * node.func(*(a / factor for a in node.args))

    drawn = gap.replace(lambda e: isinstance(e, sp.Max | sp.Min), outside)
    return flatten(drawn) if drawn.has(sp.Sum) else sp.expand(drawn)


def _split_powers(gap: sp.Expr) -> sp.Expr:
    return sp.expand(sp.powsimp(sp.expand_log(sp.expand(gap.rewrite(sp.exp)))))


def ordered(left: sp.Expr, right: sp.Expr, relation: Any, domain: tuple[Any, ...]) -> bool | Point:
    """Does ``relation(left, right)`` follow from signs that SymPy knows, or from z3?  A point where
    z3 finds it false.
    """
    try:
        with at_most(SECONDS, "{} against {}", left, right):
            gap = sp.factor(sp.expand((right - left).doit()))
            sign = {
                sp.Lt: gap.is_positive,
                sp.Le: gap.is_nonnegative,
                sp.Gt: gap.is_negative,
                sp.Ge: gap.is_nonpositive,
            }
            if sign[relation]:
                return True
            asked = sp.Implies(sp.And(*domain), relation(left.doit(), right.doit()))
            try:
                point = counterexample(asked)
            except NotImplementedError:
                return follows(asked)
    except (OutOfTime, *STUMBLES):
        return False  # beyond the decision procedure: the sample stands alone
    return True if point is None else point


def remainder(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> sp.Expr | None:
    """The difference as far as it was reduced, for a closer look at whether it is zero."""
    try:
        with at_most(SECONDS, "{} - {}", left, right):
            gap = sp.expand(on_domain(left, domain) - on_domain(right, domain))
    except Exception:  # out of time, or a fault inside SymPy: no remainder
        return None
    return None if gap.has(sp.nan, sp.oo, sp.zoo, sp.Limit, sp.Integral) else gap
