"""One form for nested finite sums: products distributed, sums merged, constants pulled out, dummy
indices named in one way.

Two expressions that differ by exchanging sums, by renaming an index or by linearity become the same
expression, so that identities in sums of symbolic length (any m, n, d) are proved rather than
sampled.
"""

from __future__ import annotations

from itertools import permutations, product

import sympy as sp


def flatten(expr: sp.Expr) -> sp.Expr:
    """``expr`` as a sum of terms ``constant * Sum(core, limits...)`` in canonical form."""
    return sp.Add(
        *(_canonical(core, limits) for core, limits in _terms(sp.sympify(expr, strict=True)))
    )


def _terms(expr: sp.Expr) -> list[tuple[sp.Expr, tuple[sp.Tuple, ...]]]:
    """``expr`` as a list of (summand, limits) whose sums add up to it."""
    if isinstance(expr, sp.Add):
        return [term for arg in expr.args for term in _terms(arg)]
    if isinstance(expr, sp.Mul):
        return [_merged(choice) for choice in product(*(_terms(factor) for factor in expr.args))]
    if (
        isinstance(expr, sp.Pow)
        and expr.exp.is_Integer
        and expr.exp > 0
        and expr.base.has(sp.Sum, sp.Add)
    ):
        return [_merged(choice) for choice in product(*([_terms(expr.base)] * int(expr.exp)))]
    if isinstance(expr, sp.Sum):
        inner, outer = _fresh_limits(expr)
        split = peeled(sp.Sum(inner, *outer))
        if split.is_Add:
            return [term for one in split.args for term in _terms(one)]
        return [(core, (*limits, *outer)) for core, limits in _terms(inner)]
    if expr.args and expr.has(
        sp.Sum
    ):  # a function of sums: its argument is put in canonical form, the whole is an atom
        return [
            (
                expr.func(
                    *(flatten(arg) if isinstance(arg, sp.Expr) else arg for arg in expr.args)
                ),
                (),
            )
        ]
    return [(expr, ())]


def peeled(node: sp.Sum | sp.Product) -> sp.Expr:
    """A sum or product up to N + 1 or N - 1 as one up to N: the terms beyond it split off, those
    that are missing added and taken away.
    """
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        return node
    index, low, high = node.limits[0]
    offset, rest = high.as_coeff_Add()
    if rest == 0 or rest.is_infinite or not (offset.is_Integer and 0 < abs(offset) < 5):
        return node
    count = int(offset)
    beyond = [node.function.xreplace({index: rest + c}) for c in range(1, count + 1)]
    missing = [node.function.xreplace({index: rest - c}) for c in range(-count)]
    whole = node.func(node.function, (index, low, rest))
    if isinstance(node, sp.Sum):
        return sp.Add(whole, *beyond, *(-term for term in missing))
    return sp.Mul(whole, *beyond, *(1 / term for term in missing))


def _fresh_limits(node: sp.Sum) -> tuple[sp.Expr, tuple[sp.Tuple, ...]]:
    """Summand and limits with dummies that clash with nothing."""
    fresh = {lim[0]: sp.Dummy("i", **_known(lim[1])) for lim in node.limits}
    return node.function.xreplace(fresh), tuple(
        sp.Tuple(*lim).xreplace(fresh) for lim in node.limits
    )


def _merged(
    factors: tuple[tuple[sp.Expr, tuple[sp.Tuple, ...]], ...],
) -> tuple[sp.Expr, tuple[sp.Tuple, ...]]:
    """The product of sums as one sum; a factor chosen twice gets its own indices."""
    core, limits = sp.Integer(1), ()
    for summand, own in factors:
        fresh = {lim[0]: sp.Dummy("i", **_known(lim[1])) for lim in own}
        core = core * summand.xreplace(fresh)
        limits += tuple(lim.xreplace(fresh) for lim in own)
    return core, limits


def _canonical(core: sp.Expr, limits: tuple[sp.Tuple, ...]) -> sp.Expr:
    """Sums over an index that does not occur counted, dummies renamed so that the written form is
    the least among all orders.
    """
    used = core.free_symbols.union(*(lim[1].free_symbols | lim[2].free_symbols for lim in limits))
    for index, low, high in limits:
        if index not in used:
            core = core * (high - low + 1)
    limits = tuple(lim for lim in limits if lim[0] in used)
    if not limits:
        return core
    forms = []
    for order in permutations(limits):
        names = [sp.Symbol(f"_{c}", **_known(lim[1])) for c, lim in enumerate(order)]
        rename = {lim[0]: name for lim, name in zip(order, names, strict=True)}
        constant, rest = core.xreplace(rename).as_independent(*names, as_Add=False)
        forms.append((constant, sp.Sum(rest, *(lim.xreplace(rename) for lim in order))))
    constant, form = min(forms, key=lambda pair: sp.default_sort_key(pair[1]))
    return constant * form


def _known(low: sp.Expr) -> dict[str, bool]:
    """What is known of an index that starts at ``low``."""
    if low.is_positive:
        return {"integer": True, "positive": True}
    return {"integer": True, "nonnegative": True} if low.is_nonnegative else {"integer": True}
