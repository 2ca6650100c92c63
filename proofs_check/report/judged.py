"""Statements of the sources with their verdicts, as pages and document show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from proofs_check.core.entry import CHAPTERS
from proofs_check.core.ledger import ledger, shown
from proofs_check.report.typeset import Shown, typeset
from proofs_check.report.words import difference
from theory.core.catalogue import topics as known

WRONG = ("REFUTED", "SCOPED")


@dataclass(frozen=True)
class Pair:
    """A part of a statement: what the source prints, and what was found in its place."""

    part: str
    printed: Shown
    found: Shown
    off: str  # how far what is printed is from what was found; empty where these are no numbers


@dataclass(frozen=True)
class Judged:
    """One statement: what is printed and what was found, both in words."""

    id: str
    verdict: str
    chapter: str
    claim: str
    source: str
    printed: str
    found: str | None  # where it is not what is printed
    pairs: tuple[Pair, ...]  # the same part by part, typeset
    reading: str | None  # why it is false, or as what it is true
    tag: str | None  # kind of erratum
    empirical: bool  # a trend: what is printed is then what the sentence asks of a measurement
    by: tuple[str, ...]  # ids of the claims and checks that settle it
    analogue: bool


def judged(statement: dict[str, Any]) -> Judged:
    """A statement of the JSON of ``verify`` with what the ledger says about it."""
    entry = ledger()[statement["id"]]
    found = statement["corrected"]
    tag = entry.erratum_class if statement["verdict"] in WRONG else None
    reading = statement["reading"]
    return Judged(
        id=statement["id"],
        verdict=statement["verdict"],
        chapter=entry.chapter,
        claim=entry.claim,
        source=entry.source,
        printed=shown(statement["printed"]),
        found=None if found is None else str(found),
        pairs=tuple(dict.fromkeys(_pair(statement, *wrong) for wrong in statement["wrong"])),
        reading=reading.removesuffix(f" [{tag}]") if reading and tag else reading,
        tag=tag,
        empirical=entry.kind == "empirical-trend",
        by=tuple(statement["by"]),
        analogue=statement["analogue"],
    )


def _pair(statement: dict[str, Any], part: str | None, found: str) -> Pair:
    whole = statement["printed"]
    printed = whole.get(part) if isinstance(whole, dict) else whole
    if isinstance(printed, bool) and found in ("True", "False"):
        found = ""  # the reading says what holds instead
    named = [*(name.split(".")[0] for name in statement["by"]), statement["topic"]]
    topics = [name for name in named if name in known()]
    return Pair(
        name_of(part or ""),
        typeset(printed, topics),
        typeset(found, topics),
        difference(printed, found),
    )


def name_of(part: str) -> str:
    """The name of a part, without underscores where it is no symbol."""
    return part if part.endswith("_p") else part.replace("_", " ")


def errata(statements: list[Judged]) -> list[Judged]:
    """What is false as printed, by source and place in it."""
    chapters = list(CHAPTERS)
    wrong = [s for s in statements if s.verdict in WRONG]
    return sorted(wrong, key=lambda s: (chapters.index(s.chapter), s.source, s.id))
