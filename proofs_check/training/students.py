"""Small classifiers that learn what a lesson says of each example.

Set-up.  Signals of MNIST-1D (4000) and digits (1000); networks of windows and dense ones; every run
takes 400 steps of Adam with batches of 50 and a rate that falls as a cosine; seeds draw starts and
batches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import data
from proofs_check.training.descend import train
from proofs_check.training.networks import Model, mlp, mlp_start
from proofs_check.training.rules import Adam
from proofs_check.training.windows import windows, windows_start

Array = np.ndarray
STEPS, BATCH, RATE = 400, 50, 1e-2
SIDES: dict[str, tuple[int, ...]] = {"MNIST-1D": (40,), "digits": (8, 8)}
COUNT = {"MNIST-1D": 4000, "digits": 1000}


@dataclass(frozen=True)
class Net:
    """Layers of so many channels of windows, or of so many units."""

    kind: str  # "windows" or "dense"
    width: int
    layers: int

    def model(self, sides: tuple[int, ...], with_maps: bool = False) -> Model:
        """Logits, with maps behind them if asked for."""
        if self.kind == "windows":
            return windows(sides, self.width, self.layers, with_maps=with_maps)
        return mlp((math.prod(sides), *[self.width] * self.layers, 10), "relu")

    def start(self, seeds: Sequence[int], sides: tuple[int, ...]) -> list[Tensor]:
        """He's start."""
        if self.kind == "windows":
            return windows_start(seeds, sides, self.width, self.layers)
        sizes = (math.prod(sides), *[self.width] * self.layers, 10)
        return [p.float() for p in mlp_start(seeds, sizes, "he", bias=0.0, device="cpu")]


@cache
def examples(kind: str, count: int | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs and classes for training, the first so many, and held out: digits with mean zero and
    variance one over all of them, signals over the standard deviation of those for training.
    """
    n = COUNT[kind]
    if kind == "digits":
        X, y = data.digits(scale="standard")
        X, y, new, labels = X[:n], y[:n], X[n:], y[n:]
    else:
        made = data.mnist1d()
        scale = made.x.std()
        X, y, new, labels = made.x / scale, made.y, made.x_test / scale, made.y_test
    parts = (X[:count], y[:count], new, labels)
    inputs = [torch.tensor(v, dtype=torch.float32) for v in parts[::2]]
    classes = [torch.tensor(v) for v in parts[1::2]]
    return inputs[0], classes[0], inputs[1], classes[1]


def falling(step: int, rate: float = RATE, steps: int = STEPS) -> float:
    """A rate at a step, which falls to zero as a cosine."""
    return rate * (1 + math.cos(math.pi * step / steps)) / 2


def batches(seeds: Sequence[int], X: Tensor) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Inputs (S, batch, D) and their rows for each step, all examples in an order drawn by the seed
    before any of them comes again.
    """
    n, need = len(X), STEPS * BATCH
    orders = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 42])
        orders.append(np.concatenate([rng.permutation(n) for _ in range(-(-need // n))])[:need])
    rows = torch.tensor(np.stack(orders)).view(len(seeds), STEPS, BATCH)

    def fresh(step: int) -> tuple[Tensor, Tensor]:
        now = rows[:, min(step, STEPS - 1)]
        return X[now], now

    return fresh


@dataclass(frozen=True)
class Lesson:
    """What a student is told of each example: targets (n, 10) that add up to one, the temperature
    at which its answers meet them, and the weight of maps, if any.
    """

    targets: Tensor
    temperature: float = 1.0
    maps: Tensor | None = None  # (n, positions)
    weight: float = 0.0


def taught(
    seeds: Sequence[int], kind: str, net: Net, lesson: Lesson, count: int | None = None
) -> Array:
    """Held-out accuracy in points, (S,), of students of one lesson."""
    X, _, new, labels = examples(kind, count)
    shown, heat = lesson.maps, lesson.temperature
    model = net.model(SIDES[kind], shown is not None)

    def loss(output: Tensor, rows: Tensor) -> Tensor:
        rows = rows.expand(output.shape[:2])
        logits = output[..., :10]
        each = -(heat**2) * (lesson.targets[rows] * (logits / heat).log_softmax(2)).sum(2)
        if shown is not None:
            each = each + lesson.weight * ((output[..., 10:] - shown[rows]) ** 2).sum(2)
        return each.mean(1)

    run = train(
        model, net.start(seeds, SIDES[kind]), X[:BATCH], torch.arange(BATCH), rule=Adam(falling),
        steps=STEPS, loss=loss, every=STEPS, fresh=batches(seeds, X),
    )  # fmt: skip
    return held_out(model, run.end, new, labels)


def held_out(model: Model, found: Sequence[Tensor], new: Tensor, labels: Tensor) -> Array:
    """Accuracy in points, (S,)."""
    with torch.no_grad():
        answers = model(found, new)[..., :10].argmax(2)
    return 100 * (answers == labels).double().mean(1).numpy()
