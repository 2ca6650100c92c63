"""Plain and residual networks of many depths on 120 data of ten classes, and their accuracies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from proofs_check.training import data
from proofs_check.training.features import SIGNALS

Array = np.ndarray
N, CLASSES, STEPS = 120, 10, 60


@dataclass(frozen=True)
class Setup:
    """What is fitted and how."""

    data: Literal["MNIST-1D", "digits"] = "MNIST-1D"
    units: int = 24
    momentum: bool = False


SETUPS = {
    "MNIST-1D": Setup(),
    "digits": Setup("digits"),
    "MNIST-1D, descent with momentum": Setup(momentum=True),
    "MNIST-1D, a third of the width": Setup(units=8),
}


@cache
def examples(setup: Setup, seed: int) -> tuple[Array, Array]:
    """Inputs and classes, those for training first; of digits and signals alike 1800."""
    if setup.data == "digits":
        X, y = data.digits(seed=seed, scale="standard")
        return X[:1797], y[:1797]
    made = data.mnist1d(SIGNALS)
    order = np.random.default_rng([seed, 62]).permutation(len(made.x))
    return np.r_[made.x[order], made.x_test][:1797], np.r_[made.y[order], made.y_test][:1797]


@cache
def accuracy(seeds: tuple[int, ...], setup: Setup, blocks: int, units: int, plain: bool) -> Array:
    """Accuracies (S, 3) after training: on the training data, and on two halves of the others.

    ``blocks``: hidden layers of a plain network, residual blocks of two layers else.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.residual import residual, residual_start
    from proofs_check.training.rules import Adam, Momentum

    drawn = [examples(setup, seed) for seed in seeds]
    X = torch.tensor(np.stack([each[0] for each in drawn]), dtype=torch.float32)
    y = torch.tensor(np.stack([each[1] for each in drawn]))
    if plain:
        widths = (X.shape[2], *[units] * blocks, CLASSES)
        model = after = mlp(widths, "relu")
        start = mlp_start(seeds, widths, "he", bias=0.0)
    else:
        model, after = residual(blocks), residual(blocks, rows=N)
        start = residual_start(seeds, blocks, (X.shape[2], units, CLASSES))
    run = train(
        model,
        [p.float() for p in start],
        X[:, :N],
        y[:, :N],
        rule=Momentum(3e-2) if setup.momentum else Adam(3e-3),
        steps=STEPS,
        loss=cross_entropy,
        every=STEPS,
    )
    with torch.no_grad():
        right = (after(run.end, X).argmax(2) == y).double()
    parts = right[:, :N], right[:, N::2], right[:, N + 1 :: 2]
    return torch.stack([part.mean(1) for part in parts], 1).numpy()
