"""Topics as rows of the front page: the question, and a mark for each claim, check and sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.report.readme import asked
from proofs_check.report.words import grade, leaf


@dataclass(frozen=True)
class Mark:
    """A small linked mark in the colour of a verdict."""

    label: str
    word: str
    target: str


@dataclass(frozen=True)
class Row:
    """A topic with its question and the marks of its claims, checks and statements."""

    topic: str
    question: str
    cells: tuple[tuple[str, tuple[Mark, ...]], ...]
    pictured: bool


def row(topic: str, document: dict[str, Any], pictured: bool) -> Row:
    """The row of a topic of a document of results; ``pictured``: there is a portrait of it."""
    claims, checks = (of([topic], document[kind]) for kind in ("claims", "checks"))
    page = f"{topic}.html#"
    return Row(
        topic,
        asked(topic),
        (
            ("claims", tuple(Mark(leaf(c["id"]), grade(c), page + leaf(c["id"])) for c in claims)),
            (
                "checks",
                tuple(Mark(leaf(c["id"]), c["verdict"], page + leaf(c["id"])) for c in checks),
            ),
            (
                "statements",
                tuple(
                    Mark(s["id"], s["verdict"], f"s-{s['id']}.html")
                    for s in document["statements"]
                    if concerns(topic, s)
                ),
            ),
        ),
        pictured,
    )


def concerns(topic: str, statement: dict[str, Any]) -> bool:
    """Is it a statement of this topic, or one that this topic settles?"""
    return statement["topic"] == topic or bool(of([topic], ({"id": by} for by in statement["by"])))


def of(topics: Sequence[str], entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries whose ids begin with one of these topics."""
    return [entry for entry in entries if entry["id"].split(".")[0] in topics]
