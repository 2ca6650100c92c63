"""Does the width of a Ricker activation decide which frequencies a network learns first, and what
does it cost in test error when the order is lost?

Settings.  (1) Features sigma(w x + b), w ~ N(0, 1), b uniform and broad, seen by a wave of
frequency k under a Gaussian window: the rate of the output weights per frequency.  (2) Networks
sum_k a_k sigma(w_k x + b_k) minus their start, 200 neurons, w and b ~ N(0, scale^2), on sin x + sin
3x + sin 5x at 60 equispaced points of one period, Adam with full batch.  Test errors are taken
between the points (and, apart, up to 0.5 beyond the last one).  Published: four layers, 600 points,
no scale stated; what matters is weight over activation width. Source: chapter on the frequency
principle, section 1.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from numerics import linear_frequency_principle as linear
from numerics.activation_spectrum import value
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training.ricker import fits
from theory import Settles
from theory import activation_spectrum as theory

Array = np.ndarray
WIDE, NARROW = 0.3, 0.1  # published widths of the activation
WINDOW = 1.5  # standard deviation of the window on the waves
SCALE = 0.7  # of weights and biases at the start, where all of the chapter's figure is seen
ACTIVATIONS = (0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.5)


def predicted_advantage(low: int = 1, high: int = 5) -> float:
    """log of (rate of the low over that of the high wave) at the wide activation minus the same at
    the narrow one; w ~ N(0, 1).
    """
    w = (np.arange(4000) + 0.5) / 500  # midpoints up to 8 standard deviations
    weights = np.exp(-(w**2) / 2) / np.exp(-(w**2) / 2).sum()
    q = (np.arange(800) + 0.5) / 100
    advantage = []
    for s in (WIDE, NARROW):
        rates = linear.decay_rate(
            q / (2 * np.pi), w=w, a=0.0, weights=weights, density=1.0, activation="ricker", s=s
        )
        power = [
            np.exp(-(WINDOW**2) * (q - k) ** 2) + np.exp(-(WINDOW**2) * (q + k) ** 2)
            for k in (low, high)
        ]
        advantage.append(np.log((rates @ power[0]) / (rates @ power[1])))
    return float(advantage[0] - advantage[1])


def measured_advantage(seeds: Sequence[int], low: int = 1, high: int = 5) -> Array:
    """The same from the features: sums over a grid of weights, biases and points of their squared
    overlap with windowed waves; beyond twelve widths the activation is below 1e-29.
    """
    x = np.arange(-6 * WINDOW, 6 * WINDOW, 0.02)
    waves = np.exp(-(x**2) / (2 * WINDOW**2)) * np.exp(1j * np.outer([low, high], x))
    parts = np.concatenate([waves.real, waves.imag])  # (4, n)
    advantage = []
    for s in (WIDE, NARROW):
        energy = np.zeros(2)
        for w in np.arange(0.015, 4.8, 0.03):
            b = np.arange(-x[-1] * w - 6 * s, x[-1] * w + 6 * s, s / 4)
            for some in np.split(b, range(64, len(b), 64)):
                ends = (-some[-1] - 12 * s) / w, (-some[0] + 12 * s) / w
                near = slice(*np.searchsorted(x, ends))
                seen = parts[:, near] @ value("ricker", w * x[near, None] + some, s)
                energy += np.exp(-(w**2) / 2) * s * (seen**2).sum(1).reshape(2, 2).sum(0)
        advantage.append(np.log(energy[0] / energy[1]))
    return np.array([advantage[0] - advantage[1]])


def order(
    seeds: Sequence[int], scale: float = SCALE, narrow: bool = False, steps: int = 2500
) -> Array:
    """log(steps of sin 5x / steps of sin x) at the wide or the narrow activation."""
    widths = (NARROW if narrow else WIDE,)
    fitted = fits(tuple(seeds), widths, scale, steps=steps, until_fitted=True)["fitted"][:, 0]
    return np.log(fitted[:, 1] / fitted[:, 0])


def gain_of_high(seeds: Sequence[int], scale: float, steps: int = 600) -> Array:
    """By how much the narrow activation shortens the wait for sin 5x relative to that for sin x,
    for weights and biases of this size at the start.
    """
    return order(seeds, scale, steps=steps) - order(seeds, scale, narrow=True, steps=steps)


def early_test_error(seeds: Sequence[int]) -> Array:
    """Test error of the wide activation when the training error falls below 0.1."""
    return fits(tuple(seeds), (WIDE, NARROW), SCALE)["early"][:, 0]


def cost_of_narrow(seeds: Sequence[int], end: str = "test") -> Array:
    """log of the last error of the narrow activation over that of the wide one: "test" between the
    points, "train" at them.
    """
    error = fits(tuple(seeds), (WIDE, NARROW), SCALE)[end]
    return np.log(error[:, 1] / error[:, 0])


def roughness_and_error(
    seeds: Sequence[int], scale: float = 1.0, m: int = 60, points: int = 60
) -> Array:
    """Spearman correlation, over seven activation widths, of the share of high frequencies in the
    output with the test error.
    """
    from scipy.stats import spearmanr

    run = fits(tuple(seeds), ACTIVATIONS, scale, m=m, steps=400, points=points)
    return np.array(
        [spearmanr(*row).statistic for row in zip(run["rough"], run["test"], strict=True)]
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="narrow_activation_evens_the_rates",
        quantity="log of the relative advantage of the high frequency, dimensionless",
        claim=theory.ricker_transform,
        predict=predicted_advantage,
        measure=measured_advantage,
        terms={"grids of weights, biases and points": 0.02},
        rival=0.0,
        rival_why="the width of the activation is absorbed by the weights",
        deterministic=True,
        settles=(Settles("ricker-small-a-faster-high", part="rates, log"),),
    ),
    Check(
        name="narrow_activation_speeds_up_high_frequencies",
        quantity="log gain of sin 5x over sin x, dimensionless",
        claim=theory.ricker_transform,
        predict=Threshold("ricker-small-a-faster-high", "training, log"),
        measure={
            f"weights of size {scale:g}": partial(gain_of_high, scale=scale)
            for scale in (0.5, SCALE, 1.0, 2.0)
        },
        terms={"whole steps": 0.05},
        rival=0.0,
        rival_why="the width of the activation is absorbed by the weights",
        side="at least",
        settles=(Settles("ricker-small-a-faster-high", part="training, log", scope="instances"),),
    ),
    Check(
        name="wide_activation_learns_low_first",
        quantity="log ratio of steps to fit, sin 5x over sin x, dimensionless",
        claim=theory.ricker_transform,
        predict=Threshold("ricker-a03-low-first-good-test", "order, log"),
        measure=order,
        terms={"whole steps": 0.05},
        rival=partial(typical, order, narrow=True),
        rival_why="the order does not depend on the activation: the narrow one, measured",
        side="at least",
        settles=(Settles("ricker-a03-low-first-good-test", part="order, log", scope="instances"),),
    ),
    Check(
        name="wide_activation_tests_well_early",
        quantity="relative test error, dimensionless",
        claim=theory.ricker_transform,
        predict=Threshold("ricker-a03-low-first-good-test", "test error"),
        measure=early_test_error,
        terms={"error seen every five steps": 0.05},
        rival=float(np.sqrt(1.5)),
        rival_why="between the points the output is arbitrary until they are fitted: as wrong as "
        "zero",
        side="at most",
        settles=(Settles("ricker-a03-low-first-good-test", part="test error", scope="instances"),),
    ),
    Check(
        name="narrow_activation_has_no_order",
        quantity="log ratio of steps to fit, sin 5x over sin x, dimensionless",
        claim=theory.fixed_weight_rates,
        predict=0.0,
        measure=partial(order, narrow=True),
        terms={"similar: a factor of two": float(np.log(2))},
        rival=float(np.log(5)),
        rival_why="steps in proportion to frequency, as a low-first network would take at least",
        settles=(Settles("ricker-a01-fp-vanishes", part="order, log", scope="instances"),),
    ),
    Check(
        name="narrow_activation_tests_badly",
        quantity="log ratio of test errors, narrow over wide, dimensionless",
        claim=theory.ricker_transform,
        predict=Threshold("ricker-a01-fp-vanishes", "test error over that of a = 0.3, log"),
        measure=cost_of_narrow,
        terms={"last steps": 0.1},
        rival=partial(typical, cost_of_narrow, end="train"),
        rival_why="all errors grow alike: the ratio at the training points, measured",
        side="at least",
        settles=(
            Settles(
                "ricker-a01-fp-vanishes",
                part="test error over that of a = 0.3, log",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="high_frequencies_go_with_test_error",
        quantity="rank correlation of roughness and test error, dimensionless",
        claim=theory.ricker_transform,
        predict=Threshold("fp-absence-hurts-generalisation"),
        measure={
            "weights of size 1": roughness_and_error,
            "weights of size 0.5": partial(roughness_and_error, scale=0.5),
            "30 points": partial(roughness_and_error, points=30),
            "20 neurons": partial(roughness_and_error, m=20),
        },
        terms={"seven widths: one swap of neighbours at each end": 0.15},
        rival=0.0,
        rival_why="the share of high frequencies has nothing to do with the test error",
        side="at least",
        rounds=1,
        settles=(Settles("fp-absence-hurts-generalisation", scope="instances"),),
    ),
)
