"""How far batch normalisation is from removing a scale: the formula derived in
``theory.symmetry``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

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
    ``ValueError`` for c or variance <= 0 and for eps < 0.
    """
    c, variance, eps = (np.asarray(v, dtype=float) for v in (c, variance, eps))
    if not (np.all(c > 0) and np.all(variance > 0) and np.all(eps >= 0)):
        raise ValueError(
            f"c = {c}, variance = {variance}, eps = {eps}: c > 0, variance > 0 and eps >= 0 are "
            f"needed"
        )
    return _deviation()(c, variance, eps)
