"""Do ReLU networks obey the law of Gaussian features, and do trained ones generalise better and get
smoother as they get wider?  Scatter over draws, test errors, second differences between data.

Set-ups.  (1) 100 signals of MNIST-1D with one label in five replaced, ReLU features; the prediction
is that of the arc-cosine kernel, with nothing fitted.  The sign of a feature is free, so that ReLU
features count as centred; what they are not is Gaussian.  (2) Networks with weights of the usual
size, Adam with all data, until all labels are fitted.  (3) Second differences along segments
between data, of networks with one output.  Source: Prince, Understanding Deep Learning, MIT Press
2023, sections 8.4 and 20.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.fit import log_slope
from numerics.random_feature import interpolant_spread, typical_deviation
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import features
from proofs_check.training.features import Sample, relu_features, sample, shortest_fit, two_classes
from theory import Settles
from theory import random_feature as theory

Array = np.ndarray
N, NOISY, DATA = 100, 0.2, 7  # signals, share of noisy labels, seed of the data
WIDTH, WIDE = 150, 400
TESTS = 40  # held-out signals at the threshold


def _data() -> Sample:
    return sample("MNIST-1D", N, NOISY, DATA)


@cache
def predicted(k: int) -> tuple[float, float]:
    """Variance over draws, mean over held-out points and summed over outputs, and squared length of
    the weights, of k ReLU features.
    """
    s = _data()
    K, across, own = arc_cosine(s.X, degree=1), arc_cosine(s.X_test, s.X, degree=1), s.X_test
    diagonal = (own**2).sum(1) / 2  # E relu(w.x)^2
    spreads = [interpolant_spread(K, across, diagonal, y, k) for y in s.Y.T]
    return sum(p.variance.mean() for p in spreads), sum(p.norm for p in spreads)


@cache
def drawn(seeds: tuple[int, ...], k: int, draws: int = 12) -> tuple[Array, Array]:
    """The same of sampled features: variance over so many draws for each seed, and length."""
    s, variances, lengths = _data(), [], []
    for seed in seeds:
        outputs, sizes = [], []
        for draw in range(draws):
            Z, Z_test = relu_features(k, 1000 * seed + draw, s.X, s.X_test)
            weights = shortest_fit(Z, s.Y)
            outputs.append(Z_test @ weights)
            sizes.append((weights**2).sum())
        variances.append(np.var(outputs, axis=0, ddof=1).sum(1).mean())
        lengths.append(np.mean(sizes))
    return np.array(variances), np.array(lengths)


def scatter(seeds: Sequence[int], k: int = WIDTH) -> Array:
    """log of the variance over draws."""
    return np.log(drawn(tuple(seeds), k)[0])


def squared_length(seeds: Sequence[int], k: int = WIDTH) -> Array:
    """log of the squared length of the weights."""
    return np.log(drawn(tuple(seeds), k)[1])


def fall(seeds: Sequence[int]) -> Array:
    """log of the variance over draws at the larger width over that at the smaller one."""
    return scatter(seeds, WIDE) - scatter(seeds, WIDTH)


def at_the_threshold(seeds: Sequence[int], draws: int = 81) -> Array:
    """log of the median distance of a prediction from its median, mean over points and outputs, for
    as many features as data.
    """
    s, found = _data(), []
    for seed in seeds:
        outputs = []
        for draw in range(draws):
            Z, Z_test = relu_features(N, 1000 * seed + draw, s.X, s.X_test[:TESTS])
            outputs.append(Z_test @ shortest_fit(Z, s.Y))
        distance = np.abs(outputs - np.median(outputs, axis=0))
        found.append(np.log(np.median(distance, axis=0)).mean())
    return np.array(found)


def predicted_at_the_threshold(normal: bool = False) -> float:
    """The same from the kernel; ``normal``: as if the law were normal, with the variance that two
    features more have.
    """
    s, new = _data(), _data().X_test[:TESTS]
    K, across, diagonal = (
        arc_cosine(s.X, degree=1),
        arc_cosine(new, s.X, degree=1),
        (new**2).sum(1) / 2,
    )
    if normal:
        spreads = [interpolant_spread(K, across, diagonal, y, N + 2).variance for y in s.Y.T]
        return float(np.log(0.6745 * np.sqrt(spreads)).mean())
    found = [typical_deviation(K, across, diagonal, y, N) for y in s.Y.T]
    return float(np.log(found).mean())


# ---------------------------------------------------------------- test error over widths


def gain_of_random_features(seeds: Sequence[int], noise: float) -> Array:
    """log of the error of 400 features over that of twice as many as data."""
    wide, narrow = (features.random_errors(tuple(seeds), noise, k) for k in (WIDE, 2 * N))
    return np.log(wide / narrow)


def gain_of_training(seeds: Sequence[int], noise: float, layers: int) -> Array:
    """log of the error of 400 units a layer over that of twice the least width of 2, 4, 8, ..., 64
    that fits all labels of a seed, or of 128.
    """
    width, fits, narrow = 2, np.zeros(len(seeds), bool), np.full(len(seeds), np.nan)
    while (open_ := np.flatnonzero(np.isnan(narrow))).size:  # a seed ends one width after it fits
        some = tuple(seeds[int(at)] for at in open_)
        missed, errors = features.trained_errors(some, noise, width, layers)
        narrow[open_] = np.where(fits[open_], errors, np.nan)
        fits[open_] |= (missed == 0) | (width == 64)
        width *= 2
    return np.log(features.trained_errors(tuple(seeds), noise, WIDE, layers)[1] / narrow)


# ---------------------------------------------------------------- roughness between data


def roughness_of_random_features(seeds: Sequence[int], kind: str) -> Array:
    """Slope of log roughness in log width."""
    found = []
    for seed in seeds:
        X, y = two_classes(kind, seed)
        between, widths = features.segments(X), [len(X) * factor for factor in (2, 4, 8, 16)]
        rough = []
        for k in widths:
            Z, Z_new = relu_features(k, seed, X, between.reshape(-1, X.shape[1]))
            outputs = Z_new @ shortest_fit(Z, y[:, None])
            rough.append(features.roughness(outputs.reshape(between.shape[:2])))
        found.append(log_slope(widths, np.array(rough)))
    return np.array(found)


def roughness_of_trained(seeds: Sequence[int], kind: str, mirrored: bool) -> Array:
    """The same for trained networks of the usual size of weights; mirrored: of function zero."""
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Adam

    tasks = [two_classes(kind, seed) for seed in seeds]
    X, y = (torch.tensor(np.stack(part), dtype=torch.float32) for part in zip(*tasks, strict=True))
    n, D = X.shape[1:]
    between = np.stack([features.segments(points) for points, _ in tasks])
    new = torch.tensor(between.reshape(len(seeds), -1, D), dtype=torch.float32)
    widths, rough = [n * factor for factor in (2, 4, 8, 16)], []
    for width in widths:
        m = width // 2 if mirrored else width
        sizes = (2 / width) ** 0.5, (2 / D) ** 0.5
        start = two_layer_start(seeds, m, D, *sizes, antisymmetric=mirrored)
        rule = Adam(5e-3 * (160 / width) ** 0.5)
        model, first = two_layer(1.0), [p.float() for p in start]
        end = train(model, first, X, y, rule=rule, steps=800, stop=below(1e-4), every=10).end
        outputs = model(end, new).numpy().reshape(*between.shape[:3])
        rough.append([features.roughness(each) for each in outputs])
    return np.asarray(log_slope(widths, np.array(rough)))


NOT_GAUSSIAN = "ReLU features are not Gaussian"
BETTER = "log ratio of test errors, 400 units over twice the threshold"
SMOOTHER = "slope of log roughness in log width"
CHECKS: tuple[Check, ...] = (
    Check(
        name="scatter_over_draws",
        quantity="log of the variance over draws of 150 features, in log units of the targets",
        claim=theory.interpolant_spread,
        predict=lambda: float(np.log(predicted(WIDTH)[0])),
        measure=scatter,
        terms={NOT_GAUSSIAN: 0.15, "12 draws": 0.1},
        rival=lambda: float(np.log(predicted(WIDTH)[0] * (WIDTH - N - 1) / WIDTH)),
        rival_why="scatter of a mean of k features: one over k, without a threshold",
    ),
    Check(
        name="squared_length_of_the_weights",
        quantity="log of the squared length of the weights of 150 features, dimensionless",
        claim=theory.norm,
        predict=lambda: float(np.log(predicted(WIDTH)[1])),
        measure=squared_length,
        terms={NOT_GAUSSIAN: 0.15, "12 draws": 0.1},
        rival=lambda: float(np.log(predicted(WIDTH)[1] * (WIDTH - N - 1) / WIDTH)),
        rival_why="the length that the kernel has, over k",
    ),
    Check(
        name="fall_beyond_the_threshold",
        quantity="log ratio of variances over draws, 400 over 150 features, dimensionless",
        claim=theory.test_error,
        predict=lambda: float(np.log(predicted(WIDE)[0] / predicted(WIDTH)[0])),
        measure=fall,
        terms={NOT_GAUSSIAN: 0.15, "12 draws, twice": 0.14},
        rival=float(np.log(WIDTH / WIDE)),
        rival_why="one over k, without a threshold",
    ),
    Check(
        name="deviation_at_the_threshold",
        quantity="log of the median deviation of 100 features, in log units of the targets",
        claim=theory.threshold,
        predict=predicted_at_the_threshold,
        measure=at_the_threshold,
        terms={NOT_GAUSSIAN: 0.12, "median of 81 draws": 0.03},
        rival=partial(predicted_at_the_threshold, normal=True),
        rival_why="a normal law, with the variance of two features more",
    ),
    Check(
        name="wider_networks_generalise_better",
        quantity="log ratio of mean squared errors, 400 units over fewer, dimensionless",
        claim=theory.test_error,
        predict=Threshold("udl-generalisation-improves-with-width", BETTER),
        measure={
            "ReLU features, one label in five noisy": partial(gain_of_random_features, noise=NOISY),
            "ReLU features, no noise": partial(gain_of_random_features, noise=0.0),
            "one hidden layer, one label in five noisy": partial(
                gain_of_training, noise=NOISY, layers=1
            ),
            "one hidden layer, no noise": partial(gain_of_training, noise=0.0, layers=1),
            "two hidden layers, one label in five noisy": partial(
                gain_of_training, noise=NOISY, layers=2
            ),
        },
        terms={"400 held-out labels, in the median": 0.01},
        rival=float(np.log(2.0) / 2),
        rival_why="variance grows with the parameters, as the root of the width at least",
        side="at most",
        settles=(
            Settles("udl-generalisation-improves-with-width", part=BETTER, scope="instances"),
        ),
    ),
    Check(
        name="wider_networks_are_smoother",
        quantity="slope of log roughness between data in log width, dimensionless",
        claim=theory.roughness,
        predict=Threshold("udl-wider-smoother-between-data", SMOOTHER),
        measure={
            "ReLU features, MNIST-1D": partial(roughness_of_random_features, kind="MNIST-1D"),
            "ReLU features, circle": partial(roughness_of_random_features, kind="circle"),
            "trained, mirrored start, MNIST-1D": partial(
                roughness_of_trained, kind="MNIST-1D", mirrored=True
            ),
            "trained, usual start, MNIST-1D": partial(
                roughness_of_trained, kind="MNIST-1D", mirrored=False
            ),
            "trained, usual start, circle": partial(
                roughness_of_trained, kind="circle", mirrored=False
            ),
        },
        terms={"slope over four widths, in the median": 0.01},
        rival=1.0,
        rival_why="roughness grows like the number of kinks",
        side="at most",
        settles=(Settles("udl-wider-smoother-between-data", part=SMOOTHER, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Scatter of the prediction over draws of ReLU features: from the kernel, of draws, and as if
    it were a mean of k.
    """
    widths = np.unique(np.geomspace(N + 2, 4 * WIDE, 60).astype(int))
    derived = np.array([predicted(int(k))[0] for k in widths])
    axes.loglog(widths, derived, color="#0072B2", label="derived, from the kernel")
    rule = derived * (widths - N - 1) / widths
    axes.plot(widths, rule, "--", color="#999999", label="one over k, without a threshold")
    for k in (115, WIDTH, 2 * N, WIDE, 4 * WIDE):
        found = np.sort(drawn(tuple(range(11)), k)[0])
        ends = [[found[5] - found[0]], [found[-1] - found[5]]]
        axes.errorbar(k, found[5], ends, fmt="o", color="#D55E00", ms=4)
    axes.set(
        xlabel="ReLU features k",
        ylabel="variance over draws",
        title="100 signals of MNIST-1D, one label in five noisy",
    )
    axes.legend()
