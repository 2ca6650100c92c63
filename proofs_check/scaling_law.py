"""Is the exponent in the samples another one than in the features, and are losses powers at all?
Steep targets, features beyond the samples, and ten curves over 1.5 decades of a size.

Set-ups.  (1) Gaussian modes with the variances k^-2 and a target with the squares k^-4: u = 3 lies
between alpha and 2 alpha, so that the samples have the exponent 3 and the features 2.  (2) Curves
of loss over samples, features, width and compute, in the model of the theory, in what spoils it,
and on MNIST-1D with ReLU kernels, ReLU features and networks trained by Adam.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import scaling_law as numerics
from numerics.arc_cosine_kernel import arc_cosine
from proofs_check import learning_curve as gaussian
from proofs_check.compute_law import losses
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.features import relu_features, sample, shortest_fit, trained
from theory import Settles
from theory import scaling_law as theory

Array = np.ndarray
MODES = np.arange(1, 2049.0)
SPECTRUM, STEEP, FLAT = MODES**-2.0, MODES**-4.0, MODES**-1.8
SIZES = (16, 32, 64, 128, 256, 512)  # 1.5 decades
WIDTHS, STEPS = (4, 8, 16, 32, 64, 128), 200
EXPONENTIAL = np.exp(-0.02 * np.arange(1, 1025.0))
LOW, HIGH = 16, 128
SAMPLES, BEYOND = 64, (96, 384)  # samples, features that outnumber them


# ---------------------------------------------------------------- Gaussian modes


@cache
def of_features(seeds: tuple[int, ...], sizes: tuple[int, ...], target: tuple[float, ...]) -> Array:
    """Errors (S, sizes) of the best weights of random features, for unlimited samples."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 63])
        G = rng.standard_normal((len(target), max(sizes))) * SPECTRUM[:, None] ** 0.5
        v = np.array(target) ** 0.5 * rng.choice([-1.0, 1.0], len(target))
        basis, _ = np.linalg.qr(G)  # features one after the other
        explained = np.cumsum((basis.T @ v) ** 2)
        found.append([(v**2).sum() - explained[k - 1] for k in sizes])
    return np.array(found)


def exponent_in_samples(seeds: Sequence[int]) -> Array:
    """Slope of log error in log n for the steep target."""
    both = gaussian.errors(tuple(seeds), (LOW, HIGH), tuple(SPECTRUM), tuple(STEEP), 0.0, 4)
    return np.log(both[:, 1] / both[:, 0]) / np.log(HIGH / LOW)


def exponent_in_features(seeds: Sequence[int]) -> Array:
    """Slope of log error in log k for the steep target, mean over four draws of the features."""
    draws = [
        of_features(tuple(1000 * draw + int(s) for s in seeds), (LOW, HIGH), tuple(STEEP))
        for draw in range(4)
    ]
    both = np.mean(draws, axis=0)
    return np.log(both[:, 1] / both[:, 0]) / np.log(HIGH / LOW)


def excess_slope(seeds: Sequence[int], draws: int = 20) -> Array:
    """Slope in log k, between two numbers of features, of what they lose against the kernel at 64
    samples, a mean over draws.
    """
    found = []
    l, v = SPECTRUM, FLAT
    for seed in seeds:
        rng, excess = np.random.default_rng([int(seed), 64]), np.zeros(2)
        for _ in range(draws):
            X = rng.standard_normal((SAMPLES, len(l)))  # eigenfunctions at the samples
            c = v**0.5 * rng.choice([-1.0, 1.0], len(l))
            y = X @ c
            G = l[:, None] ** 0.5 * rng.standard_normal((len(l), BEYOND[1]))
            many = l * (X.T @ np.linalg.solve((X * l) @ X.T, y))
            for at, k in enumerate(BEYOND):
                few = G[:, :k] @ (np.linalg.pinv(X @ G[:, :k]) @ y)
                excess[at] += ((few - c) ** 2).sum() - ((many - c) ** 2).sum()
        found.append(np.log(excess[1] / excess[0]) / np.log(BEYOND[1] / BEYOND[0]))
    return np.array(found)


def predicted_slope(curve: Callable[[Array], Any]) -> float:
    """Slope between the ends of a derived curve."""
    low, high = curve(np.array([LOW, HIGH]))
    return float(np.log(high / low) / np.log(HIGH / LOW))


