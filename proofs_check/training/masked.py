"""Networks of which weights are kept at zero: masks by magnitude, and training under them, for many
draws and masks at once.

Rows of parameters are masks times draws: the draws of the first mask, then those of the second.
Biases are never masked.  Draws of data have the same minibatches under every mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.descend import Moment, train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.minima import Examples, draw
from proofs_check.training.networks import Model, mlp, mlp_start
from proofs_check.training.rules import Adam

Array = np.ndarray
BATCH, HELD_OUT, CLASSES = 50, 1000, 10
TRAINING = {"digits": 500, "MNIST-1D": 2000}  # examples of a draw


@dataclass(frozen=True)
class Net:
    """A fully connected network, what it learns, and Adam's rate and steps; ``low``: products of
    matrices are taken in bfloat16.
    """

    data: str = "digits"
    hidden: tuple[int, ...] = (32, 32)
    activation: str = "relu"
    wrong: float = 0.0
    rate: float = 1e-2
    steps: int = 120
    low: bool = False

    def widths(self) -> tuple[int, ...]:
        """Inputs, hidden layers, classes."""
        return {"digits": 64, "MNIST-1D": 40}[self.data], *self.hidden, CLASSES

    def model(self) -> Model:
        """Outputs (R, n, classes) in single precision."""
        exact = mlp(self.widths(), self.activation)
        if not self.low:
            return exact
        return lambda theta, X: exact([p.bfloat16() for p in theta], X.bfloat16()).float()

    def start(self, seeds: Sequence[int], stream: int = 0) -> list[Tensor]:
        """He's start without biases, (S, ...); another ``stream`` is another start."""
        names = [seed + 100_000 * stream for seed in seeds]
        return [p.float() for p in mlp_start(names, self.widths(), "he", bias=0.0, device="cpu")]


@cache
def examples(kind: str, seeds: tuple[int, ...], wrong: float = 0.0) -> Examples:
    """One draw for each seed, of mean zero and variance one over the whole set; ``wrong``: share of
    training labels that are replaced.
    """
    n = TRAINING[kind]
    drawn = [draw(kind, seed, n, held_out=HELD_OUT, wrong=wrong, stream=84) for seed in seeds]
    parts = [torch.tensor(np.stack(part)) for part in zip(*drawn, strict=True)]
    return Examples(parts[0].float(), parts[1], parts[2].float(), parts[3])


# ---------------------------------------------------------------- masks


def ones(parameters: Sequence[Tensor]) -> list[Tensor]:
    """Masks that keep everything."""
    return [torch.ones_like(p) for p in parameters]


def by_magnitude(parameters: Sequence[Tensor], share: float) -> list[Tensor]:
    """Masks that drop this share of the weights of each row, the smallest of all
    layers together.
    """
    sizes = torch.cat([p.abs().flatten(1) for p in parameters[::2]], 1)
    kept = torch.zeros_like(sizes)
    count = sizes.shape[1] - round(share * sizes.shape[1])
    kept.scatter_(1, sizes.topk(count, dim=1).indices, 1.0)
    masks = ones(parameters)
    places = [p[0].numel() for p in parameters[::2]]
    for i, part in enumerate(kept.split(places, 1)):
        masks[2 * i] = part.reshape(parameters[2 * i].shape)
    return masks


def distance(one: Sequence[Tensor], other: Sequence[Tensor]) -> Array:
    """Share (R,) of the weights at which two masks differ."""
    a, b = (torch.cat([m.flatten(1) for m in masks[::2]], 1) for masks in (one, other))
    return (a != b).double().mean(1).numpy()


def stacked(*groups: Sequence[Tensor]) -> list[Tensor]:
    """Rows of several lists of parameters, or of masks, one after the other."""
    return [torch.cat(parts) for parts in zip(*groups, strict=True)]


# ---------------------------------------------------------------- training


@dataclass(frozen=True)
class Fit:
    """Parameters at the end (R, ...), and at the looks (L,): held-out accuracy (L, R) and
    parameters.
    """

    end: tuple[Tensor, ...]
    looks: Array
    held: Array
    seen: tuple[tuple[Tensor, ...], ...]

    def steps_to(self, accuracy: Array) -> Array:
        """Step of the first look (R,) with this accuracy (R,); infinite where there is none."""
        there = self.held >= accuracy
        return np.where(there.any(0), self.looks[there.argmax(0)], np.inf)


def accuracy(model: Model, parameters: Sequence[Tensor], have: Examples) -> Array:
    """Held-out accuracy (R,) of R rows, a multiple of the draws."""
    times = len(parameters[0]) // len(have.X)
    with torch.no_grad():
        found = model(parameters, have.X_test.repeat(times, 1, 1)).argmax(2)
    return (found == have.y_test.repeat(times, 1)).double().mean(1).numpy()


def fit(
    model: Model,
    have: Examples,
    seeds: Sequence[int],
    parameters: Sequence[Tensor],
    masks: Sequence[Tensor],
    *,
    rate: float,
    steps: int,
    every: int | None = None,
) -> Fit:
    """Adam on minibatches of 50, masked weights at zero; looks every so many steps, or at both
    ends.
    """
    times = len(parameters[0]) // len(seeds)
    looks: list[int] = []
    held: list[Array] = []
    seen: list[tuple[Tensor, ...]] = []

    def look(now: Moment) -> None:
        looks.append(now.step)
        held.append(accuracy(model, now.parameters, have))
        seen.append(tuple(p.clone() for p in now.parameters))

    run = train(
        model,
        [p * mask for p, mask in zip(parameters, masks, strict=True)],
        have.X.repeat(times, 1, 1),
        have.y.repeat(times, 1),
        rule=Adam(rate, batch=BATCH),
        steps=steps,
        loss=cross_entropy,
        watch=look,
        every=every or steps,
        seeds=tuple(seeds) * times,
        masks=masks,
    )
    return Fit(run.end, np.array(looks), np.array(held), tuple(seen))
