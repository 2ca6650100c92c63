"""Times at which the layers of a deep linear network change the order of their frequencies.

Every formula is the one derived in ``theory.effective_target``.
"""

from __future__ import annotations

import numpy as np

from numerics.core.arrays import integer, number
from theory import derive
from theory import effective_target as theory

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def crossing_time(N: int, s: float, u0: float, sigma: float) -> float:
    """Time at which all layers of a balanced deep linear network have the same peak, because their
    common gain u has come to one: N layers, target s x, start u0, inputs of standard deviation
    sigma, loss of half the mean square, rate one.  Infinite where it never does.

    The derived speed of the gain, integrated by Gauss rules on intervals that halve towards one: to
    rounding.  Raises ``ValueError`` for N < 1 and numbers that are not positive, and as
    ``numerics.core.arrays``.  Source: ``theory.effective_target.deep_linear``.
    """
    N = integer(N, "N", "at least one layer", lambda v: v >= 1)
    s, u0, sigma = (
        number(value, name, "a positive number", lambda v: v > 0)
        for value, name in ((s, "s"), (u0, "u0"), (sigma, "sigma"))
    )
    if u0 == 1:
        return 0.0
    if (s - 1) * (1 - u0) <= 0:
        return float("inf")
    speed = derive(theory.deep_linear)[0].function(theory.N, theory.s, theory.sigma, theory.u)
    ends = np.log(u0) * 2.0 ** -np.arange(61.0)  # in log u, towards zero
    ends = np.append(ends, 0.0)
    fine = 1 + int(np.abs(np.log(u0)) * N / 4)
    cuts = np.unique(np.concatenate([ends, np.linspace(ends[0], 0, fine + 1)]))
    half = np.diff(cuts)[:, None] / 2
    log_u = cuts[:-1, None] + half * (1 + NODES)
    with np.errstate(over="ignore"):
        time = np.sum(half * WEIGHTS * np.exp(log_u) / speed(N, s, 1.0, np.exp(log_u)))
    return float(abs(time) / sigma**2)
