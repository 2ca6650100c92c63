"""Steps that z3 decides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp

from theory.core.decision import counterexample, stumble, undefined
from theory.core.grading import KNOWN, Grade, StepFails
from theory.core.links import given, premises, related
from theory.core.opaque import follows
from theory.core.tex import tex


@dataclass(frozen=True)
class Decided:
    """A Boolean combination of polynomial (in)equalities that holds for all values of its symbols:
    decided by z3.
    """

    formula: Any
    why: str
    uses: tuple[Any, ...] = field(default=(), repr=False)
    kind: ClassVar[str] = "decided"
    given: ClassVar[None] = None

    @property
    def states(self) -> Any:
        """What may be used of it."""
        return self.formula

    def _given(self) -> Any:
        """The formula, given what is used."""
        related((self.formula,), self.uses, self.why)
        equations, relations = premises(self.uses)
        formula = given(self.formula, equations, self.why)
        if relations:
            grounds = sp.And(*(given(r, equations, self.why) for r in relations))
            formula = sp.Implies(grounds, formula)
        return formula

    def recall(self, grade: Grade) -> None:
        """See ``grading.recall``."""
        KNOWN.setdefault(self._given(), grade)

    def grade(self) -> Grade:
        if self.formula in (True, sp.true):
            raise StepFails(f"{self.why!r}: the formula is trivially true; the step says nothing")
        formula = self._given()
        if formula == sp.true or formula in KNOWN:
            return Grade.PROVED
        self._decide(formula)
        KNOWN[formula] = Grade.PROVED
        return Grade.PROVED

    def _decide(self, formula: Any) -> None:
        if isinstance(formula, sp.Implies) and _never(formula.args[0]):
            raise StepFails(f"{self.why!r}: {formula.args[0]} never holds; the step says nothing")
        point = stumble(formula)
        if point is not None:
            raise StepFails(f"{self.why!r} is false at {at_point(point)}", point)
        try:
            point = counterexample(formula)
        except NotImplementedError as error:
            if _follows(formula, self.why):
                return
            raise StepFails(
                f"{self.why!r} does not follow from the signs of its terms, and {error}"
            ) from None
        if point is not None:
            raise StepFails(f"{self.why!r} is false at {at_point(point)}", point)
        point = undefined(formula)
        if point is not None:
            raise StepFails(
                f"{self.why!r} divides by zero at {at_point(point)}: exclude it in the formula",
                point,
            )

    def tried(self) -> None:
        """z3 answers at once: the whole grade."""
        self.grade()

    def corrupted(self) -> tuple[Decided, ...]:
        return (replace(self, formula=sp.Not(self.formula)),)

    def latex(self) -> str:
        return tex(self.formula)


def _follows(formula: Any, why: str) -> bool:
    try:
        return follows(formula)
    except NotImplementedError as error:
        raise StepFails(
            f"{why!r} cannot be decided: {error}; declare it real, or write it in terms that are"
        ) from None


def _never(formula: Any) -> bool:
    """Is it known to be false for all values?"""
    try:
        return counterexample(sp.Not(formula)) is None
    except NotImplementedError:
        return False


def at_point(point: dict[Any, Any]) -> str:
    """A point in words: x = 1, y = 2."""
    return ", ".join(f"{k} = {v}" for k, v in point.items())
