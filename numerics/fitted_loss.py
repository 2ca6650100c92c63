"""What the mean of all orders of the units of a network does.

Source: ``theory.fitted_loss``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import real

Array = np.ndarray


def permutation_midpoint(a: Any, W: Any, X: Any) -> Array:
    """Outputs (n,) at inputs X (n, D) of the mean of all networks sum_k a_k relu(w_k . x) that
    differ from the one with the weights a (m,) and W (m, D) in the order of their units, less the
    outputs of this network: zero at a fit, if the loss were convex.

    Raises ``ValueError`` for shapes that do not fit, and as ``numerics.core.arrays``.
    """
    a = real(a, "a", ("m",))
    W = real(W, "W", (len(a), "D"))
    X = real(X, "X", ("n", W.shape[1]))
    return a.sum() * np.maximum(X @ W.mean(0), 0) - np.maximum(X @ W.T, 0) @ a
