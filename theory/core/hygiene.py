"""Equals put in for equals, where neither another thing of that name is meant nor a name is caught.

A variable that is bound (the index of a sum, the variable of an integral, a derivative, a limit) is
not the symbol of that name outside.  ``f(x) == g(x)`` holds for every x, so it may be used inside
an integral over x; ``m == k``, for one k, may not be used inside a sum over k.  And what holds for
x > 0 only may be used there only where the integral stays above 0: that is owed.

What a theorem or a step says of a quantity holds for all its parameters, also those that the
quantity does not show: ``E(v) == sigma**2`` may be followed to the limit sigma = 0.  The hypothesis
``E(v) == sigma**2`` says it for one sigma.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits


class Caught(Exception):
    """What is put in names a variable that is bound at its place."""


class Equation(NamedTuple):
    """What may be put in, ``right`` for ``left``."""

    left: Any
    right: Any
    everywhere: bool = True  # for all parameters, or is it a hypothesis about those at hand?
    where: tuple[Any, ...] = ()  # conditions under which it was found


class Owed(NamedTuple):
    """A condition on a variable that ``binder`` binds where an equation was put in."""

    condition: Any
    variable: sp.Symbol
    binder: Any


Scope = tuple[Any, frozenset[Any], frozenset[Any]]  # what binds dummies, parameters that it changes


def put_in(side: Any, equation: Equation) -> tuple[Any, list[Owed]]:
    """``side`` with an equation put in wherever its left side means the same, and what is owed for
    that; raises ``Caught``.
    """
    new = free(equation.right) - free(equation.left)
    owed: dict[Owed, None] = {}
    return _put_in(side, equation, new, (), owed), list(owed)


def free(expr: Any) -> frozenset[Any]:
    """Symbols on which an expression depends; a derivative depends on where it is taken."""
    if isinstance(expr, sp.Symbol):
        return frozenset((expr,))
    found: frozenset[Any] = frozenset()
    if isinstance(expr, sp.Limit):
        expr = sp.Subs(*expr.args[:3])
    for part, (_, dummies, parameters) in _scopes(expr) if expr.args else ():
        bound = frozenset() if isinstance(expr, sp.Derivative) else dummies | parameters
        found |= free(part) - bound
    return found


def _put_in(
    node: Any, equation: Equation, new: frozenset[Any], scopes: tuple[Scope, ...], owed: Any
) -> Any:
    if node == equation.left:
        dummies = frozenset[Any]().union(*(scope[1] for scope in scopes))
        parameters = frozenset[Any]().union(*(scope[2] for scope in scopes))
        if node in dummies | parameters:
            return node
        caught = new & (dummies if equation.everywhere else dummies | parameters)
        if caught:
            raise Caught(min(map(str, caught)))
        for condition in equation.where:
            found = {}
            for variable in condition.free_symbols & free(node):
                binders = [b for b, *names in scopes if any(variable in n for n in names)]
                if binders:
                    found[variable] = binders[-1]
            for variable, binder in found.items():
                if len(set(found.values())) == 1 or not isinstance(binder, sp.Limit):
                    owed[Owed(condition, variable, binder)] = None
        return equation.right
    if not getattr(node, "args", ()):
        return node
    parts = [
        _put_in(part, equation, new, (*scopes, scope) if scope[1] or scope[2] else scopes, owed)
        for part, scope in _scopes(node)
    ]
    if isinstance(node, ExprWithLimits):
        parts = _with_limits(node, parts)
    same = all(a == b for a, b in zip(parts, node.args, strict=True))
    return node if same else node.func(*parts)


def _with_limits(node: ExprWithLimits, parts: list[Any]) -> list[Any]:
    """The summand and the limits from the parts of a sum, whose variables stay."""
    rest = iter(parts[1:])
    limits = [sp.Tuple(limit[0], *(next(rest) for _ in limit[1:])) for limit in node.limits]
    return [parts[0], *limits]


def _scopes(node: Any) -> Iterator[tuple[Any, Scope]]:
    """Each part of a node that is an expression of its own, with what the node binds in it: the
    arguments, and of a sum the summand and both ends of every limit.
    """
    none: frozenset[Any] = frozenset()
    first, *others = node.args
    if isinstance(node, ExprWithLimits):
        names = [limit[0] for limit in others]
        yield first, (node, frozenset(names), none)
        for at, limit in enumerate(others):  # it may name the variables of those after it
            yield from ((end, (node, frozenset(names[at + 1 :]), none)) for end in limit[1:])
    elif isinstance(node, sp.Derivative | sp.Lambda):
        yield from ((part, (node, frozenset(node.variables), none)) for part in node.args)
    elif isinstance(node, sp.Limit | sp.Subs):
        changed = frozenset(node.variables if isinstance(node, sp.Subs) else others[:1])
        yield first, (node, none, changed)
        yield others[0], (node, none, changed)
        yield from ((part, (node, none, none)) for part in others[1:])
    else:
        yield from ((part, (node, none, none)) for part in node.args)
