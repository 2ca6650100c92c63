"""How steps hang together: what a step uses, what it is checked against, what the result reaches.

A step that uses others is checked *given* them: an equation replaces its left side by its right
one, an inequality, a decided formula or a hypothesis becomes part of the domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from theory.core.given import LEMMAS
from theory.core.grading import RELATIONS, StepFails
from theory.core.hygiene import Caught, Equation, put_in
from theory.core.owed import paid


def premises(uses: Sequence[Any]) -> tuple[list[Equation], list[Any]]:
    """Equations and relations that the used steps and results provide."""
    equations: list[Equation] = []
    relations: list[Any] = []
    for used in uses:
        found = stated(used)
        if isinstance(found, tuple):
            left, relation, right = found
            if relation == "==":
                equations.append(_equation(used, left, right))
            else:
                relations.append(RELATIONS[relation](left, right))
        elif found is not None:
            relations.append(found)
    return equations, relations


def conditions(uses: Iterable[Any]) -> tuple[Any, ...]:
    """Domains of what is used and of what that rests on."""
    found: dict[Any, None] = {}
    seen: set[int] = set()
    rest = list(uses)
    while rest:
        used = rest.pop()
        if id(used) in seen:
            continue
        seen.add(id(used))
        whole = hasattr(used, "steps")
        own = used.where if whole else getattr(used, "domain", ())
        found |= dict.fromkeys(sp.sympify(relation, strict=True) for relation in own)
        rest += () if whole else getattr(used, "uses", ())
    return tuple(relation for relation in found if relation != sp.true)


def stated(used: Any) -> Any:
    """What may be used of it: (left, relation, right), a formula, or ``None`` for words."""
    found = getattr(used, "states", None)
    return (found.lhs, "==", found.rhs) if isinstance(found, sp.Eq) else found


def _equation(used: Any, left: Any, right: Any) -> Equation:
    left, right = (sp.sympify(side, strict=True) for side in (left, right))
    return Equation(left, right, used.kind != "assumption", conditions((used,)))


def given(
    side: Any, equations: Iterable[Equation], why: str, domain: tuple[Any, ...] | None = ()
) -> Any:
    """The side with every equation put in, in the order of ``uses``, for a step on a domain;
    without one, whatever the equations were found for.
    """
    side = sp.sympify(side, strict=True)
    for equation in equations:
        if _telling(equation.left):
            try:
                side, owed = put_in(side, equation)
                if domain is not None:
                    paid(owed, domain, why)
            except Caught as name:
                raise StepFails(
                    f"{why!r} puts {equation.right} in for {equation.left} where {name} is the "
                    f"variable of a sum, an integral, a derivative or a limit: write "
                    f"{equation.left} as a function of {name}, or rename the variable"
                ) from None
    return side


def _telling(part: sp.Expr) -> bool:
    """Is it more than a number?  An integral, a limit or a sum is, whatever its value."""
    return not part.is_number or part.has(*LEMMAS)


def related(sides: Sequence[Any], uses: Sequence[Any], why: str) -> None:
    """Refuses a step that has nothing in common with something that it says it uses."""
    written = now = [sp.sympify(side, strict=True) for side in sides]
    for used in uses:
        whole = written if now is written else written + now
        found = stated(used)
        if found is None:
            continue  # words: a hypothesis or a theorem that is not a formula
        if isinstance(found, tuple):
            parts = [sp.sympify(part, strict=True) for part in (found[0], found[2])]
            telling = [part for part in parts if _telling(part) and not _a_name(part, used)]
            meets = any(side.has(part) for side in whole for part in telling)
            if found[1] == "==":  # what comes later may meet only what this brings in
                now = [given(side, [_equation(used, *parts)], why, None) for side in now]
            else:
                meets = meets or _share_symbols(whole, parts)
        else:
            meets = _share_symbols(whole, [found])
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
