"""Do kernels, and what they predict, scatter over starts as means of m neurons do?  Entries of the
kernel over widths, trained networks at unseen points.

Settings.  Four points with bias; unit inputs at an angle of 1; three points on a circle, at whose
opposites mirrored networks are read after training.

Source: our own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.fit import log_slope
from numerics.infinite_width import gram_fluctuation, interpolant_deviation, kernel_fluctuation
from numerics.minimum_norm import kernel_interpolant
from numerics.phase_diagram import four_point_problem
from numerics.tangent_kernel import ntk, two_layer_kernel
from proofs_check.core.check import Check
from proofs_check.kernel_flow import ends
from theory import derive
from theory import infinite_width as theory

Array = np.ndarray
PAIR = np.array([[1.0, 0.0], [np.cos(1.0), np.sin(1.0)]])  # two unit inputs at an angle of 1
# three points on a circle: all rates above 1.2
CORNERS = 2**0.5 * np.array([[1.0, 0.0], [-0.5, 0.75**0.5], [-0.5, -(0.75**0.5)]])
# small, because what is left of the linear model goes with their square
LABELS = np.array([0.2, -0.2, 0.1])


def kernel_error_slope(
    seeds: Sequence[int], widths: tuple[int, ...] = (64, 720, 8192), draws: int = 16
) -> Array:
    """Exponent in m of the root mean squared distance (over draws) of the tangent kernel to its
    limit.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import two_layer, two_layer_start

    X, _ = four_point_problem()
    batch = [1000 * int(seed) + draw for seed in seeds for draw in range(draws)]
    found = []
    for m in widths:
        limit = two_layer_kernel(X, m=m, kappa=m**-0.5) / len(X)
        start = two_layer_start(batch, m, 2, 1.0, 1.0, antisymmetric=False)
        K = gram(two_layer(m**0.5), start, torch.as_tensor(X)).numpy()
        found.append(((K - limit) ** 2).sum((1, 2)).reshape(len(seeds), draws).mean(1) ** 0.5)
    return log_slope(widths, np.array(found))


def predicted_error_slope() -> float:
    """The exponent of m in the derived scatter of an entry of the features."""
    (law,) = derive(theory.gram_fluctuation)
    m = next(symbol for symbol in law.result.free_symbols if str(symbol) == "m")
    return float(m * law.result.diff(m) / law.result)


def feature_fluctuation(seeds: Sequence[int], m: int = 100, draws: int = 2000) -> Array:
    """log of sqrt(m) times the standard deviation, over draws, of the mean of m feature
    products.
    """
    found = []
    for seed in seeds:
        features = np.maximum(
            np.random.default_rng([int(seed), 5]).standard_normal((draws, m, 2)) @ PAIR.T, 0
        )
        found.append(features.prod(2).mean(1).std() * m**0.5)
    return np.log(found)


