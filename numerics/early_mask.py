"""Distances of masks by chance, and overlap with the mask of the start.

Every formula is the one derived in ``theory.early_mask``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.special import erfinv

from numerics.core.arrays import real, together
from theory import derive
from theory import early_mask as theory

Array = np.ndarray
NODES = 400  # of quadrature


@cache
def _formulas() -> dict[str, Callable[..., Any]]:
    distance, chance, _ = derive(theory.mask_distance)
    return {
        "distance": distance.function(theory.q, theory.o),
        "chance": chance.function(theory.q),
        "large": derive(theory.overlap_with_the_start)[0].function(
            theory.x, theory.r, theory.kappa
        ),
    }


def _share(q: Any) -> Array:
    return real(q, "q", need="shares in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))


def mask_distance(q: Any, overlap: Any) -> Any:
    """Share of the weights at which two masks differ that drop the share q and keep ``overlap`` of
    the rest in common.

    Arguments broadcast.  Raises ``ValueError`` for shares outside [0, 1], and as
    ``numerics.core.arrays``.
    """
    dropped = _share(q)
    both = real(overlap, "overlap", need="shares in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    together(q=dropped, overlap=both)
    return _formulas()["distance"](dropped, both)


def mask_distance_null(q: Any) -> Any:
    """The same by chance, of masks that know nothing of each other; of any shape."""
    return _formulas()["chance"](_share(q))


def mask_overlap(r: Any, q: Any) -> Any:
    """Share of the largest 1 - q of normal weights at the end that are among the largest at the
    start, too, with the correlation r of both; by quadrature, to 1e-6 for r up to 0.999.

    Arguments broadcast.  Raises ``ValueError`` for correlations outside [0, 1] and shares outside
    [0, 1), and as ``numerics.core.arrays``.
    """
    corr = real(r, "r", need="correlations in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    dropped = real(q, "q", need="shares in [0, 1)", holds=lambda v: (v >= 0) & (v < 1))
    together(r=corr, q=dropped)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    share = dropped[..., None] + (1 - dropped[..., None]) * (nodes + 1) / 2
    ends = np.sqrt(2) * erfinv(share)  # sizes at the end, by their place among those kept
    least = np.sqrt(2) * erfinv(dropped)[..., None]
    below = np.minimum(corr, 1 - 1e-12)[..., None]
    found = (_formulas()["large"](ends, below, least) * weights).sum(-1) / 2
    return np.where(corr == 1, 1.0, found)[()]
