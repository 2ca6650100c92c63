"""Classification by least squares: samples of real signals, random ReLU features, the shortest
weights that fit, trained networks, and points between data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from proofs_check.training import data

if TYPE_CHECKING:
    from proofs_check.training.descend import Moment

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


def trained(
    seeds: Sequence[int],
    samples: Sequence[Sample],
    hidden: Sequence[int],
    *,
    rate: float,
    steps: int,
    stop: float = 0.0,
    every: int = 10,
    watch: Callable[[Moment, Array], Any] | None = None,
) -> tuple[Array, Array]:
    """Outputs (S, n, 10) and (S, q, 10) at training and held-out inputs of ReLU networks with these
    hidden layers, one for each sample, trained by Adam on half the mean square of all data.

    stop: of a network, at a loss below it.  watch: gets a moment and the outputs held out.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    X, Y, new = (
        torch.tensor(np.stack([getattr(s, part) for s in samples]), dtype=torch.float32)
        for part in ("X", "Y", "X_test")
    )
    widths = (X.shape[2], *hidden, Y.shape[2])
    model = mlp(widths, "relu")
    start = [p.float() for p in mlp_start(seeds, widths, "he", bias=0.0)]

    def look(now: Moment) -> None:
        if watch is not None:
            watch(now, model(now.parameters, new).numpy())

    run = train(
        model, start, X, Y, rule=Adam(rate), steps=steps, stop=below(stop), every=every, watch=look
    )
    return model(run.end, X).numpy(), model(run.end, new).numpy()


def error(outputs: Array, samples: Sequence[Sample]) -> Array:
    """Mean over held-out inputs of the squared error, summed over outputs: (S,)."""
    wanted = np.stack([s.Y_test for s in samples])
    return np.asarray(((outputs - wanted) ** 2).sum(2).mean(1))


def segments(X: Array, points: int = 17, pairs: int = 40) -> Array:
    """Points (pairs, points, D) on segments between random pairs of data."""
    rng, part = np.random.default_rng(5), np.linspace(0, 1, points)[:, None]
    ends = [rng.choice(len(X), 2, replace=False) for _ in range(pairs)]
    return np.stack([X[i] + part * (X[j] - X[i]) for i, j in ends])


def two_classes(kind: str, seed: int) -> tuple[Array, Array]:
    """Inputs and labels +1 and -1: signals of the first five classes against the others, or random
    labels on a circle.
    """
    if kind == "circle":
        X = data.circle(12, bias=True)[1]
        return X, np.random.default_rng([seed, 6]).choice([-1.0, 1.0], 12)
    s = sample("MNIST-1D", 40, 0.0, seed)
    return s.X, np.where(s.Y.argmax(1) < 5, 1.0, -1.0)


def roughness(outputs: Array) -> float:
    """Mean squared second difference of outputs (pairs, points)."""
    return float((np.diff(outputs, 2, axis=1) ** 2).mean())


def random_errors(seeds: tuple[int, ...], noise: float, k: int) -> Array:
    """Mean squared error of the shortest fit of k random features, held out."""
    errors = []
    for seed in seeds:
        s = sample("MNIST-1D", 100, noise, seed)
        Z, Z_test = relu_features(k, seed, s.X, s.X_test)
        errors.append(((Z_test @ shortest_fit(Z, s.Y) - s.Y_test) ** 2).sum(1).mean())
    return np.array(errors)


def trained_errors(
    seeds: tuple[int, ...], noise: float, width: int, layers: int
) -> tuple[Array, Array]:
    """Share of training labels that are missed, and mean squared error held out, of trained
    networks.
    """
    samples = [sample("MNIST-1D", 100 // layers, noise, seed) for seed in seeds]
    rate, hidden = 1e-2 * (16 / max(width, 16)) ** 0.5, [width] * layers
    fitted, held = trained(seeds, samples, hidden, rate=rate, steps=250, stop=1e-3)
    labels = np.stack([s.Y.argmax(1) for s in samples])
    return (fitted.argmax(2) != labels).mean(1), error(held, samples)
