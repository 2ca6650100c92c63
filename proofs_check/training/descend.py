"""One loop that trains every seed at once; what it minimises, how it moves, when it stops and what
is looked at are given to it.

The seeds are the first dimension of every parameter.  They do not meet: the gradient is that of the
sum of their losses.  A seed that is done, or whose loss is no number any more, is kept as it is and
dropped from the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.curvature import gram
from proofs_check.training.data import batch_generators, batch_rows
from proofs_check.training.losses import Loss, half_mean_square
from proofs_check.training.networks import Model
from proofs_check.training.rules import Rule, Step

Array = np.ndarray


@dataclass(frozen=True)
class Moment:
    """What ``watch`` and ``stop`` see before an update: seeds that are still trained, by number."""

    step: int
    alive: Array  # (k,) their places among all seeds
    parameters: tuple[Tensor, ...]  # (k, ...) each
    output: Tensor  # (k, n) or (k, n, q), on all points
    loss: Tensor  # (k,)


@dataclass(frozen=True)
class Run:
    """What training did to each of the S seeds."""

    start: tuple[Tensor, ...]  # (S, ...) each
    end: tuple[Tensor, ...]
    loss: Array  # (S,) on all points, at the end
    steps: Array  # (S,)
    reached: Array  # (S,) bool: it was ``stop`` that ended the training

    def distance(self, parameter: int, part: slice = slice(None)) -> Array:
        """Relative distance |theta(T) - theta(0)| / |theta(0)| of one parameter tensor, or of some
        of its rows.
        """
        first, last = self.start[parameter][:, part], self.end[parameter][:, part]
        return ((last - first).flatten(1).norm(dim=1) / first.flatten(1).norm(dim=1)).numpy()


def below(loss: float) -> Callable[[Moment], Tensor]:
    """Stop a seed when its loss is below this."""
    return lambda moment: moment.loss < loss


# ---------------------------------------------------------------- the loop


def train(
    model: Model,
    parameters: Sequence[Tensor],
    X: Tensor,
    y: Tensor,
    *,
    rule: Rule,
    steps: int,
    loss: Loss = half_mean_square,
    stop: Callable[[Moment], Any] | None = None,
    watch: Callable[[Moment], None] | None = None,
    every: int = 1,
    seeds: Sequence[int] = (),
    fixed: Sequence[Tensor] = (),
    masks: Sequence[Tensor] | None = None,
    penalty: Callable[[Sequence[Tensor]], Tensor] | None = None,
    fresh: Callable[[int], tuple[Tensor, Tensor]] | None = None,
) -> Run:
    """Train for at most ``steps`` steps; every seed until ``stop`` says so.

    X: points (n,) or (n, D) for all seeds, or (S, n, D); y: targets (n,) for all seeds, or (S, n,
    ...).  stop: one truth value for all seeds or one each; it and ``watch`` are asked every so many
    steps and at the end.  fixed: tensors (S, ...) that the model gets after the parameters and that
    do not move.  masks: zero where a parameter does not move, one where it does.  penalty: of the
    parameters, (S,), added to the loss that is descended but not to the one that is shown.  fresh:
    new points and targets (S, ...) for the gradient of each step, of which it gets the number; X
    and y are then only looked at.  seeds: needed where the rule draws minibatches.

    Raises ``ValueError`` for fresh points and minibatches together, for minibatches without one
    seed for each row of the parameters, for minibatches larger than the data, and for targets that
    are neither (n,) nor one row per seed.
    """
    start = tuple(p.detach().clone() for p in parameters)
    total, own, batch = len(start[0]), X.dim() == 3, rule.batch
    n = X.shape[own]
    if batch is not None and (len(seeds) != total or not 1 <= batch <= n):
        raise ValueError(
            f"minibatches of {batch} out of {n} points for {len(seeds)} seeds and {total} rows of "
            f"parameters: at most all points and one seed for each row are needed"
        )
    if fresh is not None and batch is not None:
        raise ValueError(f"fresh points and minibatches of {batch}: a rule without batch is needed")
    if y.dim() > 1 and len(y) != total:
        raise ValueError(f"targets of shape {tuple(y.shape)}: (n,) or ({total}, n, ...) is needed")
    X, y = X.to(start[0].device), y.to(start[0].device)
    end = [p.clone() for p in start]
    final, last, reached = np.full(total, np.inf), np.zeros(total, int), np.zeros(total, bool)

    alive = np.arange(total)
    theta = [p.clone().requires_grad_(True) for p in start]
    memory, fixed = rule.begin(start), list(fixed)
    masks = [] if masks is None else [m.to(p) for m, p in zip(masks, start, strict=True)]
    held = [p * (1 - mask) for p, mask in zip(start, masks, strict=False)]
    generators = batch_generators(seeds if batch is not None else ())

    def stiffness() -> Tensor:
        K = gram(lambda p, points: model([*p, *fixed], points), theta, X)
        return torch.linalg.eigvalsh(K)[:, -1]

    for step in range(steps + 1):
        looking = step % every == 0 or step == steps
        leaving = np.zeros(len(alive), bool)
        all_points = batch is None and fresh is None
        if all_points or looking:
            with torch.set_grad_enabled(all_points):
                output = model([*theta, *fixed], X)
                value = loss(output, y)
        if looking:
            seen = tuple(p.detach() for p in theta)
            moment = Moment(step, alive, seen, output.detach().cpu(), value.detach().cpu())
            if watch is not None:
                watch(moment)
            done = np.zeros(len(alive), bool)
            if stop is not None:
                done |= np.asarray(stop(moment))
            losses = moment.loss.double().numpy()
            leaving = done | ~np.isfinite(losses) | (step == steps)
            if leaving.any():
                gone = alive[leaving]
                final[gone], last[gone], reached[gone] = losses[leaving], step, done[leaving]
                for whole, p in zip(end, seen, strict=True):
                    whole[gone] = p[leaving]
                if leaving.all():
                    break
        if batch is not None:
            rows = batch_rows(generators, n, batch).to(X.device)
            place = torch.arange(len(alive), device=X.device)[:, None]
            points = X[place, rows] if own else X[rows]
            value = loss(
                model([*theta, *fixed], points), y[rows] if y.dim() == 1 else y[place, rows]
            )
        if fresh is not None:
            points, targets = (part[alive].to(X.device) for part in fresh(step))
            value = loss(model([*theta, *fixed], points), targets)
        descended = value if penalty is None else value + penalty(theta)
        gradients = torch.autograd.grad(descended.sum(), theta)
        if leaving.any():
            keep = torch.as_tensor(~leaving, device=X.device)
            theta, gradients, memory, fixed, masks, held = (
                [v.detach()[keep] for v in group]
                for group in (theta, gradients, memory, fixed, masks, held)
            )
            theta = [p.requires_grad_(True) for p in theta]
            alive = alive[~leaving]
            X, y = X[keep] if own else X, y if y.dim() == 1 else y[keep]
            generators = [g for g, left in zip(generators, leaving, strict=False) if not left]
        with torch.no_grad():
            rule.move(Step(step, theta, gradients, memory, stiffness))
            for p, mask, kept in zip(theta, masks, held, strict=False):
                p.mul_(mask).add_(kept)
    first, ended = (tuple(p.cpu() for p in group) for group in (start, end))
    return Run(first, ended, final, last, reached)
