"""Is the last polynomial the worst, and does the test error fall, rise and fall again in time?
Polynomials through noisy values, regression with inputs of two sizes, features and networks.

Set-ups.  (1) Polynomials through 12 points with noise of standard deviation 0.2, error on the whole
interval.  (2) Gradient flow from zero on 100 samples of 60 or 20 inputs of size one and 10 smaller
ones, error on noisy labels.  (3) 300 ReLU features, or a network of one hidden layer of 100 units
under Adam, on 100 signals of MNIST-1D; error on labels without noise.  Of a path the rise is the
largest one from an earlier to a later time; what is before it is the first minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.polynomial import legendre

from numerics import overfitting as numerics
from proofs_check.core.check import Check, Side
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training.features import error, relu_features, sample, trained
from theory import Settles
from theory import least_squares as exact
from theory import overfitting as theory

Array = np.ndarray
POINTS, NOISE, DRAWS = 12, 0.2, 200
GRID = np.linspace(-1, 1, 401)
N, FAST, SLOW, SIGNAL = 100, 60, 10, 2.0  # samples, inputs of both kinds, squared slow coefficients
TIMES = np.geomspace(1e-2, 1e7, 400)


# ---------------------------------------------------------------- polynomials


def last_is_not_best(seeds: Sequence[int], target: Callable[[Array], Array], points: str) -> Array:
    """Share of draws of the noise in which some lower degree has a lower error on the interval."""
    shares = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 41])
        x = {
            "equispaced": np.linspace(-1, 1, POINTS),
            "Chebyshev": np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS),
            "random": np.sort(rng.uniform(-1, 1, POINTS)),
        }[points]
        y = target(x)[:, None] + NOISE * rng.standard_normal((POINTS, DRAWS))
        basis, fine = legendre.legvander(x, POINTS - 1), legendre.legvander(GRID, POINTS - 1)
        errors = []
        for terms in range(1, POINTS + 1):
            fit = fine[:, :terms] @ np.linalg.lstsq(basis[:, :terms], y, rcond=1e-14)[0]
            errors.append(((fit - target(GRID)[:, None]) ** 2).mean(0))
        shares.append((np.argmin(errors, axis=0) < POINTS - 1).mean())
    return np.array(shares)


def spread_of_interpolants(seeds: Sequence[int], draws: int = 4000) -> Array:
    """log of the variance of interpolants of noise at equispaced points, mean over the interval."""
    x = np.linspace(-1, 1, POINTS)
    basis, fine = legendre.legvander(x, POINTS - 1), legendre.legvander(GRID, POINTS - 1)
    weights = np.full(len(GRID), 1.0)
    weights[[0, -1]] = 0.5  # trapezoids
    found = []
    for seed in seeds:
        noise = np.random.default_rng([int(seed), 42]).standard_normal((POINTS, draws))
        values = fine @ np.linalg.solve(basis, noise)
        found.append(np.log((weights / weights.sum()) @ (values**2).mean(1)))
    return np.array(found)


# ---------------------------------------------------------------- two speeds


@cache
def two_speeds(
    seeds: tuple[int, ...], fast: int = FAST, scale: float = 0.05, noise: float = 1.0
) -> Array:
    """Errors (S, times) of gradient flow on inputs of two sizes."""
    paths = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 43])
        size = np.r_[np.ones(fast), np.full(SLOW, scale)]
        X = rng.standard_normal((N, fast + SLOW))
        c = np.r_[np.full(fast, fast**-0.5), np.full(SLOW, (SIGNAL / SLOW) ** 0.5)]
        y = X @ c + noise * rng.standard_normal(N)
        rates, vectors = np.linalg.eigh((X * size).T @ (X * size) / N)
        pull = vectors.T @ ((X * size).T @ y) / N
        moved = -np.expm1(-np.outer(TIMES, rates)) / rates * pull
        paths.append((((moved @ vectors.T) * size - c) ** 2).sum(1) + noise**2)
    return np.array(paths)


@cache
def features_in_time(seeds: tuple[int, ...], k: int = 300, noise: float = 0.2) -> Array:
    """Errors (S, times) of gradient flow of the weights of random ReLU features."""
    paths = []
    for seed in seeds:
        s = sample("MNIST-1D", N, noise, seed)
        Z, Z_test = (F / k**0.5 for F in relu_features(k, seed, s.X, s.X_test))
        rates, vectors = np.linalg.eigh(Z @ Z.T / N)
        rates, data = np.maximum(rates, 1e-12), vectors.T @ s.Y / N
        across = Z_test @ Z.T @ vectors
        moved = -np.expm1(-np.outer(TIMES, rates)) / rates
        paths.append(
            [((across @ (m[:, None] * data) - s.Y_test) ** 2).sum(1).mean() for m in moved[::4]]
        )
    return np.array(paths)


@cache
def network_in_time(seeds: tuple[int, ...], noise: float = 0.2) -> Array:
    """Errors (S, looks) of a network of 100 hidden units, every ten of 600 steps of Adam."""
    samples, paths = [sample("MNIST-1D", N, noise, seed) for seed in seeds], []
    trained(
        seeds,
        samples,
        [100],
        rate=5e-3,
        steps=600,
        watch=lambda _, held: paths.append(error(held, samples)),
    )
    return np.array(paths).T


SETUPS: dict[str, Callable[[tuple[int, ...]], Array]] = {
    "two speeds, 60 fast inputs": two_speeds,
    "two speeds, 20 fast inputs": partial(two_speeds, fast=20),
    "two speeds, little noise": partial(two_speeds, noise=0.1**0.5),
    "one speed": partial(two_speeds, scale=1.0),
    "ReLU features, MNIST-1D, one label in five noisy": features_in_time,
    "trained network, MNIST-1D, one label in five noisy": network_in_time,
}


def _turns(path: Array) -> tuple[float, float, float]:
    """Error before the largest rise, after it, and the least one from there on."""
    before = np.minimum.accumulate(path)
    top = int((path / before).argmax())
    return before[top], path[top], path[top:].min()


def rise(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """log of the error after the largest rise over that before it."""
    turns = [_turns(path) for path in curve(tuple(seeds))]
    return np.array([np.log(high / low) for low, high, _ in turns])


def second_minimum(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """log of the least error after the largest rise over that before it."""
    turns = [_turns(path) for path in curve(tuple(seeds))]
    return np.array([np.log(last / low) for low, _, last in turns])


def between_the_speeds(seeds: Sequence[int], scale: float = 1e-4, draws: int = 60) -> Array:
    """Risk when fast inputs are fitted and much slower ones have not moved, mean over samples."""
    at = int(np.abs(TIMES - 1e4).argmin())
    found = [
        two_speeds(tuple(1000 * int(seed) + i for i in range(draws)), scale=scale)[:, at].mean() - 1
        for seed in seeds
    ]
    return np.array(found)


PART = "share of draws in which the last degree is not the best"
RISE, SECOND = (
    "log of the rise over the first minimum",
    "log of the second minimum over the first",
)
SPEEDS = {theory.n: N, theory.d_1: FAST, exact.B: SIGNAL, exact.sigma: 1.0}
IN_TIME: tuple[tuple[str, str, str, Callable[..., Array], Side, float, str], ...] = (
    (
        "error_rises_in_time",
        "log ratio of errors, after the largest rise over before, dimensionless",
        RISE,
        rise,
        "at least",
        0.0,
        "the error of gradient flow falls all the time",
    ),
    (
        "error_falls_a_second_time",
        "log ratio of errors, second minimum over first, dimensionless",
        SECOND,
        second_minimum,
        "at most",
        0.1,
        "stopping early is best: the error stays above its first minimum",
    ),
)
CHECKS: tuple[Check, ...] = (
    Check(
        name="the_last_degree_is_not_the_best",
        quantity="draws of the noise in which a lower degree is better, a share",
        claim=theory.gap_on_the_same_points,
        predict=Threshold("classical-overfit-with-parameters", PART),
        measure={
            f"{name}, {points}{' points' * (points != 'equispaced')}": partial(
                last_is_not_best, target=target, points=points
            )
            for name, target, points in (
                ("sine", lambda x: np.sin(np.pi * x), "equispaced"),
                ("1 / (1 + 25 x^2)", lambda x: 1 / (1 + 25 * x**2), "equispaced"),
                ("|x|", np.abs, "equispaced"),
                ("sine", lambda x: np.sin(np.pi * x), "Chebyshev"),
                ("sine", lambda x: np.sin(np.pi * x), "random"),
            )
        },
        terms={"200 draws, in the median": 0.05},
        rival=0.0,
        rival_why="more terms are always better",
        side="at least",
        settles=(Settles("classical-overfit-with-parameters", part=PART, scope="instances"),),
    ),
    Check(
        name="spread_between_equispaced_nodes",
        quantity="log of the variance of interpolants of noise, in log units of its own",
        claim=theory.spread_between_nodes,
        predict=lambda: float(np.log(numerics.lagrange_variance(np.linspace(-1, 1, POINTS)))),
        measure=spread_of_interpolants,
        terms={"4000 draws": 0.1, "trapezoids": 0.01},
        rival=0.0,
        rival_why="the rule of the same points: the variance of the noise",
    ),
    Check(
        name="plateau_between_the_speeds",
        quantity="risk with fast inputs fitted, in units of the noise's variance",
        claim=theory.plateau,
        predict=Prediction(theory.plateau, SPEEDS),
        measure=between_the_speeds,
        terms={"60 samples, four standard deviations": 0.6},
        rival=FAST / (N - FAST - 1) + SIGNAL,
        rival_why="slow inputs that are not fitted cost their signal and do not act as noise",
    ),
    *(
        Check(
            name=name,
            quantity=quantity,
            claim=theory.two_speeds,
            predict=Threshold("dd-epoch-wise", part),
            measure={setup: partial(measure, curve=curve) for setup, curve in SETUPS.items()},
            terms={"grid of times": 0.01},
            rival=rival,
            rival_why=why,
            side=side,
            settles=(Settles("dd-epoch-wise", part=part, scope="instances"),),
        )
        for name, quantity, part, measure, side, rival, why in IN_TIME
    ),
)


def portrait(axes: Any) -> None:
    """Test error over time of gradient flow on inputs of two sizes, with the derived levels, and
    of inputs of one size.
    """
    for scale, style, colour, label in (
        (1e-3, "-", "#D55E00", "measured: inputs of two sizes"),
        (1.0, "--", "#999999", "rival: inputs of one size"),
    ):
        paths = two_speeds(tuple(range(11)), scale=scale)
        axes.loglog(TIMES, np.median(paths, 0), style, color=colour, label=label + ", 11 samples")
        axes.fill_between(TIMES, *np.sort(paths, 0)[[0, -1]], color=colour, alpha=0.15)
    levels = numerics.plateau(N, FAST, SIGNAL, 1.0), numerics.plateau(N, FAST + SLOW, 0.0, 1.0)
    for level, label in zip(levels, ("derived: plateau and end", ""), strict=True):
        axes.axhline(level + 1, color="#0072B2", lw=1, label=label)
    axes.set(
        xlabel="time of gradient flow, dimensionless",
        ylabel="squared error on noisy labels,\nin units of the noise",
        title="The error falls again when small inputs are learned: 100 samples, 70 inputs",
    )
    axes.legend()
