"""Every result on one page, by shelf and topic, with the numbers of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.core import runner
from proofs_check.report.rows import of
from proofs_check.report.words import grade, leaf
from theory import derive
from theory.core.catalogue import sentence, shelved
from theory.core.display import stated

SHOWN = 3  # results of a claim that are not folded away


@dataclass(frozen=True)
class Formula:
    """A result (LaTeX); its title where the claim has several."""

    title: str | None
    result: str


@dataclass(frozen=True)
class Claim:
    """A claim with its number, its grade and its results, those that are folded apart."""

    number: str
    name: str
    grade: str
    sentence: str
    shown: tuple[Formula, ...]
    folded: tuple[Formula, ...]


@dataclass(frozen=True)
class Section:
    """A topic with its claims."""

    topic: str
    claims: tuple[Claim, ...]


def shelves(topics: Sequence[str], document: dict[str, Any]) -> dict[str, tuple[Section, ...]]:
    """The claims of topics by shelf, from the results of ``verify``; those that fail are left out.

    A number is that of the section and of the theorem in the document of the same topics.
    """
    place = 0
    found: dict[str, tuple[Section, ...]] = {}
    for title, names in shelved(topics).items():
        sections = []
        for topic in names:
            place += 1
            sections.append(Section(topic, _claims(topic, place, document["claims"])))
        if own := tuple(section for section in sections if section.claims):
            found[title] = own
    return found


def _claims(topic: str, place: int, entries: Sequence[dict[str, Any]]) -> tuple[Claim, ...]:
    functions = runner.claims_of(topic)
    numbers = {name: f"{place}.{count}" for count, name in enumerate(functions, 1)}
    own = {leaf(e["id"]): e for e in of([topic], entries) if e["status"] == "holds"}
    found = []
    for name in (name for name in functions if name in own):
        derivations = derive(functions[name])
        several = len(derivations) > 1
        results = tuple(Formula(d.title if several else None, stated(d)) for d in derivations)
        said, known = sentence(functions[name]), grade(own[name])
        cut = (results[:SHOWN], results[SHOWN:])
        found.append(Claim(numbers[name], name, known, said, *cut))
    return tuple(found)
