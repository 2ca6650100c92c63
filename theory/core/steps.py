"""The kinds of step.

Every kind answers the same questions: why does it hold (``why``), how is that known (``grade``),
what does it rest on (``given``), what would a plausible error look like (``corrupted``), and how is
it written (``latex``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp

from theory.core.enclosure import ball
from theory.core.grading import Grade, StepFails, graded, recall, tried
from theory.core.links import given, premises, related
from theory.core.tex import SYMBOL, tex

REVERSED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Step:
    """``lhs relation rhs`` on ``domain``, because ``why``.

    The left side is written unevaluated (``Integral``, ``Derivative``, ``Limit``, ``Sum``), so that
    the sample takes another route than the symbolic reduction.  Both sides must have a value
    wherever one has; ``domain`` holds relations that say where that is.  ``uses`` names earlier
    steps and results of other derivations: the step is checked given these.
    """

    lhs: Any
    rhs: Any
    why: str
    relation: str = "=="
    domain: tuple[Any, ...] = ()
    uses: tuple[Any, ...] = field(default=(), repr=False)
    kind: ClassVar[str] = "step"
    given: ClassVar[None] = None

    @property
    def states(self) -> tuple[Any, str, Any]:
        """What may be used of it."""
        return self.lhs, self.relation, self.rhs

    def _given(self) -> tuple[Any, Any, str, tuple[Any, ...], str] | None:
        """Both sides with what is used put in; ``None`` when that makes them the same."""
        sides = (self.lhs, self.rhs, *self.domain)
        if _among((self.lhs, self.relation, self.rhs), self.domain):
            raise StepFails(f"{self.why!r}: the domain is what the step claims; it says nothing")
        related(sides, self.uses, self.why)
        equations, relations = premises(self.uses)
        here = (*self.domain, *relations)
        left, right = (given(side, equations, self.why, here) for side in (self.lhs, self.rhs))
        same = self.lhs != self.rhs and left == right
        if self.uses and same and self.relation in ("==", "<=", ">="):
            return None
        domain = tuple(given(r, equations, self.why) for r in here)
        if _among((left, self.relation, right), domain):
            return None  # it is what is used
        return left, right, self.relation, tuple(r for r in domain if r != True), self.why  # noqa: E712

    def grade(self) -> Grade:
        """See ``grading.graded``."""
        asked = self._given()
        return Grade.PROVED if asked is None else graded(*asked)

    def recall(self, grade: Grade) -> None:
        """See ``grading.recall``."""
        asked = self._given()
        if asked is not None:
            recall(grade, *asked)

    def tried(self) -> None:
        """A quick look at a few points; raises as ``grade``."""
        asked = self._given()
        if asked is not None:
            tried(*asked)

    def corrupted(self) -> tuple[Step, ...]:
        """The same step with a plausible error; none of these may hold."""
        if self.relation != "==":
            return (replace(self, relation=REVERSED[self.relation]),)
        if isinstance(self.rhs, sp.MatrixBase):
            return (replace(self, rhs=self.rhs + sp.ones(*self.rhs.shape)),)
        rhs = sp.sympify(self.rhs, strict=True)
        if rhs.is_infinite:
            return (replace(self, rhs=-rhs), replace(self, rhs=sp.Integer(0)))
        wrong = [rhs + 1]
        if rhs.is_zero is not True:
            wrong += [-rhs, 2 * rhs]
        return tuple(replace(self, rhs=w) for w in wrong)

    def latex(self) -> str:
        return f"{tex(self.lhs)} {SYMBOL[self.relation]} {tex(self.rhs)}"


def _among(claim: tuple[Any, str, Any], relations: tuple[Any, ...]) -> bool:
    """Is a comparison one of these relations, as they are written?"""
    left, relation, right = claim
    return any(
        getattr(r, "rel_op", None) == relation and r.args == (left, right) for r in relations
    )


@dataclass(frozen=True)
class Enclosed:
    """``lower <= expr <= upper`` for a closed real expression, proved by ball arithmetic."""

    expr: Any
    lower: Any
    upper: Any
    why: str
    uses: tuple[Any, ...] = field(default=(), repr=False)
    kind: ClassVar[str] = "enclosed"
    given: ClassVar[None] = None

    @property
    def states(self) -> tuple[Any, str, Any]:
        """What may be used of it."""
        return self.expr, ">=", self.lower

    def grade(self) -> Grade:
        try:
            low, high = ball(self.expr)
        except NotImplementedError as error:
            raise StepFails(f"{self.why!r} cannot be enclosed: {error}") from None
        if not (sp.Rational(self.lower) <= low and high <= sp.Rational(self.upper)):
            raise StepFails(
                f"{self.why!r}: the ball [{float(low)}, {float(high)}] leaves [{self.lower}, "
                f"{self.upper}]"
            )
        return Grade.ENCLOSED

    def tried(self) -> None:
        self.grade()

    def corrupted(self) -> tuple[Enclosed, ...]:
        width = sp.Rational(self.upper) - sp.Rational(self.lower) + 1
        return (replace(self, lower=self.lower + width, upper=self.upper + width),)

    def latex(self) -> str:
        lower, upper = (tex(sp.sympify(bound, strict=True)) for bound in (self.lower, self.upper))
        return rf"{lower} \le {tex(self.expr)} \le {upper}"
