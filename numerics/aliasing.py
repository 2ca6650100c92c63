"""How a wide network divides what it fits among the frequencies that look alike on its points.

Setting: N equispaced points of the circle and a kernel with a rate for each frequency.  Source:
``theory.aliasing``; Olver et al., NIST Handbook of Mathematical Functions, Cambridge 2010, section
25.11, for powers other than two and four.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.special import zeta

from numerics.core.arrays import integer, number, real
from theory import aliasing as theory
from theory import derive

Array = np.ndarray


@cache
def _shares() -> tuple[Callable[..., Any], ...]:
    return tuple(each.function(theory.y) for each in derive(theory.low_alias_share))


def alias_amplitudes(
    k: int, N: int, rate: Callable[[Array], Any], count: int
) -> tuple[Array, Array]:
    """Frequencies k + m N and their amplitudes, |m| <= ``count``, in what fits a wave of frequency
    k and amplitude one on N points: each the share of its rate.

    ``rate``: rates of an array of frequencies; the kernel has no others than these aliases, so
    choose ``count`` so large that the rest is small.  Raises ``ValueError`` for no points, a
    negative ``count``, and rates that are negative, all zero or not one for each frequency, and as
    ``numerics.core.arrays``.
    """
    k, N = integer(k, "k"), integer(N, "N", "at least one point", lambda N: N >= 1)
    count = integer(count, "count", "0 or more aliases to each side", lambda m: m >= 0)
    frequencies = k + N * np.arange(-count, count + 1)
    found = real(
        rate(frequencies),
        "rate",
        (len(frequencies),),
        need="rates that are not negative",
        holds=lambda g: g >= 0,
    )
    largest = found.max()
    if not largest > 0:
        raise ValueError(f"rate is zero at all of {len(frequencies)} aliases: nothing is fitted")
    parts = found / largest  # no overflow in the sum
    return frequencies, parts / parts.sum()


def low_alias_share(k: int, N: int, power: float) -> float:
    """Part of the frequency k, 0 < k <= N / 2, in what fits it on N points, for rates |q|^-power;
    it is 1/2 at k = N / 2, where two aliases are equally low.

    Raises ``ValueError`` for another frequency and for a power of one or less, whose sums diverge,
    and as ``numerics.core.arrays``.
    """
    N = integer(N, "N", "at least two points", lambda N: N >= 2)
    k = integer(k, "k", f"a frequency from 1 to {N // 2}", lambda k: 1 <= k <= N // 2)
    power = number(power, "power", "a power above one", lambda s: s > 1)
    y = k / N
    if power in (2, 4):
        return float(_shares()[int(power) // 2 - 1](y))
    if power <= 40:
        others = y**power * (zeta(power, 1 + y) + zeta(power, 1 - y))
    else:  # a few terms are exact to rounding, and none overflows
        m = np.arange(1, 40)
        others = ((y / (m + y)) ** power + (y / (m - y)) ** power).sum()
    return float(1 / (1 + others))
