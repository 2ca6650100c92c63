"""Solutions of -(a u')' = f where a jumps, smooth and true ones, their mean squared slopes, and the
shares of aliases.

Setting: (-l, r) with u = 0 at both ends, a = (a_-, a_+) and f = (f_-, f_+) left and right of 0.
Every formula is the one derived in ``theory.weak_solution``, ``theory.steepness`` and
``theory.constant_source``; those of aliases are in ``numerics.aliasing``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from numerics.aliasing import alias_amplitudes, low_alias_share
from numerics.core.arrays import number, real, together
from theory import constant_source, derive, steepness
from theory import weak_solution as theory

Array = np.ndarray
__all__ = [
    "alias_amplitudes",
    "dirichlet_gap",
    "interface_correction",
    "low_alias_share",
    "strong_solution",
    "weak_solution",
]
PIECES = (
    constant_source.f_minus,
    constant_source.f_plus,
    theory.a_minus,
    theory.a_plus,
    theory.l,
    theory.r,
)


@cache
def _height() -> Callable[..., Any]:
    names = theory.p, theory.a_minus, theory.a_plus, theory.l, theory.r
    return derive(theory.interface_correction)[0].function(*names)


@cache
def _smooth() -> tuple[Callable[..., Any], ...]:
    """Slope and value at the interface, and both parabolas at a distance y from it."""
    slope, value, left, right, *_ = derive(constant_source.strong_solution)
    named = {
        theory.u(0): steepness.top,
        theory.at_interface(theory.u(theory.x)): theory.p,
    }
    parabolas = (
        sp.lambdify(
            (constant_source.y, steepness.top, theory.p, f, a), each.result.xreplace(named), "numpy"
        )
        for each, f, a in (
            (left, constant_source.f_minus, theory.a_minus),
            (right, constant_source.f_plus, theory.a_plus),
        )
    )
    return slope.function(*PIECES), value.function(*PIECES), *parabolas


def interface_correction(p: Any, a_minus: Any, a_plus: Any, l: Any = 1.0, r: Any = 1.0) -> Any:
    """Height of the tent by which the true solution exceeds the smooth one of slope p at the
    interface, broadcast.

    ``a_minus``, ``a_plus``: coefficients left and right; ``l``, ``r``: lengths of both sides.
    Raises ``ValueError`` for coefficients or lengths that are not positive, shapes that do not
    broadcast, and as ``numerics.core.arrays``.  Source: ``theory.weak_solution``.
    """
    slope = real(p, "p")
    sizes = {
        name: real(value, name, need="positive numbers", holds=lambda v: v > 0)
        for name, value in (("a_minus", a_minus), ("a_plus", a_plus), ("l", l), ("r", r))
    }
    together(p=slope, **sizes)
    left, right, l, r = sizes.values()
    # only ratios of coefficients and of lengths enter: no overflow, whatever the units
    largest, longest = np.maximum(left, right), np.maximum(l, r)
    with np.errstate(divide="ignore", over="ignore"):
        found = longest * _height()(
            slope, left / largest, right / largest, l / longest, r / longest
        )
    return found if np.ndim(found) else float(found)


def strong_solution(a: Any, f: Any, x: Any, l: float = 1.0, r: float = 1.0) -> Any:
    """Smooth solution at the places x in [-l, r], of any shape, under constant sources.

    It has u'' = -f / a on each side and a continuous slope: what the pointwise residual leads to.
    ``a``, ``f`` (2,): coefficient and source left and right of 0.  Raises ``ValueError`` for a
    coefficient or a length that is not positive and places outside, and as
    ``numerics.core.arrays``.  Source: ``theory.constant_source.strong_solution``.
    """
    a, f, l, r = _problem(a, f, l, r)
    x = _places(x, l, r)
    slope, value, left, right = _smooth()
    known = (*f, *a, l, r)
    top, p = value(*known), slope(*known)
    y = np.abs(x)
    found = np.where(x < 0, left(y, top, p, f[0], a[0]), right(y, top, p, f[1], a[1]))
    return found if found.ndim else float(found)


def weak_solution(a: Any, f: Any, x: Any, l: float = 1.0, r: float = 1.0) -> Any:
    """True solution at the places x: u and the flux a u' are continuous.

    Arguments, errors and source as for ``strong_solution``, and ``theory.weak_solution``.
    """
    smooth = strong_solution(a, f, x, l, r)
    a, f, l, r = _problem(a, f, l, r)
    x = _places(x, l, r)
    height = interface_correction(_smooth()[0](*f, *a, l, r), a[0], a[1], l, r)
    found = smooth + height * np.where(x < 0, 1 + x / l, 1 - x / r)
    return found if np.ndim(found) else float(found)


def dirichlet_gap(a: Any, f: Any, l: float = 1.0, r: float = 1.0) -> float:
    """Integral of u_T'^2 less that of u_P'^2 under constant sources: positive where the true
    solution u_T is the steeper one in the mean square.  Correct to the last digit, whatever
    cancels.

    Arguments and errors as for ``strong_solution``; ``OverflowError`` for a result beyond the
    largest float.  Source: ``theory.steepness.dirichlet_gap``.
    """
    a, f, l, r = _problem(a, f, l, r)
    exact = dict(zip(PIECES, map(sp.Rational, (*f, *a, l, r)), strict=True))
    slope, value = (each.result for each in derive(constant_source.strong_solution)[:2])
    height = derive(theory.interface_correction)[0].result.xreplace({theory.p: slope})
    gap = derive(steepness.dirichlet_gap)[0].result
    return float(gap.xreplace({theory.kappa: height, steepness.top: value}).xreplace(exact))


def _problem(a: Any, f: Any, l: Any, r: Any) -> tuple[Array, Array, float, float]:
    coefficient = real(a, "a", (2,), need="positive numbers", holds=lambda v: v > 0)
    left, right = (
        number(value, name, "a positive length", lambda v: v > 0)
        for value, name in ((l, "l"), (r, "r"))
    )
    return coefficient, real(f, "f", (2,)), left, right


def _places(x: Any, l: float, r: float) -> Array:
    return real(x, "x", need=f"places in [{-l:g}, {r:g}]", holds=lambda v: (v >= -l) & (v <= r))
