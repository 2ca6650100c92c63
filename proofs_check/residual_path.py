"""How long are the paths that carry the gradient of a residual network?  Gradients sorted by the
number of blocks on their way, in random linear blocks of equal size.

Set-up.  54 blocks h + J h of 64 units, J of independent normal entries of variance alpha / 64.  A
random gradient at the end goes down around and through each block; what went through k blocks is
kept apart, and its square over the sum of all squares is the share of the length k.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import residual_path as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import residual_path as theory

Array = np.ndarray
BLOCKS, D, PROBES = 54, 64, 4  # gradients of a network
LOW, HIGH = 5, 17  # the paths that the source calls short
EQUAL = 0.25


@cache
def shares(seeds: tuple[int, ...], alpha: float, n: int = BLOCKS) -> Array:
    """Shares (S, n + 1) of the lengths, of equal linear blocks."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 91])
        apart = np.zeros((n + 1, PROBES, D))
        apart[0] = rng.standard_normal((PROBES, D))
        for _ in range(n):
            J = (alpha / D) ** 0.5 * rng.standard_normal((D, D))
            apart[1:] += apart[:-1] @ J
        squares = (apart**2).sum((1, 2))
        found.append(squares / squares.sum())
    return np.array(found)


def mean_length(seeds: Sequence[int], alpha: float = EQUAL) -> Array:
    """Mean number of blocks on a path."""
    return shares(tuple(seeds), alpha) @ np.arange(BLOCKS + 1)


def short_share(seeds: Sequence[int], alpha: float = EQUAL) -> Array:
    """Share of the paths through 5 to 17 blocks."""
    return np.asarray(shares(tuple(seeds), alpha)[:, LOW : HIGH + 1].sum(1))


def derived_share(alpha: float = EQUAL) -> float:
    """The same, derived."""
    return numerics.path_share(numerics.path_law(np.full(BLOCKS, alpha)), LOW, HIGH)


CHECKS: tuple[Check, ...] = (
    Check(
        name="mean_length_of_equal_blocks",
        quantity="mean number of blocks on a path at alpha 1/4, in blocks",
        claim=theory.binomial_law,
        predict=Prediction(theory.binomial_law, {theory.n: BLOCKS, theory.a: EQUAL}, part=1),
        measure=mean_length,
        terms={"width: two deviations of sqrt(n / D)": 2 * (BLOCKS / D) ** 0.5},
        rival=lambda: float(numerics.path_law(np.ones(BLOCKS)) @ np.arange(BLOCKS + 1)),
        rival_why="every path counts alike: half of the blocks are on a path",
    ),
    Check(
        name="share_of_short_paths",
        quantity="paths through 5 to 17 of 54 blocks at alpha 1/4, a share",
        claim=theory.binomial_law,
        predict=derived_share,
        measure=short_share,
        terms={"width": 0.1},
        rival=partial(derived_share, 1.0),
        rival_why="every path counts alike: half of the blocks are on a path",
    ),
)


def portrait(axes: Any) -> None:
    """Share of the paths through 5 to 17 of 54 equal blocks over alpha: derived, measured, where it
    exceeds nine tenths, and the count of paths.
    """
    alphas = np.geomspace(0.02, 2, 100)
    axes.semilogx(alphas, [derived_share(a) for a in alphas], color="#0072B2", label="derived")
    some = np.geomspace(0.05, 1.0, 7)
    points = np.array([short_share(range(11), float(a)) for a in some])
    middle, ends = np.median(points, 1), np.sort(points, 1)[:, [0, -1]]
    axes.errorbar(
        some,
        middle,
        abs(ends.T - middle),
        fmt="o",
        color="#D55E00",
        capsize=3,
        label="measured: 11 networks",
    )
    left, right = numerics.tilt_interval(BLOCKS, LOW, HIGH, 0.9)
    axes.axvspan(left, right, color="#0072B2", alpha=0.1, label="derived: more than nine tenths")
    axes.axhline(derived_share(1.0), ls="--", color="#999999", label="rival: paths counted alike")
    axes.plot([0.02], [0.9], "o", mfc="none", color="black", label="printed: nine tenths")
    axes.set(
        xlabel="what a block does to the mean square of a gradient, dimensionless",
        ylabel="paths through 5 to 17 blocks, a share",
        title="Paths through 5 to 17 of 54 blocks carry nine tenths in a narrow range",
    )
    axes.legend(loc="center left", fontsize=8)
