"""Do Gaussian inputs of finite spectra follow the fixed point?  Errors and local exponents of least
norm fits with and without noise, and what noise costs.

Set-up.  n samples of D Gaussian inputs with the variances l_k, the target sum w_k x_k with the
squared coefficients l_k w_k^2 = v_k^2, the shortest w that fits; its error on new inputs is exact,
a sum over the modes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics import learning_curve as numerics
from proofs_check.core.check import Check
from theory import learning_curve as theory
from theory import scaling_law as constants

Array = np.ndarray
D, NOISE = 1024, 0.3
MODES = np.arange(1, D + 1.0)
SPECTRUM, TARGET = MODES**-2.0, MODES**-1.8
LOW, HIGH = 32, 128
EXPONENTIAL = np.exp(-0.05 * np.arange(1, 257.0))


@cache
def errors(
    seeds: tuple[int, ...],
    sizes: tuple[int, ...],
    spectrum: tuple[float, ...],
    target: tuple[float, ...],
    noise: float = 0.0,
    draws: int = 1,
) -> Array:
    """Errors on noisy labels (S, sizes) of the shortest fits, mean over draws of the inputs."""
    l, v = np.array(spectrum), np.array(target)
    found = np.zeros((len(seeds), len(sizes)))
    for s, seed in enumerate(seeds):
        rng = np.random.default_rng([int(seed), 61])
        for _ in range(draws):
            X = rng.standard_normal((max(sizes), len(l))) * l**0.5
            signs = rng.choice([-1.0, 1.0], len(l))
            w = signs * (v / l) ** 0.5
            y = X @ w + noise * rng.standard_normal(len(X))
            for at, n in enumerate(sizes):
                fit = X[:n].T @ np.linalg.solve(X[:n] @ X[:n].T, y[:n])
                found[s, at] += (l * (fit - w) ** 2).sum() / draws
    return found + noise**2


def log_error(seeds: Sequence[int], n: int = HIGH, draws: int = 4) -> Array:
    """log of the error after n samples without noise."""
    return np.log(errors(tuple(seeds), (n,), tuple(SPECTRUM), tuple(TARGET), 0.0, draws)[:, 0])


def slope_with_noise(seeds: Sequence[int], draws: int = 8) -> Array:
    """Exponent between two numbers of samples of the error with noise."""
    both = errors(tuple(seeds), (LOW, HIGH), tuple(SPECTRUM), tuple(TARGET), NOISE, draws)
    return np.log(both[:, 1] / both[:, 0]) / np.log(HIGH / LOW)


def cost_of_noise(seeds: Sequence[int], n: int = HIGH, draws: int = 4) -> Array:
    """Error without any signal, over the variance of the noise."""
    return errors(tuple(seeds), (n,), tuple(SPECTRUM), (0.0,) * D, 1.0, draws)[:, 0]


def slope_of_exponential(seeds: Sequence[int], n: int = 128, step: int = 16) -> Array:
    """Local exponent around n samples for an exponential spectrum."""
    ends, law = (n - step, n + step), tuple(EXPONENTIAL)
    both = errors(tuple(seeds), ends, law, law, 0.0, 8)
    return np.log(both[:, 1] / both[:, 0]) / np.log(ends[1] / ends[0])


def predicted_slope(ends: tuple[int, int], l: Array, v: Array, noise: float) -> float:
    """Mean of the derived local exponent over log n between the ends (Simpson)."""
    low, high = ends
    points = np.array([low, (low * high) ** 0.5, high])
    return float(numerics.local_slope(points, l, v, noise) @ np.array([1, 4, 1]) / 6)


CHECKS: tuple[Check, ...] = (
    Check(
        name="error_of_a_power_law_spectrum",
        quantity="log of the error after 128 samples, in log units of the target's variance",
        claim=theory.learning_curve,
        predict=lambda: float(np.log(numerics.learning_curve(HIGH, SPECTRUM, TARGET))),
        measure=log_error,
        terms={"four draws of the inputs": 0.12, "few samples": 0.05},
        rival=lambda: float(np.log(_left(HIGH))),
        rival_why="the first n modes are learned, and nothing else",
    ),
    Check(
        name="exponent_with_noise",
        quantity="slope of log error in log n, from 32 to 128 samples, dimensionless",
        claim=theory.local_slope,
        predict=lambda: predicted_slope((LOW, HIGH), SPECTRUM, TARGET, NOISE),
        measure=slope_with_noise,
        terms={"eight draws of the inputs": 0.08, "few samples": 0.04},
        rival=-0.8,
        rival_why="the exponent of the target's tail, as without noise",
    ),
    Check(
        name="what_noise_costs",
        quantity="error without signal over the variance of the noise, dimensionless",
        claim=constants.noise_floor,
        predict=lambda: float(numerics.learning_curve(HIGH, SPECTRUM, np.zeros(D), 1.0)),
        measure=cost_of_noise,
        terms={"four draws of the inputs": 0.2, "few samples": 0.1},
        rival=1.0,
        rival_why="noise is forgotten: only that of the new label is paid",
    ),
    Check(
        name="exponent_of_an_exponential_spectrum",
        quantity="slope of log error in log n around 128 samples, dimensionless",
        claim=theory.local_slope,
        predict=lambda: predicted_slope((112, 144), EXPONENTIAL, EXPONENTIAL, 0.0),
        measure=slope_of_exponential,
        terms={"eight draws of the inputs": 0.6, "few samples": 0.2},
        rival=-1.0,
        rival_why="a power law with the exponent of one over the samples",
    ),
)


def _left(n: int) -> float:
    """What the modes after the first n would leave."""
    return float(TARGET[n:].sum())


def portrait(axes: Any) -> None:
    """Errors with and without noise over the number of samples: fixed point, samples, and the power
    law of the target's tail.
    """
    sizes, many = (16, 32, 64, 128, 256), np.geomspace(12, 320, 60)
    for noise, colour in ((0.0, "#0072B2"), (NOISE, "#D55E00")):
        label = f"noise {noise}" if noise else "no noise"
        derived = numerics.learning_curve(many, SPECTRUM, TARGET, noise)
        axes.loglog(many, derived, color=colour, label=f"fixed point, {label}")
        found = np.sort(
            errors(tuple(range(11)), sizes, tuple(SPECTRUM), tuple(TARGET), noise), axis=0
        )
        ends = [found[5] - found[0], found[-1] - found[5]]
        axes.errorbar(sizes, found[5], ends, fmt="o", color=colour, ms=4)
    law = numerics.learning_curve(many[0], SPECTRUM, TARGET, NOISE) * (many / many[0]) ** -0.8
    axes.plot(many, law, "--", color="#999999", label="power of the target's tail")
    axes.set(xlabel="samples n", ylabel="error on noisy labels", title="1024 Gaussian inputs")
    axes.legend()
