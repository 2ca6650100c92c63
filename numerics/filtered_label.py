"""What a smoother of data leaves of labels in random order, and of linear ones.

Every formula is the one derived in ``theory.filtered_label``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import real, row
from numerics.sample_filter import smoother, squared_distances
from theory import derive
from theory import filtered_label as theory

Array = np.ndarray


def null_ratio(D2: Any, s: Any) -> Array:
    """Mean ratio of centred labels over all orders of them, at squared distances D2 (n, n) and each
    s, of its shape: what a ratio is worth comparing with.

    Raises ``ValueError`` for fewer than two points and as ``numerics.sample_filter.smoother``, and
    as ``numerics.core.arrays``.  Source: ``theory.filtered_label.random_labels``.
    """
    D2 = squared_distances(D2)
    if len(D2) < 2:
        raise ValueError(f"D2 has shape {D2.shape}: at least two points are needed")
    s = real(s, "s", need="positive numbers", holds=lambda v: v > 0)
    formula = derive(theory.random_labels)[0].function(theory.F, theory.n)
    squares = np.array([(smoother(D2, each) ** 2).sum() for each in s.ravel()])
    return np.asarray(formula(squares, len(D2))).reshape(s.shape)


def linear_ratio(a: Any, s: Any) -> Array:
    """Ratio of labels that are linear in a Gaussian feature of standard deviation a, for very many
    points; a and s broadcast, and are numbers or rows.

    Raises ``ValueError`` for numbers that are not positive, and as ``numerics.core.arrays``.
    Source: ``theory.filtered_label.linear_labels``.
    """
    need, holds = "positive numbers", lambda v: v > 0
    a, s = (row(v, name, need=need, holds=holds) for v, name in ((a, "a"), (s, "s")))
    formula = derive(theory.linear_labels)[0].function(theory.a, theory.s)
    product = a * s
    small = np.minimum(product, 1e6)  # beyond, one to rounding
    return np.asarray(np.where(product < 1e6, formula(small, 1.0), 1.0 - 2 / product**2))
