"""Entries of arrays with fixed indices as symbols of their own, so that every procedure that knows
symbols knows them too: zero, signs, joints, z3.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

KNOWN = ("integer", "positive", "negative", "nonnegative", "nonpositive", "nonzero")


def with_names(sides: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same expressions with a symbol for each entry, for the arrays all of whose indices are
    integers; entries are real.
    """
    nodes = {node for side in sides for node in side.atoms(sp.Indexed)}
    moving = {n.base for n in nodes if not all(index.is_Integer for index in n.indices)}
    names = {node: _symbol(node) for node in nodes if node.base not in moving}
    return tuple(side.xreplace(names) for side in sides) if names else sides


def _symbol(node: sp.Indexed) -> sp.Symbol:
    known = {key: True for key in KNOWN if getattr(node, f"is_{key}")}
    return sp.Symbol(str(node), real=True, **known)
