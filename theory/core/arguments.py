"""What makes a list of steps an argument, beside its links: definitions that do not go in a circle,
hypotheses that do not decide the result, comparisons that all lead one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sympy as sp

from theory.core.links import stated

WAYS = {"<": -1, "<=": -1, "==": 0, ">=": 1, ">": 1}


def one_way(title: str, first: str, second: str) -> str:
    """The relation that two comparisons in a row show; raises ``ValueError`` where they show none,
    as a <= b >= c does.
    """
    if WAYS[first] * WAYS[second] < 0:
        raise ValueError(
            f"{title!r}: the calculation goes by {first} and by {second}, which compares its start "
            f"with no end; make them two derivations"
        )
    strict = [relation for relation in (first, second) if relation in ("<", ">")]
    return strict[0] if strict else second if first == "==" else first


def no_circle(title: str, steps: Sequence[Any]) -> None:
    """Refuses names that are defined by one another."""
    meaning = {s.symbol: sp.sympify(s.expr, strict=True) for s in steps if s.kind == "definition"}
    uses = {name: [n for n in meaning if expr.has(n)] for name, expr in meaning.items()}
    while uses:
        free = [name for name, others in uses.items() if not set(others) & uses.keys()]
        if not free:
            raise ValueError(
                f"{title!r}: {', '.join(map(str, uses))} are defined by one another: a name stands "
                f"for what is known without it"
            )
        for name in free:
            del uses[name]


def hypotheses_agree(title: str, steps: Sequence[Any]) -> None:
    """Refuses hypotheses and definitions that give one thing two values."""
    says = [s for s in steps if s.kind in ("assumption", "definition")]
    equations = [(s, stated(s)) for s in says if isinstance(stated(s), tuple)]
    for (one, (left, _, right)), (other, (same, _, value)) in combinations(equations, 2):
        if (
            left == same
            and (sp.sympify(right, strict=True) - sp.sympify(value, strict=True)).is_zero is False
        ):
            raise ValueError(
                f"{title!r}: {one.why!r} and {other.why!r} give {left} two values: what follows "
                f"from both says nothing"
            )


def not_assumed(title: str, result: Any, hypotheses: Sequence[Any]) -> None:
    """Refuses a result that is one of its hypotheses."""
    turned = result
    if isinstance(result, tuple) and result[1] == "==":
        turned = result[2], "==", result[0]
    for step in hypotheses:
        if stated(step) is not None and stated(step) in (result, turned):
            raise ValueError(
                f"{title!r}: the result is what {step.why!r} says: a hypothesis is no derivation "
                f"of itself"
            )
