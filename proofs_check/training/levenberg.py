"""Low squared losses of many small networks at once: Adam with a rate that falls to zero,
which slides along kinks, and then the method of Levenberg and Marquardt, every step of which lowers
the loss.  Where they stop need not be a minimum: ``Ends.gradient`` says how far from one.

Parameters of a network are one matrix (in + 1, out) for each layer, the last row its biases; the
networks are the first dimension of everything.  Source: Marquardt, SIAM Journal 11, 1963.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.descend import train
from proofs_check.training.networks import mlp
from proofs_check.training.rules import Adam

SLOPES: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "relu": (torch.relu, lambda z: (z > 0).to(z)),
    "tanh": (torch.tanh, lambda z: 1 - torch.tanh(z) ** 2),
}


@dataclass(frozen=True)
class Ends:
    """Where B networks ended."""

    parameters: tuple[Tensor, ...]  # (B, in + 1, out) each
    loss: Tensor  # (B,) half the mean squared error
    gradient: Tensor  # (B,) its length


def outputs(kind: str, parameters: Sequence[Tensor], X: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs (B, n) at X (B, n, D), and the Jacobian (B, n, P) by all parameters."""
    act, slope = SLOPES[kind]
    into, before = [_with_one(X)], []
    for W in parameters[:-1]:
        before.append(into[-1] @ W)
        into.append(_with_one(act(before[-1])))
    back, rows = torch.ones_like(into[-1][..., :1]), []
    for layer in range(len(parameters) - 1, -1, -1):
        rows.append((into[layer][..., :, None] * back[..., None, :]).flatten(2))
        if layer:
            back = back @ parameters[layer][:, :-1].mT * slope(before[layer - 1])
    return (into[-1] @ parameters[-1])[..., 0], torch.cat(rows[::-1], 2)


def start(seed: int, stream: int, kind: str, widths: Sequence[int], count: int) -> list[np.ndarray]:
    """Weights of He's or Xavier's start and biases of zero, (count, in + 1, out) each."""
    rng, found = np.random.default_rng([seed, stream, len(widths), widths[1]]), []
    for inputs, units in pairwise(widths):
        scale = (2 / inputs if kind == "relu" else 2 / (inputs + units)) ** 0.5
        W = rng.standard_normal((count, inputs + 1, units)) * scale
        W[:, -1] = 0
        found.append(W)
    return found


def minimise(
    kind: str, parameters: Sequence[Tensor], X: Tensor, y: Tensor, adam: int = 500, steps: int = 40
) -> Ends:
    """Ends of networks with one output: so many steps of Adam from the rate 0.03 down, then
    ``polish``.
    """
    widths = [p.shape[1] - 1 for p in parameters] + [1]
    model = mlp(widths, kind)
    flat = [part for p in parameters for part in (p[:, :-1], p[:, -1])]
    rule = Adam(lambda step: 0.015 * (1 + math.cos(math.pi * step / adam)))
    run = train(model, flat, X, y, rule=rule, steps=adam, every=adam)
    pairs = zip(run.end[::2], run.end[1::2], strict=True)
    return polish(kind, [torch.cat([W, b[:, None]], 1) for W, b in pairs], X, y, steps)


def polish(kind: str, parameters: Sequence[Tensor], X: Tensor, y: Tensor, steps: int) -> Ends:
    """Ends of networks with one output from these parameters, after at most so many tried steps.

    A network is done when its loss is below 1e-8, its gradient below 1e-10, or no step of its
    damping lowers the loss, as at the kink of a ReLU.
    """
    shapes = [p.shape[1:] for p in parameters]
    whole = torch.cat([p.flatten(1) for p in parameters], 1).clone()
    loss, size = whole.new_empty(len(whole)), whole.new_empty(len(whole))
    alive, theta = torch.arange(len(whole)), whole.clone()
    damping = torch.full((len(whole),), 1e-2).to(whole)
    n = X.shape[1]
    f, J = outputs(kind, _parts(theta, shapes), X)
    error = f - y
    for step in range(steps + 1):
        now, pull = (error**2).mean(1) / 2, (J.mT @ error[..., None])[..., 0] / n
        length = pull.norm(dim=1)
        done = (now < 1e-8) | (length < 1e-10) | (damping > 1e6)
        if step == steps:
            done = torch.ones_like(done)
        if done.any():
            gone, keep = alive[done], ~done
            whole[gone], loss[gone], size[gone] = theta[done], now[done], length[done]
            alive, theta, damping, X, y = (v[keep] for v in (alive, theta, damping, X, y))
            error, J, now, pull = (v[keep] for v in (error, J, now, pull))
            if not len(alive):
                break
        if J.shape[2] <= n:
            square = J.mT @ J / n + damping[:, None, None] * torch.eye(J.shape[2]).to(J)
            move = torch.linalg.solve(square, pull)
        else:
            square = J @ J.mT / n + damping[:, None, None] * torch.eye(n).to(J)
            move = (J.mT @ torch.linalg.solve(square, error)[..., None])[..., 0] / n
        tried = theta - move
        f, slopes = outputs(kind, _parts(tried, shapes), X)
        left = f - y
        better = (left**2).mean(1) / 2 < now
        theta = torch.where(better[:, None], tried, theta)
        error = torch.where(better[:, None], left, error)
        J = torch.where(better[:, None, None], slopes, J)
        damping = damping * torch.where(better, 0.3, 4.0).to(damping)
        damping = damping.clamp(min=1e-12)
    return Ends(tuple(_parts(whole, shapes)), loss, size)


def _with_one(h: Tensor) -> Tensor:
    return torch.cat([h, torch.ones_like(h[..., :1])], -1)


def _parts(theta: Tensor, shapes: Sequence[torch.Size]) -> list[Tensor]:
    parts = theta.split([shape.numel() for shape in shapes], 1)
    return [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]
