"""Local frequencies of a target and local times of a kernel's flow.

Source: ``theory.local_frequency``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from numerics.hard_sample import side_times

Array = np.ndarray


def local_frequency(x: Any, f: Any, width: float) -> Array:
    """Angular frequency (n,) of f (n,) in windows of this width around each of the rising places x
    (n,): the root of int f'^2 over int (f - mean)^2, with slopes between neighbours.

    Exact for a sine over whole periods, up to the spacing; a window that is not long against one
    over the frequency gives at least 2 sqrt(3) / width.  Raises ``ValueError`` for places that do
    not rise, windows with fewer than three places or constant values, and as
    ``numerics.core.arrays``.
    """
    x = real(x, "x", ("n",))
    f = real(f, "f", (len(x),))
    width = number(width, "width", "a positive width", lambda v: v > 0)
    if not (np.diff(x) > 0).all():
        raise ValueError("x does not rise: sort places and leave out what is there twice")
    found = []
    for place, inside in zip(x, _windows(x, width), strict=True):
        at, values = x[inside], f[inside]
        if len(at) < 3:
            raise ValueError(
                f"the window around {place:.6g} has {len(at)} places: three are needed"
            )
        length = np.diff(at)
        mean = np.trapezoid(values, at) / (at[-1] - at[0])
        spread = np.trapezoid((values - mean) ** 2, at)
        if not spread > 0:
            raise ValueError(f"f is constant around {place:.6g}: it has no frequency there")
        found.append(np.sqrt((np.diff(values) ** 2 / length).sum() / spread))
    return np.array(found)


def local_times(K: Any, x: Any, y: Any, width: float, share: float = 0.1) -> Array:
    """Time (n,) at which the error in the window of this width around each place x (n,) is below
    this share of the labels' there, for gradient flow from zero with the kernel K (n, n).

    Raises ``ValueError`` for windows without labels other than zero, and as
    ``numerics.hard_sample.side_times``.
    """
    x = real(x, "x", ("n",))
    width = number(width, "width", "a positive width", lambda v: v > 0)
    return side_times(K, y, _windows(x, width).astype(float), np.ones(len(x)), share)


def _windows(x: Array, width: float) -> Array:
    """Which places lie in the window around each, (n, n); those at its ends do, to rounding."""
    return np.abs(x[:, None] - x) <= width / 2 * (1 + 1e-12)
