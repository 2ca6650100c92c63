"""Least steps of classifiers over a boundary, inputs that are stepped towards another class, and
the nearest examples of a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.classifiers import Classifiers, tensor
from proofs_check.training.losses import cross_entropy

Array = np.ndarray


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
