"""What the pages of the report show: the front page, and a page for each topic."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Container, Iterable, Sequence
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
from proofs_check.report.figure import forest
from proofs_check.report.graph import Map, drawn
from proofs_check.report.judged import Judged, errata, judged
from proofs_check.report.rows import Row, concerns, of, row
from proofs_check.report.words import grade, leaf, plain
from theory.core.catalogue import shelved

# the front page begins with these statements, each beside the picture of a topic
FINDINGS = {
    "parity-test-accuracy-half": "parity",
    "lfp-published-constant": "linear_frequency_principle",
    "udl-10-42-linear-regions": "linear_region",
}
Tally = tuple[tuple[str, int], ...]  # verdicts with how often they were given, most frequent first


@dataclass(frozen=True)
class Finding:
    """A statement that the front page begins with, and the topic whose picture shows it."""

    judged: Judged
    topic: str
    pictured: bool


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

    findings: tuple[Finding, ...]
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


def front(topics: Sequence[str], document: dict[str, Any], pictured: Container[str] = ()) -> Front:
    """Totals, errata, topics, and all statements by chapter, from the results of ``verify``."""
    statements = [judged(s) for s in document["statements"] if s["topic"] in topics]
    claims, checks = (of(topics, document[kind]) for kind in ("claims", "checks"))
    verdicts = _tally(s.verdict for s in statements)
    return Front(
        findings=tuple(
            Finding(s, topic, topic in pictured)
            for name, topic in FINDINGS.items()
            for s in statements
            if s.id == name and s.reading
        ),
        tallies=(
            ("claims", _tally(map(grade, claims))),
            ("checks", _tally(c["verdict"] for c in checks)),
            ("statements", verdicts),
        ),
        absent=sum(entry.topic not in topics for entry in ledger().values()),
        shelves={
            title: tuple(row(topic, document, topic in pictured) for topic in names)
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


def topic_page(topic: str, document: dict[str, Any], portrait: str = "") -> Topic:
    """Setting, map, picture, derivations, checks and statements, from the results of ``verify``."""
    claims, checks = (of([topic], document[kind]) for kind in ("claims", "checks"))
    statements = [judged(s) for s in document["statements"] if concerns(topic, s)]
    module = import_module(f"{'theory' if claims else 'proofs_check'}.{topic}")
    functions, sources = runner.claims_of(topic), runner.checks_of(topic)
    used = {claim["id"]: uses(functions[leaf(claim["id"])]) for claim in claims}
    return Topic(
        module=topic,
        name=plain(topic),
        setting=tuple(inspect.cleandoc(module.__doc__ or "").split("\n\n")),
        portrait=portrait,
        map=drawn(claims, checks, statements, used) if claims or statements else None,
        claims=tuple(claim_of(claim, functions[leaf(claim["id"])]) for claim in claims),
        picture=forest(checks),
        checks=tuple(measurement_of(check, sources[leaf(check["id"])]) for check in checks),
        statements=statements,
    )


def _tally(words: Iterable[str]) -> Tally:
    return tuple(Counter(words).most_common())


def _chapter(key: str, statements: list[Judged]) -> Chapter:
    own = tuple(s for s in statements if s.chapter == key)
    total = sum(entry.chapter == key for entry in ledger().values())
    count = Counter(s.verdict for s in own)
    count["OPEN"] += total - len(own)
    shares = tuple((s.name, count[s.name]) for s in Standing if count[s.name])
    return Chapter(key.replace(" ", "-").replace(".", ""), CHAPTERS[key], own, shares, total)
