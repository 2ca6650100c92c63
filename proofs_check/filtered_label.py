"""What does a smoother of data leave of labels that follow one Gaussian feature, and of labels in
random order?

Set-ups.  (1) 400 standard normal points of standard deviation 1/2 and labels that are linear in
them.  (2) 100 digits with their classes in random order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from numerics import filtered_label as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from proofs_check.sample_filter import ratios, readout
from proofs_check.training import data
from theory import filtered_label as theory

Array = np.ndarray
SPREAD, POINTS = 0.5, 400  # standard deviation of the feature, points
IMAGES, AT = 100, 0.6  # digits, and s in units of one over the root mean squared pixel distance


def peak_of_a_linear_label(seeds: Sequence[int], points: int = POINTS) -> Array:
    """Peak of the ratio density of a label that is the feature itself."""

    from proofs_check.training.networks import normal

    x = SPREAD * normal(seeds, (points, 1), stream=50)
    place, distance = readout(x, x - x.mean(1, keepdim=True))
    return place / distance


def _images() -> Array:
    """Squared distances of digits, in units of their mean (without the zeros)."""
    X = data.digits(IMAGES)[0]
    D2 = cdist(X, X, "sqeuclidean")
    return np.asarray(D2 * IMAGES * (IMAGES - 1) / D2.sum())


def ratio_of_random_labels(seeds: Sequence[int], orders: int = 40) -> Array:
    """Mean ratio of the classes of digits, less their mean, over random orders of them."""
    import torch

    Y = np.eye(10)[data.digits(IMAGES)[1]]
    Y, D2 = Y - Y.mean(0), torch.as_tensor(_images())[None]
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 51])
        mixed = np.concatenate([Y[rng.permutation(IMAGES)] for _ in range(orders)], 1)
        s = torch.tensor([[AT / 0.2]], dtype=torch.float64)
        found.append(float(ratios(D2, torch.as_tensor(mixed), s)[0, 0]))
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="peak_of_a_linear_label",
        quantity="peak of the ratio density, in units of one over the input",
        claim=theory.linear_labels,
        predict=Prediction(theory.linear_labels, {theory.a: SPREAD}, part=3),
        measure=peak_of_a_linear_label,
        terms={"400 points": 0.15, "grid of widths": 0.05},
        rival=1 / (2**0.5 * SPREAD),
        rival_why="one over the typical distance of two points",
    ),
    Check(
        name="ratio_of_random_labels",
        quantity="share of the energy of labels in random order that is left, a share",
        claim=theory.random_labels,
        predict=lambda: float(numerics.null_ratio(_images(), AT / 0.2)),
        measure=ratio_of_random_labels,
        terms={"40 orders of ten labels": 0.01},
        rival=1 / (IMAGES - 1),
        rival_why="a filter leaves nothing of noise, but for the point itself among all",
    ),
)


def portrait(axes: Any) -> None:
    """Ratio of a linear label against the width: derived, sampled, and of the same labels in random
    order; dashed the ratio of a wave with the same peak.
    """
    import torch

    from proofs_check.training.networks import normal

    s = np.geomspace(0.2, 40, 60)
    x = SPREAD * normal(range(5), (150, 1), stream=50)
    D2, grid = torch.cdist(x, x) ** 2, torch.as_tensor(s).expand(5, -1)
    axes.semilogx(s, numerics.linear_ratio(SPREAD, s), color="#0072B2", label="derived: linear")
    left = ratios(D2, x - x.mean(1, keepdim=True), grid).numpy()
    axes.semilogx(s, np.median(left, 0), "k.", label="measured: 150 points, median of five samples")
    null = np.median([numerics.null_ratio(each, s) for each in D2.numpy()], 0)
    axes.semilogx(s, null, color="#D55E00", label="derived: random order of the labels")
    wave = np.exp(-1.5 / (SPREAD * s) ** 2)
    axes.semilogx(s, wave, "--", color="#999999", label="rival: a wave with this peak")
    axes.axvline(1 / SPREAD, color="#0072B2", lw=0.7)
    axes.set(
        xlabel="s, one over the width of the filter, in radians per unit of x",
        ylabel="low-frequency ratio of the labels, a share",
        title="Labels that are linear in a normal feature of deviation 1/2",
    )
    axes.legend(loc="upper left")
