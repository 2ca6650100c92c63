"""Descents of torch on losses of one and two numbers, of which the maps are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from numerics import edge_of_stability as numerics
from proofs_check.training.descend import Moment, train
from proofs_check.training.rules import Descent, Sgd

Array = np.ndarray
START, SLOW = (2.0, 0.1), 0.005  # of the product
EXCESS, VALLEY = 0.1, 0.01  # eta S - 2 at the start, step
CURVATURES, BATCH, RATE, COPIES = (0.2, 0.6, 1.0, 2.2), 2, 1.0, 4096
PULL, NEAR, ROUNDS = 0.02, 1e-4, 200  # rate of sharpening, distance from the fixed point, steps


def descend(
    loss: Callable[[Sequence[Tensor]], Tensor], start: Sequence[float], eta: float, steps: int
) -> list[Array]:
    """Descent of torch on a loss of numbers: their values, (steps + 1,) each."""
    seen = []

    def watch(now: Moment) -> None:
        seen.append([p.item() for p in now.parameters])

    train(
        lambda parameters, _: loss(parameters)[:, None],
        [torch.tensor([v], dtype=torch.float64) for v in start],
        torch.zeros(1, 1, dtype=torch.float64),
        torch.zeros(1, dtype=torch.float64),
        rule=Descent(eta),
        steps=steps,
        loss=lambda output, _: output[:, 0],
        watch=watch,
    )
    return list(np.array(seen).T)


def _product(parameters: Sequence[Tensor]) -> Tensor:
    x, y = parameters
    return (1 - x * y) ** 2 / 2


def shrinkage(seeds: Sequence[int]) -> Array:
    """log of x^2 - y^2, end over start, over the step."""
    x, y = descend(_product, START, SLOW, 1500)
    q = x**2 - y**2
    return np.full(len(seeds), np.log(q[-1] / q[0]) / SLOW)


def second_order() -> float:
    """Size of what the first order leaves out, S that of the end of the flow."""
    first = numerics.first_order_shrinkage(*START)
    return float(SLOW * numerics.flow_sharpness(*START) * abs(first))


def end_of_the_valley(seeds: Sequence[int]) -> Array:
    """eta S at the end of a descent that comes down the valley above the edge."""
    s = (2 + EXCESS) / VALLEY
    x = ((s + (s**2 - 4) ** 0.5) / 2) ** 0.5
    x, y = descend(_product, (x, 1 / x * (1 + 1e-6)), VALLEY, 600)
    return np.full(len(seeds), VALLEY * (x[-1] ** 2 + y[-1] ** 2))


def growth_of_minibatches(seeds: Sequence[int]) -> Array:
    """Mean of x^2 after a step over x^2 before, over many copies of each seed."""
    h = torch.tensor(CURVATURES, dtype=torch.float64)
    many = [COPIES * int(seed) + i for seed in seeds for i in range(COPIES)]
    run = train(
        lambda p, X: p[0][:, None] * (X[..., 0] if X.dim() == 3 else X[:, 0]) ** 0.5,
        [torch.ones(len(many), dtype=torch.float64)],
        h[:, None],
        torch.zeros(len(h), dtype=torch.float64),
        rule=Sgd(RATE, BATCH),
        steps=1,
        seeds=many,
    )
    return (run.end[0].numpy() ** 2).reshape(len(seeds), COPIES).mean(1)


def growth_at_the_balance(seeds: Sequence[int], c: float) -> Array:
    """Mean log growth per step of the distance to the fixed point, from its ups and downs."""

    def reduced(parameters: Sequence[Tensor]) -> Tensor:
        x, y = parameters
        return (2 + y) * x**2 / 2 - PULL * y - c * x**4 / 4

    rest = (2 * PULL) ** 0.5, 2 * PULL * c
    x, y = descend(reduced, (rest[0] * (1 + NEAR), rest[1]), 1.0, ROUNDS)
    # of a spiral u_{k+1} = M u_k the determinant of two following pairs is that of M
    u = np.stack([2 * np.log(np.abs(x) / rest[0]), y - rest[1]])
    area = u[0, :-1] * u[1, 1:] - u[1, :-1] * u[0, 1:]
    return np.full(len(seeds), np.log(np.abs(area[-1] / area[0])) / 2 / (len(area) - 1))
