"""The shape of the entries that claims and checks make in the results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ClaimEntry:
    """What the results say of a claim."""

    id: str
    title: str
    status: str = "holds"
    error: str | None = None
    grade: str | None = None
    given: list[str] = field(default_factory=list)
    # domains of the steps, as SymPy writes them
    where: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True)
class CheckEntry:
    """What the results say of a check."""

    id: str
    claim: str
    quantity: str | None = None
    kind: str | None = None
    verdict: str = "INCONCLUSIVE"
    predicted: float | None = None
    band: list[float | None] = field(default_factory=lambda: [None, None])
    interval: list[float | None] = field(default_factory=lambda: [None, None])
    values: list[float | None] = field(default_factory=list)
    rival: float | None = None
    rival_why: str | None = None
    terms: dict[str, float] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)
    recorded: bool = False
    sensitivity: float | None = None
    budget: float | None = None
    note: str | None = None
    setups: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0


def stands(check: dict[str, Any]) -> bool:
    """Is this entry of a check no failure?  A sentence that is put to a range of set-ups may hold
    in some or in none of them: that is its answer.
    """
    asked = bool(check["setups"]) and check["kind"] == "threshold"
    return check["verdict"] in (
        ("CONFIRMED", "OPEN", "SCOPED", "REFUTED") if asked else ("CONFIRMED", "OPEN")
    )
