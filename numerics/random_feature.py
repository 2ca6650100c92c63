"""What networks of random features predict that fit their data with the shortest output weights.

Every formula is the one derived in ``theory.random_feature``: exact at every width for features
that are a Gaussian process, such as those of a wide layer before the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import t as student

from numerics.core.arrays import integer, real
from theory import derive
from theory import random_feature as theory

Array = np.ndarray


@dataclass(frozen=True)
class Spread:
    """What random features predict at the test points, over their draws."""

    mean: Array  # (q,), what the kernel predicts
    variance: Array  # (q,)
    norm: float  # mean squared length of the output weights


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Variance of the prediction (s, H, k, n) and squared length of the weights (H, k, n)."""
    variance = derive(theory.interpolant_spread)[0]
    length = derive(theory.norm)[0]
    return (
        variance.function(theory.s, theory.H, theory.k, theory.n),
        length.function(theory.H, theory.k, theory.n),
    )


def interpolant_spread(K: Any, K_test: Any, k_test_diag: Any, y: Any, k: int) -> Spread:
    """Mean, variance and squared length of weights of the network of k features whose covariance is
    K (n, n) at the data, K_test (q, n) from test points to data and k_test_diag (q,) at the former.

    y: labels (n,).  Rows of K_test and entries of k_test_diag may be those of any linear functional
    of the function.  Raises ``ValueError`` for k
    < n + 2 (the mean is infinite, see ``typical_deviation``, or the data are not met), shapes that
    do not fit, a K that is not symmetric and positive definite, and as ``numerics.core.arrays``.
    """
    n, mean, left, H, k = _read(K, K_test, k_test_diag, y, k, more=2)
    variance, length = _formulas()
    return Spread(mean, variance(np.sqrt(left), H, k, n), float(length(H, k, n)))


def typical_deviation(K: Any, K_test: Any, k_test_diag: Any, y: Any, k: int) -> Array:
    """Median over draws of |f_k - f_inf| at each test point (q,), from k = n features on.

    The deviation over s sqrt(H) is a Student t number of k - n + 1 degrees over the root of them.
    Arguments and errors as for ``interpolant_spread``, with k >= n.
    """
    n, _, left, H, k = _read(K, K_test, k_test_diag, y, k, more=0)
    degrees = k - n + 1
    return np.asarray(student.ppf(0.75, degrees) * np.sqrt(left * H / degrees))


def _read(
    K: Any, K_test: Any, k_test_diag: Any, y: Any, k: Any, more: int
) -> tuple[int, Array, Array, float, int]:
    """n, what the kernel predicts (q,), the variance that the data leave open (q,), H, and k."""
    K = real(K, "K", ("n", "n"))
    n = len(K)
    K_test = real(K_test, "K_test", ("q", n))
    diagonal = real(k_test_diag, "k_test_diag", (len(K_test),))
    y = real(y, "y", (n,))
    k = integer(k, "k", f"at least {n + more} features", lambda k: k >= n + more)
    try:
        if not np.allclose(K, K.T, rtol=1e-8, atol=0):
            raise np.linalg.LinAlgError
        root = np.linalg.cholesky(K)
    except np.linalg.LinAlgError:
        raise ValueError("K is not symmetric and positive definite: two equal inputs?") from None
    half, data = np.linalg.solve(root, K_test.T), np.linalg.solve(root, y)
    left = diagonal - (half**2).sum(0)
    if (left < -1e-8 * np.abs(diagonal)).any():
        raise ValueError(
            "k_test_diag is less than the data explain: no covariance has such entries"
        )
    return n, half.T @ data, np.maximum(left, 0.0), float(data @ data), k
