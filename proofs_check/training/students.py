"""Small classifiers that learn from labels or from what an ensemble says of the same examples.

Set-up.  Signals of MNIST-1D (4000) and digits (1000); networks of windows and dense ones; every run
takes 400 steps of Adam with batches of 50 and a rate that falls as a cosine.  Teachers: the mean
logits of three networks of windows, the same for all seeds; seeds draw starts and batches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import data
from proofs_check.training.descend import train
from proofs_check.training.networks import Model, mlp, mlp_start
from proofs_check.training.rules import Adam
from proofs_check.training.windows import hidden, windows, windows_start
from proofs_check.training.windows import maps as maps_of

Array = np.ndarray
STEPS, BATCH, RATE, MEMBERS, TEMPERATURE = 400, 50, 1e-2, 3, 4.0
SIDES: dict[str, tuple[int, ...]] = {"MNIST-1D": (40,), "digits": (8, 8)}
TEACHER = {"MNIST-1D": (24, 3), "digits": (16, 2)}  # channels, layers
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
    """Inputs and classes for training, the first so many, and held out; mean zero, variance one."""
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


def falling(step: int) -> float:
    """The rate at a step."""
    return RATE * (1 + math.cos(math.pi * step / STEPS)) / 2


def batches(
    seeds: Sequence[int], X: Tensor, cells: int = 1
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Inputs (cells * S, batch, D) and their rows for each step, all examples in an order drawn by
    the seed before any of them comes again; the same for all cells.
    """
    n, need = len(X), STEPS * BATCH
    orders = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 42])
        orders.append(np.concatenate([rng.permutation(n) for _ in range(-(-need // n))])[:need])
    rows = torch.tensor(np.stack(orders)).view(len(seeds), STEPS, BATCH)

    def fresh(step: int) -> tuple[Tensor, Tensor]:
        now = rows[:, min(step, STEPS - 1)]
        return X[now].repeat(cells, 1, 1), now.repeat(cells, 1)

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
    seeds: Sequence[int], kind: str, net: Net, lessons: Sequence[Lesson], count: int | None = None
) -> Array:
    """Held-out accuracy in points, (lessons, S), of students with equal starts and batches."""
    X, _, new, labels = examples(kind, count)
    C, S = len(lessons), len(seeds)
    targets = torch.stack([lesson.targets for lesson in lessons])
    heat = torch.tensor([lesson.temperature for lesson in lessons])[:, None, None, None]
    weights = torch.tensor([lesson.weight for lesson in lessons])[:, None, None]
    shown = next((lesson.maps for lesson in lessons if lesson.maps is not None), None)
    model, start = net.model(SIDES[kind], shown is not None), net.start(seeds, SIDES[kind])

    def loss(output: Tensor, rows: Tensor) -> Tensor:
        rows = rows.expand(output.shape[:2]).unflatten(0, (C, S))
        wanted = targets[torch.arange(C)[:, None, None], rows]
        logits = output[..., :10].unflatten(0, (C, S))
        each = -(heat[..., 0] ** 2) * (wanted * (logits / heat).log_softmax(3)).sum(3)
        if shown is not None:
            apart = (output[..., 10:].unflatten(0, (C, S)) - shown[rows]) ** 2
            each = each + weights * apart.sum(3)
        return each.mean(2).flatten()

    run = train(
        model,
        [p.repeat(C, *[1] * (p.dim() - 1)) for p in start],
        X[:BATCH],
        torch.arange(BATCH),
        rule=Adam(falling),
        steps=STEPS,
        loss=loss,
        every=STEPS,
        fresh=batches(seeds, X, C),
    )
    return _accuracy(model, run.end, new, labels).reshape(C, S)


def _accuracy(model: Model, found: Sequence[Tensor], new: Tensor, labels: Tensor) -> Array:
    with torch.no_grad():
        answers = model(found, new)[..., :10].argmax(2)
    return 100 * (answers == labels).double().mean(1).numpy()


@dataclass(frozen=True)
class Teacher:
    """Mean logits (n, 10) and maps (n, positions) of the ensemble at training examples, held-out
    accuracy of the ensemble and of its best member, in points.
    """

    logits: Tensor
    maps: Tensor
    accuracy: float
    best: float


@cache
def teacher(kind: str) -> Teacher:
    """Three networks of windows that learned the labels of all training examples."""
    X, y, new, labels = examples(kind)
    (width, layers), sides = TEACHER[kind], SIDES[kind]
    net, seeds = Net("windows", width, layers), range(900, 900 + MEMBERS)
    one_hot = torch.eye(10)[y]

    def loss(output: Tensor, rows: Tensor) -> Tensor:
        wanted = one_hot[rows.expand(output.shape[:2])]
        return -(wanted * output.log_softmax(2)).sum(2).mean(1)

    model = net.model(sides)
    run = train(
        model, net.start(seeds, sides), X[:BATCH], torch.arange(BATCH), rule=Adam(falling),
        steps=STEPS, loss=loss, every=STEPS, fresh=batches(seeds, X),
    )  # fmt: skip
    with torch.no_grad():
        values = hidden(run.end, X, sides, layers)
        logits, answers = model(run.end, X).mean(0), model(run.end, new)
        seen = maps_of(values, width).mean(0)
    together = 100 * float((answers.mean(0).argmax(1) == labels).double().mean())
    best = float(_accuracy(model, run.end, new, labels).max())
    return Teacher(logits - logits.mean(1, keepdim=True), seen, together, best)


def of_labels(kind: str, count: int | None = None) -> Lesson:
    """Labels alone."""
    return Lesson(torch.eye(10)[examples(kind, count)[1]])


def of_logits(kind: str, shuffled: bool = False, weight: float = 0.0, layers: int = 2) -> Lesson:
    """The ensemble's answers; shuffled: those to the classes that are not the largest one, once for
    each example; weight: of the maps of so many layers.
    """
    have = teacher(kind)
    logits, shown = have.logits, None
    if shuffled:
        logits = _shuffled(logits)
    if weight:
        sides, ends = SIDES[kind], [0]
        for _ in range(layers):
            sides = tuple(-(-side // 2) for side in sides)
            ends.append(ends[-1] + math.prod(sides))
        pieces = [have.maps[:, a:b] for a, b in pairwise(ends)]
        shown = torch.cat([v / v.norm(dim=1, keepdim=True) for v in pieces], 1)
    return Lesson((logits / TEMPERATURE).softmax(1), TEMPERATURE, shown, weight)


def _shuffled(logits: Tensor) -> Tensor:
    rng, found = np.random.default_rng(41), logits.numpy().copy()
    for row in found:
        others = np.flatnonzero(np.arange(10) != row.argmax())
        row[others] = row[rng.permutation(others)]
    return torch.tensor(found)
