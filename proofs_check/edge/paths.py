"""Sharpness and loss along descents of many seeds at several step sizes, and what is read off them:
when the threshold of stability is met, the level from then on, how the loss moves, the end.

Steps are given in units of the inverse sharpness at the start.  A run ends when its loss is FITTED
times that at the start, when it is BLOWN times that (the run diverges), or after the time TIME,
the number of steps times the step in these units: all set-ups alike.  Sharpness is the largest
eigenvalue of the Hessian: Lanczos' iteration along a run begins with the vector of the moment
before and a random one beside it, that at the start and at the end with a random one alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from proofs_check.training.compiled import descend
from proofs_check.training.curvature import eigenvalues, flat, hessian, objective, unflat
from proofs_check.training.networks import mlp, normal

Array = np.ndarray
FITTED, BLOWN, TIME = 1e-6, 1e6, 1e4
SOLVED = 1e-2  # loss over that at the start, of a run that has come to a solution
EVERY, GROWTH = 51, 20  # steps between two measurements: so many, or this part of those done
ARRIVED, WINDOW = 0.98, 100  # of 2 / eta; steps
RESIDUAL = 0.01  # largest residual over the eigenvalue
STRAY = 0.3  # length of the random part of the vectors that an iteration begins with


@dataclass(frozen=True)
class Network:
    """A network ``mlp(widths, kind, bias=bias)`` whose output is divided by ``over``, on points X
    (n, D) with targets y (n,); ``start`` gives the parameters (S, ...) of seeds.
    """

    widths: tuple[int, ...]
    kind: str
    start: Callable[[Sequence[int]], Sequence[Tensor]]
    X: Array
    y: Array
    bias: bool = True
    over: float = 1.0


@dataclass(frozen=True)
class Paths:
    """Descents of S seeds at R step sizes, M moments.

    eta: (S, R); loss: (S, R, T + 1) before each step; moments: (S, R, M), the last one the end of
    the run; level: eta times the sharpness over two there; not a number after the end of a run.
    """

    eta: Array
    loss: Array
    moments: Array
    level: Array

    @property
    def blown(self) -> Array:
        """(S, R): the run diverged."""
        return np.nanmax(self.loss, 2) > BLOWN * self.loss[:, :, 0]

    @property
    def solved(self) -> Array:
        """(S, R): the loss at the end is that of a solution."""
        last = np.take_along_axis(self.loss, self.moments[:, :, -1:].astype(int), 2)[:, :, 0]
        return last <= SOLVED * self.loss[:, :, 0]

    @property
    def arrival(self) -> Array:
        """Step (S, R) of the first moment at which 2 / eta is met, infinite where it is not."""
        met = self.level >= ARRIVED
        first = np.take_along_axis(self.moments, met.argmax(2)[:, :, None], 2)[:, :, 0]
        return np.where(met.any(2), first, np.inf)

    @property
    def after(self) -> Array:
        """(S, R): the run arrived, and goes on for a window of steps or diverges."""
        late = self.arrival + WINDOW <= self.moments[:, :, -1]
        return np.isfinite(self.arrival) & (self.blown | late)

    def mean_level(self) -> Array:
        """Mean over the steps from the arrival to the end (S, R); not a number without it."""
        found = np.full(self.eta.shape, np.nan)
        for run in zip(*np.nonzero(self.after), strict=True):
            late = np.isfinite(self.level[run]) & (self.moments[run] >= self.arrival[run])
            at, level = self.moments[run][late], self.level[run][late]
            length = at[-1] - at[0]
            found[run] = np.trapezoid(level, at) / length if length else level[-1]
        return found

    @property
    def end(self) -> Array:
        """Sharpness (S, R) at the end."""
        return 2 * self.level[:, :, -1] / self.eta

    def losses_after(self) -> list[list[Array]]:
        """Losses from the arrival to the end, for each seed of those of its runs that have them."""
        return [
            [
                self.loss[s, r, int(self.arrival[s, r]) : int(self.moments[s, r, -1]) + 1]
                for r in np.nonzero(self.after[s])[0]
            ]
            for s in range(len(self.eta))
        ]


def sharpness(model: Network, rows: Tensor, begin: Tensor | None = None) -> tuple[Array, Tensor]:
    """Largest eigenvalue (S,) of the Hessian at parameters (S, P), and its vectors (S, P).

    Raises ``RuntimeError`` where its residual is more than RESIDUAL of it.
    """
    like = model.start([0])
    parameters = unflat(rows, [v.expand(len(rows), *v.shape[1:]) for v in like])
    X, y = torch.as_tensor(model.X), torch.as_tensor(model.y)
    network = mlp(model.widths, model.kind, bias=model.bias)
    of = objective(lambda p, X: network(p, X) / model.over, X, y)
    found = eigenvalues(
        hessian(of, parameters), parameters, tol=RESIDUAL / 2, steps=60, begin=begin
    )
    if (found.residual > RESIDUAL * found.value.abs()).any():
        worst = float((found.residual / found.value.abs()).max())
        raise RuntimeError(f"Lanczos' iteration leaves a residual of {worst:.2g} of the eigenvalue")
    return found.value[:, 0].numpy(), found.vector[:, 0]


def moments(steps: int) -> Array:
    """Steps at which is measured: an odd number apart, so that both phases of a cycle of two steps
    are met.
    """
    found = [0]
    while found[-1] <= steps:
        found.append(found[-1] + 1 + max(EVERY, found[-1] // GROWTH) // 2 * 2)
    return np.array(found[:-1])


def follow(model: Network, seeds: Sequence[int], rates: Sequence[float]) -> Paths:
    """Descend from the starts of all seeds at all rates, in units of the inverse sharpness."""
    rows = flat(model.start(seeds)).repeat_interleave(len(rates), 0)
    first, vector = sharpness(model, rows)
    relative = np.tile(rates, len(seeds))
    eta, steps = relative / first, (TIME / relative).astype(int)
    at = moments(int(steps.max()))
    run = descend(
        rows.numpy(), model.widths, model.kind, model.X, model.y, eta, steps, at,
        bias=model.bias, over=model.over, limits=(FITTED, BLOWN),
    )  # fmt: skip
    found = np.full((len(eta), len(at)), np.nan)
    for m in range(len(at)):
        alive = at[m] <= run.steps
        if not alive.any():
            break
        stray = normalize(normal(np.nonzero(alive)[0].tolist(), vector.shape[1:], stream=98), dim=1)
        begin = vector[alive] + STRAY * stray
        found[alive, m], vector[alive] = sharpness(
            model, torch.as_tensor(run.parameters[alive, m]), begin
        )
    last, _ = sharpness(model, torch.as_tensor(run.end))
    shape, ends = (len(seeds), len(rates)), run.steps[:, None]
    reached = np.where(at <= ends, at, np.nan)
    return Paths(
        eta.reshape(shape),
        run.loss.reshape(*shape, -1),
        np.concatenate([reached, ends], 1).reshape(*shape, -1),
        (np.concatenate([found, last[:, None]], 1) * eta[:, None] / 2).reshape(*shape, -1),
    )
