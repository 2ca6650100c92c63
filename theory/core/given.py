"""What a derivation starts from: definitions, hypotheses, and theorems that are quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from theory.core.grading import Grade, StepFails
from theory.core.prose import text
from theory.core.tex import SYMBOL, tex

LEMMAS = (sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.Subs)


@dataclass(frozen=True)
class Defined:
    """A fresh symbol and what it stands for: no assumption, nothing to prove."""

    symbol: Any
    expr: Any
    why: str
    kind: ClassVar[str] = "definition"
    given: ClassVar[None] = None

    @property
    def states(self) -> tuple[Any, str, Any]:
        """What may be used of it."""
        return self.symbol, "==", self.expr

    def grade(self) -> Grade:
        expr = sp.sympify(self.expr, strict=True)
        if expr.has(self.symbol):
            raise StepFails(f"{self.why!r}: {self.symbol} is defined by itself")
        if expr.is_Atom and not expr.is_number:
            return Grade.GIVEN
        if expr.is_number:
            value = expr.evalf(30)
            known = {"real": value.is_real, "positive": value.is_positive, "zero": value.is_zero}
        else:  # what SymPy knows of a formula without evaluating it
            value = expr
            known = {} if expr.has(*LEMMAS) else {"positive": expr.is_positive}
        for what, found in known.items():
            declared = getattr(self.symbol, f"is_{what}", None)
            if None not in (declared, found) and declared != found:
                raise StepFails(
                    f"{self.why!r}: {self.symbol} is declared {'' if declared else 'not '}{what}, "
                    f"and defined as {value.evalf(6) if value.is_number else value}"
                )
        return Grade.GIVEN

    def tried(self) -> None:
        self.grade()

    def corrupted(self) -> tuple[Defined, ...]:
        return ()

    def latex(self) -> str:
        return rf"{tex(self.symbol)} := {tex(self.expr)}"


@dataclass(frozen=True)
class Assumed:
    """A hypothesis of the statement, and nothing else; listed wherever the result is shown."""

    what: Any
    why: str
    kind: ClassVar[str] = "assumption"

    @property
    def given(self) -> str:
        return f"{self.what} ({self.why})"

    @property
    def states(self) -> Any:
        """What may be used of it: nothing, when it is in words."""
        if isinstance(self.what, sp.Eq):
            return self.what.lhs, "==", self.what.rhs
        return None if isinstance(self.what, str) else self.what

    def grade(self) -> Grade:
        return Grade.GIVEN

    def tried(self) -> None:
        self.grade()

    def corrupted(self) -> tuple[Assumed, ...]:
        return ()

    @property
    def formula(self) -> str | None:
        """LaTeX of it; ``None`` when it is in words."""
        return None if isinstance(self.what, str) else tex(self.what)

    def latex(self) -> str:
        return self.formula or rf"\text{{{text(self.what)}}}"


@dataclass(frozen=True)
class Quoted:
    """A theorem used without its proof, with its source."""

    theorem: str
    source: str
    states: Any = None  # the theorem as a formula, or as (left, relation, right), where it is used
    kind: ClassVar[str] = "quotation"

    @property
    def why(self) -> str:
        return self.theorem

    @property
    def given(self) -> str:
        return f"{self.theorem} ({self.source})"

    def grade(self) -> Grade:
        return Grade.GIVEN

    def tried(self) -> None:
        self.grade()

    def corrupted(self) -> tuple[Quoted, ...]:
        return ()

    @property
    def formula(self) -> str | None:
        """LaTeX of what is used of it; ``None`` when it is in words alone."""
        if not isinstance(self.states, tuple):
            return None if self.states is None else tex(self.states)
        left, relation, right = self.states
        return f"{tex(left)} {SYMBOL[relation]} {tex(right)}"

    def latex(self) -> str:
        return self.formula or rf"\text{{{text(self.given)}}}"
