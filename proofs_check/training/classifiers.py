"""Small classifiers for many seeds at once, their least steps over a boundary, and images that are
stepped towards another class.

Data are the same for all seeds of a kind, or one set for each; a seed draws the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

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


# ---------------------------------------------------------------- steps over a boundary


def _slopes(of: Classifiers, X: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs (S, n, C) at inputs (S, n, D), and their gradients (S, n, C, D)."""
    X = X.detach().requires_grad_(True)
    out = of(X)
    rows = [
        torch.autograd.grad(out[..., c].sum(), X, retain_graph=True)[0] for c in range(out.shape[2])
    ]
    return out.detach(), torch.stack(rows, 2)


@dataclass(frozen=True)
class Flips:
    """Steps over the nearest boundary: from inputs (n, D), steps (S, n, D) that end on it, the
    class before and behind it (S, n), and the length of the first-order step (S, n).
    """

    start: Array
    step: Array
    own: Array
    other: Array
    first: Array

    @property
    def length(self) -> Array:
        """(S, n)."""
        return np.linalg.norm(self.step, axis=2)


def flips(of: Classifiers, X: Array, rounds: int = 20) -> Flips:
    """The iterated first-order step to the nearest boundary, each time by a fiftieth too far, then
    shortened along its direction to where the answer changes.  Pixels are not clipped.
    """
    seeds = len(of.parameters[0])
    start = tensor(X).expand(seeds, *X.shape).contiguous()
    now = start.clone()
    own = of(start).argmax(2)
    first = torch.zeros(own.shape)
    for turn in range(rounds):
        out, slope = _slopes(of, now)
        here = out.gather(2, own[..., None])
        along = slope.gather(2, own[..., None, None].expand(-1, -1, 1, slope.shape[3]))
        margin, pull = here - out, along - slope
        size = pull.norm(dim=3)
        far = torch.where(size > 0, margin.abs() / size.clamp_min(1e-12), torch.inf)
        far.scatter_(2, own[..., None], torch.inf)
        nearest = far.argmin(2, keepdim=True)
        if turn == 0:
            first = far.gather(2, nearest)[..., 0]
        stays = out.argmax(2) == own
        if not stays.any():
            break
        way = pull.gather(2, nearest[..., None].expand(-1, -1, 1, pull.shape[3]))[:, :, 0]
        long = margin.gather(2, nearest) / size.gather(2, nearest).clamp_min(1e-12) ** 2
        now = torch.where(stays[..., None], now - 1.02 * long * way - 1e-6 * way, now)
    low, high = torch.zeros(own.shape), torch.ones(own.shape)
    with torch.no_grad():
        for _ in range(20):
            middle = (low + high) / 2
            before = of(start + middle[..., None] * (now - start)).argmax(2) == own
            low, high = torch.where(before, middle, low), torch.where(before, high, middle)
        other = of(start + high[..., None] * (now - start)).argmax(2)
    step = high[..., None] * (now - start)
    return Flips(X, *(v.numpy() for v in (step, own, other, first)))


def towards(of: Classifiers, X: Array, labels: Array, eps: float, steps: int = 20) -> Array:
    """Inputs (S, n, D) that went from X (n, D) towards labels (S, n), by normalised gradient steps
    of cross entropy, at most eps away.
    """
    start = tensor(X).expand(len(labels), *X.shape)
    now, wanted = start.clone(), torch.tensor(labels)
    for _ in range(steps if eps > 0 else 0):
        now = now.detach().requires_grad_(True)
        slope: Any = torch.autograd.grad(cross_entropy(of(now), wanted).sum(), now)[0]
        with torch.no_grad():
            slope = slope / slope.norm(dim=2, keepdim=True).clamp_min(1e-30)
            off = now - 2.5 * eps / steps * slope - start
            now = start + off * (eps / off.norm(dim=2, keepdim=True).clamp_min(eps))
    return now.detach().numpy()


def nearest(X: Array, y: Array, points: Array, labels: Array) -> Array:
    """Places (S, n) among X (N, D) of the nearest example of the class labels (S, n) to each of the
    points (n, D).
    """
    far = np.linalg.norm(points[:, None] - X, axis=2)  # (n, N)
    table = np.stack([np.where(y == c, far, np.inf).argmin(1) for c in range(int(y.max()) + 1)], 1)
    return np.asarray(np.take_along_axis(table, labels.T, 1).T)
