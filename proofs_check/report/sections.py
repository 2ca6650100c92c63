"""What the LaTeX document shows: a section for each topic, the errata, and all verdicts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from proofs_check.core import runner
from proofs_check.report import tex
from proofs_check.report.bibliography import cited
from proofs_check.report.equations import Item, item_of, result_of
from proofs_check.report.grounds import grounds
from proofs_check.report.tex import Tex
from proofs_check.report.words import leaf, plain
from theory import Assumed, Derivation, Grade, Quoted, derive
from theory.core.catalogue import sentence
from theory.core.tex import tex as formula_of


@dataclass(frozen=True)
class Argument:
    """A derivation; its source where the claim has several."""

    title: str | None
    result: Tex
    items: tuple[Item, ...]
    grade: str
    given: tuple[Tex, ...]
    where: tuple[Tex, ...]  # domains of the steps
    source: Tex | None


@dataclass(frozen=True)
class Claim:
    """A claim with its derivations; its source where all have the same."""

    label: Tex
    sentence: str
    arguments: tuple[Argument, ...]
    source: Tex | None


@dataclass(frozen=True)
class Check:
    """A row of the table of checks."""

    name: str
    verdict: str
    cells: tuple[Tex, ...]  # theory, error terms, measured, rival


@dataclass(frozen=True)
class Section:
    """A topic: its setting, its claims, and its checks where there are results."""

    title: str
    setting: tuple[Tex, ...]
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...]


def section_of(
    topic: str, checks: list[dict[str, Any]], works: dict[str, int], graded: bool
) -> Section:
    """A topic with those of the checks of ``verify`` that are its own."""
    functions = runner.claims_of(topic)
    doc = import_module(f"{'theory' if functions else 'proofs_check'}.{topic}").__doc__
    return Section(
        title=plain(topic).capitalize(),
        setting=tuple(map(_paragraph, inspect.cleandoc(doc or "").split("\n\n"))),
        claims=tuple(_claim(function, works, graded) for function in functions.values()),
        checks=tuple(_check(check) for check in checks if check["id"].startswith(f"{topic}.")),
    )


def _paragraph(paragraph: str) -> Tex:
    if paragraph.startswith("    "):
        return tex.display(paragraph)
    return Tex(tex.text(" ".join(paragraph.split())) + "\n")


def _claim(function: Callable[..., Any], works: dict[str, int], graded: bool) -> Claim:
    derivations = derive(function)
    several = len({derivation.source for derivation in derivations}) > 1
    return Claim(
        Tex(f"{function.__module__.rpartition('.')[2]}.{function.__name__}"),
        sentence(function),
        tuple(
            _argument(
                derivation,
                derivation.title if len(derivations) > 1 else None,
                cited(derivation.source, works) if several else None,
                graded,
            )
            for derivation in derivations
        ),
        None if several else cited(derivations[0].source, works),
    )


def _argument(
    derivation: Derivation, title: str | None, source: Tex | None, graded: bool
) -> Argument:
    known = derivation.grade() if graded else Grade.GIVEN
    return Argument(
        title,
        result_of(derivation),
        tuple(
            item_of(step, ground)
            for step, ground in zip(derivation.steps, grounds(derivation), strict=True)
        ),
        "" if known is Grade.GIVEN else known.name.lower(),
        tuple(map(_hypothesis, derivation.hypotheses)),
        tuple(Tex(formula_of(r)) for r in derivation.where),
        source,
    )


def _hypothesis(step: Assumed | Quoted) -> Tex:
    """In words, and as a formula where it is one."""
    if step.formula is None:
        return Tex(tex.text(step.given))
    words = step.why if isinstance(step, Assumed) else step.given
    return Tex(f"{tex.text(words)}, ${step.formula}$")


def _check(check: dict[str, Any]) -> Check:
    return Check(
        plain(leaf(check["id"])),
        check["verdict"].lower(),
        (
            tex.number(check["predicted"]),
            tex.number(sum(check["terms"].values())),
            tex.between(check["interval"]),
            tex.number(check["rival"]),
        ),
    )
