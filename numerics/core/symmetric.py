"""Symmetric matrices and kernels that are handed over: checked in the same words everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import real

Array = np.ndarray
ROUNDING = 1e-9  # of the largest entry, or of the largest eigenvalue


def symmetric(value: Any, name: str, size: str = "n") -> Array:
    """``value`` as a symmetric matrix (n, n) up to rounding; ``ValueError`` for another one, and as
    ``numerics.core.arrays``.
    """
    found = real(value, name, (size, size))
    if found.size and np.abs(found - found.T).max() > ROUNDING * np.abs(found).max():
        raise ValueError(
            f"{name} is not symmetric: pass ({name} + {name}.T) / 2 if rounding is why"
        )
    return found


def spectrum(value: Any, name: str) -> tuple[Array, Array]:
    """Eigenvalues (n,), rising, and eigenvectors (n, n) of a kernel matrix; what rounding makes of
    zero is zero.  ``ValueError`` for an eigenvalue below zero, for none above zero, and as
    ``symmetric``.
    """
    sizes, modes = np.linalg.eigh(symmetric(value, name))
    if sizes[-1] <= 0 or sizes[0] < -ROUNDING * sizes[-1]:
        raise ValueError(
            f"{name} has the eigenvalue {sizes[0]:.3g}: a kernel has none below zero, and not all "
            f"of them zero"
        )
    return np.where(sizes > 4e-16 * len(sizes) * sizes[-1], sizes, 0.0), modes
