"""The energy that a Gaussian filter leaves of a sum of waves, and its density over the filter.

Frequencies are angular, s is one over the standard deviation of the filter.  Every formula is the
one derived in ``theory.frequency_content``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import real
from theory import derive
from theory import frequency_content as theory

Array = np.ndarray
FAR = 40.0  # from so many s on a wave is gone: exp(-1600) is no double


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    left = derive(theory.low_frequency_ratio)[3].function(theory.w, theory.s)
    return left, derive(theory.shape_of_the_ratio)[5].function(theory.w, theory.s)


def low_frequency_ratio(frequencies: Any, energies: Any, s: Any) -> Array:
    """Share of the energy that is left at s, of its shape: waves of these angular frequencies (n,)
    and energies (n,), the mean as frequency zero.

    Raises ``ValueError`` for negative frequencies or energies, no energy, and s <= 0, and as
    ``numerics.core.arrays``.  Source: ``theory.frequency_content.low_frequency_ratio``.
    """
    w, shares, s = _waves(frequencies, energies, s)
    left = _formulas()[0](np.minimum(w / s[..., None], FAR), 1.0)
    return np.asarray((shares * left).sum(-1))


def ratio_density(frequencies: Any, energies: Any, s: Any) -> Array:
    """Slope of ``low_frequency_ratio`` in s, of its shape; arguments and errors as there.

    Source: ``theory.frequency_content.shape_of_the_ratio``.
    """
    w, shares, s = _waves(frequencies, energies, s)
    density = _formulas()[1](np.minimum(w / s[..., None], FAR), 1.0)
    return np.asarray((shares * density).sum(-1) / s)


def _waves(frequencies: Any, energies: Any, s: Any) -> tuple[Array, Array, Array]:
    need, holds = "numbers that are not negative", lambda v: v >= 0
    w = real(frequencies, "frequencies", ("n",), need=need, holds=holds)
    energies = real(energies, "energies", (len(w),), need=need, holds=holds)
    s = real(s, "s", need="positive numbers", holds=lambda v: v > 0)
    if not energies.max() > 0:
        raise ValueError("energies are all zero: one wave with energy is needed")
    shares = energies / energies.max()
    return w, shares / shares.sum(), s
