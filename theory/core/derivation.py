"""A derivation is a chain of steps, each with its reason, each checked by machine."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import sympy as sp

from theory.core.arguments import hypotheses_agree, no_circle, not_assumed, one_way
from theory.core.chain import Aside
from theory.core.display import html
from theory.core.formula import function_of
from theory.core.given import Assumed, Defined, Quoted
from theory.core.grading import Grade
from theory.core.links import check, reached
from theory.core.prose import text
from theory.core.settling import AnyStep, Settles, settling, value_of
from theory.core.steps import Step

# do ``function`` and ``latex`` look at the steps first?  Only who plants errors has it otherwise
LOOK: ContextVar[bool] = ContextVar("look", default=True)


@dataclass(frozen=True, repr=False)
class Derivation:
    """Steps that end in a result."""

    title: str
    steps: tuple[AnyStep, ...]
    source: str
    settles: tuple[Settles, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"{self.title!r}: a derivation needs at least one step")
        named = [step.symbol for step in self.steps if isinstance(step, Defined)]
        twice = {symbol for symbol in named if named.count(symbol) > 1}
        if twice:
            raise ValueError(f"{self.title!r}: {twice.pop()} is defined twice")
        if isinstance(self.steps[-1], Assumed | Quoted | Defined | Aside):
            raise ValueError(
                f"{self.title!r}: the last step is the result and may not be assumed, quoted, "
                f"defined or an aside"
            )
        check(self.title, self.steps)
        no_circle(self.title, self.steps)
        hypotheses_agree(self.title, self.steps)
        not_assumed(self.title, self.states, self.hypotheses)
        for settle in self.settles:
            settling(self.title, self.steps, settle)

    def settled(self, settle: Settles) -> Any:
        """The value that settles a statement: of the step named there, else of the last one."""
        return value_of(settling(self.title, self.steps, settle))

    @property
    def result(self) -> Any:
        """The right side of the last step, its closed form, its formula or its number."""
        last = self.steps[-1]
        return last.rhs if isinstance(last, Step) else value_of(last)

    @property
    def states(self) -> Any:
        """What another derivation may use: for a chain its start against its end."""
        last = self.steps[-1]
        if not isinstance(last, Step):
            return last.states  # type: ignore[union-attr]
        start, relation = last, last.relation
        while True:
            before = [s for s in start.uses if isinstance(s, Step) and s.rhs == start.lhs]
            if not before:
                return start.lhs, relation, last.rhs
            start = before[0]
            relation = one_way(self.title, start.relation, relation)

    @property
    def why(self) -> str:
        """Its title: what a step says that uses it."""
        return self.title

    kind: ClassVar[str] = "derivation"

    @cached_property
    def rests_on(self) -> tuple[Derivation, ...]:
        """Derivations whose results are used, directly or through others."""
        found: dict[int, Derivation] = {}
        for step in self.steps:
            for used in getattr(step, "uses", ()):
                if isinstance(used, Derivation):
                    found |= {id(d): d for d in (used, *used.rests_on)}
        return tuple(found.values())

    @cached_property
    def _grade(self) -> Grade:
        grades = [step.grade() for step in self.steps]
        own = min(
            g
            for g, step in zip(grades, self.steps, strict=True)
            if not isinstance(step, Defined | Assumed | Quoted | Aside)
        )
        return min([own, *(other.grade() for other in self.rests_on)])

    def grade(self) -> Grade:
        """The grade of the weakest step that is neither assumed, defined nor quoted, here and in
        the derivations whose results are used; raises ``StepFails`` if one is false.
        """
        return self._grade

    @cached_property
    def hypotheses(self) -> tuple[Assumed | Quoted, ...]:
        """Hypotheses and quoted theorems that the result rests on, through all that it uses."""
        rests = reached(self.steps)
        own = [self.steps[at] for at in sorted(rests)]
        found = [step for step in own if isinstance(step, Assumed | Quoted)]
        found += [step for other in self.rests_on for step in other.hypotheses]
        return tuple({step.given: step for step in reversed(found)}.values())[::-1]

    @property
    def given(self) -> tuple[str, ...]:
        """The hypotheses in words, formulas as SymPy writes them."""
        return tuple(step.given for step in self.hypotheses)

    @cached_property
    def where(self) -> tuple[sp.Basic, ...]:
        """Domains of the steps that the result rests on, through all that it uses: conditions under
        which it was derived, beside what is given.
        """
        rests = reached(self.steps)
        own = [r for at in sorted(rests) for r in getattr(self.steps[at], "domain", ())]
        others = [r for other in self.rests_on for r in other.where]
        found = dict.fromkeys(sp.sympify(r, strict=True) for r in [*own, *others])
        return tuple(r for r in found if r != sp.true)

    def _look(self) -> None:
        if LOOK.get() and not {"_grade", "_tried"} & self.__dict__.keys():
            _ = self._tried

    @cached_property
    def _tried(self) -> bool:
        for step in self.steps:
            step.tried()
        return True

    def function(self, *symbols: sp.Symbol | str, namespace: Any = None) -> Callable[..., Any]:
        """The result as a function of ``symbols`` (or their names), so that no formula is typed
        twice: of NumPy arrays, or of arrays of ``namespace``; the value has the shape of its
        arguments broadcast.

        Every step is tried at a few points first; ``StepFails`` is raised when one is false.
        ``namespace`` follows the array API standard (its sin, asin, sqrt, ... must be there);
        scalars stay Python numbers.
        """
        self._look()
        return function_of(self.result, symbols, namespace, self.title)

    def latex(self) -> str:
        """An ``align*`` block: one row per step, its reason beside it; raises as ``function``."""
        self._look()
        rows = [rf"& {step.latex()} && \text{{{text(step.why)}}}" for step in self.steps]
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"

    @property
    def known(self) -> Grade | None:
        """Its grade where it has been graded before; ``grade`` may take seconds."""
        return self.__dict__.get("_grade")

    def __repr__(self) -> str:
        count = len(self.steps)
        grade = f", {self.known.name}" if self.known else ""
        return f"{self.title} ({count} {'step' if count == 1 else 'steps'}{grade})"

    def _repr_html_(self) -> str:
        self._look()
        return html(self)

    def _repr_latex_(self) -> str:
        return self.latex()
