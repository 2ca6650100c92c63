"""Prompts of linear regressions, and linear attention trained on them.

A layer writes to every token the sum over the prompt's pairs of P token (token . Q reader) / N, so
that it only needs the second moments of the tokens (x, y): a model takes these moments, keeps track
of them from layer to layer, and returns the vector c of its answer c.u to a query u.  Risks are
means over all queries, |c - w|^2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.descend import train
from proofs_check.training.losses import half_mean_square
from proofs_check.training.networks import Model, normals
from proofs_check.training.rules import Adam, Rule, Step, norm

Array = np.ndarray


@dataclass(frozen=True)
class Problem:
    """Prompts of N pairs with d inputs and noise of a variance; ``variances`` of the inputs, one
    where none are given.
    """

    d: int
    N: int
    noise: float
    variances: tuple[float, ...] = ()

    @property
    def scales(self) -> Tensor:
        """Standard deviations (d,) of the inputs."""
        return torch.tensor(self.variances or (1.0,) * self.d).sqrt()


@dataclass(frozen=True)
class Clipped:
    """A rule that gets gradients of a seed of the norm ``longest`` at most."""

    rule: Rule
    longest: float = 1.0
    batch: int | None = None

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """Memory of the rule."""
        return self.rule.begin(parameters)

    def move(self, step: Step) -> None:
        """One step of every seed."""
        short = (self.longest / norm(step.gradients)).clamp(max=1.0)
        gradients = [g * short.reshape(-1, *[1] * (g.dim() - 1)) for g in step.gradients]
        self.rule.move(replace(step, gradients=gradients))


def draw(problem: Problem, seeds: Sequence[int], count: int, stream: int) -> tuple[Tensor, Tensor]:
    """Second moments (S, count, D D) of the D = d + 1 numbers of a token in new prompts, and the
    weights (S, count, d) of their tasks; the numbers of a seed are its own.
    """
    drawn: list[tuple[Tensor, ...]] = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(9_000_017 * (stream + 1) + int(seed))
        sizes = (problem.N, problem.d), (problem.d, 1), (problem.N, 1)
        drawn.append(tuple(torch.randn(count, *size, generator=generator) for size in sizes))
    x, w, e = (torch.stack(part) for part in zip(*drawn, strict=True))
    x = x * problem.scales
    tokens = torch.cat([x, x @ w + problem.noise**0.5 * e], 3)
    return (tokens.mT @ tokens / problem.N).flatten(2), w[..., 0]


def _product(A: Tensor, B: Tensor) -> Tensor:
    """Products of matrices (S, p, q, n) and (S, q, r, n), one for each prompt: for matrices as
    small as these faster than batches of them.
    """
    return (A[:, :, :, None] * B[:, None]).sum(2)


def attention(layers: int) -> Model:
    """Linear attention: parameters P and Q (S, D, D) of each layer, moments (S, n, D D); outputs
    (S, n, D - 1).
    """

    def model(parameters: Sequence[Tensor], moments: Tensor) -> Tensor:
        D, n = parameters[0].shape[-1], moments.shape[1]
        now = moments.mT.reshape(-1, D, D, n)
        answer = torch.eye(D)[:, :-1, None].expand(len(now), D, D - 1, n)
        for layer in range(layers):
            P, Q = parameters[2 * layer : 2 * layer + 2]
            both = torch.einsum("sab,scd->sadbc", P, Q).reshape(len(P), D * D, D * D)
            moved = (both @ now.flatten(1, 2)).reshape(-1, D, D, n)  # P now Q
            if layer == layers - 1:  # of the last layer the label is all that is read
                return (answer[:, -1] + _product(moved[:, -1:], answer)[:, 0]).mT
            half = torch.cat([now, answer], 2)
            half = half + _product(moved, half)
            now = half[:, :, :D] + _product(half[:, :, :D], moved.transpose(1, 2))
            answer = half[:, :, D:]
        return answer[:, -1].mT

    return model


def masks(problem: Problem, layers: int) -> list[Tensor]:
    """Ones where a layer that reads inputs and labels apart, and writes labels alone, may have
    entries.
    """
    D = problem.d + 1
    label, inputs = torch.zeros(1, D, D), torch.ones(1, D, D)
    label[:, -1, -1], inputs[:, -1], inputs[:, :, -1] = 1.0, 0.0, 0.0
    return [label, inputs] * layers


@cache
def trained(
    problem: Problem,
    layers: int,
    seeds: tuple[int, ...],
    *,
    steps: int,
    batch: int,
    rate: float = 3e-2,
    size: float = 0.1,
    apart: bool = False,
) -> tuple[Tensor, ...]:
    """Parameters of networks trained by Adam on new prompts in every step, at a rate that falls to
    zero like a cosine, from a start of this size; ``apart``: only entries that ``masks`` allows.
    """
    D, scales = problem.d + 1, problem.scales
    network = attention(layers)

    def model(parameters: Sequence[Tensor], moments: Tensor) -> Tensor:
        return network(parameters, moments) * scales

    def prompts(step: int) -> tuple[Tensor, Tensor]:
        moments, weights = draw(problem, seeds, batch, step + 1)
        return moments, weights * scales

    start = [p.float() for p in normals(seeds, [(D, D)] * (2 * layers), size, device="cpu")]
    allowed = masks(problem, layers) if apart else None
    if allowed is not None:
        start = [p * mask for p, mask in zip(start, allowed, strict=True)]
    X, y = prompts(-1)
    run = train(
        model,
        start,
        X,
        y,
        rule=Clipped(Adam(lambda done: rate * (1 + math.cos(math.pi * done / steps)) / 2)),
        steps=steps,
        loss=half_mean_square,
        every=steps,
        masks=allowed,
        fresh=prompts,
    )
    return run.end


def errors(
    problem: Problem, layers: int, parameters: Sequence[Tensor], seeds: Sequence[int], count: int
) -> tuple[Array, Array]:
    """Mean |c - w|^2 (S,) of networks, and of ridge regression with the penalty of Bayes, on the
    same new prompts of a problem, which may be another one than they were trained on.
    """
    moments, weights = draw(problem, seeds, count, -2)
    D = problem.d + 1
    with torch.no_grad():
        answer = attention(layers)(parameters, moments)
    now = moments.unflatten(-1, (D, D)).double()
    penalty = problem.noise / problem.N * torch.eye(problem.d) + 1e-12 * torch.eye(problem.d)
    bayes = torch.linalg.solve(now[..., :-1, :-1] + penalty, now[..., :-1, -1])
    network, least = (((c - weights) ** 2).sum(-1).double().mean(1) for c in (answer, bayes))
    return network.numpy(), least.numpy()
