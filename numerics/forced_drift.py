"""How far the input weights of a network must move to fit its targets: theorem 2* in numbers.

Everywhere kappa = m^-gamma, kappa' = m^-gamma', m neurons and their mirror images (2m in all, f = 0
at the start), bias column included in X.

Source: ``theory.forced_drift``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import number
from numerics.core.kernels import named
from numerics.core.plane import problem, scaling, value
from theory import derive, random_start
from theory import forced_drift as theory

HUGE = 1e75  # fourth powers of kappa' and second powers of kappa' q have a value below


def drift_lower_bound(
    m: float,
    gamma: float,
    gamma_p: float,
    X: Any = None,
    y: Any = None,
    *,
    left: float = 0.0,
    failure: float = 0.1,
) -> float:
    """Bound from below of RD_w over both copies, for every flow that reaches |e| <= ``left`` |y|
    from a random antisymmetric start of m neurons, with probability 1 - ``failure``.

    No constant is fitted; 0 where the start may be near enough, and where kappa'
    exceeds 1e75 or kappa' q 1e150.  Two hypotheses on the start (sizes
    of a and w) fail with ``failure`` / 2 each.  That a flow gets so far is no result: see
    ``theory.forced_drift.FIT``.  X (n, D) with its bias column and y (n,), by default the
    published four-point problem.  Raises ``ValueError`` for a width below one, ``left`` outside [0,
    1), ``failure`` outside (0, 1), and as ``numerics.core.arrays``.  Source:
    ``theory.forced_drift.lower_bound``.
    """
    X, y = problem(X, y)
    m, gamma, gamma_p = scaling(m, gamma, gamma_p)
    left = number(left, "left", "a part of |y|, at least 0 and below 1", lambda p: 0 <= p < 1)
    failure = number(failure, "failure", "a probability between 0 and 1", lambda p: 0 < p < 1)
    deviation = derive(random_start.typical_start)[1]
    off = deviation.function(*named(deviation, "N", "delta"))
    D, delta = X.shape[1], failure / 2
    known = {
        "alpha_2": np.sqrt(1 + off(m, delta)),
        "omega_2": np.sqrt(D * (1 + off(m * D, delta))),
        "sigma": np.linalg.svd(X, compute_uv=False)[0] * (1 + 1e-12),
        "Y": float(np.linalg.norm(y)),
        "rho": left,
        "q": m ** (gamma - 1) / 2,
        "kappaprime": m**-gamma_p,
    }
    if not known["sigma"]:
        return 0.0  # no output at all: only y = 0 is fitted
    if known["kappaprime"] > HUGE or known["kappaprime"] * known["q"] > HUGE**2:
        return 0.0
    known |= {"s": value(theory.SHARE, known), "P": value(theory.SQUARE, known)}
    known["r"] = np.sqrt(value(theory.DISCRIMINANT, known))
    plain, _, stable = derive(theory.lower_bound)[2].states
    square = value(plain if known["s"] <= 1 else stable, known)
    return max(0.0, (np.sqrt(square) - 1) * (1 - 1e-12) - 1e-15)
