"""Integrals by quadrature, cut at the joints of the integrand; an integral that diverges has no
value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import mpmath
import sympy as sp
from flint import acb, arb, fmpq

from theory.core.compiled import along
from theory.core.divergence import converges, weight
from theory.core.joints import joints
from theory.core.numbers import BITS, Number, Unknown, precision
from theory.core.peaks import peaks, zeros
from theory.core.remembered import remembered
from theory.core.tanh_sinh import Line, middle
from theory.core.values import Place, of

DIGITS = 20
CLOSE = 1e-9  # a relative error above this is no value
THIN = 1e-8  # a range of less than this part of its ends is not integrated over


@partial(remembered, enough=BITS[0])  # its own precision is a lower one
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
        bound = acb(1_000 * error + scale / 10**10).real
    place.scale = max(place.scale, float(scale))
    return place.estimate(found, bound)


def _over(function: Any, limits: tuple[Any, ...], place: Place) -> tuple[Any, Any, Any]:
    *inner, (variable, *ends) = limits
    low, high = (_end(end, place) for end in ends)
    if low == high and (ends[0] == ends[1] or of(ends[0], place) == of(ends[1], place)):
        return (mpmath.mpf(0),) * 3
    if mpmath.isfinite(low) and abs(high - low) < THIN * max(abs(high), abs(low)):
        raise Unknown("a range as thin as the rounding of its ends")
    worst = [mpmath.mpf(0)]
    integrand = None if inner else along(function, variable)

    def values(points: Iterable[arb], sure: bool = False) -> Iterator[acb]:
        with place.having({variable: acb(0)}):
            numbers: Any = place.numbers
            for y in points:
                numbers[variable] = acb(y)
                if integrand is None:
                    value, error, _ = _over(function, tuple(inner), place)
                    worst[0] = max(worst[0], error)
                    yield acb(value)
                    continue
                found = acb(integrand(place))
                if not found.is_finite():
                    raise Unknown("the integrand could not be evaluated")
                if sure and found.rad() > abs(found.mid()) / 2:
                    raise Unknown("the integrand is lost in rounding")
                yield found.mid()

    with place.keeping():
        return _integrated(values, function, variable, tuple(inner), (low, high), worst, place)


def _integrated(
    values: Callable[..., Iterator[acb]],
    function: Any,
    variable: Any,
    inner: tuple[Any, ...],
    ends: tuple[Any, Any],
    worst: list[Any],
    place: Place,
) -> tuple[Any, Any, Any]:
    low, high = ends
    cuts = sorted(zeros(joints(function), variable, low, high, place)) if not inner else []

    def plain(y: Any) -> Any:
        return middle(*values([arb(mpmath.mpmathify(y))], sure=not inner))

    if not inner:
        converges(plain, function, variable, low, high, cuts)
    cuts = sorted({*cuts, *_concentrated(function, variable, inner, low, high, place)})
    points = [low, *(cuts if low < high else cuts[::-1]), high]
    unit = _unit(plain, low, high) if not inner else mpmath.mpf(1)
    points = [point / unit for point in points]
    line = Line(values, unit)  # the sums below meet the same nodes
    size_of = mpmath.mpf(1)
    if not inner:  # the rules stop at absolute errors
        size_of = abs(line.integral(points, absolute=True, degree=4)[0]) or size_of
    shallow = 5 if inner else 0
    value, error = line.integral(points, size_of, degree=shallow)
    other, _ = line.integral(_cut_again(points), size_of, degree=shallow)
    error = max(error, abs(value - other))
    size, _ = line.integral(points, size_of, absolute=True, degree=4)
    if mpmath.isnan(value):
        raise Unknown("quadrature gives no number")
    scale = max(abs(value), abs(size)) * size_of  # from the higher end down it is negative
    return value * size_of, error * size_of + worst[0], scale


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
            found = weight(at, 0, side * mpmath.mpf(10) ** power)
            if found is not None and abs(found) > best:
                best, unit = abs(found), power
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
