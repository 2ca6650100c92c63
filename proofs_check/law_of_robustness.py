"""Do fits of noise between linear ones and one bump for each sample have the slopes that are
derived, and is any fit flatter than the law of robustness allows?

Set-ups.  (1) Far clusters of n D / p normal points of squared length about one in D dimensions,
with the shortest linear fit of noise in each.  (2) 16 such points in 32 dimensions, linear fits and
random ReLU features; the largest gradient at the data, no more than the Lipschitz constant.
Source: Bubeck, Sellke, NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import law_of_robustness as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import features
from theory import Settles
from theory import law_of_robustness as theory

Array = np.ndarray
STATEMENT, OVER = (
    "udl-bubeck-sellke-factor-d",
    "log of the Lipschitz constant over its bound",
)
SAMPLES, INPUTS = 64, 64
FEW, SPACE = 16, 32  # samples and inputs of the instances


def slope_in_clusters(seeds: Sequence[int], points: int, draws: int = 40) -> Array:
    """log of the root of the mean squared slope of the shortest fits of noise, in clusters of so
    many points.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 91])
        size = (draws * SAMPLES // points, points, INPUTS)
        X = rng.standard_normal(size) / INPUTS**0.5
        z = rng.standard_normal((*size[:2], 1))
        w = np.linalg.pinv(X) @ z
        found.append(0.5 * np.log((w**2).sum((1, 2)).mean()))
    return np.array(found)


def predicted(points: int, samples_only: bool = False) -> float:
    """The same as derived; ``samples_only``: without the factor D."""
    p = SAMPLES * INPUTS // points
    if samples_only:
        return float(0.5 * np.log(SAMPLES / p))
    return float(np.log(numerics.cluster_slope(SAMPLES, INPUTS, p, 1.0)))


def linear_over_bound(seeds: Sequence[int], clusters: int) -> Array:
    """log of the largest slope of shortest linear fits over half the root of n D / p."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 92])
        size = (clusters, FEW // clusters, SPACE)
        X, z = rng.standard_normal(size) / SPACE**0.5, rng.standard_normal((*size[:2], 1))
        w = np.linalg.pinv(X) @ z
        bound = 0.5 * (FEW * SPACE / (clusters * SPACE)) ** 0.5
        found.append(np.log(np.sqrt((w**2).sum((1, 2)).max()) / bound))
    return np.array(found)


def features_over_bound(seeds: Sequence[int], parameters: int) -> Array:
    """The same for the largest gradient at the data of the shortest fit of ReLU features."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 93])
        X = rng.standard_normal((FEW, SPACE)) / SPACE**0.5
        W = rng.standard_normal((SPACE, parameters))
        a = features.shortest_fit(np.maximum(X @ W, 0), rng.standard_normal((FEW, 1)))
        slopes = (a.T * (X @ W > 0)) @ W.T
        bound = 0.5 * (FEW * SPACE / parameters) ** 0.5
        found.append(np.log(np.linalg.norm(slopes, axis=1).max() / bound))
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=f"slope_in_clusters_of_{points}_points",
            quantity="log of the root mean squared slope, in log units of the noise",
            claim=theory.clusters,
            predict=partial(predicted, points),
            measure=partial(slope_in_clusters, points=points),
            terms={"draws, five standard deviations": 0.05},
            rival=partial(predicted, points, samples_only=True),
            rival_why="parameters compared with samples alone: no factor D",
        )
        for points in (4, 16, 32)
    ),
    Check(
        name="no_fit_is_flatter_than_the_law",
        quantity="log of the largest gradient over half the root of n D / p, dimensionless",
        claim=theory.least_lipschitz,
        predict=Threshold(STATEMENT, OVER),
        measure={
            "one hyperplane": partial(linear_over_bound, clusters=1),
            "two hyperplanes, far apart": partial(linear_over_bound, clusters=2),
            "ReLU features, twice the data": partial(features_over_bound, parameters=2 * FEW),
            "ReLU features, D times the data": partial(features_over_bound, parameters=SPACE * FEW),
        },
        terms={"distance of the threshold from the limit": 0.05},
        rival=float(-0.5 * np.log(SPACE)),
        rival_why="parameters compared with samples alone: flatter by the root of D",
        side="at least",
        settles=(Settles(STATEMENT, part=OVER, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Slope of fits of noise over their parameters: derived for clusters, measured, and dashed
    without the factor D; hollow one bump for each sample.
    """
    counts = (2, 4, 8, 16, 32)
    p = np.array([SAMPLES * INPUTS // points for points in counts])
    axes.loglog(
        p, [np.exp(predicted(points)) for points in counts], color="#0072B2", label="derived"
    )
    axes.loglog(p, (SAMPLES / p) ** 0.5, "--", color="#999999", label="rival: no factor D")
    axes.loglog(p, (SAMPLES * INPUTS / p) ** 0.5, ":", color="#0072B2", label=r"$\sqrt{n D / p}$")
    for points, x in zip(counts, p, strict=True):
        found = np.exp(np.sort(slope_in_clusters(range(11), points, draws=10)))
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar(x, found[5], bars, fmt="o", color="#D55E00", ms=4)
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((SAMPLES, INPUTS)) / INPUTS**0.5, rng.standard_normal(SAMPLES)
    axes.plot(
        SAMPLES * (INPUTS + 1), numerics.bump_slope(X, y), "o", mfc="none", color="#009E73",
        label="derived: one bump for each sample",
    )  # fmt: skip
    axes.axvline(SAMPLES, lw=1, color="#56B4E9")
    axes.plot([], [], "o", color="#D55E00", ms=4, label="measured: 11 seeds")
    axes.annotate("$p = n$", (SAMPLES * 1.08, 0.3), color="#56B4E9")
    axes.set(
        xlabel="parameters p, a count",
        ylabel="root mean squared slope,\nin units of the noise",
        title="More parameters allow smaller slopes: 64 samples in 64 dimensions",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
