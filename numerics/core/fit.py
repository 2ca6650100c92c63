"""Exponents from measured powers."""

from __future__ import annotations

from typing import Any

import numpy as np


def log_slope(widths: Any, values: Any) -> Any:
    """Least-squares slope of log values (W, ...) against log widths (W,): the exponent, one per
    trailing entry.
    """
    x, z = np.log(np.asarray(widths, dtype=float)), np.log(np.asarray(values, dtype=float))
    if len(x) != len(z) or len(x) < 2:
        raise ValueError(
            f"{len(x)} widths and {len(z)} values: at least two widths with one row of values "
            f"each are needed"
        )
    x = x - x.mean()
    return np.tensordot(x, z, 1) / (x @ x)
