"""What is read off a ratio density: its peak, the place at which a given part is left, the
geometric mean of the frequencies, and how close two waves may be to be told apart.

Every formula is the one derived in ``theory.frequency_peak``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from numerics.core.arrays import number, real
from theory import derive
from theory import frequency_peak as theory

Array = np.ndarray
CUT, COARSE = 0.05, 0.02  # mass beyond a grid, and what half of its points may change


def geometric_mean_frequency(s: Any, rdf: Any) -> float:
    """Geometric mean of the angular frequencies of a function without mean, from its ratio density
    rdf (n,) on a rising grid s (n,): exp of the mean of log s less half of Euler's gamma.

    Trapezoids in log s, and the power law s^-3 beyond the grid.  Raises ``ValueError`` where more
    than 5 % of the mass lie beyond or the density has not vanished at the lower end, where half of
    the points give another answer by 2 %, and as ``numerics.core.arrays``.  Source:
    ``theory.frequency_peak.geometric_mean``.
    """
    s = _grid(s)
    need = "numbers that are not negative"
    rdf = real(rdf, "rdf", (len(s),), need=need, holds=lambda v: v >= 0)
    if not rdf.max() > 0:
        raise ValueError("rdf is zero everywhere: a density is needed")
    once, twice = _mean_log(s, rdf), _mean_log(s[::-1][::2][::-1], rdf[::-1][::2][::-1])
    if abs(once - twice) > COARSE:
        raise ValueError("s is too coarse a grid: half of its points give another mean")
    offset = float(derive(theory.one_wave)[7].function(theory.w)(1.0))  # of a wave of frequency one
    return float(np.exp(once - offset))


def _mean_log(s: Array, rdf: Array) -> float:
    """Mean of log s."""
    log, mass = np.log(s), s * rdf
    beyond = mass[-1] / 2  # of a tail that falls as s^-3
    total = np.trapezoid(mass, log) + beyond
    if beyond > CUT * total or mass[0] * log.size > CUT * mass.sum():
        raise ValueError("s has too narrow a range: mass is missing at an end")
    return float((np.trapezoid(log * mass, log) + beyond * (log[-1] + 0.5)) / total)


def peak(s: Any, lfr: Any) -> float:
    """Where the slope of a ratio lfr (n,) on a rising grid s (n,) is largest: differences of
    neighbours, and a parabola in log s through the three largest.

    Raises ``ValueError`` for fewer than five points and for a peak at an end of the grid, and as
    ``numerics.core.arrays``.
    """
    s = _grid(s)
    lfr = real(lfr, "lfr", (len(s),))
    slopes, middle = np.diff(lfr) / np.diff(s), np.log((s[1:] + s[:-1]) / 2)
    at = int(slopes.argmax())
    if at in (0, len(slopes) - 1):
        raise ValueError(f"lfr is steepest at an end of the grid, s = {s[at]:.4g}: widen it")
    (x0, x1, x2), (y0, y1, y2) = middle[at - 1 : at + 2], slopes[at - 1 : at + 2]
    left, right = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    bend = (right - left) / (x2 - x0)
    return float(np.exp(x1 if bend == 0 else (x0 + x1) / 2 - left / (2 * bend)))


def level(s: Any, lfr: Any, part: float = 0.25) -> float:
    """First place at which a ratio lfr (n,) on a rising grid s (n,) has come to ``part``, by a
    straight line in log s; of linear labels a quarter is left at the peak.

    Raises ``ValueError`` where it does not come there within the grid, and as
    ``numerics.core.arrays``.
    """
    s = _grid(s)
    lfr = real(lfr, "lfr", (len(s),))
    part = number(part, "part", "a number between 0 and 1", lambda v: 0 < v < 1)
    at = int((lfr >= part).argmax())
    if at == 0:
        raise ValueError(f"lfr does not come to part = {part:g} within the grid: widen it")
    share = (part - lfr[at - 1]) / (lfr[at] - lfr[at - 1])
    return float(s[at - 1] * (s[at] / s[at - 1]) ** share)


@cache
def resolution_ratio(log: bool = False) -> float:
    """Ratio of the frequencies of two waves of equal energy from which on their density has two
    peaks, in s or (``log``) in log s; to rounding.

    Source: ``theory.frequency_peak.two_waves``.
    """
    power, part = (2, 4) if log else (3, 0)
    P, Q = theory.P, theory.Q
    levels = derive(theory.two_waves)[part].function(P, Q, theory.r, theory.y)

    def clearance(r: float) -> float:
        """How far the level of equal energies lies within the part that is met three times."""
        low, middle, high = power / (2 * r**2), power * (r**2 + 1) / (4 * r**2), power / 2
        low, high = low * (1 + 1e-9), high * (1 - 1e-9)  # the balance has no value at the ends

        def extreme(sign: int, ends: tuple[float, float]) -> float:
            return -float(
                minimize_scalar(
                    lambda y: (
                        -sign * np.log(max(levels(1.0, 1.0, r, y) / (power - 2 * y) + 1, 1e-300))
                    ),
                    bounds=ends,
                    method="bounded",
                    options={"xatol": 1e-12},
                ).fun
            )

        return min(extreme(1, (low, middle)), extreme(-1, (middle, high)))

    return float(brentq(clearance, 2.5, 6.0, xtol=1e-15, rtol=1e-15))


def _grid(s: Any) -> Array:
    s = real(s, "s", ("n",), need="positive numbers", holds=lambda v: v > 0)
    if len(s) < 5 or not (np.diff(s) > 0).all():
        raise ValueError(f"s has {len(s)} values: at least five that rise are needed")
    return s
