"""What the page of a statement shows: the sentence, its verdict, and what settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from proofs_check.core import runner
from proofs_check.core.ledger import ledger
from proofs_check.report.checks import Measurement, measurement_of
from proofs_check.report.claims import Claim, claim_of
from proofs_check.report.judged import Judged, judged, name_of
from proofs_check.report.typeset import Shown, typeset
from proofs_check.report.words import leaf
from theory.core.catalogue import topics as modules


@dataclass(frozen=True)
class Settler:
    """A claim or a check that settles the statement, with its topic."""

    topic: str
    claim: Claim | None
    check: Measurement | None


@dataclass(frozen=True)
class Sentence:
    """The page of a statement."""

    judged: Judged
    topic: str  # whose command runs it again
    limits: tuple[tuple[str, str, Shown], ...]  # of the source or ours, by part
    meanings: tuple[tuple[str, str], ...]  # what would refute it, where set-ups come from
    setups: tuple[str, ...]
    settlers: tuple[Settler, ...]
    absent: tuple[str, ...]  # ids of settlers that are not among the results


def sentence_page(statement: dict[str, Any], document: dict[str, Any]) -> Sentence:
    """A statement of the JSON of ``verify`` with the claims and checks that settle it."""
    entry = ledger()[statement["id"]]
    found = {item["id"]: item for item in document["claims"]}
    measured = {item["id"]: item for item in document["checks"]}
    rows = (("refuted if", entry.refuted_if), ("set-ups from", entry.setups_from or ""))
    topics = [*(by.split(".")[0] for by in statement["by"]), entry.topic]
    return Sentence(
        judged(statement),
        entry.topic,
        (
            *_parts("as printed", entry.printed, topics),
            *_parts("a limit of ours", entry.threshold, topics),
        ),
        tuple((name, text) for name, text in rows if text),
        tuple(entry.setups or ()),
        tuple(
            _settler(name, found, measured)
            for name in statement["by"]
            if name in found or name in measured
        ),
        tuple(name for name in statement["by"] if name not in found and name not in measured),
    )


def _parts(label: str, value: Any, topics: list[str]) -> list[tuple[str, str, Shown]]:
    """What is printed, or a limit, part by part."""
    whole = value if isinstance(value, dict) else {} if value is None else {"": value}
    known = [topic for topic in topics if topic in modules()]
    return [(label, name_of(part), typeset(one, known)) for part, one in whole.items()]


def _settler(name: str, claims: dict[str, Any], checks: dict[str, Any]) -> Settler:
    topic = name.partition(".")[0]
    if name in claims:
        function = runner.claims_of(topic)[leaf(name)]
        return Settler(topic, claim_of(claims[name], function), None)
    check = runner.checks_of(topic)[leaf(name)]
    return Settler(topic, None, measurement_of(checks[name], check))
