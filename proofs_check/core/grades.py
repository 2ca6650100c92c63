"""The grades of a claim, found once: by whichever process asks first, for all that come later.

Claims rest on one another, and many tests ask what grade a claim has.  Whoever finds it keeps it,
under the key of all sources that it depends on; the others take it from there.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from proofs_check.core import entries, runner, store
from proofs_check.core.runner import Unit
from proofs_check.core.standing import Finding
from theory import Grade, derive
from theory.core.catalogue import ORIGINS

SINCE: ContextVar[float] = ContextVar("since", default=0.0)  # what is kept from before is not taken
TAKEN: set[tuple[str, str]] = set()  # claims whose grades this process knows


def kept(unit: Unit, tier: str = "default") -> tuple[dict[str, Any], list[Finding]] | None:
    """What is kept of a unit, unless it is older than is wanted."""
    found = entries.kept(unit, tier)
    if found is None or store.place(unit, tier).stat().st_mtime < SINCE.get():
        return None
    return found


def at_hand(
    unit: Unit, tier: str = "default", since: float = 0.0
) -> tuple[dict[str, Any], list[Finding]]:
    """What is kept of a unit, ``since`` that time; else it is run, and kept."""
    saved = SINCE.set(max(since, SINCE.get()))
    try:
        return kept(unit, tier) or entries.run_and_keep(unit, tier)
    finally:
        SINCE.reset(saved)


def take(topic: str, name: str) -> None:
    """Let the grades that are kept of a claim count in this process, and those of all on which it
    rests; what is not kept is found and kept now.
    """
    if (topic, name) in TAKEN:
        return
    take_grounds(topic, name)
    entry, _ = at_hand(("claim", topic, name))
    if entry["status"] == "holds":
        steps = [s for d in derive(runner.claims_of(topic)[name]) for s in d.steps]
        for step, said in zip(steps, entry["steps"], strict=True):
            if hasattr(step, "recall"):
                step.recall(Grade[said["grade"]])
    TAKEN.add((topic, name))


def take_grounds(topic: str, name: str) -> None:
    """The same for the other claims on which a claim rests."""
    own = derive(runner.claims_of(topic)[name])
    for other in (used for derivation in own for used in derivation.rests_on):
        claim = ORIGINS.get(id(other))
        if claim is not None:
            ground = claim.__module__.rpartition(".")[2], claim.__name__
            if ground != (topic, name) and runner.claims_of(ground[0]).get(ground[1]) is claim:
                take(*ground)
