"""Natural signals on squares: photographs, a height map, a slice of a head, digits; the slope of
their power over the frequency.

The photographs and maps are those that scikit-learn and Matplotlib install as samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics import frequency_principle as numerics
from proofs_check.training import data

Array = np.ndarray
PICTURES = (
    "photograph of a temple",
    "photograph of a flower",
    "photograph of a person",
    "heights of a valley",
    "slice of a head",
)
DIGITS = "images of digits"
NATURAL = (*PICTURES, DIGITS)


@cache
def picture(name: str) -> Array:
    """Grey values, or heights, on a square grid (rows, columns)."""
    from matplotlib.cbook import get_sample_data
    from matplotlib.image import imread
    from sklearn.datasets import load_sample_images

    where = PICTURES.index(name)
    if where < 2:
        return np.asarray(load_sample_images().images[where].mean(2))
    found: Any = get_sample_data(
        ("grace_hopper.jpg", "jacksboro_fault_dem.npz", "s1045.ima.gz")[where - 2]
    )
    if name == "heights of a valley":
        return np.asarray(found["elevation"], float)
    if name == "photograph of a person":
        return np.asarray(imread(found) if hasattr(found, "read") else found, float).mean(2)
    with found:
        return np.frombuffer(found.read(), np.uint16).reshape(256, 256).astype(float)


def signal_slope(
    seeds: Sequence[int], name: str = "photograph of a flower", shuffled: bool = False
) -> Array:
    """Slope of log power in log radial frequency, mean over six random squares of 128 by 128
    points, or over 200 random digits of 8 by 8; ``shuffled``: with the points in any order.
    """
    slopes = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        if name == DIGITS:
            squares = rng.choice(data.digits(seed=None)[0], 200, replace=False)
        else:
            whole = picture(name)
            corners = [[int(rng.integers(0, n - 127)) for n in whole.shape] for _ in range(6)]
            squares = np.stack([whole[i : i + 128, j : j + 128].ravel() for i, j in corners])
        squares = rng.permuted(squares, axis=1) if shuffled else squares
        side = round(squares.shape[1] ** 0.5)
        slopes.append(numerics.spectrum_slope(squares.reshape(-1, side, side)).mean())
    return np.array(slopes)
