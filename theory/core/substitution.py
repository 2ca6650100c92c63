"""Substitutions that SymPy calls equal although they have other values.

SymPy compares ``Subs`` after it has renamed each variable to the name of its point. Two variables
at one point become one; a derivative by the first is then one by both. And symbols of one name with
other assumptions become one. What looks for an expression, replaces it, or remembers what is known
of it would take the one for the other; here they differ.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import sympy as sp
from sympy.core.sorting import ordered

PLAIN = sp.Subs._hashable_content


def _bound(expr: sp.Basic) -> set[Any]:
    """Variables by which something in an expression is differentiated, summed or followed."""
    found: set[Any] = set()
    for node in sp.preorder_traversal(expr):
        if isinstance(node, sp.Derivative | sp.Subs):
            found |= set(node.variables)
        elif isinstance(node, sp.Limit):
            found.add(node.args[1])
        else:
            found |= set(getattr(node, "bound_symbols", ()))
    return found


def _content(node: sp.Subs) -> tuple[Any, ...]:
    """All that makes a substitution what it is."""
    names = Counter(map(str, node.point))
    shared = {v for v, p in zip(node.variables, node.point, strict=True) if names[str(p)] > 1}
    merged = shared and shared & _bound(node.expr)
    return *(node.args if merged else PLAIN(node)), *ordered(set(node.point))


def tell_apart() -> None:
    """Let SymPy compare substitutions by all that makes them what they are."""
    sp.Subs._hashable_content = _content
