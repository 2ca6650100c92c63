"""Pairs of networks of one kind, what the loss is between them, and a curve with one bend that is
trained to be low.

Parameters are tensors (S, ...); a pair is two such lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.classifiers import examples, tensor
from proofs_check.training.descend import Moment, train
from proofs_check.training.losses import Loss, cross_entropy, half_mean_square
from proofs_check.training.networks import Model, mlp, normals
from proofs_check.training.rules import Adam, Rule

Array = np.ndarray
CLASSES = 10
Parameters = Sequence[Tensor]


@dataclass(frozen=True)
class Kind:
    """A data set and a network: ``maxout`` units are the larger one of two linear ones."""

    data: str = "digits"
    hidden: tuple[int, ...] = (64,)
    activation: str = "relu"
    squared: bool = False
    n: int = 500

    @property
    def loss(self) -> Loss:
        """Cross-entropy, or half the mean square."""
        return half_mean_square if self.squared else cross_entropy

    def model(self) -> Model:
        """The network."""
        act = maxout if self.activation == "maxout" else self.activation
        return mlp((1, *self.hidden, CLASSES), act)

    def start(self, seeds: Sequence[int]) -> list[Tensor]:
        """Weights of the variance 2 / inputs for ReLU and 1 / inputs else, biases zero."""
        inputs = examples(self.data, self.n).X.shape[1]
        gain = 2.0 if self.activation == "relu" else 1.0
        both = 2 if self.activation == "maxout" else 1
        shapes: list[tuple[int, ...]] = []
        scales: list[float] = []
        for units in (*self.hidden, CLASSES):
            last = len(shapes) == 2 * len(self.hidden)
            wide = units if last else both * units
            shapes += [(inputs, wide), (wide,)]
            scales += [(gain / inputs) ** 0.5, 0.0]
            inputs = units
        return [p.float() for p in normals(seeds, shapes, scales, device="cpu")]

    def examples(self) -> tuple[Tensor, Tensor]:
        """Inputs (n, D), and classes (n,) or one-hot targets (1, n, 10)."""
        have = examples(self.data, self.n)
        y = torch.tensor(have.y)
        return tensor(have.X), torch.eye(CLASSES)[y][None] if self.squared else y


def maxout(z: Tensor) -> Tensor:
    """The larger one of two neighbours."""
    return torch.maximum(z[..., ::2], z[..., 1::2])


def trained(
    kind: Kind,
    start: Parameters,
    seeds: Sequence[int],
    rule: Rule,
    steps: int,
    *,
    stop: Callable[[Moment], Tensor] | None = None,
    fresh: Callable[[int], tuple[Tensor, Tensor]] | None = None,
    every: int = 0,
) -> tuple[list[Tensor], Array]:
    """Parameters after these steps, and whether ``stop`` ended them; seeds are those of batches."""
    X, y = kind.examples()
    target = y.expand(len(seeds), *y.shape[1:]) if kind.squared else y
    run = train(
        kind.model(),
        start,
        X,
        target,
        rule=rule,
        steps=steps,
        loss=kind.loss,
        seeds=seeds,
        stop=stop,
        fresh=fresh,
        every=every or steps,
    )
    return list(run.end), run.reached


def losses(kind: Kind, parameters: Parameters) -> Array:
    """Loss on all training examples, (S,)."""
    X, y = kind.examples()
    with torch.no_grad():
        output = kind.model()(parameters, X)
        return kind.loss(output, y.expand_as(output) if kind.squared else y).numpy()


# ---------------------------------------------------------------- between two networks


def on_curve(one: Parameters, bend: Parameters | None, other: Parameters, s: float) -> list[Tensor]:
    """The place s of the line between two networks, or of the curve with this bend."""
    if bend is None:
        return [torch.lerp(a, b, s) for a, b in zip(one, other, strict=True)]
    return [
        (1 - s) ** 2 * a + 2 * s * (1 - s) * c + s**2 * b
        for a, c, b in zip(one, bend, other, strict=True)
    ]


def profile(
    kind: Kind,
    one: Parameters,
    other: Parameters,
    bend: Parameters | None = None,
    places: int = 21,
) -> Array:
    """Loss (S, places) at equal distances on the line, or on the curve."""
    return np.stack(
        [losses(kind, on_curve(one, bend, other, s)) for s in np.linspace(0, 1, places)], 1
    )


def curve(
    kind: Kind,
    one: Parameters,
    other: Parameters,
    seeds: Sequence[int],
    steps: int = 300,
    batch: int = 100,
    rate: float = 5e-3,
) -> list[Tensor]:
    """The bend after training the mean loss on the curve by Adam, from the middle of the line, at
    one random place and one random batch of examples for each network and step.
    """
    (X, y), model = kind.examples(), kind.model()
    streams = [np.random.default_rng([seed, 91]) for seed in seeds]
    count, n = len(one), len(X)

    def draw(_: int) -> tuple[Tensor, Tensor]:
        rows = torch.tensor(np.stack([rng.permutation(n)[:batch] for rng in streams]))
        places = torch.tensor(np.stack([rng.random((1, 1)) for rng in streams])).float()
        points = torch.cat([X[rows], places.expand(-1, rows.shape[1], 1)], 2)
        return points, y[0][rows] if kind.squared else y[rows]

    def at(parameters: Parameters, points: Tensor) -> Tensor:
        ends = parameters[count : 2 * count], parameters[2 * count :]
        s = points[:, :1, -1]
        weights = (1 - s) ** 2, 2 * s * (1 - s), s**2
        theta = []
        for a, c, b in zip(ends[0], parameters[:count], ends[1], strict=True):
            w = [v.reshape(-1, *[1] * (a.dim() - 1)) for v in weights]
            theta.append(w[0] * a + w[1] * c + w[2] * b)
        return model(theta, points[:, :, :-1])

    first = draw(0)
    run = train(
        at,
        on_curve(one, None, other, 0.5),
        *first,
        rule=Adam(rate),
        steps=steps,
        loss=kind.loss,
        fixed=[*one, *other],
        fresh=draw,
        every=steps,
    )
    return list(run.end)


@cache
def independent(kind: Kind, seeds: tuple[int, ...]) -> tuple[list[Tensor], list[Tensor]]:
    """Two networks for each seed, each with its own start and own batches of 50: Adam at the rate
    5e-3, 200 steps on images and 400 on signals.
    """
    both = [*seeds, *(seed + 500_000 for seed in seeds)]
    steps = 200 if kind.data == "digits" else 400
    end, _ = trained(kind, kind.start(both), both, Adam(5e-3, batch=50), steps)
    return [p[: len(seeds)] for p in end], [p[len(seeds) :] for p in end]
