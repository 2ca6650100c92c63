"""How steps hang together: what a step uses, what it is checked against, what the result reaches.

A step that uses others is checked *given* them: an equation replaces its left side by its right
one, an inequality, a decided formula or a hypothesis becomes part of the domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from theory.core.grading import RELATIONS, StepFails

LEMMAS = (sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.Subs)


def premises(uses: Sequence[Any]) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """Equations and relations that the used steps and results provide."""
    equations: list[tuple[Any, Any]] = []
    relations: list[Any] = []
    for used in uses:
        stated = getattr(used, "states", None)
        if isinstance(stated, tuple):
            left, relation, right = stated
            if relation == "==":
                equations.append((left, right))
            else:
                relations.append(RELATIONS[relation](left, right))
        elif isinstance(stated, sp.Eq):
            equations.append(stated.args)
        elif stated is not None:
            relations.append(stated)
    return equations, relations


def given(side: Any, equations: Iterable[tuple[Any, Any]]) -> Any:
    """The side with every equation put in, in the order of ``uses``."""
    side = sp.sympify(side, strict=True)
    for left, right in equations:
        left = sp.sympify(left, strict=True)
        if _telling(left):
            side = side.xreplace({left: sp.sympify(right, strict=True)})
    return side


def _telling(part: sp.Expr) -> bool:
    """Is it more than a number?  An integral, a limit or a sum is, whatever its value."""
    return not part.is_number or part.has(*LEMMAS)


def related(sides: Sequence[Any], uses: Sequence[Any], why: str) -> None:
    """Refuses a step that has nothing in common with something that it says it uses."""
    written = now = [sp.sympify(side, strict=True) for side in sides]
    for used in uses:
        whole = written if now is written else written + now
        stated = getattr(used, "states", None)
        if isinstance(stated, sp.Eq):
            stated = stated.lhs, "==", stated.rhs
        if stated is None:
            continue  # words: a hypothesis or a theorem that is not a formula
        if isinstance(stated, tuple):
            parts = [sp.sympify(part, strict=True) for part in (stated[0], stated[2])]
            telling = [part for part in parts if _telling(part) and not _a_name(part, used)]
            meets = any(side.has(part) for side in whole for part in telling)
            if stated[1] == "==":  # what comes later may meet only what this brings in
                now = [given(side, [(parts[0], parts[1])]) for side in now]
            else:
                meets = meets or _share_symbols(whole, parts)
        else:
            meets = _share_symbols(whole, [stated])
        if not meets:
            raise StepFails(
                f"{why!r} uses {used.why!r}, of which nothing stands in it: write the expression "
                f"that it replaces, or do not name it"
            )


def _a_name(part: sp.Expr, used: Any) -> bool:
    """A bare symbol tells nothing, unless it is defined by what is used."""
    return isinstance(part, sp.Symbol) and used.kind != "definition"


def _share_symbols(whole: list[Any], parts: list[Any]) -> bool:
    here = set().union(*(side.atoms(sp.Symbol) for side in whole))
    return any(here & sp.sympify(part, strict=True).atoms(sp.Symbol) for part in parts)


def reached(steps: Sequence[Any]) -> set[int]:
    """Places of the steps that the last one rests on, itself included."""
    place = {id(step): at for at, step in enumerate(steps)}
    open_, found = [len(steps) - 1], set()
    while open_:
        at = open_.pop()
        if at in found:
            continue
        found.add(at)
        for used in getattr(steps[at], "uses", ()):
            if id(used) in place:
                open_.append(place[id(used)])
    return found


def check(title: str, steps: Sequence[Any]) -> None:
    """Refuses links to steps that are not there or come later, and steps that the result does not
    reach.
    """
    place = {id(step): at for at, step in enumerate(steps)}
    for at, step in enumerate(steps):
        for used in getattr(step, "uses", ()):
            if hasattr(used, "steps"):
                continue  # the result of another derivation
            if place.get(id(used), at) >= at:
                raise ValueError(
                    f"{title!r}: {step.why!r} uses {getattr(used, 'why', used)!r}, which is no "
                    f"earlier step of this derivation"
                )
    for at in sorted(set(range(len(steps))) - reached(steps)):
        if steps[at].kind != "aside":
            raise ValueError(
                f"{title!r}: the result does not rest on {steps[at].why!r}; name it in the uses of "
                f"a later step, or make it an Aside"
            )
