"""The entry that each claim and check makes in the results: run now, or kept from before."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from typing import Any

from proofs_check.core import ledger, runner, store
from proofs_check.core.findings import findings_of_check, findings_of_derivation
from proofs_check.core.runner import FAULTS, IMPORT, Unit
from proofs_check.core.shape import CheckEntry, ClaimEntry
from proofs_check.core.standing import Finding, Standing
from proofs_check.core.verdict import finite
from theory import Grade, derive
from theory.core.catalogue import sentence

RECORDED = "recorded, with one seed run again"
LOST = "its worker process was killed, or ran out of memory (--jobs 1 needs the least)"


def run_unit(unit: Unit, tier: str = "default") -> tuple[dict[str, Any], list[Finding]]:
    """The JSON entry of one claim or check, and what it says about the ledger."""
    kind, topic, name = unit
    began, cpu = time.perf_counter(), time.process_time()
    found: list[Finding] = []
    try:
        if name == IMPORT:
            raise ImportError(runner.fault(kind, topic) or "it could not be imported at first")
        entry, found = _claim(topic, name) if kind == "claim" else _check(topic, name, tier)
    except FAULTS as error:  # what cannot be run is no reason to leave out the others
        entry = _failed(unit, str(error) if name == IMPORT else f"{type(error).__name__}: {error}")
    entry["seconds"] = round(time.perf_counter() - began, 3)
    entry["cpu"] = round(time.process_time() - cpu, 3)
    return entry, found


def lost_unit(unit: Unit) -> tuple[dict[str, Any], list[Finding]]:
    """The entry of what was lost with its process."""
    return _failed(unit, LOST), []


def _failed(unit: Unit, why: str) -> dict[str, Any]:
    kind, topic, name = unit
    own = f"{topic}.{name}"
    if kind == "claim":
        title = "The topic can be imported."
        if name != IMPORT:
            title = sentence(runner.claims_of(topic)[name])
        return asdict(ClaimEntry(own, title, status="fails", error=why))
    if name == IMPORT:
        return asdict(CheckEntry(own, own, note=why))
    check = runner.checks_of(topic)[name]
    return _head(topic, check) | {"note": why}


def _claim(topic: str, name: str) -> tuple[dict[str, Any], list[Finding]]:
    from proofs_check.core.grades import take_grounds

    function = runner.claims_of(topic)[name]
    derivations = derive(function)
    take_grounds(topic, name)
    given = dict.fromkeys(given for derivation in derivations for given in derivation.given)
    where = dict.fromkeys(str(r) for derivation in derivations for r in derivation.where)
    steps = [
        {
            "kind": step.kind,
            "why": step.why,
            "grade": step.grade().name,
            "uses": [used.why for used in getattr(step, "uses", ())],
        }
        for derivation in derivations
        for step in derivation.steps
    ]
    found = [f for d in derivations for f in findings_of_derivation(f"{topic}.{name}", d)]
    grade = min(Grade(derivation.grade()) for derivation in derivations).name
    own = f"{topic}.{name}"
    entry = ClaimEntry(
        own, sentence(function), "holds", None, grade, list(given), list(where), steps
    )
    return asdict(entry), found


def _head(topic: str, check: Any) -> dict[str, Any]:
    """What is known of a check before it is measured."""
    own = f"{topic}.{check.name}"
    claim = ".".join(_named(check.claim)) or str(check.claim)
    entry = CheckEntry(own, claim, check.quantity, check.kind, rival_why=check.rival_why)
    return asdict(entry)


def _check(topic: str, name: str, tier: str) -> tuple[dict[str, Any], list[Finding]]:
    from proofs_check.core import evidence, judging
    from proofs_check.core.sensitivity import budget, sensitivity

    check = runner.checks_of(topic)[name]
    for settle in check.settles:
        ledger.statement(settle.statement)  # a misspelt id is found before anything is measured
    if not _holds(check.claim):
        judging.graded(check)
    result, recorded = evidence.judged(topic, check, tier)
    unbounded = [
        f"{end} end of the {what} is infinite"
        for what, pair in (("band", result.band), ("interval", result.interval))
        for end, value in zip(("lower", "upper"), pair, strict=True)
        if finite(value) is None
    ]
    entry = _head(topic, check) | {
        "verdict": result.verdict.name,
        "recorded": recorded,
        "predicted": finite(result.predicted),
        "rival": finite(result.rival),
        "band": [finite(v) for v in result.band],
        "interval": [finite(v) for v in result.interval],
        "values": [finite(v) for v in result.values],
        "terms": check.errors(),
        "seeds": list(result.seeds),
        "sensitivity": sensitivity(result),
        "budget": budget(result),
        "setups": [
            {
                "name": trial.name,
                "verdict": trial.verdict.name,
                "interval": [finite(v) for v in trial.interval],
                "values": [finite(v) for v in trial.values],
            }
            for trial in result.trials
        ],
        "note": "; ".join(filter(None, [result.note, RECORDED if recorded else "", *unbounded]))
        or None,
    }
    return entry, findings_of_check(f"{topic}.{name}", result)


def _named(claim: Callable[..., Any]) -> tuple[str, ...]:
    """Topic and name of a claim; nothing for what is none of the package."""
    topic, name = (
        getattr(claim, "__module__", "").rpartition(".")[2],
        getattr(claim, "__name__", ""),
    )
    known = topic in runner.all_topics() and runner.claims_of(topic).get(name) is claim
    return (topic, name) if known else ()


def _holds(claim: Callable[..., Any]) -> bool:
    """Is this claim known to hold from what is kept?"""
    named = _named(claim)
    found = kept(("claim", *named)) if len(named) == 2 else None
    return found is not None and found[0]["status"] == "holds"


# ---------------------------------------------------------------- kept


@cache
def _key(kind: str, topic: str, tier: str) -> str:
    """The key of this process: sources that change under it do not change what it has loaded."""
    return store.key(kind, topic, tier)


def kept(unit: Unit, tier: str = "default") -> tuple[dict[str, Any], list[Finding]] | None:
    """What is kept of a unit under its present key."""
    kind, topic, name = unit
    if name == IMPORT:
        return None
    value = store.recall(store.place(unit, tier), _key(kind, topic, tier))
    try:
        return dict(value["entry"]), [
            Finding(**each | {"standing": Standing[each["standing"]]}) for each in value["findings"]
        ]
    except (TypeError, KeyError, ValueError):  # nothing, or nothing that we wrote
        return None


def run_and_keep(unit: Unit, tier: str = "default") -> tuple[dict[str, Any], list[Finding]]:
    """``run_unit``; what ran to its end is kept, unless its sources changed meanwhile.

    A disk that is full costs what would be kept, not the result.
    """
    kind, topic, name = unit
    mark = None if name == IMPORT else _key(kind, topic, tier)
    entry, found = run_unit(unit, tier)
    if mark is not None and store.key(kind, topic, tier) == mark:
        keep(unit, (entry, found), tier)
    return entry, found


def keep(unit: Unit, result: tuple[dict[str, Any], list[Finding]], tier: str) -> None:
    """Keep what ran to its end with the sources of this process, here or elsewhere."""
    (kind, topic, name), (entry, found) = unit, result
    ended = entry.get("status", "holds") == "holds" and entry.get("predicted", 0.0) is not None
    if ended and name != IMPORT:
        plain = [asdict(each) | {"standing": each.standing.name} for each in found]
        value = {"entry": entry, "findings": plain}
        with suppress(OSError):
            store.keep(store.place(unit, tier), _key(kind, topic, tier), value)
