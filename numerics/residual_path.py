"""Lengths of the paths by which a gradient goes through residual blocks.

Every formula is one derived in ``theory.residual_path``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import integer, number, real
from theory import derive
from theory import residual_path as theory

Array = np.ndarray
LONGEST = 1000  # blocks of ``tilt_interval``


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Chance that a path takes a block (alpha); alpha of the largest share (n, low, high - low)."""
    chance = derive(theory.path_energy)[3].function(theory.a)
    top = derive(theory.best_tilt)[3].function(theory.n, theory.B, theory.q)
    return chance, top


def path_law(alpha: Any) -> Array:
    """Shares (n + 1,) of the paths through 0, 1, ..., n blocks in the mean square of a gradient,
    for blocks that multiply it by alpha (n,).

    A sum of products of positive numbers: every entry has all its digits, to n roundings.  Raises
    ``ValueError`` for negative factors and as ``numerics.core.arrays``.  Source:
    ``theory.residual_path.path_energy``.
    """
    alpha = real(
        alpha, "alpha", ("n",), need="factors that are not negative", holds=lambda v: v >= 0
    )
    chance, stays = _formulas()[0](alpha), 1 / (1 + alpha)
    law = np.ones(1)
    for taken, left in zip(chance, stays, strict=True):
        law = np.append(left * law, 0.0) + np.append(0.0, taken * law)
    return law


def path_share(law: Any, low: int, high: int) -> float:
    """Share of the paths through low to high blocks, of a law (n + 1,).

    Raises ``ValueError`` for shares that are negative or do not add up to one, unless 0 <= low <=
    high, and as ``numerics.core.arrays``.
    """
    law = real(law, "law", ("n + 1",), need="shares in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    if abs(law.sum() - 1) > 1e-9:
        raise ValueError(
            f"law = ... adds up to {law.sum():.12g}: shares that add up to one are needed"
        )
    low, high = _range(low, high)
    return float(law[low : high + 1].sum())


def tilt_interval(n: int, low: int, high: int, share: float) -> tuple[float, float]:
    """Between which factors alpha of n equal blocks the paths through low to high blocks have more
    than this share; from zero on where low is zero, without end where high is n.

    Raises ``ValueError`` for more than 1000 blocks, unless 0 <= low <= high <= n and 0 < share < 1,
    where no alpha gives the share, and as ``numerics.core.arrays``.
    """
    n = integer(n, "n", f"1 to {LONGEST} blocks", lambda n: 1 <= n <= LONGEST)
    low, high = _range(low, high)
    share = number(share, "share", "a number between 0 and 1", lambda v: 0 < v < 1)
    if high > n:
        raise ValueError(f"high = {high}: at most n = {n} blocks are on a path")
    if low == 0 and high == n:
        return 0.0, np.inf

    def above(x: float) -> float:
        return float(path_law(np.full(n, np.exp(x)))[low : high + 1].sum()) - share

    if low == 0:
        best = -60.0
    elif high == n:
        best = 60.0
    else:
        best = float(np.log(_formulas()[1](n, low, high - low)))
    if above(best) < 0:
        raise ValueError(
            f"share = {share:.6g} is more than any alpha gives: {above(best) + share:.6g}"
        )
    left = 0.0 if low == 0 else float(np.exp(brentq(above, -80.0, best, xtol=1e-14, rtol=1e-14)))
    right = (
        np.inf if high == n else float(np.exp(brentq(above, best, 80.0, xtol=1e-14, rtol=1e-14)))
    )
    return left, right


def _range(low: Any, high: Any) -> tuple[int, int]:
    low = integer(low, "low", "a number of blocks", lambda v: v >= 0)
    return low, integer(high, "high", f"a number of blocks from low = {low} on", lambda v: v >= low)
