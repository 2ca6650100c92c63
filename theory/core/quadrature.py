"""Integrals by quadrature, cut at the joints of the integrand; an integral that diverges has no
value.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from flint import acb, arb, fmpq

from theory.core.compiled import along
from theory.core.joints import joints
from theory.core.limits import Diverges
from theory.core.numbers import NoValue, Number, Unknown, precision
from theory.core.peaks import peaks, zeros
from theory.core.remembered import remembered
from theory.core.values import Place, of

DIGITS = 20
CLOSE = 1e-9  # a relative error above this is no value
THIN = 1e-8  # a range of less than this part of its ends is not integrated over


@remembered
def integral(node: sp.Integral, place: Place) -> Number:
    """The value of an integral over one or two ranges, with its estimated error."""
    if len(node.limits) > 2 or any(len(limit) != 3 for limit in node.limits):
        raise Unknown("an integral without bounds, or over more than two variables")
    digits = DIGITS if len(node.limits) == 1 else 15
    with mpmath.workdps(digits), precision(4 * digits + 20):
        value, error, scale = _over(node.function, tuple(node.limits), place)
        if error > CLOSE * scale:
            raise Unknown("quadrature does not converge")
        found = acb(mpmath.mpmathify(value))
    bound = arb(1e3 * float(error) + 1e-10 * float(scale))
    place.scale = max(place.scale, float(scale))
    return place.estimate(found, bound)


def _over(function: Any, limits: tuple[Any, ...], place: Place) -> tuple[Any, float, float]:
    *inner, (variable, *ends) = limits
    low, high = (_end(end, place) for end in ends)
    if low == high and (ends[0] == ends[1] or of(ends[0], place) == of(ends[1], place)):
        return mpmath.mpf(0), 0.0, 0.0
    if mpmath.isfinite(low) and abs(high - low) < THIN * max(abs(high), abs(low)):
        raise Unknown("a range as thin as the rounding of its ends")
    worst = [0.0]
    integrand = None if inner else along(function, variable)

    def plain(y: Any) -> Any:
        with place.having({variable: acb(mpmath.mpmathify(y))}):
            if integrand is None:
                value, error, _ = _over(function, tuple(inner), place)
                worst[0] = max(worst[0], float(error))
                return value
            value = acb(integrand(place))
        if not value.is_finite():
            raise Unknown("the integrand could not be evaluated")
        return mpmath.mpmathify(value.real if value.imag.is_zero() else value)

    with place.keeping():
        return _integrated(plain, function, variable, tuple(inner), (low, high), worst, place)


def _integrated(
    plain: Any,
    function: Any,
    variable: Any,
    inner: tuple[Any, ...],
    ends: tuple[Any, Any],
    worst: list[float],
    place: Place,
) -> tuple[Any, float, float]:
    low, high = ends
    cuts = sorted(zeros(joints(function), variable, low, high, place)) if not inner else []
    if not inner:
        _converges(plain, function, variable, low, high, cuts)
    cuts = sorted({*cuts, *_concentrated(function, variable, inner, low, high, place)})
    points = [low, *(cuts if low < high else cuts[::-1]), high]
    unit = _unit(plain, low, high) if not inner else mpmath.mpf(1)
    points = [point / unit for point in points]

    found: dict[Any, Any] = {}  # the three sums below meet the same nodes

    def at(u: Any) -> Any:
        node = u, mpmath.mp.prec
        if node not in found:
            found[node] = plain(unit * u) * unit
        return found[node]

    shallow = {"maxdegree": 5} if inner else {}
    value, error = mpmath.quad(at, points, error=True, **shallow)
    other, _ = mpmath.quad(at, _cut_again(points), error=True, **shallow)
    error = max(float(error), float(abs(value - other)))
    size = mpmath.quad(lambda y: abs(at(y)), points, maxdegree=4)
    if mpmath.isnan(value):
        raise Unknown("quadrature gives no number")
    return value, error + worst[0], float(max(abs(value), size))


def _concentrated(
    function: Any, variable: Any, inner: tuple[Any, ...], low: Any, high: Any, place: Place
) -> set[Any]:
    """Cuts around narrow parts; of what is integrated already, at a few values of that variable."""
    if not inner:
        return peaks(function, variable, low, high, place)
    found: set[Any] = set()
    for value in (fmpq(0), fmpq(1), fmpq(-1), fmpq(2, 3)):
        with place.having({inner[0][0]: value}):
            found |= peaks(function, variable, low, high, place)
    return found


def _unit(at: Any, low: Any, high: Any) -> Any:
    """The power of ten around which an integral over an infinite range gets its value."""
    signs = [side for end, side in ((low, -1), (high, 1)) if mpmath.isinf(end)]
    best, unit = mpmath.mpf(0), 0
    for power in range(-40, 80, 2) if signs else ():
        for side in signs:
            weight = _weight(at, 0, side * mpmath.mpf(10) ** power)
            if weight is not None and abs(weight) > best:
                best, unit = abs(weight), power
    return mpmath.mpf(10) ** (unit if abs(unit) > 3 else 0)


def _cut_again(points: list[Any]) -> list[Any]:
    """The same range with one cut more: two values that agree are trusted."""
    first, second, *rest = points
    if mpmath.isinf(first):
        inner = second - 1.37 if mpmath.isfinite(second) else mpmath.mpf("0.37")
    else:
        inner = first + 1.37 if mpmath.isinf(second) else first + 0.37 * (second - first)
    return [first, inner, second, *rest]


def _end(end: sp.Expr, place: Place) -> Any:
    if end.is_infinite:
        return mpmath.inf if end is sp.oo else -mpmath.inf
    value = acb(of(end, place))
    if not value.imag.is_zero():
        raise Unknown("a range that is not real")
    return mpmath.mpmathify(value.real)


def _converges(at: Any, function: Any, variable: Any, low: Any, high: Any, cuts: list[Any]) -> None:
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
        powers = (8, 14) if place else (1_000, 1_000_000)  # the place may be rounded
        near = [_weight(at, place, side * mpmath.mpf(10) ** -power) for power in powers]
        if None not in near and abs(near[1]) > 0.5 * abs(near[0]) > 0:
            signs.append(near[1])
    for end, side in ((first, -1), (last, 1)):
        if mpmath.isinf(end) and not wave:
            far = [_weight(at, 0, side * mpmath.mpf(10) ** power) for power in (1_000, 1_000_000)]
            if None not in far and abs(far[1]) > 0.5 * abs(far[0]) > mpmath.mpf("1e-9999"):
                signs.append(far[1])
    if not signs:
        return
    real = [sign for sign in signs if mpmath.im(sign) == 0]
    for side in (1, -1):
        if len(real) == len(signs) and all(side * mpmath.re(sign) > 0 for sign in real):
            raise Diverges(side if low < high else -side)
    raise NoValue("an integral that diverges")


def _weight(at: Any, place: Any, away: Any) -> Any:
    with mpmath.workdps(70), precision(400):
        try:
            return at(place + away) * abs(away)
        except (NoValue, Unknown):
            return None
