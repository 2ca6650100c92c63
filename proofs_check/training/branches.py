"""Runs that part: from one start at once, from one start after a shared phase, and not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from numerics.mode_connectivity import barrier
from proofs_check.training.descend import Moment, train
from proofs_check.training.pairs import Kind, Parameters, profile
from proofs_check.training.rules import Rule

Array = np.ndarray
STEPS, SHARED, BATCH = 600, 150, 10


def _fresh(
    kind: Kind, numbers: Sequence[int], shift: int
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Batches of one number each, signals shifted at random by at most so many places."""
    X, y = kind.examples()
    streams = [np.random.default_rng([number, 92]) for number in numbers]

    def draw(_: int) -> tuple[Tensor, Tensor]:
        rows = torch.tensor(np.stack([r.choice(len(X), BATCH, replace=False) for r in streams]))
        points = X[rows]
        if shift:
            by = np.stack([r.integers(-shift, shift + 1, BATCH) for r in streams])
            places = (torch.arange(X.shape[1]) - torch.tensor(by)[..., None]) % X.shape[1]
            points = points.gather(2, places)
        return points, y[rows]

    return draw


def _descend(
    kind: Kind,
    start: Parameters,
    numbers: Sequence[int],
    steps: int,
    shift: int,
    rule: Rule,
    watch: Callable[[Moment], None] | None = None,
) -> list[Tensor]:
    draw = _fresh(kind, numbers, shift)
    run = train(
        kind.model(),
        start,
        *draw(0),
        rule=rule,
        steps=steps,
        loss=kind.loss,
        fresh=draw,
        watch=watch,
        every=SHARED,
    )
    return list(run.end)


@cache
def rises(kind: Kind, seeds: tuple[int, ...], shift: int, rule: Rule) -> Array:
    """Largest excess of the loss over the line between the ends, (3, S): between independent runs,
    between runs from one start, and between runs that share their first steps, too.
    """
    S = len(seeds)
    other = [seed + 500_000 for seed in seeds]
    own, new = kind.start(seeds), kind.start(other)
    kept: list[list[Tensor]] = []

    def watch(now: Moment) -> None:
        if now.step == SHARED:
            kept.append([p[:S].clone() for p in now.parameters])

    start = [torch.cat([a, a, b]) for a, b in zip(own, new, strict=True)]
    numbers = [number for which in range(3) for number in (1000 * s + which for s in seeds)]
    end = _descend(kind, start, numbers, STEPS, shift, rule, watch)
    late = _descend(kind, kept[0], [1000 * s + 3 for s in seeds], STEPS - SHARED, shift, rule)
    one, same, apart = ([p[at * S : (at + 1) * S] for p in end] for at in range(3))
    return np.stack([barrier(profile(kind, one, b, places=11)) for b in (apart, same, late)])
