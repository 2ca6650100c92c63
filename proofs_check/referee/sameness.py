"""When two derivations, of which one has an error in it, say the same, more, or something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from proofs_check.core.findings import agree
from proofs_check.referee import premises as record
from theory import Decided, Derivation, Enclosed, Step
from theory.core.decision import counterexample
from theory.core.settling import AnyStep

GIVEN = ("definition", "assumption", "quotation")


def starting_points(derivation: Derivation) -> list[Any]:
    """What a derivation starts from and no step checks."""
    return [
        p
        for step in derivation.steps
        for p in ((step,) if step.kind in GIVEN else record.hypotheses(step))
    ]


def same_result(a: Derivation, b: Derivation) -> bool:
    """Do the last steps end in the same?  Two formulas that both hold are equivalent, and yet not
    the same: their words decide.
    """
    old, new = a.steps[-1], b.steps[-1]
    if isinstance(old, Decided) and isinstance(new, Decided):
        return bool(record.conclusion(old) == record.conclusion(new))
    return type(old) is type(new) and same(a.result, b.result)


def says_no_less(old: Derivation, new: Derivation) -> bool:
    """Does each step of the new derivation say no less than the old one in its place?"""
    return len(old.steps) == len(new.steps) and all(map(no_narrower, old.steps, new.steps))


def no_narrower(old: AnyStep, new: AnyStep) -> bool:
    """Does the new step say no less: the same, of all that the old one spoke of or more?"""
    if same_step(old, new):
        return True
    if isinstance(old, Step) and isinstance(new, Step):
        unchanged = same_step(replace(old, domain=new.domain), new)
    else:
        unchanged = (
            isinstance(old, Decided)
            and isinstance(new, Decided)
            and record.conclusion(old) == record.conclusion(new)
        )
    try:
        before, after = (sp.And(*record.hypotheses(step)) for step in (old, new))
        return unchanged and counterexample(sp.Implies(before, after)) is None
    except (NotImplementedError, TypeError):
        return False  # not shown


def same(a: Any, b: Any) -> bool:
    """Are two expressions shown to be equal?"""
    try:
        return bool(a == b) or agree(sp.sympify(a, strict=True), b) is not None
    except Exception:
        return False  # not shown


def as_close(old: Derivation, new: Derivation) -> bool:
    """Is the last step the same relation, or the same number in bounds that are no wider?"""
    a, b = old.steps[-1], new.steps[-1]
    if isinstance(a, Enclosed) and isinstance(b, Enclosed):
        return bool(a.lower <= b.lower <= b.upper <= a.upper)
    return type(a) is type(b) and (
        not isinstance(a, Step) or not isinstance(b, Step) or a.relation == b.relation
    )


def same_settles(a: Derivation, b: Derivation) -> bool:
    """Do two derivations say the same of the ledger?"""
    return len(a.settles) == len(b.settles) and all(
        (s.statement, s.part) == (t.statement, t.part)
        and (s.by is t.by is None or same(a.settled(s), b.settled(t)))
        for s, t in zip(a.settles, b.settles, strict=True)
    )


def same_step(a: AnyStep, b: AnyStep) -> bool:
    """Are two steps the same statement, side by side?"""
    if a == b:
        return True
    if (
        not (isinstance(a, Step) and isinstance(b, Step))
        or a.relation != b.relation
        or a.domain != b.domain
    ):
        return False
    return same(a.lhs, b.lhs) and same(a.rhs, b.rhs)
