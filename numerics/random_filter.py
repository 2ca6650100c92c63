"""The kernel of random filters whose responses are pooled over all windows of a circle.

The kernel of pooled responses is the one derived in ``theory.random_filter``, that of one window
the one of ``numerics.arc_cosine_kernel``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.arrays import integer, real

Array = np.ndarray


def conv_kernel(X: Any, Z: Any, window: Any) -> Array:
    """Mean over filters w ~ N(0, I) of the product of pooled responses, (n, q): responses are
    relu(w.x) on windows of so many neighbours of a circle, pooled by their mean over all windows;
    X (n, D), Z (q, D).

    Raises ``ValueError`` for arrays of other shapes, a window larger than the circle, and as
    ``numerics.core.arrays``.  Source: Mei, Misiakiewicz, Montanari, COLT 2021.
    """
    X, Z = (real(v, name, ("n", "D")) for v, name in ((X, "X"), (Z, "Z")))
    if X.shape[1] != Z.shape[1]:
        raise ValueError(f"X {X.shape} and Z {Z.shape}: as many places are needed")
    D = X.shape[1]
    k = integer(window, "window", f"an integer from 1 to {D}", lambda v: 1 <= v <= D)
    pieces = [
        np.stack([np.roll(v, -s, 1)[:, :k] for s in range(D)], 1).reshape(-1, k) for v in (X, Z)
    ]
    each = arc_cosine(*pieces, degree=1).reshape(len(X), D, len(Z), D)
    return np.asarray(each.mean((1, 3)))
