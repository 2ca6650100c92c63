"""The way from the start of a linearised network to its data, and the time that it takes.

Derived in ``theory.depth``.  The functions of the topics around it are found here too: the tangent
kernel, products of equal factors, residual paths, normalisation and the depth of plain networks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from numerics.core.arrays import check_shape, number, real
from numerics.core.symmetric import symmetric
from numerics.deep_linear import balanced_time, final_rate
from numerics.residual_norm import gradient_growth, record_law, residual_alpha
from numerics.residual_path import path_law, path_share, tilt_interval
from numerics.standard_kernel import kernel_trace, standard_kernel
from numerics.trainable_depth import correlation, critical_depth

Array = np.ndarray
__all__ = [
    "balanced_time",
    "correlation",
    "critical_depth",
    "epochs_to",
    "final_rate",
    "gradient_growth",
    "kernel_trace",
    "lazy_distance",
    "path_law",
    "path_share",
    "record_law",
    "residual_alpha",
    "standard_kernel",
    "tilt_interval",
]


def lazy_distance(K: Any, Y: Any, theta_0: Any = None) -> float:
    """Length of the shortest way on which a linearised network moves its outputs by Y (n,) or (n,
    c): the root of the trace of Y^T K^-1 Y, K (n, n); over the length of the start where its
    parameters theta_0, of any shape, are given.

    Raises ``ValueError`` for a kernel that is not symmetric or whose smallest eigenvalue rounding
    decides, a start of length zero, and as ``numerics.core.arrays``.
    """
    rates, parts = _spectrum(K, Y)
    if not rates[0] > len(rates) * np.finfo(float).eps * rates[-1]:
        raise ValueError("K is singular to rounding: leave out inputs that occur twice")
    length = float(np.sqrt((parts / rates).sum()))
    if theta_0 is None:
        return length
    size = float(np.linalg.norm(real(theta_0, "theta_0")))
    if not size > 0:
        raise ValueError("theta_0 has the length zero: a start is needed, or None")
    return length / size


def epochs_to(K: Any, Y: Any, share: float) -> float:
    """Time at which gradient flow of half the mean square over n data has this share of its loss
    left, for the tangent kernel K (n, n) and residuals Y (n,) or (n, c) at the start: steps of
    descent times their rate, where these are small.

    The root to rounding of a sum of exponentials.  Raises ``ValueError`` for a share outside (0,
    1), one that is not reached because a part of Y has no rate, and as ``lazy_distance``.
    """
    share = number(share, "share", "a number between 0 and 1", lambda v: 0 < v < 1)
    rates, parts = _spectrum(K, Y)
    rates = np.where(rates > len(rates) * np.finfo(float).eps * rates[-1], rates, 0.0) / len(rates)
    if not parts.sum() > 0:
        raise ValueError("Y is zero: there is nothing to fit")
    kept = parts[rates == 0].sum() / parts.sum()
    if not share > kept:
        raise ValueError(f"share = {share:.6g} is never reached: {kept:.3g} of Y has no rate")
    fast = rates[(parts > 0) & (rates > 0)]

    def over(log_time: float) -> float:
        left = logsumexp(-2 * rates * np.exp(log_time), b=parts / parts.sum())
        return float(left - np.log(share))

    first = np.log(-np.log(share) / (2 * fast.max()))  # all parts as fast as the fastest
    last = first
    while over(last) > 0:
        last += 1.0
    return float(np.exp(brentq(over, first - 1.0, last, xtol=1e-15, rtol=1e-14)))


def _spectrum(K: Any, Y: Any) -> tuple[Array, Array]:
    """Eigenvalues (n,), rising, and the squared parts of Y along their vectors."""
    K = symmetric(K, "K")
    Y = real(Y, "Y")
    check_shape(Y.shape, "Y", (len(K),) if Y.ndim == 1 else (len(K), "c"))
    rates, vectors = np.linalg.eigh((K + K.T) / 2)
    if not rates[-1] > 0:
        raise ValueError("K has no positive eigenvalue: a kernel is needed")
    return rates, ((vectors.T @ Y.reshape(len(K), -1)) ** 2).sum(1)
