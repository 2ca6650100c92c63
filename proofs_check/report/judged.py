"""Statements of the sources with their verdicts, as pages and document show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from proofs_check.core.ledger import ledger, shown
from proofs_check.report.words import difference

WRONG = ("REFUTED", "SCOPED")


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
    off: str  # how far what is printed is from what was found; empty where these are no numbers
    reading: str | None  # why it is false, or as what it is true
    by: tuple[str, ...]  # ids of the claims and checks that settle it
    analogue: bool


def judged(statement: dict[str, Any]) -> Judged:
    """A statement of the JSON of ``verify`` with what the ledger says about it."""
    entry = ledger()[statement["id"]]
    found = statement["corrected"]
    return Judged(
        id=statement["id"],
        verdict=statement["verdict"],
        chapter=entry.chapter,
        claim=entry.claim,
        source=entry.source,
        printed=shown(statement["printed"]),
        found=None if found is None else str(found),
        off=difference(statement["printed"], found),
        reading=statement["reading"],
        by=tuple(statement["by"]),
        analogue=statement["analogue"],
    )


def errata(statements: list[Judged]) -> list[Judged]:
    """What is false as printed, by verdict and id."""
    wrong = [s for s in statements if s.verdict in WRONG]
    return sorted(wrong, key=lambda s: (s.verdict, s.id))
