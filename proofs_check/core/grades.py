"""The grades of a claim, found once: by whoever asks first, in whichever process."""

from __future__ import annotations

from functools import cache
from typing import Any

from proofs_check.core import runner
from proofs_check.core.entries import kept, run_and_keep
from proofs_check.core.runner import Unit
from proofs_check.core.standing import Finding
from theory import Grade, derive


def at_hand(unit: Unit, tier: str = "default") -> tuple[dict[str, Any], list[Finding]]:
    """What is kept of a unit; else it is run, and kept."""
    return kept(unit, tier) or run_and_keep(unit, tier)


@cache
def adopt(topic: str, name: str) -> None:
    """Let the grades that are kept of a claim, and of claims of its topic on which it rests, count
    in this process: another one has found them from the same sources.
    """
    found = kept(("claim", topic, name))
    derivations = derive(runner.claims_of(topic)[name])
    steps = [step for derivation in derivations for step in derivation.steps]
    for step, said in zip(steps, found[0]["steps"] if found else (), strict=bool(found)):
        if hasattr(step, "recall"):
            step.recall(Grade[said["grade"]])
    used = {id(other) for derivation in derivations for other in derivation.rests_on}
    for other, claim in runner.claims_of(topic).items():
        if other != name and used & {id(derivation) for derivation in derive(claim)}:
            adopt(topic, other)
