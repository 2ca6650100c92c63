"""Who notices a broken argument?  Steps are deleted, grounds replaced, ends exchanged.

Each such error leaves only true lines; what must be missed is that the result follows from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from proofs_check.core import grades, runner
from theory import Aside, Derivation, Step, StepFails, derive
from theory.core.settling import AnyStep

_y = sp.Symbol("y_unrelated", real=True)
UNRELATED = Step(sp.sin(_y) ** 2 + sp.cos(_y) ** 2, sp.Integer(1), "true, and of something else")


@dataclass(frozen=True)
class Broken:
    """An argument with one error: what was done, where, and how to build it."""

    kind: str  # "delete a step" | "another ground" | "another end"
    derivation: str
    step: str
    build: Callable[[], Derivation]

    def noticed(self) -> bool:
        """Is it refused when it is built or graded?"""
        try:
            self.build().grade()
        except (ValueError, StepFails):
            return True
        return False


def chained(topic: str, name: str) -> list[Derivation]:
    """The derivations of a claim that have several steps."""
    return [d for d in derive(runner.claims_of(topic)[name]) if len(d.steps) > 1]


def deleted(topic: str, name: str) -> Iterator[Broken]:
    """Each derivation of a claim without one of its steps; a remark is none."""
    grades.take(topic, name)
    for d in chained(topic, name):
        for at, step in enumerate(d.steps[:-1]):
            if step.kind != "aside":
                rest = d.steps[:at] + d.steps[at + 1 :]
                yield _broken("delete a step", d, step.why, rest)


def other_grounds(topic: str, name: str) -> Iterator[Broken]:
    """Each step with something true but unrelated in the place of one thing that it uses."""
    grades.take(topic, name)
    for d in chained(topic, name):
        for at, step in enumerate(d.steps):
            grounds = () if isinstance(step, Aside) else getattr(step, "uses", ())
            for place, used in enumerate(grounds):
                if getattr(used, "states", None) is None:
                    continue
                uses = (*grounds[:place], UNRELATED, *grounds[place + 1 :])
                other: Any = replace(step, uses=uses)  # type: ignore[arg-type]
                steps = (UNRELATED, *d.steps[:at], other, *d.steps[at + 1 :])
                yield _broken("another ground", d, step.why, steps)


def other_ends(topic: str) -> Iterator[Broken]:
    """Each derivation of a topic with the last step of the next one."""
    found = [d for name in runner.claims_of(topic) for d in chained(topic, name)]
    for d, other in zip(found, [*found[1:], *found[:1]], strict=True):
        if d is not other:
            last = other.steps[-1]
            yield _broken("another end", d, last.why, (*d.steps[:-1], last))


def unnoticed(topic: str) -> list[dict[str, str]]:
    """All that nobody notices in a topic, for the results."""
    broken = [
        b
        for name in runner.claims_of(topic)
        for b in (*deleted(topic, name), *other_grounds(topic, name))
    ]
    return [
        {"topic": topic, "kind": b.kind, "derivation": b.derivation, "step": b.step}
        for b in (*broken, *other_ends(topic))
        if not b.noticed()
    ]


def _broken(kind: str, d: Derivation, why: str, steps: tuple[AnyStep, ...]) -> Broken:
    return Broken(kind, d.title, why, lambda: Derivation(d.title, steps, d.source))
