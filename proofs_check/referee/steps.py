"""What the steps of a claim and the ledger say about a planted error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from proofs_check.core import grades, runner
from proofs_check.core.findings import findings_of_derivation
from proofs_check.referee import premises as record
from proofs_check.referee.errors import SHARED
from proofs_check.referee.planting import Place, planted
from proofs_check.referee.sameness import (
    as_close,
    same_result,
    same_settles,
    same_step,
    says_no_less,
    starting_points,
)
from theory import Derivation, Induction, Step, StepFails, derive
from theory.core.settling import AnyStep


@dataclass(frozen=True)
class Verdict:
    """What became of a planted error: who caught it (``None``: nobody), how it stands, and why."""

    caught_by: str | None
    # "caught" | "equivalent" | "another proof" | "stronger" | "premise" | "undecided" | "hole"
    standing: str
    reason: str


def built(function: Callable[[], Any]) -> tuple[Derivation, ...]:
    """The derivations that a claim returns, one or several."""
    found = function()
    return found if isinstance(found, tuple) else (found,)


@cache
def truth(topic: str, name: str) -> tuple[tuple[Derivation, ...], tuple[tuple[Any, ...], ...]]:
    """Derivations without an error and, for each, what it says about the ledger."""
    grades.take(topic, name)
    right = derive(runner.claims_of(topic)[name])
    return right, tuple(_says(f"{topic}.{name}", derivation) for derivation in right)


def _says(name: str, derivation: Derivation) -> tuple[Any, ...]:
    return tuple(
        (f.statement, f.part, f.reading, f.standing)
        for f in findings_of_derivation(name, derivation)
    )


def _look_at(steps: list[AnyStep]) -> None:
    """Raises ``StepFails`` for a step that is false at one of a few points; other kinds of step
    have no quick look.
    """
    for step in (each for each in steps if isinstance(each, Step | Induction)):
        try:
            step.tried()
        except StepFails as fails:
            if fails.point:
                raise


def of_a_claim(topic: str, name: str, function: Callable[[], Any]) -> Verdict:
    """What steps and ledger say about a claim with an error; only what changed is graded."""
    right, right_says = truth(topic, name)
    known = [step for derivation in right for step in derivation.steps]
    try:
        wrong = built(function)
        if wrong == right:
            return Verdict(None, "equivalent", "the derivation is the same")
        new = [step for each in wrong for step in each.steps if step not in known]
        _look_at(new)  # most errors show at once, mostly in another step than the first
        for step in new:
            step.grade()
    except Exception as error:
        return Verdict("step", "caught", f"{type(error).__name__}: {error}"[:300])
    says: tuple[Any, ...] = ()
    try:
        for derivation in wrong:
            says += (
                right_says[right.index(derivation)]
                if derivation in right
                else _says(f"{topic}.{name}", derivation),
            )
    except Exception as error:
        return Verdict("ledger", "caught", f"{type(error).__name__}: {error}"[:300])
    if sorted(map(str, sum(says, ()))) != sorted(map(str, sum(right_says, ()))):
        return Verdict("ledger", "caught", "a statement of the ledger is judged differently")
    if len(wrong) == len(right):
        if all(
            len(a.steps) == len(b.steps) and all(map(same_step, a.steps, b.steps))
            for a, b in zip(right, wrong, strict=True)
        ):
            return Verdict(None, "equivalent", "all expressions are equal")
        if all(same_result(a, b) and same_settles(a, b) for a, b in zip(right, wrong, strict=True)):
            weaker = not all(map(as_close, right, wrong))
            if weaker or [*map(starting_points, right)] != [*map(starting_points, wrong)]:
                if not weaker and all(map(says_no_less, right, wrong)):
                    return Verdict(
                        None, "stronger", "every step holds on the old domain or a larger one"
                    )
                if record.premises(wrong) != record.recorded(topic).get(name):
                    return Verdict(
                        "record",
                        "caught",
                        f"what the claim rests on is not what tests/premises/{topic}.txt says",
                    )
                return Verdict(
                    None,
                    "premise",
                    "a definition, hypothesis, domain or bound reads differently, and every step "
                    "holds",
                )
            return Verdict(None, "another proof", "every step is true and the result is the same")
    return Verdict(None, "hole", "every step is true, and the result is another")


def by_theory(place: Place) -> Verdict:
    """Steps and ledger of every claim that an error can reach."""
    topic, name, _ = place
    try:
        module = planted(place).module()
    except Exception as error:
        return Verdict("step", "caught", f"{type(error).__name__} already when the file is read")
    worst = Verdict(None, "equivalent", "the derivation is the same")
    rank = ("equivalent", "another proof", "stronger", "premise", "hole")
    for claim in [name] if name != SHARED else runner.claims_of(topic):
        truth(topic, claim)
        found = of_a_claim(topic, claim, getattr(module, claim))
        if found.caught_by:
            return found
        worst = max(worst, found, key=lambda v: rank.index(v.standing))
    return worst
