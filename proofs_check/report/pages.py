"""What the pages of the report show: the front page, and a page for each topic."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from proofs_check.core import runner
from proofs_check.core.entry import CHAPTERS
from proofs_check.core.ledger import ledger
from proofs_check.core.standing import Standing
from proofs_check.report.checks import Measurement, measurement_of
from proofs_check.report.claims import Claim, claim_of
from proofs_check.report.code import uses
from proofs_check.report.figure import forest, portrait
from proofs_check.report.graph import Map, drawn
from proofs_check.report.judged import Judged, errata, judged
from proofs_check.report.readme import question
from proofs_check.report.words import grade, leaf, plain
from theory.core.catalogue import shelved
from theory.core.catalogue import topics as modules

Tally = tuple[tuple[str, int], ...]  # verdicts with how often they were given, most frequent first


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


@dataclass(frozen=True)
class Chapter:
    """A source: its statements on these pages, and how all that it says is judged."""

    key: str
    title: str
    statements: tuple[Judged, ...]
    shares: tuple[tuple[str, int], ...]  # verdicts in a fixed order; OPEN with what has no page
    total: int

    @property
    def settled(self) -> int:
        """How many have a verdict."""
        return self.total - dict(self.shares).get("OPEN", 0)


@dataclass(frozen=True)
class Front:
    """The front page."""

    tallies: tuple[tuple[str, Tally], ...]
    absent: int  # statements whose topics are not on these pages
    shelves: dict[str, tuple[Row, ...]]
    errata: list[Judged]
    verdicts: Tally
    chapters: tuple[Chapter, ...]
    environment: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Topic:
    """The page of a topic."""

    module: str
    name: str
    setting: tuple[str, ...]  # paragraphs; indented ones are shown as they stand
    portrait: str  # SVG; empty for a topic without one
    map: Map | None
    claims: tuple[Claim, ...]
    picture: str  # SVG
    checks: tuple[Measurement, ...]
    statements: list[Judged]


def front(topics: Sequence[str], document: dict[str, Any]) -> Front:
    """Totals, errata, topics, and all statements by chapter, from the results of ``verify``."""
    statements = [judged(s) for s in document["statements"] if s["topic"] in topics]
    claims, checks = (of(topics, document[kind]) for kind in ("claims", "checks"))
    verdicts = _tally(s.verdict for s in statements)
    return Front(
        tallies=(
            ("claims", _tally(map(grade, claims))),
            ("checks", _tally(c["verdict"] for c in checks)),
            ("statements", verdicts),
        ),
        absent=sum(entry.topic not in topics for entry in ledger().values()),
        shelves={
            title: tuple(_row(topic, document) for topic in names)
            for title, names in shelved(topics).items()
        },
        errata=errata(statements),
        verdicts=verdicts,
        chapters=tuple(c for key in CHAPTERS if (c := _chapter(key, statements)).total),
        environment=(
            *((name, str(value)) for name, value in document["environment"].items()),
            ("tier", document["tier"]),
            ("time", f"{document['seconds']:.0f} s"),
        ),
    )


def wrong(topics: Sequence[str], document: dict[str, Any]) -> dict[str, list[Judged]]:
    """What the sources have wrong, by the title of the source."""
    found = errata([judged(s) for s in document["statements"] if s["topic"] in topics])
    by_title = {CHAPTERS[key]: [s for s in found if s.chapter == key] for key in CHAPTERS}
    return {title: own for title, own in by_title.items() if own}


def topic_page(topic: str, document: dict[str, Any]) -> Topic:
    """Setting, map, picture, derivations, checks and statements, from the results of ``verify``."""
    claims, checks = (of([topic], document[kind]) for kind in ("claims", "checks"))
    statements = [judged(s) for s in document["statements"] if _concerns(topic, s)]
    module = import_module(f"{'theory' if claims else 'proofs_check'}.{topic}")
    functions, sources = runner.claims_of(topic), runner.checks_of(topic)
    used = {claim["id"]: uses(functions[leaf(claim["id"])]) for claim in claims}
    return Topic(
        module=topic,
        name=plain(topic),
        setting=tuple(inspect.cleandoc(module.__doc__ or "").split("\n\n")),
        portrait=_portrait(topic),
        map=drawn(claims, checks, statements, used) if claims or statements else None,
        claims=tuple(claim_of(claim, functions[leaf(claim["id"])]) for claim in claims),
        picture=forest(checks),
        checks=tuple(measurement_of(check, sources[leaf(check["id"])]) for check in checks),
        statements=statements,
    )


def _portrait(topic: str) -> str:
    """The one picture of a topic that has one."""
    draws = topic in modules("proofs_check") and getattr(
        import_module(f"proofs_check.{topic}"), "portrait", None
    )
    return portrait(draws, plain(topic)) if draws else ""


def _concerns(topic: str, statement: dict[str, Any]) -> bool:
    """Is it a statement of this topic, or one that this topic settles?"""
    return statement["topic"] == topic or bool(of([topic], ({"id": by} for by in statement["by"])))


def of(topics: Sequence[str], entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries whose ids begin with one of these topics."""
    return [entry for entry in entries if entry["id"].split(".")[0] in topics]


def _tally(words: Iterable[str]) -> Tally:
    return tuple(Counter(words).most_common())


def _chapter(key: str, statements: list[Judged]) -> Chapter:
    own = tuple(s for s in statements if s.chapter == key)
    total = sum(entry.chapter == key for entry in ledger().values())
    count = Counter(s.verdict for s in own)
    count["OPEN"] += total - len(own)
    shares = tuple((s.name, count[s.name]) for s in Standing if count[s.name])
    return Chapter(key.replace(" ", "-").replace(".", ""), CHAPTERS[key], own, shares, total)


def _row(topic: str, document: dict[str, Any]) -> Row:
    claims, checks = (of([topic], document[kind]) for kind in ("claims", "checks"))
    page = f"{topic}.html#"
    asked = question("theory", topic) or question("proofs_check", topic)
    return Row(
        topic,
        asked[: asked.find("?") + 1],
        (
            ("claims", tuple(Mark(leaf(c["id"]), grade(c), page + leaf(c["id"])) for c in claims)),
            (
                "checks",
                tuple(Mark(leaf(c["id"]), c["verdict"], page + leaf(c["id"])) for c in checks),
            ),
            (
                "statements",
                tuple(
                    Mark(s["id"], s["verdict"], f"{page}s-{s['id']}")
                    for s in document["statements"]
                    if _concerns(topic, s)
                ),
            ),
        ),
    )
