"""Effective targets of deep networks: distances of features at the start, steps that the tangent
kernel takes to a loss, its slopes at equal and opposite inputs; and what the topics below it have.

Every formula is the one derived in ``theory.deep_frequency_principle``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import integer, number, real
from numerics.effective_target import crossing_time
from numerics.filtered_label import linear_ratio, null_ratio
from numerics.frequency_content import low_frequency_ratio, ratio_density
from numerics.frequency_peak import geometric_mean_frequency, level, peak, resolution_ratio
from numerics.sample_filter import circle_eigenvalue, smoothed_ratio
from numerics.tangent_kernel import nngp, ntk
from theory import deep_frequency_principle as theory
from theory import derive
from theory.trainability import gradient_correlation, theta

Array = np.ndarray
BIAS = 1.0  # variance of the biases of ``steps_to_loss``

__all__ = [
    "antipodal",
    "circle_eigenvalue",
    "crossing_time",
    "cusp",
    "geometric_mean_frequency",
    "layer_distances",
    "level",
    "linear_ratio",
    "low_frequency_ratio",
    "null_ratio",
    "peak",
    "ratio_density",
    "resolution_ratio",
    "smoothed_ratio",
    "steps_to_loss",
]


def layer_distances(
    X: Any, layers: int, activation: str, v: float | None = None, b: float = 0.0
) -> Array:
    """Squared distances |h_i - h_j|^2 / m (layers, n, n) of the features of each hidden layer of a
    very wide network at its start, at inputs X (n, D).

    Weights of variance v / inputs and biases of variance b; v is 2 for "relu" and 1 for "erf" and
    "sine" unless given.  Exact to rounding of the features' squares.  Raises ``ValueError`` for
    layers < 1 and as ``numerics.tangent_kernel.nngp``.
    """
    X = real(X, "X", ("n", "D"))
    layers = integer(layers, "layers", "at least one hidden layer", lambda v: v >= 1)
    v = (2.0 if activation == "relu" else 1.0) if v is None else v
    v = number(v, "v", "v > 0", lambda v: v > 0)
    b = number(b, "b", "b >= 0", lambda b: b >= 0)
    found = []
    for depth in range(2, layers + 2):
        K = nngp(X, depth=depth, activation=activation, weight_variance=v, bias_variance=b)
        own = K.diagonal()
        D2 = np.maximum((own[:, None] + own - 2 * K) / v, 0.0)
        np.fill_diagonal(D2, 0.0)
        found.append((D2 + D2.T) / 2)
    return np.array(found)


def steps_to_loss(x: Any, y: Any, depth: int, tol: float, protocol: str = "common") -> float:
    """Time in which gradient flow of a wide ReLU network of ``depth`` layers of weights, with no
    output at the start, brings the loss on points x (n,) or (n, D) with targets y (n,) to ``tol``
    times its start.

    Biases have the variance one.  protocol: "common", in units of one over the rate, or "largest",
    in units of one over the rate times the largest eigenvalue, as for a rate that is tuned to each
    depth.  Infinite where the kernel is singular for the rest.  Raises ``ValueError`` for tol
    outside (0, 1), targets that are all zero, another protocol, and as
    ``numerics.tangent_kernel.ntk``.
    """
    x = real(x, "x")
    if x.ndim not in (1, 2) or not x.size:
        raise ValueError(f"x has shape {x.shape}: points (n,) or (n, D) are needed")
    y = real(y, "y", (len(x),))
    depth = integer(depth, "depth", "at least one layer of weights", lambda v: v >= 1)
    tol = number(tol, "tol", "a number between 0 and 1", lambda v: 0 < v < 1)
    if protocol not in ("common", "largest"):
        raise ValueError(f"protocol = {protocol!r}: common or largest is needed")
    if not y.any():
        raise ValueError("y is all zero: targets with energy are needed")
    K = ntk(x.reshape(len(x), -1), depth=depth, bias_variance=BIAS) / len(x)
    rates, vectors = np.linalg.eigh(K)
    energy = (vectors.T @ (y / np.linalg.norm(y))) ** 2
    rates = rates.clip(0.0)
    unseen = rates < 1e-13 * rates[-1]
    if energy[unseen].sum() >= tol:
        return float("inf")

    def left(log_time: float) -> float:
        with np.errstate(under="ignore"):
            rest = (energy * np.exp(-2 * rates * np.exp(log_time))).sum()
        return float(np.log(max(rest, 1e-300) / tol))

    low = np.log(-np.log(tol) / (2 * rates[-1]))
    time = np.exp(brentq(left, low - 1, low + 40, xtol=1e-13))
    return float(time * (rates[-1] if protocol == "largest" else 1.0))


def cusp(d: Any) -> float:
    """Slope c of the tangent kernel d - c theta + ... of d layers of weights at equal unit inputs,
    without biases.  Raises ``ValueError`` for d < 1.
    """
    d = integer(d, "d", "at least one layer of weights", lambda v: v >= 1)
    return float(derive(theory.cusp)[0].function(theory.d)(d))


def antipodal(d: Any) -> float:
    """pi times the slope of the tangent kernel of d layers of weights at opposite unit inputs,
    without biases.  Raises ``ValueError`` for d < 2.
    """
    d = integer(d, "d", "at least two layers of weights", lambda v: v >= 2)
    share, cosine = _layer()
    found = float(derive(theory.circle_spectrum)[1].result) * np.pi
    angle = np.pi / 2  # of the features of opposite inputs in the first hidden layer
    for _ in range(d - 2):
        found *= share(angle)
        angle = float(np.arccos(min(cosine(angle), 1.0)))
    return float(found)


@cache
def _layer() -> tuple[Any, Any]:
    """Share of units active at both inputs, and cosine of their features, by the angle."""
    share, cosine = derive(gradient_correlation)[:2]
    return share.function(theta), cosine.function(theta)
