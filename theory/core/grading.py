"""How a relation is known to hold: tried with numbers first, then reduced or decided."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import sympy as sp

from theory.core.closer import parted, remains
from theory.core.draws import allowed
from theory.core.named import with_names
from theory.core.patience import SECONDS, at_most
from theory.core.reduction import ordered, remainder, vanishes
from theory.core.trial import Trial, compare, shown, trial
from theory.core.values import number

RELATIONS: dict[str, type] = {"==": sp.Eq, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}


class Grade(IntEnum):
    """How a step is known to hold; a derivation is as good as its weakest step."""

    GIVEN = 0  # a hypothesis of the statement, a definition, or a theorem quoted with its source
    SAMPLED = 1  # true at every point that was tried; neither proved nor disproved
    ENCLOSED = 2  # proved for a closed expression by ball arithmetic
    PROVED = 3  # reduced by SymPy or decided by z3, and the sample agrees

    def __str__(self) -> str:
        return self.name


KNOWN: dict[Any, Grade] = {}  # what was graded in this process: many derivations share steps


class StepFails(AssertionError):
    """A step is false, or says nothing; carries the point at which it fails."""

    def __init__(self, message: str, point: dict[Any, Any] | None = None) -> None:
        super().__init__(message)
        self.point = point or {}


def graded(lhs: Any, rhs: Any, relation: str, domain: tuple[Any, ...], why: str) -> Grade:
    """The grade of ``lhs relation rhs`` on ``domain``: ``PROVED``, or ``SAMPLED`` after an honest
    attempt at a proof and at a disproof.  Raises ``StepFails`` with its point when it is false, or
    when neither side can be given a number; ``ValueError`` for what cannot be read.
    """
    pairs, domain = entries(lhs, rhs, relation, domain, why)
    asked = (*pairs, relation, domain)
    if asked not in KNOWN:
        KNOWN[asked] = min(_of_pair(left, right, relation, domain, why) for left, right in pairs)
    return KNOWN[asked]


def recall(
    grade: Grade, lhs: Any, rhs: Any, relation: str, domain: tuple[Any, ...], why: str
) -> None:
    """What was found by an earlier process that read the same sources counts in this one too."""
    pairs, domain = entries(lhs, rhs, relation, domain, why)
    KNOWN.setdefault((*pairs, relation, domain), grade)


def tried(lhs: Any, rhs: Any, relation: str, domain: tuple[Any, ...], why: str) -> None:
    """A quick look at a few points; raises as ``graded``."""
    pairs, domain = entries(lhs, rhs, relation, domain, why)
    for left, right in pairs:
        _refuse(trial(left, right, relation, domain, quick=True), why)


def entries(
    lhs: Any, rhs: Any, relation: str, domain: tuple[Any, ...], why: str
) -> tuple[list[tuple[sp.Expr, sp.Expr]], tuple[Any, ...]]:
    """The two sides, entry by entry, when they can be compared at all, and the domain."""
    if relation not in RELATIONS:
        raise ValueError(
            f"{why!r}: relation must be one of {', '.join(RELATIONS)}, not {relation!r}"
        )
    lhs, rhs = sp.sympify(lhs, strict=True), sp.sympify(rhs, strict=True)
    if isinstance(lhs, sp.MatrixBase) or isinstance(rhs, sp.MatrixBase):
        if getattr(lhs, "shape", None) != getattr(rhs, "shape", None):
            raise StepFails(f"{why!r}: the two sides have different shapes")
        pairs = list(zip(lhs, rhs, strict=True))
    else:
        pairs = [(lhs, rhs)]
    domain = tuple(sp.sympify(r, strict=True) for r in domain)
    readable((lhs, rhs, *domain), why)
    if all(left == right for left, right in pairs):
        raise StepFails(f"{why!r}: both sides are the same expression; the step says nothing")
    *named, domain = with_names((*(side for pair in pairs for side in pair), sp.Tuple(*domain)))
    return list(zip(named[::2], named[1::2], strict=True)), tuple(domain)


def readable(sides: tuple[Any, ...], why: str) -> None:
    """Refuses symbols that do not commute, and one name for two different symbols."""
    symbols = {s for side in sides for s in side.free_symbols if isinstance(s, sp.Symbol)}
    for symbol in symbols:
        if symbol.is_commutative is False:
            raise StepFails(
                f"{why!r}: {symbol} does not commute, which no procedure here can handle; write "
                f"out the entries"
            )
    plain = [s for s in symbols if not isinstance(s, sp.Dummy)]
    names = {str(s): s for s in plain}
    for symbol in plain:
        if names[str(symbol)] != symbol:
            raise StepFails(
                f"{why!r}: two symbols are called {symbol}, with different assumptions; give one "
                f"another name"
            )


def _of_pair(
    left: sp.Expr, right: sp.Expr, relation: str, domain: tuple[Any, ...], why: str
) -> Grade:
    sampled = trial(left, right, relation, domain)
    _refuse(sampled, why)
    proof = (
        vanishes(left, right, domain)
        if relation == "=="
        else ordered(left, right, RELATIONS[relation], domain)
    )
    if isinstance(proof, dict):
        _confirm(left, right, relation, proof, why)
        proof = False
    whole = not any(side.has(sp.Integral) for side in (left, right))
    if (
        proof and not sampled.late and (whole or sampled.agreed)
    ):  # an antiderivative alone may jump over a pole
        return Grade.PROVED
    if sampled.estimated:
        _look_at_closed_forms(left, right, relation, domain, why)
    elif relation == "==":
        _refuse(remains(left, right, domain), why)
    if not sampled.agreed:
        late = f" in {SECONDS:g} processor seconds" if sampled.late else ""
        raise StepFails(
            f"{why!r}: neither proved nor disproved, and no number could be obtained for both "
            f"sides at any of {sampled.undecided} points{late}; write it in terms that can be "
            f"evaluated"
        )
    return Grade.SAMPLED


def _refuse(sampled: Trial | None, why: str) -> None:
    if sampled is None:
        return
    if sampled.point is not None:
        where = ", ".join(f"{k} = {v}" for k, v in sampled.point.items())
        raise StepFails(
            f"{why!r} fails at {where or 'the constant'}: left {sampled.left}, right "
            f"{sampled.right}",
            sampled.point,
        )
    if not (sampled.agreed or sampled.undecided or sampled.late):
        raise StepFails(f"{why!r}: neither side has a value at any point that was tried")


def _confirm(left: sp.Expr, right: sp.Expr, relation: str, point: dict[Any, Any], why: str) -> None:
    """A counterexample of z3, tried with numbers before it counts; one with a root of a polynomial
    counts by itself, where nothing divides (for z3 a quotient by zero may be anything).
    """
    if not any(map(_beyond, (left, right))) and any(v.is_Float for v in point.values()):
        text = "apart by z3, which is exact there"
        _refuse(Trial(0, 0, False, dict(point), str(left), f"{right}, {text}"), why)
    free = {s for side in (left, right) for s in side.free_symbols}
    numbers = {s: number(sp.nsimplify(v, rational=True)) for s, v in point.items() if s in free}
    if set(numbers) >= {s for s in free if isinstance(s, sp.Symbol)} and all(
        allowed(s, v) for s, v in numbers.items()
    ):
        answer = compare(left, right, relation, numbers)
        if isinstance(answer, tuple):
            _refuse(Trial(0, 0, False, shown(numbers), *answer), why)


def _beyond(side: sp.Expr) -> bool:
    divides = any(power.exp.is_positive is not True for power in side.atoms(sp.Pow))
    return divides or side.has(sp.Integral, sp.Sum, sp.Product)


def _look_at_closed_forms(
    left: sp.Expr, right: sp.Expr, relation: str, domain: tuple[Any, ...], why: str
) -> None:
    """Two sides whose closed forms part are no better, however close their estimates are."""
    try:
        with at_most(SECONDS, "closed forms of {} and {}", left, right):
            closed = left.doit(), right.doit()
            if left.free_symbols or right.free_symbols or relation != "==":
                return _refuse(parted((left, right), closed, relation, domain), why)
            gap = remainder(*closed, ())
    except StepFails:
        raise
    except Exception:  # out of time, or a fault inside SymPy: no closed form
        return
    if gap is not None and not gap.has(sp.Sum, sp.Product) and gap.is_zero is False:
        raise StepFails(f"{why!r} fails: the sides differ by {sp.N(gap, 3)}, in closed form {gap}")
