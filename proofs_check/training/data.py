"""What networks are trained on: waves, circles, corners of a cube, digits, MNIST-1D, label noise;
and the rows of a minibatch.

Everything is NumPy's, in double precision unless a type is given; functions of points take NumPy
arrays or torch tensors and give back the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from array_api_compat import array_namespace

from proofs_check.training.signals import TRAINING, generated

if TYPE_CHECKING:
    from torch import Generator, Tensor

Array = np.ndarray


# ---------------------------------------------------------------- one dimension, corners


def midpoints(n: int, low: float = -np.pi, high: float = np.pi, dtype: Any = float) -> Array:
    """The n midpoints (n,) of equal parts of [low, high], computed in ``dtype``.

    Raises ``ValueError`` for no points or an empty interval.
    """
    if n < 1 or not low < high:
        raise ValueError(f"{n} points on [{low}, {high}]: one point and low < high are needed")
    return (np.arange(n, dtype=dtype) + 0.5) / n * (high - low) + low


def waves(x: Any, frequencies: Sequence[float]) -> Any:
    """sin(k x) for each frequency k: points x (n,), waves (K, n)."""
    xp = array_namespace(x)
    return xp.stack([xp.sin(k * x) for k in frequencies])


def sines(x: Any, frequencies: Sequence[float], amplitudes: Sequence[float] | None = None) -> Any:
    """Sum of sin(k x), each with its amplitude (one where none are given): points x (n,), sums
    (n,).
    """
    return sum(
        wave if amplitudes is None else amplitudes[i] * wave
        for i, wave in enumerate(waves(x, frequencies))
    )


def with_bias(X: Array) -> Array:
    """Inputs (n, D) or points (n,) with a last column of ones, (n, D + 1)."""
    return np.c_[X, np.ones(len(X))]


def circle(n: int, bias: bool = False) -> tuple[Array, Array]:
    """n equispaced angles (n,) from zero on, and (cos, sin) there (n, 2); with ``bias`` a third
    column of ones.
    """
    angle = 2 * np.pi * np.arange(n) / n
    X = np.c_[np.cos(angle), np.sin(angle)]
    return angle, with_bias(X) if bias else X


def corners(d: int, signs: int | None = None) -> tuple[Array, Array]:
    """All corners (2^d, d) of the cube [-1, 1]^d, and the product of their signs (2^d,), or of the
    first so many.
    """
    X = np.stack(np.meshgrid(*[[1.0, -1.0]] * d, indexing="ij"), -1).reshape(-1, d)
    return X, X[:, :signs].prod(1)


# ---------------------------------------------------------------- data sets


@cache
def _images() -> tuple[Array, Array]:
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def digits(
    count: int | None = None,
    *,
    seed: int | None = 0,
    scale: Literal["pixel", "unit", "standard"] = "pixel",
    labels: Literal["class", "value", "parity", "one-hot"] = "class",
    bias: bool = False,
) -> tuple[Array, Array]:
    """``count`` of scikit-learn's 1797 handwritten digits of 8 x 8 pixels: inputs (count, 64) and
    labels.

    seed: of the order, the same for every count; ``None`` for the order of the file.  scale: pixels
    in [0, 1], images of length one, or mean zero and variance one over all chosen pixels.  labels:
    classes (count,), class / 10, +1 for even and -1 for odd digits, or (count, 10).  bias: a last
    column of ones.  Raises ``ValueError`` for another scale or kind of labels, and for a count that
    there is not.
    """
    images, classes = _images()
    if count is not None and not 1 <= count <= len(classes):
        raise ValueError(f"{count} digits: there are {len(classes)}")
    order = np.arange(len(classes))
    order = order if seed is None else np.random.default_rng(seed).permutation(order)
    X, y = images[order[:count]] / 16, classes[order[:count]]
    if scale == "unit":
        X = X / np.linalg.norm(X, axis=1, keepdims=True)
    elif scale == "standard":
        X = (X - X.mean()) / X.std()
    elif scale != "pixel":
        raise ValueError(f"scale {scale!r}: pixel, unit or standard is needed")
    kinds = {"class": y, "value": y / 10.0, "parity": 1.0 - 2 * (y % 2), "one-hot": np.eye(10)[y]}
    if labels not in kinds:
        raise ValueError(f"labels {labels!r}: one of {', '.join(kinds)} is needed")
    return with_bias(X) if bias else X, kinds[labels]


@dataclass(frozen=True)
class Mnist1d:
    """Signals of 40 points in ten classes, for training (x, y) and held out; a class is drawn from
    a template of so many points.
    """

    x: Array  # (n, 40)
    y: Array  # (n,)
    x_test: Array
    y_test: Array
    template: int


@cache
def mnist1d(samples: int = 5000, seed: int = 42) -> Mnist1d:
    """MNIST-1D as its authors' generator makes it, four in five signals for training; the defaults
    are the published data.

    No global generator of random numbers is touched.  Source: Greydanus and Kobak, Scaling down
    deep learning with MNIST-1D, ICML 2024.
    """
    X, y, template = generated(samples, seed)
    cut = int(len(y) * TRAINING)
    return Mnist1d(X[:cut], y[:cut], X[cut:], y[cut:], template)


# ---------------------------------------------------------------- noise and minibatches


def noisy_labels(y: Array, share: float, classes: int, seed: int) -> Array:
    """Labels (n,) of which a ``share``, chosen by the seed, is replaced by another class, each of
    the other classes alike; the number of replaced ones is share * n, rounded.

    Raises ``ValueError`` for a share outside [0, 1] or fewer than two classes.
    """
    if not 0 <= share <= 1 or classes < 2:
        raise ValueError(f"share {share} of {classes} classes: [0, 1] and two classes are needed")
    rng, noisy = np.random.default_rng([seed, 11]), np.array(y)
    chosen = rng.permutation(len(noisy))[: round(share * len(noisy))]
    noisy[chosen] = (noisy[chosen] + rng.integers(1, classes, len(chosen))) % classes
    return noisy


def batch_generators(seeds: Sequence[int]) -> list[Generator]:
    """One generator of minibatches for each seed."""
    import torch

    return [torch.Generator().manual_seed(7_000_003 + int(seed)) for seed in seeds]


def batch_rows(generators: Sequence[Generator], n: int, batch: int) -> Tensor:
    """Rows (S, batch) of the next minibatch of each seed, out of n and without replacement,
    rising.
    """
    import torch

    return torch.stack([torch.randperm(n, generator=g)[:batch] for g in generators]).sort(1).values
