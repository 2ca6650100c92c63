"""Inner products of the products of signs, over the number of corners that are kept."""

from typing import Any

import numpy as np

from numerics.no_free_lunch import cube
from proofs_check.portraits import BLUE, GREY, SEEDS, points

SIGNS = 8


def portrait(axes: Any) -> None:
    """Root mean square inner product of two of them: zero on all corners, and of samples."""
    X = cube(SIGNS)
    of_signs = (np.arange(len(X))[:, None] >> np.arange(SIGNS)) & 1
    walsh = np.array([np.where(row, X, 1.0).prod(1) for row in of_signs])
    other = ~np.eye(len(walsh), dtype=bool)
    sizes = np.arange(16, len(X) + 1, 16)
    seen = []
    for size in sizes:
        kept = [np.random.default_rng([s, 33]).permutation(len(X))[:size] for s in SEEDS]
        seen.append(
            [np.sqrt(((walsh[:, k] @ walsh[:, k].T / size)[other] ** 2).mean()) for k in kept]
        )
    axes.plot(
        [len(X)], [0], "o", mfc="none", color=BLUE, ms=10, label="derived: zero on all corners"
    )
    points(axes, sizes, seen, "measured: corners kept, 11 draws")
    drawn = sizes**-0.5
    axes.plot(sizes, drawn, "--", color=GREY, label="rival: as of independent random signs")
    axes.set(
        xlabel="corners kept of 256, a count",
        ylabel="inner product of two products of signs,\nroot mean square, dimensionless",
        ylim=(-0.01, None),
        title="Products of eight signs are orthogonal over all corners",
    )
    axes.legend()
