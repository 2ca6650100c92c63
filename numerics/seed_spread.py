"""How much models differ that differ in their seed alone: variance of outputs, spread of accuracy.

Every formula is the one derived in ``theory.random_feature`` and ``theory.seed_spread``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import real
from numerics.random_feature import interpolant_spread
from theory import derive
from theory import seed_spread as theory

Array = np.ndarray


@cache
def _formula() -> Callable[..., Any]:
    """Variance of one answer (p)."""
    return derive(theory.spread_of_accuracy)[0].function(theory.chance)


def seed_variance(K: Any, K_test: Any, diag: Any, y: Any, k: int) -> Array:
    """Variance over seeds (q,) of the shortest fit of k random features at test points.

    Arguments and errors are those of ``numerics.random_feature.interpolant_spread``: the covariance
    K (n, n) at the data, K_test (q, n) from test points to data, diag (q,) at the former, y (n,).
    """
    diag = real(diag, "diag", ("q",))
    return interpolant_spread(K, K_test, diag, y, k).variance


def independent_spread(p: Any) -> float:
    """Standard deviation over seeds of the share of right answers, if seeds err independently of
    example to example; p (N,): the probability over seeds that each example is answered rightly.

    Raises ``ValueError`` for what is no probability, and as ``numerics.core.arrays``.
    """
    p = real(p, "p", ("N",), need="probabilities", holds=lambda v: (v >= 0) & (v <= 1))
    return float(np.sqrt(_formula()(p).sum()) / len(p))
