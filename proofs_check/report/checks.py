"""A check as a page shows it: what theory says, what was measured, and what it would notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from proofs_check.report.code import Code, code_of
from proofs_check.report.figure import specification_curve
from proofs_check.report.words import between, leaf, number


@dataclass(frozen=True)
class Measurement:
    """A check with its verdict; numbers are words already."""

    name: str
    verdict: str
    quantity: str
    theory: str
    band: str
    measured: str
    seeds: str
    rival: str
    rival_why: str
    terms: str
    deviation: str
    sensitivity: str
    about: str  # id of the claim
    note: str
    seconds: str
    code: tuple[Code, ...]
    curve: str  # SVG: the interval in each set-up; empty for a single one


def measurement_of(entry: dict[str, Any], check: Any) -> Measurement:
    """A check of the JSON of ``verify`` with the functions that measured it."""
    count, used = len(entry["values"]), entry["budget"]
    seeds = "one number" if count == 1 else f"{count} seeds"
    if entry["setups"]:
        seeds = f"over {len(entry['setups'])} set-ups"
    notes = [note for note in (entry["note"] or "").split("; ") if note]
    called = [f for f in (*check.setups.values(), check.predict, check.rival) if callable(f)]
    return Measurement(
        name=leaf(entry["id"]),
        verdict=entry["verdict"],
        quantity=check.quantity,
        theory=_theory(entry),
        band=between(entry["band"]),
        measured=between(entry["interval"]),
        seeds=seeds,
        rival=number(entry["rival"]),
        rival_why=entry["rival_why"],
        terms="; ".join(f"{term} {value:.3g}" for term, value in entry["terms"].items()),
        deviation=""
        if used is None or None in entry["band"]
        else f"{100 * used:.3g} % of the error terms",
        sensitivity=sensitivity(entry),
        about=entry["claim"],
        note="; ".join(note for note in notes if not note.endswith("is infinite")),  # as the band
        seconds=f"{entry['seconds']:.2g} s",
        code=code_of(*(getattr(f, "func", f) for f in called)),
        curve=specification_curve(entry),
    )


def _theory(entry: dict[str, Any]) -> str:
    """The number that theory predicts, or the limit that it sets."""
    one_sided = None in entry["band"]
    return between(entry["band"]) if one_sided else number(entry["predicted"])


def sensitivity(entry: dict[str, Any]) -> str:
    """The smallest change of the prediction that the check would notice, in words."""
    change = entry["sensitivity"]
    if change is None:
        return "none: not judged" if entry["verdict"] == "OPEN" else "none"
    size = f"{100 * change:.3g} %" if entry["predicted"] else f"{change:.3g}"
    return f"a prediction changed by {size} would be refuted (probability 0.95)"
