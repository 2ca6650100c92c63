"""What derivations and checks found about a statement, compared with what is printed."""

from __future__ import annotations

from typing import Any

import sympy as sp

from proofs_check.core.check import Verdict
from proofs_check.core.judging import Result
from proofs_check.core.ledger import formula, readings, statement
from proofs_check.core.standing import Finding, Standing
from proofs_check.core.trials import where
from theory import Derivation, Grade, Settles, Step, StepFails
from theory.core.decision import counterexample


def agree(printed: Any, derived: Any, shown: bool = False) -> Grade | None:
    """How surely two formulas are the same: Boolean ones by exact decision, others by the machinery
    of a step; None if they differ.  What is ``shown`` is true, whatever it says.
    """
    derived = sp.sympify(derived, strict=True)
    if shown and printed == sp.true and _says(derived) and derived != sp.false:
        return Grade.PROVED
    if printed == derived:
        return Grade.PROVED
    if _says(printed) or _says(derived):
        if not (_says(printed) and _says(derived)):
            return None
        return Grade.PROVED if counterexample(sp.Equivalent(printed, derived)) is None else None
    try:
        return Step(printed, derived, "printed against derived").grade()
    except StepFails:
        return None


def _says(value: Any) -> bool:
    """Is it a sentence, true or false?  SymPy does not count an inequality among its Booleans."""
    return bool(getattr(value, "is_Boolean", False) or getattr(value, "is_Relational", False))


def findings_of_derivation(name: str, derivation: Derivation) -> list[Finding]:
    """Compare what a derivation settles with what is printed."""
    found = []
    for settle in derivation.settles:
        entry = statement(settle.statement)
        derived = derivation.settled(settle)
        proved = derivation.grade() in (Grade.PROVED, Grade.ENCLOSED)
        for reading, value in readings(entry, settle.part):
            same = agree(formula(value, name.split(".")[0]), derived, shown=True)
            sure = proved and same in (Grade.PROVED, Grade.ENCLOSED)
            standing = (
                Standing.REFUTED
                if same is None
                else Standing.PROVED
                if sure
                else Standing.CONFIRMED
            )
            found.append(
                Finding(
                    settle.statement,
                    name,
                    reading,
                    settle.part,
                    settle.scope,
                    settle.analogue,
                    standing,
                    _derived(derived),
                )
            )
    return found


def findings_of_check(name: str, result: Result) -> list[Finding]:
    """Compare what a check found with what is printed: the printed value is one more rival."""
    found = []
    for settle in result.check.settles:
        entry = statement(settle.statement)
        for reading, value in readings(entry, settle.part):
            found.append(
                Finding(
                    settle.statement,
                    name,
                    reading,
                    settle.part,
                    settle.scope,
                    settle.analogue or result.check.analogue,
                    against(value, result, settle),
                    "; ".join(where(result.trials)) or _measured(*result.interval),
                )
            )
    return found


def _derived(value: Any) -> str:
    """A derived value as text; a long whole number as a power of ten, if it is one."""
    digits = str(value)
    return (
        f"10**{len(digits) - 1}"
        if len(digits) > 12 and digits == f"1{'0' * (len(digits) - 1)}"
        else digits
    )


def _measured(low: float, high: float) -> str:
    return f"{low:.10g}" if low == high else f"between {low:.4g} and {high:.4g}"


def against(value: Any, result: Result, settle: Settles) -> Standing:
    """A printed number must lie in the band, a printed interval must contain what was measured; far
    outside the band it is refuted.
    """
    asks = result.check.asks
    if result.verdict is Verdict.REFUTED and asks:  # in none of the set-ups
        return Standing.REFUTED
    if result.verdict is not Verdict.CONFIRMED and not (result.verdict is Verdict.SCOPED and asks):
        return Standing.INCONCLUSIVE
    low, high = value if isinstance(value, list) else (value, value)
    band = result.band
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        raise ValueError(
            f"{settle.statement}: a check needs a printed number or an interval [lo, hi], not "
            f"{value!r}"
        )
    if max(band[0] - high, low - band[1]) > result.check.half_width:
        return Standing.REFUTED
    held = [trial.interval for trial in result.trials if trial.verdict is Verdict.CONFIRMED]
    holds = (
        all(low <= one[0] and one[1] <= high for one in held or [result.interval])
        if isinstance(value, list)
        else band[0] <= low <= band[1]
    )
    if not holds:
        return Standing.INCONCLUSIVE
    return Standing.SCOPED if result.verdict is Verdict.SCOPED else Standing.CONFIRMED
