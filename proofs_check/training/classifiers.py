"""Small classifiers for many seeds at once, and the examples that they learn.

Data are the same for all seeds of a kind, or one set for each; a seed draws the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import data
from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import Model, mlp, mlp_start
from proofs_check.training.rules import Adam

Array = np.ndarray
EXAMPLES, STEPS, RATE = 500, 150, 5e-3
HIDDEN: dict[str, tuple[tuple[int, ...], str]] = {  # widths and activation by name
    "ReLU": ((64,), "relu"),
    "tanh": ((64,), "tanh"),
    "two ReLU layers": ((64, 64), "relu"),
    "linear": ((), "linear"),
}
INPUTS, APART = 256, 2.0  # of two Gaussian classes: inputs, length of the means, noise one


@dataclass(frozen=True)
class Examples:
    """Inputs (n, D) and classes (n,), for training and held out."""

    X: Array
    y: Array
    X_test: Array
    y_test: Array
    classes: int


@cache
def examples(name: str, n: int = EXAMPLES, held_out: int = 500) -> Examples:
    """ "digits" in [0, 1], signals of "MNIST-1D", or two "Gaussians" of 256 inputs."""
    if name == "digits":
        X, y = data.digits(n + held_out)
        return Examples(X[:n], y[:n], X[n:], y[n:], 10)
    if name == "MNIST-1D":
        made = data.mnist1d()
        return Examples(made.x[:n], made.y[:n], made.x_test[:held_out], made.y_test[:held_out], 10)
    rng = np.random.default_rng(31)
    y = rng.integers(2, size=n + held_out)
    X = rng.standard_normal((n + held_out, INPUTS))
    X[:, 0] += APART * (2 * y - 1)
    return Examples(X[:n], y[:n], X[n:], y[n:], 2)


@dataclass(frozen=True)
class Classifiers:
    """Trained networks: the model and its parameters (S, ...)."""

    model: Model
    parameters: tuple[Tensor, ...]

    def __call__(self, X: Tensor) -> Tensor:
        """Outputs (S, n, classes) at inputs (n, D), or (S, n, D)."""
        return self.model(self.parameters, X)

    def right(self, X: Array, y: Array) -> Array:
        """Whether each answer is right (S, n)."""
        with torch.no_grad():
            return np.asarray(self(tensor(X)).argmax(2).numpy() == y)


def tensor(X: Array) -> Tensor:
    """An array in single precision."""
    return torch.tensor(np.asarray(X), dtype=torch.float32)


def fitted(
    seeds: Sequence[int],
    X: Array,
    y: Array,
    classes: int,
    net: str = "ReLU",
    hidden: Sequence[int] | None = None,
) -> Classifiers:
    """Networks of a name in ``HIDDEN`` trained by Adam with all data, cross entropy and a fixed
    number of steps; X (n, D) with y (n,), or one set for each seed.
    """
    widths, kind = HIDDEN[net]
    sizes = (X.shape[-1], *(widths if hidden is None else hidden), classes)
    model = mlp(sizes, kind)
    start = [p.float() for p in mlp_start(seeds, sizes, "he", bias=0.0)]
    target = torch.tensor(np.broadcast_to(y, (len(start[0]), y.shape[-1])).copy())
    run = train(
        model,
        start,
        tensor(X),
        target,
        rule=Adam(RATE),
        steps=STEPS,
        loss=cross_entropy,
        every=STEPS,
    )
    return Classifiers(model, run.end)


@cache
def standard(name: str, net: str, seeds: tuple[int, ...]) -> Classifiers:
    """Networks trained on the examples of a name."""
    have = examples(name)
    return fitted(seeds, have.X, have.y, have.classes, net)
