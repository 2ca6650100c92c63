"""A claim as a page shows it: its sentence, its derivations step by step, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proofs_check.report.code import Code, code_of, uses
from proofs_check.report.grounds import grounds
from proofs_check.report.words import grade, leaf
from theory import derive
from theory.core.catalogue import sentence
from theory.core.display import stated
from theory.core.tex import tex


@dataclass(frozen=True)
class Line:
    """A step: a reason with its formula (LaTeX), or what is given in words."""

    why: str
    formula: str | None
    grade: str  # empty where it goes without saying
    ground: str = ""  # what it rests on: "from 1 and 3"
    given: bool = False


@dataclass(frozen=True)
class Chain:
    """The steps of one derivation; title and source where the claim has several."""

    title: str | None
    result: str  # LaTeX
    python: str  # the result as SymPy writes it
    lines: tuple[Line, ...]
    source: str | None


@dataclass(frozen=True)
class Claim:
    """A claim with its grade."""

    name: str
    grade: str
    sentence: str
    error: str | None
    chains: tuple[Chain, ...]
    given: tuple[Line, ...]
    where: tuple[str, ...]  # LaTeX: the domains of its steps
    uses: tuple[str, ...]
    source: str | None
    code: tuple[Code, ...]


def claim_of(entry: dict[str, Any], function: Callable[..., Any]) -> Claim:
    """A claim of the JSON of ``verify`` with the derivations of its function."""
    derivations = derive(function) if entry["status"] == "holds" else ()
    several = len({derivation.source for derivation in derivations}) > 1
    grades = (step["grade"] for step in entry["steps"])
    return Claim(
        name=leaf(entry["id"]),
        grade=grade(entry),
        sentence=sentence(function),
        error=entry["error"],
        chains=tuple(
            Chain(
                derivation.title if len(derivations) > 1 else None,
                stated(derivation),
                str(derivation.result),
                tuple(
                    _line(step, next(grades), ground)
                    for step, ground in zip(derivation.steps, grounds(derivation), strict=True)
                ),
                derivation.source if several else None,
            )
            for derivation in derivations
        ),
        given=tuple(
            {h.given: _line(h, "GIVEN", "") for d in derivations for h in d.hypotheses}.values()
        ),
        where=tuple(dict.fromkeys(tex(r) for d in derivations for r in d.where)),
        uses=uses(function),
        source=derivations[0].source if derivations and not several else None,
        code=code_of(function),
    )


def _line(step: Any, grade: str, ground: str) -> Line:
    if step.kind in ("assumption", "quotation"):
        words = step.why if step.kind == "assumption" and step.formula else step.given
        return Line(words, step.formula, "", given=True)
    shown = "" if grade in ("PROVED", "GIVEN") else grade
    return Line(step.why, step.latex(), shown, "an aside" if step.kind == "aside" else ground)
