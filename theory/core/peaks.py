"""Where an integrand is concentrated: around zeros and turning points of what stands in its
exponentials, steps and denominators, at the width over which that changes by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import mpmath
import sympy as sp
from flint import acb, arb, fmpq

from theory.core.joints import GRID, HEAVY, crossings, joints, roots, solved
from theory.core.numbers import NoValue, Unknown, precision
from theory.core.values import Place, of

SHARP = (sp.exp, sp.erf, sp.erfc, sp.tanh, sp.coth, sp.cosh, sp.sinh, sp.sech, sp.csch, sp.atan)
PART = 0.11  # of its range: an integrand as wide as this is found without cuts
SPREAD = (0.3, 1, 3, 10)  # widths around a centre that are cut


def zeros(
    expressions: Sequence[sp.Expr], variable: Any, low: Any, high: Any, place: Place
) -> set[Any]:
    """Values between ``low`` and ``high`` at which one of the expressions vanishes."""
    first, last = min(low, high), max(low, high)
    grid: Sequence[fmpq] = GRID
    if mpmath.isfinite(first) and mpmath.isfinite(last):
        grid = [_exact(first + (last - first) * c / 37) for c in range(1, 37)]
    found: list[fmpq] = []
    for zero in expressions:
        if variable in zero.free_symbols:
            if solved(zero, variable):
                found += roots(zero, variable, place)
            else:
                found += crossings(zero, variable, place, grid)
    return {c for c in map(_float, found) if first < c < last}


def peaks(function: sp.Expr, variable: Any, low: Any, high: Any, place: Place) -> set[Any]:
    """Cuts that show a narrow or distant part of an integrand; none for ordinary ones."""
    first, last = min(low, high), max(low, high)
    infinite = not (mpmath.isfinite(first) and mpmath.isfinite(last))
    reach = mpmath.mpf(10) if infinite else last - first
    cuts: set[Any] = set()
    for inner, relative in _sharp(function, variable):
        slope = sp.numer(sp.together(inner.diff(variable)))  # of powers a polynomial
        turning = [inner, slope, *joints(inner)]
        for centre in zeros(turning, variable, low, high, place):
            width = _width(inner, relative, variable, centre, place)
            if width is None or (width > PART * reach and not (infinite and abs(centre) > reach)):
                continue
            cuts |= {centre + side * part * width for part in (0, *SPREAD) for side in (1, -1)}
            while width < reach:
                width *= 10
                cuts |= {centre - width, centre + width}
    return {cut for cut in cuts if first < cut < last}


def _sharp(function: sp.Expr, variable: Any) -> Iterator[tuple[sp.Expr, bool]]:
    """What the integrand is sharp in; relative to its own size in a denominator."""
    seen = set()
    powers = _log_of_powers(function, variable)
    if powers is not None:
        seen.add((powers, False))
        yield powers, False
    for node in sp.preorder_traversal(function):
        if isinstance(node, SHARP):
            found = node.args[0], False
        elif isinstance(node, sp.Pow) and variable in node.exp.free_symbols:
            found = node.exp * sp.log(node.base), False
        elif isinstance(node, sp.Pow) and node.exp.is_negative:
            found = node.base, True
        else:
            continue
        if variable in found[0].free_symbols and not found[0].has(*HEAVY) and found not in seen:
            seen.add(found)
            yield found


def _log_of_powers(function: sp.Expr, variable: Any) -> sp.Expr | None:
    """log of a product of several exponentials, or in which a power may be a high one: only
    together they are narrow, as x^p (1 - x)^q is.
    """
    logs: list[sp.Expr] = []
    high = False
    for factor in sp.Mul.make_args(function):
        base, power = (sp.E, factor.args[0]) if isinstance(factor, sp.exp) else factor.as_base_exp()
        if variable not in factor.free_symbols:
            continue
        if base is sp.E:
            high = high or any(not log.has(sp.log) for log in logs)
            logs.append(power)
        elif variable in base.free_symbols and variable not in power.free_symbols:
            logs.append(power * sp.log(base))
            high = high or bool(power.free_symbols) or abs(power) > 20
    return sp.Add(*logs) if high else None


def _width(inner: sp.Expr, relative: bool, variable: Any, centre: Any, place: Place) -> Any:
    """The power of ten by which one must move away until ``inner`` has changed by one, or by its
    own size.
    """
    with precision(200):
        try:
            here = _at(inner, variable, centre, place)
            change = abs(here).lower() * 0.9 if relative else arb(0.9)
            for power in range(-16, 4):
                width = mpmath.mpf(10) ** power * max(1, abs(centre))
                beside = [_at(inner, variable, centre + s * width, place) for s in (1, -1)]
                if any(bool(abs(b - here) >= change) for b in beside):
                    return width if change > 0 else None
        except (NoValue, Unknown, OverflowError):
            pass
    return None


def _at(inner: sp.Expr, variable: Any, value: Any, place: Place) -> acb:
    with place.having({variable: _exact(value)}):
        return acb(of(inner, place))


def _exact(value: Any) -> fmpq:
    mantissa, exponent = mpmath.mpf(value).man_exp  # without the sign
    return int(mpmath.sign(value)) * fmpq(int(mantissa)) * fmpq(2) ** int(exponent)


def _float(root: fmpq) -> Any:
    return mpmath.mpf(int(root.p)) / int(root.q)
