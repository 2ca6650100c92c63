"""mpmath's tanh-sinh rule with its sums taken in balls, over an integrand that is met once at each
node however many sums are asked for.

Nodes, degrees and the estimate of the error are mpmath's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
from flint import acb, arb
from mpmath.calculus.quadrature import TanhSinh

from theory.core.numbers import precision

RULE = TanhSinh(mpmath.mp)
EXTRA = 20  # bits beyond those of the result, as in mpmath
GUARD = 60  # bits that the map of the nodes may lose next to an end
Values = Callable[[Iterable[arb]], Iterable[acb]]  # of the integrand, at exact points
Node = tuple[arb, acb]  # weight and value; the whole line has two of them for each point


@cache
def _standard(degree: int, bits: int) -> list[tuple[arb, arb]]:
    """Nodes and weights on [-1, 1] that a degree adds to the one below."""
    with mpmath.workprec(bits + EXTRA):
        return [(arb(x), arb(w)) for x, w in RULE.calc_nodes(degree, bits)]


def _mapped(low: Any, high: Any, degree: int, bits: int) -> list[tuple[arb, arb]]:
    """The same on [low, high], of which one end may be infinite; the points are exact."""
    nodes = _standard(degree, bits)
    if mpmath.isinf(low) or mpmath.isinf(high):
        if low == mpmath.inf or high == -mpmath.inf:
            return [(x, -w) for x, w in _mapped(high, low, degree, bits)]
        far = [(2 / (x + 1), w) for x, w in nodes]
        if low == -mpmath.inf:
            last = arb(high) + 1
            return [((last - u).mid(), w * u * u / 2) for u, w in far]
        first = arb(low) - 1
        return [((first + u).mid(), w * u * u / 2) for u, w in far]
    half, middle = (arb(high) - arb(low)) / 2, (arb(high) + arb(low)) / 2
    return [((middle + half * x).mid(), half * w) for x, w in nodes]


class Line:
    """An integrand along a line, given as the function that has its ``values``; the line is
    measured in ``unit``.
    """

    def __init__(self, values: Values, unit: Any = 1) -> None:
        self._values, self._unit = values, arb(mpmath.mpf(unit))
        self._met: dict[Any, list[Node]] = {}

    def _nodes(self, low: Any, high: Any, degree: int, bits: int) -> list[Node]:
        key = low, high, degree, bits
        if key not in self._met:
            with precision(bits + EXTRA + GUARD):
                whole = low == -mpmath.inf and high == mpmath.inf
                ends = (mpmath.mpf(0), high) if whole else (low, high)
                unit = self._unit
                nodes = [((x * unit).mid(), w * unit) for x, w in _mapped(*ends, degree, bits)]
            weights = [w for _, w in nodes]
            found = list(self._values(x for x, _ in nodes))
            if whole:
                weights, found = weights * 2, found + list(self._values(-x for x, _ in nodes))
            self._met[key] = list(zip(weights, found, strict=True))
        return self._met[key]

    def integral(
        self, points: Sequence[Any], size: Any = 1, absolute: bool = False, degree: int = 0
    ) -> tuple[Any, Any]:
        """The integral of the integrand, or of its absolute value, in parts of ``size``, from point
        to point, and its estimated error; by rules up to a degree, by default mpmath's.
        """
        bits, eps = mpmath.mp.prec, mpmath.mp.eps / 8
        last = degree or RULE.guess_degree(bits)
        with mpmath.workprec(bits + EXTRA):
            total, unsure = mpmath.mpf(0), mpmath.mpf(0)
            for low, high in pairwise(points):
                if low != high:
                    value, error = self._part(low, high, arb(size), absolute, last, bits, eps)
                    total, unsure = total + value, unsure + error
        return +total, unsure

    def _part(
        self, low: Any, high: Any, size: arb, absolute: bool, last: int, bits: int, eps: Any
    ) -> tuple[Any, Any]:
        results: list[Any] = []
        error = mpmath.mpf(0)
        gathered = acb(0)
        for degree in range(1, last + 1):
            nodes = self._nodes(low, high, degree, bits)
            with precision(bits + EXTRA + GUARD):
                for weight, value in nodes:
                    gathered += weight * (abs(value) if absolute else value)
                found = gathered / size / 2**degree
            results.append(middle(found))
            if degree > 1:
                error = RULE.estimate_error(results, bits, eps)
                if error <= eps:
                    break
        return results[-1], error


def middle(value: acb) -> Any:
    """The middle of a ball as a number of mpmath."""
    return mpmath.mpmathify(value.real if value.imag.is_zero() else value)
