"""Calculations, and remarks beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from theory.core.decided import Decided
from theory.core.grading import Grade
from theory.core.steps import Enclosed, Step


@dataclass(frozen=True)
class To:
    """One link of a chain: where it leads, and why."""

    rhs: Any
    why: str
    uses: tuple[Any, ...] = field(default=(), repr=False)
    relation: str = "=="
    domain: tuple[Any, ...] = ()


def chain(start: Any, *links: To, uses: tuple[Any, ...] = ()) -> tuple[Step, ...]:
    """``start = a = b = c``: each link starts where the one before ended, and uses it.

    The last step is what the whole shows: ``start`` against the end, by all links.  ``uses`` holds
    for the first link.
    """
    steps: list[Step] = []
    now = start
    for link in links:
        before = (steps[-1],) if steps else uses
        steps.append(
            Step(now, link.rhs, link.why, link.relation, link.domain, (*before, *link.uses))
        )
        now = link.rhs
    return tuple(steps)


@dataclass(frozen=True)
class Aside:
    """A remark: it must hold, but the result does not rest on it."""

    step: Step | Decided | Enclosed
    kind: ClassVar[str] = "aside"
    given: ClassVar[None] = None

    @property
    def why(self) -> str:
        """Of the step."""
        return self.step.why

    @property
    def uses(self) -> tuple[Any, ...]:
        """What the remark itself uses."""
        return self.step.uses

    def grade(self) -> Grade:
        """Of the step; raises as it does."""
        return self.step.grade()

    def recall(self, grade: Grade) -> None:
        """Of the step."""
        if isinstance(self.step, Step | Decided):
            self.step.recall(grade)

    def tried(self) -> None:
        """A quick look."""
        self.step.tried()

    def corrupted(self) -> tuple[Aside, ...]:
        """The remark with a plausible error."""
        return tuple(Aside(wrong) for wrong in self.step.corrupted())

    def latex(self) -> str:
        """Of the step."""
        return self.step.latex()
