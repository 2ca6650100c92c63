"""Does an integral have a value?  Integrands next to their joints and far out."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

from theory.core.limits import Diverges
from theory.core.numbers import NoValue, Unknown, precision


def converges(at: Any, function: Any, variable: Any, low: Any, high: Any, cuts: list[Any]) -> None:
    """Raises where the integrand grows like the reciprocal of the distance, or faster, next to a
    joint or an end, and where it does not fall faster than 1/y far out: ``Diverges`` when all such
    places have one sign, else ``NoValue``.
    """
    wave = any(
        variable in node.free_symbols for node in function.atoms(sp.sin, sp.cos)
    ) or function.has(sp.I)
    first, last = min(low, high), max(low, high)
    sides = [(c, side) for c in cuts for side in (-1, 1)]
    sides += [(first, 1)] if mpmath.isfinite(first) else []
    sides += [(last, -1)] if mpmath.isfinite(last) else []
    signs = []
    for place, side in sides:
        exact = place in (first, last) and place == mpmath.floor(place)
        powers = (8, 14) if place and not exact else (1_000, 1_000_000)  # it may be rounded
        powers = (100, 1_000) if place and exact else powers
        near = _weights(at, place, side, powers)
        if None in near or not abs(near[1]) > 0.5 * abs(near[0]) > 0:
            continue
        _told_apart(near, mpmath.mpf(10) ** (-9 if exact or not place else -1))
        signs.append(near[1])
    for end, side in ((first, -1), (last, 1)):
        if mpmath.isinf(end) and wave:
            _dies_out(at, side)
        elif mpmath.isinf(end):
            far = [weight(at, 0, side * mpmath.mpf(10) ** power) for power in (1_000, 1_000_000)]
            if None not in far and abs(far[1]) > 0.5 * abs(far[0]) > mpmath.mpf("1e-9999"):
                _told_apart(far, mpmath.mpf(10) ** -9)
                signs.append(far[1])
    if not signs:
        return
    real = [sign for sign in signs if mpmath.im(sign) == 0]
    for side in (1, -1):
        if len(real) == len(signs) and all(side * mpmath.re(sign) > 0 for sign in real):
            raise Diverges(side if low < high else -side)
    raise NoValue("an integral that diverges")


def _weights(at: Any, place: Any, side: int, powers: tuple[int, int]) -> list[Any]:
    """Next to a place at two distances; nearer ones where such fine ones are lost in rounding."""
    found = [weight(at, place, side * mpmath.mpf(10) ** -power) for power in powers]
    if None in found and not place:
        found = [weight(at, place, side * mpmath.mpf(10) ** -power) for power in (10, 25)]
    return found


def _dies_out(at: Any, side: int) -> None:
    """Raises ``Unknown`` for a wave that does not fall faster than 1/y: such integrals converge
    by their signs, if at all, and quadrature sees none of that.
    """
    near, far = (
        [weight(at, 0, side * part * mpmath.mpf(10) ** power) for part in (1, 1.37, 2.9, 5.3)]
        for power in (3, 6)
    )
    sizes = [[abs(w) for w in found if w is not None] for found in (near, far)]
    if all(sizes) and max(sizes[1]) > 0.5 * max(sizes[0]) > 0:
        raise Unknown("a wave that does not die out")


def _told_apart(weights: list[Any], rounding: Any) -> None:
    """Raises ``Unknown`` for weights that fall, but too slowly to tell that they do for ever."""
    if abs(weights[1]) < (1 - rounding) * abs(weights[0]):
        raise Unknown("an integrand that is nearly the reciprocal of the distance")


def weight(at: Any, place: Any, away: Any) -> Any:
    """The integrand so far away from a place, times that distance; ``None`` without a value."""
    digits = 70 + (1_000 if place else 0)
    with mpmath.workdps(digits), precision(4 * digits):
        try:
            return at(place + away) * abs(away)
        except (NoValue, Unknown):
            return None
