"""Which statement is settled by which step, and with what value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from theory.core.chain import Aside
from theory.core.decided import Decided
from theory.core.given import Assumed, Defined, Quoted
from theory.core.induction import Induction
from theory.core.refutation import Counterexample
from theory.core.steps import Enclosed, Step

AnyStep = (
    Step | Decided | Counterexample | Induction | Enclosed | Defined | Assumed | Quoted | Aside
)
FINDINGS = Step | Decided | Counterexample | Induction | Enclosed


@dataclass(frozen=True)
class Settles:
    """Which entry of the ledger is settled, by which step of the derivation (``None``: the last),
    and how much of it (``scope``).
    """

    statement: str
    part: str | None = None
    scope: str = "whole"  # "whole" | "part" | "instances"
    analogue: bool = False
    by: AnyStep | None = None


def value_of(step: AnyStep) -> Any:
    """What a step finds: the right side of an equation, a closed form, a number; of what it decides
    the formula, of an inequality that it is true, of a counterexample that its formula is false.
    """
    if isinstance(step, Step):
        return step.rhs if step.relation == "==" else sp.true
    if isinstance(step, Counterexample):
        return sp.false
    if isinstance(step, Induction):
        return step.closed
    return step.formula if isinstance(step, Decided) else step.expr  # type: ignore[union-attr]


def settling(title: str, steps: Sequence[AnyStep], settle: Settles) -> AnyStep:
    """The step that settles it: itself, or the one with its reason, where an error is planted in
    it; raises ``ValueError`` when there is none.
    """
    if settle.by is None:
        return steps[-1]
    finds = [step for step in steps if isinstance(step, FINDINGS)]
    same = [step for step in finds if step is settle.by]
    if not same and isinstance(settle.by, FINDINGS):
        same = [step for step in finds if step.why == settle.by.why]
    if len(same) != 1:
        raise ValueError(
            f"{title!r}: {settle.statement} is settled by {settle.by.why!r}, which is "
            f"{'the reason of several steps' if same else 'no step of this derivation'}: "
            f"name a step that finds something"
        )
    return same[0]
