"""How parameters move, given their gradients: a rule is frozen, its memory is kept outside of it.

A rule has ``begin(parameters)``, the memory it needs (tensors whose first dimension is the seeds),
and ``move(step)``, which changes parameters and memory in place.  ``batch``: of how many points a
gradient is taken, ``None`` for all.  A rate is a number, a tensor (S,) with one for each seed, a
tuple with one for each parameter tensor, or a function of the number of steps done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

Rate: TypeAlias = float | Tensor | tuple[float, ...] | Callable[[int], float]


@dataclass(frozen=True)
class Step:
    """What a rule is told: gradients at the parameters, its memory (S, ...), and how to get the
    largest eigenvalue (S,) of the tangent kernel there; ``done`` counts the steps before this one.
    """

    done: int
    parameters: Sequence[Tensor]
    gradients: Sequence[Tensor]
    memory: list[Tensor]
    stiffness: Callable[[], Tensor]


class Rule(Protocol):
    """What the loop asks of a rule."""

    @property
    def batch(self) -> int | None:
        """Points of a gradient; ``None`` for all."""

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """Memory, (S, ...) each."""

    def move(self, step: Step) -> None:
        """Change parameters and memory in place."""


@dataclass(frozen=True)
class Descent:
    """theta - rate * (gradient + decay * theta); no step is longer than ``growth`` times the norm
    of the seed's parameters.
    """

    rate: Rate
    growth: float = math.inf
    decay: float = 0.0
    batch: int | None = None

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """The rates, where each seed has its own."""
        return _own(self.rate)

    def move(self, step: Step) -> None:
        """One step of every seed."""
        _descend(step, step.memory[0] if step.memory else self.rate, self.decay, self.growth)


@dataclass(frozen=True)
class Sgd:
    """Descent on ``batch`` points, drawn anew for every step."""

    rate: Rate
    batch: int
    decay: float = 0.0

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """The rates, where each seed has its own."""
        return _own(self.rate)

    def move(self, step: Step) -> None:
        """One step of every seed."""
        _descend(step, step.memory[0] if step.memory else self.rate, self.decay)


@dataclass(frozen=True)
class Flow:
    """Descent whose rate is ``courant`` over the largest eigenvalue of the tangent kernel of all
    points, renewed every ``refresh`` steps: gradient flow as ``courant`` tends to zero.  For half
    the mean square.
    """

    courant: float = 0.5
    refresh: int = 10
    growth: float = 0.05
    decay: float = 0.0
    batch: int | None = None

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """The rate of each seed."""
        return [torch.zeros_like(parameters[0].flatten(1)[:, 0])]

    def move(self, step: Step) -> None:
        """One step of every seed."""
        if step.done % self.refresh == 0:
            step.memory[0].copy_(self.courant / step.stiffness())
        _descend(step, step.memory[0], self.decay, self.growth)


@dataclass(frozen=True)
class Momentum:
    """v <- beta v + gradient + decay * theta; theta - rate * v, or with Nesterov's look ahead
    theta - rate * (gradient + decay * theta + beta v), in the order of ``torch.optim.SGD``.
    """

    rate: Rate
    beta: float = 0.9
    nesterov: bool = False
    decay: float = 0.0
    batch: int | None = None

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """Velocities, and the rates where each seed has its own."""
        return [torch.zeros_like(p) for p in parameters] + _own(self.rate)

    def move(self, step: Step) -> None:
        """One step of every seed."""
        count = len(step.parameters)
        moves = []
        for v, g in zip(step.memory[:count], _decayed(step, self.decay), strict=True):
            v.mul_(self.beta).add_(g)
            moves.append(g + self.beta * v if self.nesterov else v)
        _subtract(step, moves, [*step.memory[count:], self.rate][0])


@dataclass(frozen=True)
class Adam:
    """Adam in the order of ``torch.optim.Adam``; ``decoupled``: the decay acts on the parameters
    and not on the gradient, as in AdamW.  Source: Kingma and Ba, ICLR 2015; Loshchilov and Hutter,
    ICLR 2019.
    """

    rate: Rate
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    decay: float = 0.0
    decoupled: bool = False
    batch: int | None = None

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """First and second moments, and the rates where each seed has its own."""
        return [torch.zeros_like(p) for p in (*parameters, *parameters)] + _own(self.rate)

    def move(self, step: Step) -> None:
        """One step of every seed."""
        (one, two), count = self.betas, len(step.parameters)
        rates = _rates([*step.memory[2 * count :], self.rate][0], step)
        first, second = 1 - one ** (step.done + 1), (1 - two ** (step.done + 1)) ** 0.5
        gradients = _decayed(step, 0.0 if self.decoupled else self.decay)
        moments = zip(step.memory[:count], step.memory[count : 2 * count], strict=True)
        for p, g, (m, v), h in zip(step.parameters, gradients, moments, rates, strict=True):
            if self.decoupled and self.decay:
                p.mul_(1 - h * self.decay)
            m.lerp_(g, 1 - one)
            v.mul_(two).addcmul_(g, g, value=1 - two)
            below = (v.sqrt() / second).add_(self.eps)
            if isinstance(h, Tensor):
                p.sub_(h / first * m / below)
            else:
                p.addcdiv_(m, below, value=-h / first)


def norm(tensors: Sequence[Tensor]) -> Tensor:
    """Euclidean norm (S,) of all entries of each seed."""
    return torch.stack([v.flatten(1).norm(dim=1) for v in tensors]).norm(dim=0)


def _descend(step: Step, rate: Rate, decay: float, growth: float = math.inf) -> None:
    gradients = _decayed(step, decay)
    if growth < math.inf:
        if isinstance(rate, tuple):
            raise ValueError("growth bounds the step of a seed: it needs one rate for all tensors")
        longest = growth * norm(step.parameters) / norm(gradients)
        wanted = rate(step.done) if callable(rate) else rate
        rate = torch.minimum(torch.as_tensor(wanted, dtype=torch.float64).to(longest), longest)
    _subtract(step, gradients, rate)


def _subtract(step: Step, moves: Sequence[Tensor], rate: Rate) -> None:
    for p, move, h in zip(step.parameters, moves, _rates(rate, step), strict=True):
        p.sub_(h * move)


def _own(rate: Rate) -> list[Tensor]:
    return [rate] if isinstance(rate, Tensor) else []


def _rates(rate: Rate, step: Step) -> Sequence[float | Tensor]:
    """The rate of each parameter tensor: numbers, or tensors that go with it."""
    if isinstance(rate, Tensor):
        return [rate.to(p).reshape(-1, *[1] * (p.dim() - 1)) for p in step.parameters]
    if isinstance(rate, tuple):
        return rate
    return [rate(step.done) if callable(rate) else rate] * len(step.parameters)


def _decayed(step: Step, decay: float) -> Sequence[Tensor]:
    if not decay:
        return step.gradients
    return [g.add(p, alpha=decay) for p, g in zip(step.parameters, step.gradients, strict=True)]
