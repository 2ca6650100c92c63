"""Does a decoder without training data take noise from an image, and more than a dense one?  A
linear decoder whose gain is derived, and windows with upsampling fitted to photographs.

Set-ups.  (1) Projection of noisy images on the range of repeated pixels.  (2) Adam on one image of
32 x 32, noisy or coarse.  Source: Ulyanov, Vedaldi, Lempitsky, CVPR 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import untrained_decoder as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.decoder import best_gain
from theory import Settles
from theory import untrained_decoder as theory

Array = np.ndarray
PRIOR = "udl-untrained-cnn-prior"
GAIN, OVER = "best gain, decibels", "best gain over that of a dense decoder, decibels"
SETUPS: dict[str, tuple[str, float | None]] = {
    "flower, noise": ("flower", 0.1),
    "china, noise": ("china", 0.1),
    "flower, strong noise": ("flower", 0.2),
    "flower, twice the resolution": ("flower", None),
    "china, twice the resolution": ("china", None),
}
MODES, RANGE, SIGMA = 1024, 256, 0.1  # pixels, repeated pixels, noise


@cache
def _gain(seeds: tuple[int, ...], setup: str, how: str) -> Array:
    return best_gain(seeds, *SETUPS[setup], how=how)


def of_windows(seeds: Sequence[int], setup: str) -> Array:
    """Best gain of windows in decibels."""
    return _gain(tuple(seeds), setup, "windows")


def over_dense(seeds: Sequence[int], setup: str) -> Array:
    """The same less that of a dense decoder."""
    return of_windows(seeds, setup) - _gain(tuple(seeds), setup, "dense")


def of_repeated_pixels(seeds: Sequence[int], side: int = 16) -> Array:
    """Decibels of the nearest image of repeated pixels, of images that are such with noise."""
    found = []
    for seed in seeds:
        rng, gains = np.random.default_rng([seed, 53]), []
        for _ in range(20):
            k = 32 // side
            truth = np.kron(rng.random((side, side)), np.ones((k, k)))
            noisy = truth + SIGMA * rng.standard_normal((32, 32))
            means = noisy.reshape(side, k, side, k).mean((1, 3))
            error = ((np.kron(means, np.ones((k, k))) - truth) ** 2).mean()
            gains.append(10 * np.log10(((noisy - truth) ** 2).mean() / error))
        found.append(np.mean(gains))
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="a_quarter_of_the_modes_takes_six_decibels",
        quantity="gain of the nearest image in the range, in decibels",
        claim=theory.range_gain,
        predict=lambda: float(numerics.range_gain(MODES, RANGE)),
        measure=of_repeated_pixels,
        terms={"20 images, four standard errors": 0.3},
        rival=lambda: float(numerics.range_gain(MODES, RANGE**0.5 * 32)),
        rival_why="half of the side is half of the noise",
    ),
    Check(
        name="windows_take_noise_from_one_image",
        quantity="best gain on the way over the noisy or coarse image, in decibels",
        claim=theory.range_gain,
        predict=Threshold(PRIOR, GAIN),
        measure={name: partial(of_windows, setup=name) for name in SETUPS},
        terms={"between two looks": 0.2},
        rival=0.0,
        rival_why="what was fitted to an image is that image",
        side="at least",
        rounds=1,
        settles=(Settles(PRIOR, part=GAIN, scope="instances"),),
    ),
    Check(
        name="windows_take_more_than_a_dense_decoder",
        quantity="best gain of windows less that of a dense decoder, in decibels",
        claim=theory.filter_risk,
        predict=Threshold(PRIOR, OVER),
        measure={name: partial(over_dense, setup=name) for name in SETUPS},
        terms={"between two looks": 0.08},
        rival=0.0,
        rival_why="any decoder of the size is as good",
        side="at least",
        rounds=1,
        settles=(Settles(PRIOR, part=OVER, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Decibels over the share of the modes in the range: derived and measured."""
    share, seeds = np.geomspace(1 / 64, 1, 60), tuple(range(11))
    axes.semilogx(share, numerics.range_gain(1.0, share), color="#0072B2", label="derived")
    axes.semilogx(share, numerics.range_gain(1.0, share**0.5), "--", color="#999999",
                  label="rival: by the side")  # fmt: skip
    for side in (4, 8, 16):
        found = np.sort(of_repeated_pixels(seeds, side))
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar((side / 32) ** 2, found[5], bars, fmt="o", color="#0072B2", ms=4)
    axes.axhline(2, color="#D55E00", lw=1, label="two decibels")
    axes.set(xlabel="share of the modes in the range", ylabel="gain in decibels",
             title="Images of repeated pixels with noise")  # fmt: skip
    axes.legend()
