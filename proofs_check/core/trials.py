"""What was measured in each of several set-ups, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofs_check.core.check import Verdict


@dataclass(frozen=True)
class Trial:
    """What was measured in one set-up."""

    name: str
    values: tuple[float, ...]
    interval: tuple[float, float]
    verdict: Verdict
    seeds: tuple[int, ...]


def together(verdicts: Sequence[Verdict], *, asks: bool) -> Verdict:
    """Of several set-ups: what holds in all is CONFIRMED, in some SCOPED, in none REFUTED.

    A prediction does not ask: what one set-up refutes is refuted.
    """
    holds = [each is Verdict.CONFIRMED for each in verdicts]
    if all(holds):
        return Verdict.CONFIRMED
    fails = [each is Verdict.REFUTED for each in verdicts]
    if all(fails) or (any(fails) and not asks):
        return Verdict.REFUTED
    return Verdict.SCOPED if any(holds) and asks else Verdict.INCONCLUSIVE


def where(trials: Sequence[Trial]) -> list[str]:
    """In which set-ups it holds, in which it does not, and where that is undecided."""
    words = {
        Verdict.CONFIRMED: "holds",
        Verdict.REFUTED: "fails",
        Verdict.INCONCLUSIVE: "is undecided",
    }
    return [
        f"{word} with {', '.join(names)}"
        for verdict, word in words.items()
        if (names := [each.name for each in trials if each.verdict is verdict])
    ]
