"""The verdict of a statement: what derivations and checks found, compared with what the ledger has
as printed.

A derivation or check settles a part by comparing what it found with what is printed; nobody types a
verdict.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from proofs_check.core.entry import Entry
from proofs_check.core.findings import findings_of_check, findings_of_derivation
from proofs_check.core.judging import Result
from proofs_check.core.ledger import ledger, parts_of, shown, statement
from proofs_check.core.standing import Finding, Standing, standing
from theory import claims, derive, topics


@dataclass(frozen=True)
class Statement:
    """A ledger entry with its computed verdict."""

    id: str
    topic: str
    claim: str
    verdict: Standing
    printed: Any
    corrected: str | None
    reading: str | None
    analogue: bool
    scope: str | None
    by: tuple[str, ...]
    wrong: tuple[tuple[str | None, str], ...] = ()  # parts that are not as printed, what was found

    def __str__(self) -> str:
        found = (
            ""
            if self.corrected is None
            else f"\n{'':12} printed {shown(self.printed)}; found {self.corrected}"
        )
        return f"{self.verdict.name:12} {self.id}: {self.claim}{found}" + (
            "" if self.reading is None else f"\n{'':12} {self.reading}"
        )

    def _repr_html_(self) -> str:
        from proofs_check.report.cards import of_statement

        return of_statement(self)


def verdicts(topic: str, results: Iterable[Result] = ()) -> list[Statement]:
    """Verdicts of the statements that a topic's derivations and the given results of its checks
    settle, in the order of the ledger.

    ``results`` are what ``run`` returned for some of the topic's checks; a statement that also
    needs others is left out.  Derives all claims of the topic: some take seconds.  Raises
    ``ValueError`` for a topic that is none.
    """
    if topic not in topics():
        raise ValueError(f"no topic {topic!r}; topics are {', '.join(topics())}")
    found = [
        f
        for name, claim in claims(topic).items()
        for d in derive(claim)
        for f in findings_of_derivation(f"{topic}.{name}", d)
    ]
    found += [
        f for result in results for f in findings_of_check(f"{topic}.{result.check.name}", result)
    ]
    touched = {finding.statement for finding in found}
    statements = [verdict(entry, found) for name, entry in ledger().items() if name in touched]
    return [statement for statement in statements if statement.verdict is not Standing.OPEN]


def verdict_of(name: str, results: Iterable[Result] = ()) -> Statement:
    """The verdict of one statement by its id, from the derivations that settle it and the given
    results of checks.

    ``results`` are what ``run`` returned; a statement that also needs checks which are not among
    them stays OPEN.  Raises ``ValueError`` with the nearest id for one that is not in the ledger.
    """
    entry = statement(name)
    found = []
    for topic in topics():
        if f'"{name}"' not in Path(import_module(f"theory.{topic}").__file__ or "").read_text(
            encoding="utf-8"
        ):
            continue
        for claim, function in claims(topic).items():
            for derivation in derive(function):
                if any(settle.statement == name for settle in derivation.settles):
                    found += findings_of_derivation(f"{topic}.{claim}", derivation)
    for result in results:
        if any(settle.statement == name for settle in result.check.settles):
            found += findings_of_check(f"{entry.topic}.{result.check.name}", result)
    return verdict(entry, found)


def verdict(entry: Entry, findings: Iterable[Finding]) -> Statement:
    """One statement's verdict from all that was found about it."""
    mine = [f for f in findings if f.statement == entry.id]
    strict = standing([f for f in mine if f.reading == "printed"], parts_of(entry, "printed"))
    reading = None
    # by what a refuted sentence is refuted, and in which set-ups another does not hold
    wrong = tuple(
        (f.part, f.found)
        for f in mine
        if f.reading == "printed"
        and f.standing is strict
        and strict in (Standing.REFUTED, Standing.SCOPED)
    )
    if strict is Standing.REFUTED:
        charitable = standing(
            [f for f in mine if f.reading == "charitable"], parts_of(entry, "charitable")
        )
        holds = charitable in (Standing.PROVED, Standing.CONFIRMED)
        if holds and entry.holds_instead:
            reading = f"{charitable.name} instead: {entry.holds_instead}"
        elif holds:
            strict = Standing.SCOPED
            reading = f"{charitable.name} as: {entry.holds_where}"
        else:
            reading = entry.explanation
            if charitable is not Standing.OPEN:
                reading = f"{reading or ''} The charitable reading is {charitable.name}.".strip()
        reading = (
            f"{reading} [{entry.erratum_class}]" if reading and entry.erratum_class else reading
        )
    elif strict is Standing.SCOPED:  # holds in some of the declared set-ups
        reading = f"the set-ups were declared beforehand: {entry.setups_from}"
    if not mine and entry.out_of_scope:
        strict, reading = Standing.OUT_OF_SCOPE, entry.out_of_scope
    scopes = sorted({f.scope if f.part is None else f"{f.part}: {f.scope}" for f in mine})
    return Statement(
        entry.id,
        entry.topic,
        entry.claim,
        strict,
        entry.printed,
        "; ".join(found if part is None else f"{part}: {found}" for part, found in wrong) or None,
        reading,
        any(f.analogue for f in mine),
        ", ".join(scopes) or None,
        tuple(dict.fromkeys(f.by for f in mine)),
        wrong,
    )


def finite(number: float) -> float | None:
    """JSON knows neither nan nor infinity."""
    return float(number) if math.isfinite(number) else None
