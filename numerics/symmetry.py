"""How far batch normalisation is from removing a scale: the formula derived in
``theory.symmetry``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numerics.core.arrays import real, together
from theory import derive
from theory import symmetry as theory


@cache
def _deviation() -> Callable[..., Any]:
    exact = {derivation.title: derivation for derivation in derive(theory.batch_norm)}["With eps"]
    return exact.function(theory.c, theory.var, theory.eps)


def batch_norm_deviation(c: Any, variance: Any, eps: Any = 1e-5) -> Any:
    """Relative change of the normalised output when a batch of this variance (divisor n) is
    multiplied by c > 0; broadcast.

    For small eps it is (1 - 1 / c^2) eps / (2 variance).  Below 1e-15 it is lost to rounding.
    ``ValueError`` for c or variance <= 0 and for eps < 0, and as ``numerics.core.arrays``.
    """
    c = real(c, "c", need="positive factors", holds=lambda c: c > 0)
    variance = real(variance, "variance", need="positive variances", holds=lambda v: v > 0)
    eps = real(eps, "eps", need="numbers that are not negative", holds=lambda eps: eps >= 0)
    together(c=c, variance=variance, eps=eps)
    return _deviation()(c, variance, eps)
