"""What the page of a statement shows: the sentence, its verdict, and what settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from proofs_check.core import runner
from proofs_check.core.ledger import ledger, shown
from proofs_check.report.checks import Measurement, measurement_of
from proofs_check.report.claims import Claim, claim_of
from proofs_check.report.judged import Judged, judged
from proofs_check.report.words import leaf


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
    meanings: tuple[tuple[str, str], ...]  # what is printed, what would refute it, set-ups
    setups: tuple[str, ...]
    settlers: tuple[Settler, ...]
    absent: tuple[str, ...]  # ids of settlers that are not among the results


def sentence_page(statement: dict[str, Any], document: dict[str, Any]) -> Sentence:
    """A statement of the JSON of ``verify`` with the claims and checks that settle it."""
    entry = ledger()[statement["id"]]
    found = {item["id"]: item for item in document["claims"]}
    measured = {item["id"]: item for item in document["checks"]}
    rows = (
        ("as printed", "" if entry.printed is None else shown(entry.printed)),
        ("refuted if", entry.refuted_if),
        ("a limit of ours", "" if not entry.threshold else shown(entry.threshold)),
        ("set-ups from", entry.setups_from or ""),
    )
    return Sentence(
        judged(statement),
        entry.topic,
        tuple((name, text) for name, text in rows if text),
        tuple(entry.setups or ()),
        tuple(
            _settler(name, found, measured)
            for name in statement["by"]
            if name in found or name in measured
        ),
        tuple(name for name in statement["by"] if name not in found and name not in measured),
    )


def _settler(name: str, claims: dict[str, Any], checks: dict[str, Any]) -> Settler:
    topic = name.partition(".")[0]
    if name in claims:
        function = runner.claims_of(topic)[leaf(name)]
        return Settler(topic, claim_of(claims[name], function), None)
    check = runner.checks_of(topic)[leaf(name)]
    return Settler(topic, None, measurement_of(checks[name], check))
