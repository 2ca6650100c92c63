"""Three architectures on the same images or signals: fully connected, convolutions, residual.

The seeds are groups of one convolution; every seed has its own split of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy as each_entropy

from proofs_check.training import data
from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import Model, mlp, mlp_start, normals
from proofs_check.training.rules import Adam

Array = np.ndarray
HELD_OUT, CLASSES, RATE = 600, 10, 5e-3
KINDS = {  # the three of each data set; the convolutions are those of images
    "digits": ("MLP", "CNN", "residual network"),
    "MNIST-1D": ("MLP", "tanh layer", "residual network"),
}
CHANNELS = (4, 8)


@dataclass(frozen=True)
class Split:
    """Inputs (S, n, D) and classes (S, n) of each seed for training, and as many as q held out."""

    X: Array
    y: Array
    X_new: Array
    y_new: Array


@cache
def split(name: str, seeds: tuple[int, ...], n: int) -> Split:
    """A random split of "digits" or "MNIST-1D" for each seed, inputs of mean zero and variance one
    over all of them.
    """
    if name == "digits":
        X, y = data.digits(seed=None)
    else:
        made = data.mnist1d()
        X, y = made.x, made.y
    X = (X - X.mean()) / X.std()
    rows = [np.random.default_rng([s, 88]).permutation(len(X))[: n + HELD_OUT] for s in seeds]
    chosen, classes = X[rows], y[rows]
    return Split(chosen[:, :n], classes[:, :n], chosen[:, n:], classes[:, n:])


def residual(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
    """Three blocks h + relu(h W) V behind a first layer, without norms."""
    first, *inner, last = parameters
    h = X @ first
    for W, V in zip(inner[::2], inner[1::2], strict=True):
        h = h + torch.relu(h @ W) @ V
    return torch.relu(h) @ last


def convolutional(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
    """Two convolutions of 3 x 3 pixels with ReLU, pooling by two behind each, and a layer: X
    (S, n, 64).
    """
    one, two, last = parameters
    S, n, _ = X.shape
    h, side = X[..., None].flatten(2), 8  # pixels, and channels last
    for kernel in (one, two):
        units = kernel.shape[2]
        inner = kernel.reshape(S, 9, -1, units)
        dense = torch.einsum("pqk,skcd->spcqd", _neighbours(side), inner)
        h = torch.relu(h @ dense.flatten(3).flatten(1, 2))
        half = side // 2
        pooled = h.reshape(S, n, half, 2, half, 2 * units)
        pooled = torch.maximum(pooled[:, :, :, 0], pooled[:, :, :, 1])
        h = torch.maximum(pooled[..., :units], pooled[..., units:]).flatten(2)
        side = half
    return h @ last


@cache
def _neighbours(side: int) -> Tensor:
    """One where pixel p is neighbour k of pixel q, zero else: (side^2, side^2, 9)."""
    found = torch.zeros(side, side, side, side, 9)
    for k, (down, right) in enumerate(np.ndindex(3, 3)):
        for i, j in np.ndindex(side, side):
            at = i + down - 1, j + right - 1
            if min(at) >= 0 and max(at) < side:
                found[(*at, i, j, k)] = 1.0
    return found.reshape(side**2, side**2, 9)


def _start(kind: str, seeds: Sequence[int], D: int) -> tuple[Model, list[Tensor]]:
    if kind == "MLP":
        widths = (D, 64, 32, CLASSES)
        return mlp(widths, "relu"), mlp_start(seeds, widths, "he", bias=0.0, device="cpu")
    if kind == "tanh layer":
        return mlp((D, 64, CLASSES), "tanh"), mlp_start(
            seeds, (D, 64, CLASSES), 1.0, bias=0.0, device="cpu"
        )
    if kind == "CNN":
        one, two = CHANNELS
        shapes = [(9, one), (9 * one, two), (4 * two, CLASSES)]
        return convolutional, normals(
            seeds, shapes, [(2 / a) ** 0.5 for a, _ in shapes], stream=500, device="cpu"
        )
    shapes = [(D, 32), *[(32, 32)] * 6, (32, CLASSES)]
    sizes = [D**-0.5, *[(2 / 32) ** 0.5, 0.5 * 32**-0.5] * 3, (2 / 32) ** 0.5]
    return residual, normals(seeds, shapes, sizes, stream=600, device="cpu")


@cache
def held_out(
    name: str, seeds: tuple[int, ...], n: int, kind: str, starts: int, steps: int
) -> tuple[Array, Array]:
    """Cross entropy (S, starts, q) and misses (S, starts, q) of the samples held out, by networks
    of one kind trained by Adam.
    """
    have = split(name, seeds, n)
    X, y, new, labels = (
        torch.tensor(part).repeat_interleave(starts, 0)
        for part in (have.X, have.y, have.X_new, have.y_new)
    )
    draws = [100 * seed + at for seed in seeds for at in range(starts)]
    model, start = _start(kind, draws, X.shape[2])
    run = train(
        model,
        [p.float() for p in start],
        X.float(),
        y,
        rule=Adam(RATE),
        steps=steps,
        loss=cross_entropy,
        every=steps,
    )
    with torch.no_grad():
        output = model(run.end, new.float())
    losses = each_entropy(output.flatten(0, 1), labels.flatten(), reduction="none")
    shape = (len(seeds), starts, -1)
    missed = (output.argmax(2) != labels).numpy()
    return losses.double().numpy().reshape(shape), missed.reshape(shape)
