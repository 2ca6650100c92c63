"""A sentence that does not hold in general."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp

from theory.core.decided import at_point
from theory.core.grading import Grade, StepFails
from theory.core.links import given, premises, related
from theory.core.tex import tex


@dataclass(frozen=True)
class Counterexample:
    """``formula`` does not hold for all values of its symbols: it is false at ``point``, pairs of a
    symbol and its value.
    """

    formula: Any
    point: tuple[tuple[sp.Symbol, Any], ...]
    why: str
    uses: tuple[Any, ...] = field(default=(), repr=False)
    kind: ClassVar[str] = "counterexample"
    given: ClassVar[None] = None
    states: ClassVar[None] = None

    def grade(self) -> Grade:
        """``PROVED`` when the formula is false there; raises ``StepFails`` when it is true, cannot
        be decided, or the point does not obey what is assumed of the symbols.
        """
        related((self.formula,), self.uses, self.why)
        values = {symbol: sp.sympify(value, strict=True) for symbol, value in self.point}
        for symbol, value in values.items():
            if not may_be(symbol, value):
                raise StepFails(f"{self.why!r}: {value} is no value that {symbol} may take")
        equations, relations = premises(self.uses)
        asked = sp.Implies(sp.And(*relations), self.formula)
        try:
            found = given(asked, equations, self.why).subs(values).doit()
            if found not in (sp.true, sp.false):
                found = sp.simplify(found)
        except TypeError as error:  # of a comparison that has no meaning
            raise StepFails(
                f"{self.why!r}: {self.formula} has no real value at {at_point(values)}", values
            ) from error
        if found != sp.false:
            said = "holds" if found == sp.true else "cannot be decided"
            raise StepFails(f"{self.why!r}: {self.formula} {said} at {at_point(values)}", values)
        return Grade.PROVED

    def tried(self) -> None:
        self.grade()

    def corrupted(self) -> tuple[Counterexample, ...]:
        return (replace(self, formula=sp.Not(self.formula)),)

    def latex(self) -> str:
        point = ", ".join(f"{tex(symbol)} = {tex(value)}" for symbol, value in self.point)
        return rf"\neg\left({tex(self.formula)}\right) \quad\text{{at}}\quad {point}"


def may_be(symbol: sp.Symbol, value: sp.Expr) -> bool:
    """Do the assumptions about a symbol allow a value?"""
    known = symbol.assumptions0.items()
    return not any(getattr(value, f"is_{name}") is (not holds) for name, holds in known)
