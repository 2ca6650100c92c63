"""Negative share of a spectrum: what ``theory.negative_curvature`` bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import row


def negative_share(eigenvalues: Any) -> float:
    """Sum of the negative eigenvalues (n,) of a spectrum over the sum of all, in size.

    Raises ``ValueError`` where all are zero, and as ``numerics.core.arrays``.
    """
    sizes = np.atleast_1d(row(eigenvalues, "eigenvalues"))
    if not sizes.any():
        raise ValueError("eigenvalues are all zero: one that is not is needed")
    sizes = sizes / np.abs(sizes).max()
    return float(-sizes[sizes < 0].sum() / np.abs(sizes).sum())
