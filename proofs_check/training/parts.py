"""Networks on the line whose errors are followed part by part of the data, under weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.curvature import gram
from proofs_check.training.descend import Moment, train
from proofs_check.training.networks import Model, mlp, mlp_start, two_layer, two_layer_start
from proofs_check.training.rules import Adam, Momentum, Rule

Array = np.ndarray
MOMENTUM, RATE = 0.9, 1e-2  # of descent, of Adam
LAZY = 64  # factor of the outputs, which keeps weights that much nearer to their start


@dataclass(frozen=True)
class Net:
    """One input, hidden layers of these units, one output; ``near``: mirrored neurons near their
    start, of the mean kernel of ``numerics.tangent_kernel.two_layer_kernel``; ``stratified``:
    with one angle in each part of the circle; ``first``: size of the weights of the first layer,
    where it is not the usual one.
    """

    activation: str = "relu"
    hidden: tuple[int, ...] = (100,)
    adam: bool = True
    near: bool = False
    stratified: bool = False
    first: float | None = None
    steps: int = 1500
    every: int = 4  # steps between looks

    def begin(self, seeds: Sequence[int]) -> tuple[Model, list[Tensor]]:
        """Model and parameters in single precision."""
        if self.near:
            (units,) = self.hidden
            model = two_layer(units**0.5 / LAZY, self.activation)
            start = list(two_layer_start(seeds, units // 2, 2, 1.0, 1.0, device="cpu"))
            if self.stratified:
                start = _stratified(seeds, units // 2)
            return model, [p.float() for p in start]
        widths = (1, *self.hidden, 1)
        usual = 2**0.5 if self.activation == "relu" else 1.0
        scales = [usual] * (len(widths) - 1)
        scales[0] = scales[0] if self.first is None else self.first
        start = mlp_start(seeds, widths, scales, device="cpu")
        return mlp(widths, self.activation), [p.float() for p in start]


def _stratified(seeds: Sequence[int], m: int) -> list[Tensor]:
    """A mirrored start of ReLU neurons that has the mean kernel of a Gaussian one and less scatter:
    one random angle in each of m equal parts of the circle, squared lengths one and two.
    """
    parts = np.stack([np.random.default_rng([seed, 87]).random(m) for seed in seeds])
    angle = torch.tensor(2 * np.pi * (np.arange(m) + parts) / m)
    w = 2**0.5 * torch.stack([angle.cos(), angle.sin()], 2)
    a = torch.ones_like(angle)
    return [torch.cat([a, -a], 1), torch.cat([w, w], 1)]


def times(
    seeds: Sequence[int],
    net: Net,
    x: Array,
    y: Array,
    weights: Array,
    parts: Array,
    share: float = 0.1,
) -> Array:
    """Time (S, W, p) at which the mean squared error of each part (p, n) of the data is below this
    share of that of no output, in training on (1/2n) sum w_i e_i^2, weights (W, n) that are
    constant on each part.

    Time is steps under Adam, steps times the rate over 1 - momentum under descent, whose rate is
    one over the largest eigenvalue at the start; a part that is never there counts as at the end.
    """
    rows, S = len(weights), len(seeds)
    model, drawn = net.begin(seeds)
    start = [p.repeat_interleave(rows, 0) for p in drawn]
    roots = torch.tensor(weights**0.5, dtype=torch.float32).repeat(S, 1)
    X = torch.tensor(x[:, None], dtype=torch.float32)
    if net.near:
        X = torch.cat([X, torch.ones_like(X)], 1)

    def weighted(parameters: Sequence[Tensor], points: Tensor) -> Tensor:
        return model(parameters[:-1], points) * parameters[-1]

    rates = torch.ones(S * rows)
    rule: Rule = Adam(RATE)
    if not net.adam:
        K = gram(lambda p, points: weighted([*p, roots], points), start, X)
        rates = 1 / torch.linalg.eigvalsh(K)[:, -1]
        rule = Momentum(rates, MOMENTUM)
    of_part = torch.tensor(parts, dtype=torch.float32).T
    target = torch.tensor(y, dtype=torch.float32) * roots
    first = np.full((S * rows, len(parts)), net.steps)
    none = share * (target**2 @ of_part)  # of no output

    def seen(now: Moment) -> Array:
        errors = (now.output - target[now.alive]) ** 2 @ of_part
        below = (errors < none[now.alive]).numpy()
        mine = first[now.alive]
        first[now.alive] = np.where(below, np.minimum(mine, max(now.step, 1)), mine)
        return np.asarray((first[now.alive] < net.steps).all(1))

    train(
        weighted,
        start,
        X,
        target,
        rule=rule,
        steps=net.steps,
        stop=seen,
        every=net.every,
        fixed=[roots],
    )
    unit = 1.0 if net.adam else rates.double().numpy()[:, None] / (1 - MOMENTUM)
    return np.asarray(first * unit).reshape(S, rows, len(parts))
