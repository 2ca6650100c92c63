"""Risk of a filter on modes, and decibels that a decoder of a small range takes from noise.

Every formula is the one derived in ``theory.untrained_decoder``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import real, together
from theory import derive
from theory import untrained_decoder as theory


def filter_risk(share: Any, signal: Any, sigma: Any) -> Any:
    """Mean squared error beyond the least possible one, of modes with noise of standard deviation
    sigma of which a share is shown; signal: root of the mean square of a mode.

    Arguments broadcast.  Raises ``ValueError`` for signals or noise that are not positive, and as
    ``numerics.core.arrays``.
    """
    H = real(share, "share")
    a, noise = (
        real(v, name, need="positive numbers", holds=lambda x: x > 0)
        for v, name in ((signal, "signal"), (sigma, "sigma"))
    )
    together(share=H, signal=a, sigma=noise)
    beyond = derive(theory.filter_risk)[0].function(theory.H, theory.a, theory.sigma)
    return beyond(H, a, noise)


def gain_db(modes: Any, range_: Any, sigma: Any, missed: Any) -> Any:
    """Decibels that a decoder takes from noise of standard deviation sigma in each of so many
    modes, when it shows those in its range and misses a mean square of the signal beyond.

    Arguments broadcast.  Raises ``ValueError`` for sizes that are not positive, a range beyond the
    modes, a negative mean square, and as ``numerics.core.arrays``.
    """
    N, k, noise = (
        real(v, name, need="positive numbers", holds=lambda x: x > 0)
        for v, name in ((modes, "modes"), (range_, "range_"), (sigma, "sigma"))
    )
    rest = real(missed, "missed", need="numbers that are not negative", holds=lambda x: x >= 0)
    together(modes=N, range_=k, sigma=noise, missed=rest)
    if not (k <= N).all():
        raise ValueError("range_ must not be larger than modes anywhere")
    gain = derive(theory.range_gain)[0].function(theory.N, theory.k, theory.sigma, theory.missed)
    return gain(N, k, noise, rest)


def range_gain(modes: Any, range_: Any) -> Any:
    """The most decibels that a range allows; arguments and errors as ``gain_db``."""
    gain_db(modes, range_, 1.0, 0.0)
    most = derive(theory.range_gain)[1].function(theory.N, theory.k)
    return most(np.asarray(modes, float), np.asarray(range_, float))