def kernel_scatter(seeds: Sequence[int], kappa_p: float, m: int = 64, draws: int = 6000) -> Array:
    """log of sqrt(m) times the standard deviation, over draws, of the tangent kernel between two
    unit inputs.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import two_layer, two_layer_start

    X, found = torch.as_tensor(PAIR), []
    for seed in seeds:
        batch = [10_000 * int(seed) + draw for draw in range(draws)]
        start = two_layer_start(batch, m, 2, kappa_p**0.5, kappa_p**-0.5, antisymmetric=False)
        entries = len(X) * gram(two_layer(m**0.5), start, X)[:, 0, 1]
        found.append(float(entries.std()) * m**0.5)
    return np.log(found)


def predicted_scatter(kappa_p: float) -> float:
    """The same, from the variances of both parts and their covariance."""
    return float(np.log(kernel_fluctuation(PAIR, 1, kappa_p)[0, 1]))


def scatter_of_the_output_weights(kappa_p: float) -> float:
    """The same if the gates stood still."""
    return float(np.log(gram_fluctuation(PAIR, 1)[0, 1] / kappa_p))


@cache
def _mirrored_ends(seeds: tuple[int, ...], m: int, draws: int) -> Array:
    return ends(seeds, CORNERS, LABELS, -CORNERS, m, 8.0, 40, draws, antisymmetric=True)


def scatter_opposite_to_the_data(seeds: Sequence[int], m: int = 1024, draws: int = 16) -> Array:
    """log of the standard deviation over starts of trained mirrored networks opposite to the data,
    mean over three points.
    """
    return np.log(_mirrored_ends(tuple(seeds), m, draws).std(1, ddof=1)).mean(1)


def predicted_deviation(m: int = 1024, power: float = 0.5) -> float:
    """The same from the fluctuation of the kernel of m neurons; another power of m is a rival."""
    return float(np.log(interpolant_deviation(CORNERS, LABELS, -CORNERS, m=1) / m**power).mean())


def mean_opposite_to_the_data(seeds: Sequence[int], m: int = 1024, draws: int = 16) -> Array:
    """Mean over starts of trained mirrored networks opposite to the second datum."""
    return _mirrored_ends(tuple(seeds), m, draws)[..., 1].mean(1)


def scatter_of_the_mean(m: int = 1024, draws: int = 16) -> float:
    """Four deviations of that mean, from the fluctuation of the kernel."""
    return 4 * float(interpolant_deviation(CORNERS, LABELS, -CORNERS, m=m)[1]) / math.sqrt(draws)


def predicted_mean() -> float:
    """Value there of the interpolant of the tangent kernel."""
    return float(kernel_interpolant(ntk(CORNERS), LABELS, ntk(-CORNERS, CORNERS))[1])


CHECKS: tuple[Check, ...] = (
    Check(
        name="kernel_tends_to_its_limit",
        quantity="exponent in the width of the kernel's distance to its limit, dimensionless",
        claim=theory.gram_fluctuation,
        predict=predicted_error_slope,
        measure=kernel_error_slope,
        terms={"16 draws per width, 4 standard deviations": 0.15},
        rival=-1.0,
        rival_why="errors of a mean of m terms fall like 1 / m",
    ),
    Check(
        name="constant_of_the_fluctuation",
        quantity="log of sqrt(m) times the scatter of a mean of feature products, dimensionless",
        claim=theory.gram_fluctuation,
        predict=lambda: float(np.log(gram_fluctuation(PAIR, 1)[0, 1])),
        measure=feature_fluctuation,
        terms={"2000 draws, 4 standard deviations": 0.07},
        rival=lambda: float(np.log(arc_cosine(PAIR, degree=1)[0, 1])),
        rival_why="a product fluctuates by its own mean",
    ),
    *(
        Check(
            name=f"kernel_scatters_at_{title}",
            quantity="log of sqrt(m) times the scatter of the tangent kernel, dimensionless",
            claim=theory.kernel_fluctuation,
            predict=partial(predicted_scatter, kappa_p),
            measure=partial(kernel_scatter, kappa_p=kappa_p),
            terms={"6000 draws, 4 standard deviations": 0.05},
            rival=partial(scatter_of_the_output_weights, kappa_p),
            rival_why="only the part of the output weights scatters, the gates are a constant",
        )
        for title, kappa_p in (("balanced_scales", 1.0), ("large_output_weights", 2.0))
    ),
    Check(
        name="trained_networks_scatter_as_the_kernel_does",
        quantity="log standard deviation of predictions over starts, in log units of the targets",
        claim=theory.fluctuation_of_the_interpolant,
        predict=predicted_deviation,
        measure=scatter_opposite_to_the_data,
        terms={
            "16 draws at three points, three deviations": 0.35,
            "change of the kernel in training": 0.1,
        },
        rival=lambda: predicted_deviation(power=1.0),
        rival_why="the deviation falls as 1 / m",
    ),
    Check(
        name="trained_networks_end_at_the_interpolant",
        quantity="mean prediction over starts, in units of the targets",
        claim=theory.fluctuation_of_the_interpolant,
        predict=predicted_mean,
        measure=mean_opposite_to_the_data,
        terms={"four derived deviations of the mean of 16 starts": scatter_of_the_mean},
        rival=lambda: -float(LABELS[1]),
        rival_why="the network continues as an odd function",
    ),
)
