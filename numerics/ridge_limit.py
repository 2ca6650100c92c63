"""Risk of ridge regression with its best penalty, for many samples and inputs.

Source: ``theory.ridge_limit``.  ``numerics.overfitting.ridge_risk`` has it for inputs at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from theory import derive
from theory import ridge_limit as theory

Array = np.ndarray


@cache
def _formula() -> Callable[..., Any]:
    found = derive(theory.ridge_limit)[0]
    return found.function(theory.gamma, theory.B, theory.sigma)


def ridge_risk(gamma: Any, signal: float, noise: float) -> Any:
    """E |b - beta|^2 for ``gamma`` inputs a sample, of any shape, coefficients of squared length
    ``signal`` and noise of standard deviation ``noise``, in the limit of many samples.

    Raises ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.
    """
    ratio = real(gamma, "gamma", need="positive numbers", holds=lambda v: v > 0)
    B, sigma = (
        number(value, name, "a positive finite number", lambda v: v > 0)
        for value, name in ((signal, "signal"), (noise, "noise"))
    )
    return _formula()(ratio, B, sigma)
