"""MNIST-1D as its authors' generator makes it, number by number: all signals in one array.

The package ``mnist1d`` transforms one signal after the other, by objects of SciPy.  Here random
numbers are drawn in the same order and every operation is the same one, on all signals at once.

Source: Greydanus and Kobak, Scaling down deep learning with MNIST-1D, ICML 2024.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter1d

Array = np.ndarray
TRAINING = 0.8  # share of the signals that is for training
SHIFT, WIDTH = 1e-8, 2  # added to a template; of the filter of the correlated noise


def stretched(x: Array, n: int) -> Array:
    """Values at n equispaced places on the straight lines between those of x (m,)."""
    return np.interp(np.linspace(0, 1, n), np.linspace(0, 1, len(x)), x)


def generated(samples: int, seed: int) -> tuple[Array, Array, int]:
    """Signals (n, 40), classes (n,) in their order, and points of a template; global generators of
    random numbers are left alone.
    """
    from mnist1d.data import get_dataset_args, get_templates

    known, templates = get_dataset_args(), get_templates()
    classes: Array = templates["y"]
    low, high = known.padding
    n = samples // len(classes)
    length = known.template_len + high
    rng = np.random.RandomState(seed)
    rows = range(n * len(classes))
    drawn = [_drawn(rng, known, length) for _ in rows]
    padding, scale, shift, correlated, independent, shear = map(np.array, zip(*drawn, strict=True))
    order = rng.permutation(len(rows))

    wide = {
        (k, p): stretched(np.concatenate([templates["x"][k] + SHIFT, np.zeros(p)]), length)
        for k, p in product(range(len(classes)), range(low, high + 1))
    }
    at = np.repeat(np.arange(len(classes)), n)
    X = np.stack([wide[k, low + p] for k, p in zip(at.tolist(), padding, strict=True)])
    X *= (1 + known.scale_coeff * (scale - 0.5))[:, None]
    X = np.take_along_axis(X, (np.arange(length) - shift[:, None]) % length, 1)
    mask = X != 0
    noise = gaussian_filter1d(known.corr_noise_scale * correlated, WIDTH, axis=1)
    X = mask * X + (1 - mask) * noise
    X = X + known.iid_noise_scale * independent
    X = X - (known.shear_scale * (shear - 0.5))[:, None] * np.linspace(-0.5, 0.5, length)
    X = np.stack([stretched(x, known.final_seq_length) for x in X])[order]
    return (X - X.mean()) / X.std(), classes[at][order], known.template_len


def _drawn(rng: Any, known: Any, length: int) -> tuple[Any, ...]:
    """Padding beyond the least, scale, shift, both noises and shear of one signal."""
    low, high = known.padding
    return (
        int(rng.rand() * (high - low + 1)),
        rng.rand(),
        rng.randint(known.max_translation),
        rng.randn(length),
        rng.randn(length),
        rng.rand(),
    )
