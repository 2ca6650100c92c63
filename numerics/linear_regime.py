"""How far the input weights of a wide network can move in the linear region, with certainty up to a
chance: theorem 1* in numbers.

Everywhere kappa = m^-gamma, kappa' = m^-gamma', m neurons and their mirror images (2m in all, f = 0
at the start), bias column included in X.

Source: ``theory.linear_regime``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.arrays import number
from numerics.core.kernels import named
from numerics.core.plane import problem, scaling, value
from numerics.infinite_width import gram_fluctuation
from theory import derive, feature_change, random_start, rapidity
from theory import linear_regime as theory

ROUNDING = 1e-15  # of an exponential less one


def drift_bound(
    m: float,
    gamma: float,
    gamma_p: float,
    X: Any = None,
    y: Any = None,
    failure: float = 0.1,
) -> float:
    """Bound of sup_t RD_w of one copy that holds for a random antisymmetric start of m neurons with
    probability 1 - ``failure``; inf where the argument does not close.

    No constant is fitted.  Five hypotheses on the start (two sizes, two Gram matrices, gates) fail
    with ``failure`` / 5 each; the level is the least one that closes, found from below.  It closes
    at large widths of the linear region, and the bound has the law of the drift there.  X (n, D)
    with its bias column and y (n,), by default the published four-point problem.  Raises
    ``ValueError`` for a width below one, a ``failure`` outside (0, 1) and zero inputs, and as
    ``numerics.core.arrays``.  Source: ``theory.linear_regime.theorem_1_bound``.
    """
    X, y = problem(X, y)
    m, gamma, gamma_p = scaling(m, gamma, gamma_p)
    failure = number(failure, "failure", "a probability between 0 and 1", lambda p: 0 < p < 1)
    delta, D = failure / 5, X.shape[1]
    deviation, _, lowest, variance, spill = (
        derive(random_start.typical_start)[at] for at in (1, 2, 3, 4, 6)
    )
    off = deviation.function(*named(deviation, "N", "delta"))
    least = lowest.function(*named(lowest, "lambda", "V", "m", "delta"))
    products, gates = arc_cosine(X, degree=1), arc_cosine(X, degree=0)
    inner, rounding = X @ X.T, 1e-12 * float((X * X).sum())
    of_gates = variance.function(*named(variance, "x_dot", "p_on"))(inner, gates)
    kernels = {
        "a": (products, (gram_fluctuation(X, 1.0) ** 2).sum()),
        "w": (inner * gates, of_gates.sum()),
    }
    sizes = {
        "alpha_2": np.sqrt(1 + off(m, delta)),
        "omega_2": np.sqrt(D * (1 + off(m * D, delta))),
        "omega_1": np.sqrt(D * max(0.0, 1 - off(m * D, delta))),
        "sigma": np.linalg.svd(X, compute_uv=False)[0] * (1 + 1e-12),
        "Y": float(np.linalg.norm(y)),
        "q": m ** (gamma - 1) / 2,
        "kappaprime": m**-gamma_p,
    }
    found = np.inf
    for layer, (kernel, spread) in kernels.items():
        start = least(np.linalg.eigvalsh(kernel)[0] - rounding, spread, m, delta)
        if start > 0 and sizes["omega_1"] > 0:
            known = sizes | {"ell": np.sqrt(start), "delta": delta, "D": D, "T": (X * X).sum()}
            found = min(found, _below_level(layer, known, spill.result))
    return float(found)


def _below_level(layer: str, known: dict[str, Any], spill: Any) -> float:
    """The drift at the least level that closes, or inf."""
    end = derive(theory.theorem_1_bound)["aw".index(layer) + 2].result
    drift = derive(rapidity.drift_by_rapidity)[3].result
    room = feature_change.ROOM_A if layer == "a" else feature_change.ROOM_W
    powers = derive(theory.linear_regime)["aw".index(layer)].result.args[1].rhs

    def reached(level: float) -> float:
        """The rapidity of a flow that stayed below the level; inf where nothing is left."""
        values = known | {"epsilon": level, "G": 0.0}
        if layer == "w":
            if np.expm1(level) - level >= 1 / 2:
                return np.inf
            most = max(0.0, value(spill, values)) + ROUNDING * known["T"] / known["delta"]
            values["G"] = np.sqrt(most)
        left = value(room, values)
        return value(end, values) * (1 + 1e-9) if left > 1e-6 * known["ell"] else np.inf

    level = 1e-300
    for _ in range(300):
        further = reached(level)
        if not np.isfinite(further) or further > 5:
            return np.inf
        if further <= level:
            found = value(drift, known | {"epsilon": level})
            found += ROUNDING * (1 + known["kappaprime"] * known["alpha_2"] / known["omega_1"])
            # in powers, up to a factor 2, there are no differences that cancel
            return found if level > 1 else min(found, value(powers, known | {"epsilon": level}))
        level = further * (1 + 1e-6)
    return np.inf
