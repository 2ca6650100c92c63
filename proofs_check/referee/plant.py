"""Who notices an error?  Small errors are planted in the theory, one at a time; a step, the ledger,
a test or a check must catch each.

A planted error changes one place of one claim (or of what the claims of a topic share): a sign, a
factor 2 or pi, an exponent, a symbol, a term, an inequality.  The layers are asked in this order:

    step      a step is false, says nothing, or cannot be built
    ledger    a statement gets another verdict
    numerics  a test of the topic fails
    check     a prediction leaves the band of what was measured, or no longer differs from its rival
    record    every step is true and the result is the old one, but a definition, a hypothesis or a
    domain is not the recorded one

What no layer catches is "equivalent" (nothing that is shown or used changes: all expressions are
equal), "another proof" (every step is true and the result is the old one: only the way to it
differs), "stronger" (the same steps hold on larger domains), a "premise" (what the claim rests on
reads differently and is not in the record), or a "hole".
"""

from __future__ import annotations

import hashlib
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from proofs_check.core import runner
from proofs_check.referee.errors import KINDS, SHARED
from proofs_check.referee.planting import Place, places, planted
from proofs_check.referee.predictions import by_checks
from proofs_check.referee.steps import Verdict, by_theory, truth
from proofs_check.referee.suite import by_tests

LIMIT = 90.0  # seconds for the steps of one planted error: z3 alone may take 20 for each step


class TooLong(BaseException):
    """The time for one planted error is over; no ``except Exception`` of a library may
    swallow it.
    """


def parts(topic: str) -> list[str]:
    """The topic's claims and what they share; nothing for a topic without theory."""
    return [*runner.claims_of(topic), SHARED] if topic in runner.topics("theory") else []


def chosen(topic: str, name: str, per_kind: int | None = None) -> list[Place]:
    """All errors of a claim, or ``per_kind`` of each kind, picked by a fixed hash."""
    found: list[Place] = []
    for kind in KINDS:
        own = [number for number, own_kind in places(topic, name) if own_kind == kind]
        if per_kind is not None:
            own = sorted(
                own, key=lambda n: hashlib.sha256(f"{topic}{name}{kind}{n}".encode()).digest()
            )[:per_kind]
        found += [(topic, name, number) for number in own]
    return found


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise ``TooLong`` after so many seconds, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def over(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def referee(place: Place) -> dict[str, Any]:
    """Plant one error and ask all layers: the JSON entry of what became of it."""
    began = time.perf_counter()
    topic, name, number = place
    error = planted(place)
    for claim in [name] if name != SHARED else runner.claims_of(topic):
        truth(topic, claim)
    try:
        with _at_most(LIMIT):
            found = by_theory(place)
    except TooLong:
        found = Verdict(None, "undecided", f"the steps take longer than {LIMIT:.0f} s")
    if found.standing == "hole":
        found = by_tests(place) or by_checks(topic, error.module()) or found
    return {
        "id": f"{topic}.{name}#{number}",
        "topic": topic,
        "claim": name,
        "kind": error.kind,
        "line": error.line,
        "before": error.before,
        "after": error.after,
        "caught_by": found.caught_by,
        "standing": found.standing,
        "reason": found.reason,
        "seconds": round(time.perf_counter() - began, 3),
    }
