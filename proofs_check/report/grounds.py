"""What each step of a derivation rests on, in words: numbers of steps, titles of other results."""

from __future__ import annotations

from theory import Derivation


def grounds(derivation: Derivation) -> tuple[str, ...]:
    """For each step "from 1, 3 and Title", or nothing where it rests on nothing, or on no more than
    the step before it, from whose end it starts.
    """
    place = {id(step): number for number, step in enumerate(derivation.steps, 1)}
    found = []
    for number, step in enumerate(derivation.steps, 1):
        uses = getattr(step, "uses", ())
        own = sorted(place[id(used)] for used in uses if id(used) in place)
        before = derivation.steps[number - 2] if number > 1 else None
        goes_on = own == [number - 1] and getattr(step, "lhs", 0) == getattr(before, "rhs", 1)
        others = [used.title for used in uses if isinstance(used, Derivation)]
        names = [*([] if goes_on else map(str, own)), *dict.fromkeys(others)]
        found.append(f"from {_listed(names)}" if names else "")
    return tuple(found)


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
