"""Classification by least squares: samples of real signals, random ReLU features, and the shortest
weights that fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from proofs_check.training import data

Array = np.ndarray
SIGNALS = 2000  # of MNIST-1D that are made, one in five of them held out


@dataclass(frozen=True)
class Sample:
    """Inputs and targets for training and held out; targets are one-hot rows less their mean."""

    X: Array  # (n, D)
    Y: Array  # (n, 10), of labels some of which may be noisy
    X_test: Array
    Y_test: Array  # of labels without noise


@cache
def sample(kind: Literal["MNIST-1D", "digits"], n: int, noise: float, seed: int) -> Sample:
    """n signals or images for training, a share ``noise`` of them with another label, and 400 held
    out; the seed draws them all.
    """
    rng = np.random.default_rng([seed, 21])
    if kind == "digits":
        X, y = data.digits(n + 400, seed=seed)
        X, y, X_test, y_test = X[:n], y[:n], X[n:], y[n:]
    else:
        made = data.mnist1d(SIGNALS)
        chosen = rng.permutation(len(made.x))[:n]
        X, y, X_test, y_test = made.x[chosen], made.y[chosen], made.x_test, made.y_test
    noisy = data.noisy_labels(y, noise, 10, seed)
    return Sample(X, np.eye(10)[noisy] - 0.1, X_test, np.eye(10)[y_test] - 0.1)


def relu_features(k: int, seed: int, *inputs: Array) -> tuple[Array, ...]:
    """The same k features relu(w.x), w standard normal, of each of the inputs (n, D): (n, k)."""
    w = np.random.default_rng([seed, k, 22]).standard_normal((inputs[0].shape[1], k))
    return tuple(np.maximum(X @ w, 0) for X in inputs)


def shortest_fit(Z: Array, Y: Array) -> Array:
    """Weights (k, c) of least squares on features Z (n, k), the shortest where there are many; a
    feature that is zero on all data gets none.
    """
    return np.asarray(np.linalg.lstsq(Z, Y, rcond=1e-13)[0])
