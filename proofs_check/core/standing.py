"""The verdicts that a statement can get, and which of them several findings add up to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """The verdicts a statement can get."""

    PROVED = "derived, for all values of the symbols"
    CONFIRMED = "a simulation that could have refuted it did not"
    SCOPED = "false as it stands, true under a further condition of the same sentence"
    REFUTED = "false; what holds instead is said beside it"
    INCONCLUSIVE = "the evidence does not decide"
    OUT_OF_SCOPE = "no honest check fits the machines this package is made for"
    OPEN = "nothing settles it yet"


@dataclass(frozen=True)
class Finding:
    """What one derivation or check says about one part of one reading ("printed" or "charitable")
    of a statement.
    """

    statement: str
    by: str
    reading: str
    part: str | None
    scope: str
    analogue: bool
    standing: Standing
    found: str


def standing(findings: list[Finding], parts: set[str | None]) -> Standing:
    """All must agree: one refutation refutes, a part without evidence leaves the whole open, the
    weakest part decides.
    """
    if any(f.standing is Standing.REFUTED for f in findings):
        return Standing.REFUTED
    worst = Standing.PROVED
    for part in parts:
        own = [f for f in findings if part is None or f.part == part]
        if not own:
            return Standing.OPEN
        worst = max(worst, _of_part(own), key=WEAKER.index)
    return worst


WEAKER = (Standing.PROVED, Standing.CONFIRMED, Standing.SCOPED, Standing.INCONCLUSIVE)


def _of_part(own: list[Finding]) -> Standing:
    """What speaks against counts, and more evidence for it never lowers what is proved."""
    found = {f.standing for f in own}
    if Standing.SCOPED in found:
        return Standing.SCOPED
    whole = any(f.standing is Standing.PROVED and f.scope == "whole" for f in own)
    if Standing.INCONCLUSIVE in found and not whole:
        return Standing.INCONCLUSIVE
    return Standing.PROVED if Standing.PROVED in found else Standing.CONFIRMED