def predicted_excess_slope() -> float:
    """The same from the derived error of features, without noise."""
    *few, many = numerics.feature_curve(SAMPLES, [*BEYOND, 1e12], SPECTRUM, FLAT)
    return float(np.log((few[1] - many) / (few[0] - many)) / np.log(BEYOND[1] / BEYOND[0]))


# ---------------------------------------------------------------- curves over 1.5 decades


def _noisy(seeds: tuple[int, ...]) -> Array:
    return gaussian.errors(seeds, SIZES, tuple(SPECTRUM), tuple(FLAT), 0.3)


@cache
def _kernel(seeds: tuple[int, ...]) -> Array:
    found = []
    for seed in seeds:
        s = sample("MNIST-1D", max(SIZES), 0.0, seed)
        K, across = arc_cosine(s.X, degree=1), arc_cosine(s.X_test, s.X, degree=1)
        fits = [across[:, :n] @ np.linalg.solve(K[:n, :n], s.Y[:n]) for n in SIZES]
        found.append([((fit - s.Y_test) ** 2).sum(1).mean() for fit in fits])
    return np.array(found)


@cache
def _relu(seeds: tuple[int, ...]) -> Array:
    found = []
    for seed in seeds:
        s = sample("MNIST-1D", 1024, 0.0, seed)
        errors = []
        for k in SIZES:
            Z, Z_test = relu_features(k // 2, seed, s.X, s.X_test)  # up to a quarter of the samples
            errors.append(((Z_test @ shortest_fit(Z, s.Y) - s.Y_test) ** 2).sum(1).mean())
        found.append(errors)
    return np.array(found)


@cache
def _paths(seeds: tuple[int, ...], n: int, width: int) -> Array:
    """Errors (S, looks) held out of a trained network, every ten steps of Adam."""
    samples, paths = [sample("MNIST-1D", n, 0.0, seed) for seed in seeds], []
    wanted = np.stack([s.Y_test for s in samples])
    trained(
        seeds,
        samples,
        [width],
        rate=1e-2 * (16 / max(width, 16)) ** 0.5,
        steps=STEPS,
        watch=lambda _, held: paths.append(((held - wanted) ** 2).sum(2).mean(1)),
    )
    return np.array(paths).T


def _trained(seeds: tuple[int, ...]) -> Array:
    return np.stack([_paths(seeds, n, 64)[:, -1] for n in SIZES], 1)


def _wider(seeds: tuple[int, ...]) -> Array:
    return np.stack([_paths(seeds, 512, width)[:, -1] for width in WIDTHS], 1)


def _envelope(seeds: tuple[int, ...]) -> Array:
    """Least loss of all widths and times at a compute width times steps."""
    computes, found = 40 * np.array(SIZES), []
    for C in computes:
        reached = [_paths(seeds, 512, w)[:, : int(C / w / 10) + 1].min(1) for w in WIDTHS]
        found.append(np.min(reached, axis=0))
    return np.stack(found, 1)


CURVES: dict[str, Callable[[tuple[int, ...]], Array]] = {
    "samples, power-law spectrum": lambda s: gaussian.errors(
        s, SIZES, tuple(SPECTRUM), tuple(FLAT)
    ),
    "samples, power-law spectrum, noisy labels": _noisy,
    "samples, exponential spectrum": lambda s: gaussian.errors(
        s, SIZES, tuple(EXPONENTIAL), tuple(EXPONENTIAL)
    ),
    "samples, ReLU kernel, MNIST-1D": _kernel,
    "samples, trained network, MNIST-1D": _trained,
    "features, power-law spectrum": lambda s: of_features(s, SIZES, tuple(FLAT)),
    "features, ReLU, MNIST-1D": _relu,
    "width, trained network, MNIST-1D": _wider,
    "compute, power-law spectrum": lambda s: np.stack(
        [losses(s, 1e4 * size).sum(2).min(1) for size in SIZES], 1
    ),
    "compute, trained network, MNIST-1D": _envelope,
}


def _left(log_loss: Array, of_size: Array) -> Array:
    """Residual sum of squares (S,) of a line in a function of the size."""
    design = np.c_[np.ones(len(of_size)), of_size]
    return np.asarray(np.linalg.lstsq(design, log_loss.T, rcond=None)[1])


def straightness(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """R^2 of the line."""
    y = np.log(curve(tuple(seeds)))
    return np.asarray(1 - _left(y, np.log(SIZES)) / ((y - y.mean(1)[:, None]) ** 2).sum(1))


def against_others(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """log of the residual of the line over that of the better of two other laws."""
    y, size = np.log(curve(tuple(seeds))), np.array(SIZES, float)
    others = np.minimum(_left(y, size), _left(y, np.log(np.log(size))))
    return np.log(_left(y, np.log(size)) / others)


def of_an_exponential() -> float:
    """R^2 of the line for a loss that falls exponentially over the same sizes."""
    return float(straightness((0,), lambda _: np.exp(-np.array([SIZES]) / max(SIZES)))[0])


R2, RESIDUAL = (
    "R^2 of log loss over log size",
    "log residual of the power law over the better of two others",
)
STATEMENT = "scaling-law-power-law"
CHECKS: tuple[Check, ...] = (
    Check(
        name="exponent_in_samples_of_a_steep_target",
        quantity="slope of log error in log n from 16 to 128, dimensionless",
        claim=theory.data_constant,
        predict=lambda: predicted_slope(lambda n: numerics.learning_curve(n, SPECTRUM, STEEP)),
        measure=exponent_in_samples,
        terms={"four draws of the inputs": 0.25, "few samples": 0.1},
        rival=-numerics.feature_exponent(2.0, 4.0),
        rival_why="one exponent for samples and parameters",
    ),
    Check(
        name="exponent_in_features_of_a_steep_target",
        quantity="slope of log error in log k from 16 to 128, dimensionless",
        claim=theory.saturation,
        predict=lambda: predicted_slope(lambda k: numerics.feature_curve(None, k, SPECTRUM, STEEP)),
        measure=exponent_in_features,
        terms={"four draws of the features": 0.25, "few features": 0.1},
        rival=-numerics.data_exponent(2.0, 4.0),
        rival_why="one exponent for samples and parameters",
    ),
    Check(
        name="excess_of_features_beyond_the_samples",
        quantity="slope in log k of the excess over the kernel, 1.5 n to 6 n, dimensionless",
        claim=theory.beyond_the_samples,
        predict=predicted_excess_slope,
        measure=excess_slope,
        terms={"20 draws": 0.2, "64 samples": 0.1},
        rival=-numerics.feature_exponent(2.0, 1.8),
        rival_why="the exponent of few features goes on beyond the samples",
    ),
    Check(
        name="losses_are_straight_lines",
        quantity="R^2 of log loss over log size over 1.5 decades, dimensionless",
        claim=theory.data_constant,
        predict=Threshold(STATEMENT, R2),
        measure={name: partial(straightness, curve=curve) for name, curve in CURVES.items()},
        terms={"one draw of a curve": 0.005},
        rival=of_an_exponential,
        rival_why="the loss falls exponentially",
        side="at least",
        settles=(Settles(STATEMENT, part=R2, scope="instances"),),
    ),
    Check(
        name="powers_fit_better_than_two_other_laws",
        quantity="log ratio of residual sums of squares over 1.5 decades, dimensionless",
        claim=theory.data_constant,
        predict=Threshold(STATEMENT, RESIDUAL),
        measure={name: partial(against_others, curve=curve) for name, curve in CURVES.items()},
        terms={"one draw of a curve": 0.05},
        rival=1.0,
        rival_why="an exponential, or a power of the logarithm, fits better by a factor e",
        side="at most",
        settles=(Settles(STATEMENT, part=RESIDUAL, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Errors of the steep target over samples and over features, derived and sampled."""
    seeds, many = tuple(range(11)), np.geomspace(12, 320, 40)
    samples = gaussian.errors(seeds, SIZES[:5], tuple(SPECTRUM), tuple(STEEP))
    features = of_features(seeds, SIZES[:5], tuple(STEEP))
    for found, derived, colour, label in (
        (samples, numerics.learning_curve(many, SPECTRUM, STEEP), "#0072B2", "samples"),
        (features, numerics.feature_curve(None, many, SPECTRUM, STEEP), "#D55E00", "features"),
    ):
        axes.loglog(many, derived, color=colour, label=f"derived: {label}")
        middle = np.sort(found, axis=0)
        ends = [middle[5] - middle[0], middle[-1] - middle[5]]
        axes.errorbar(SIZES[:5], middle[5], ends, fmt="o", color=colour, ms=4)
    first = numerics.feature_curve(None, many, SPECTRUM, STEEP)[0]
    axes.plot(
        many, first * (many / many[0]) ** -3.0, "--", color="#999999", label="rival: one exponent"
    )
    axes.set(
        xlabel="samples or features, a count",
        ylabel="error, in units of the squared target",
        title=r"Rates $k^{-2}$, target $k^{-4}$: two exponents",
    )
    axes.legend()
