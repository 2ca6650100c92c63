"""What students are told: labels, or what an ensemble says of the same examples.

Teachers: the mean logits of three networks of windows, the same for all seeds of the students.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.rules import Adam
from proofs_check.training.students import (
    BATCH,
    SIDES,
    STEPS,
    Lesson,
    Net,
    batches,
    examples,
    falling,
    held_out,
)
from proofs_check.training.windows import halved, hidden, maps

MEMBERS, TEMPERATURE = 3, 4.0
MAPPED = 2  # layers of a student that is told maps
TEACHER = {"MNIST-1D": (24, 3), "digits": (16, 2)}  # channels, layers


@dataclass(frozen=True)
class Teacher:
    """Mean logits (n, 10) and maps (n, positions) of the ensemble at training examples, held-out
    accuracy of the ensemble and of its best member, in points.
    """

    logits: Tensor
    maps: Tensor
    accuracy: float
    best: float


@cache
def teacher(kind: str) -> Teacher:
    """Three networks of windows that learned the labels of all training examples."""
    X, y, new, labels = examples(kind)
    (width, layers), sides = TEACHER[kind], SIDES[kind]
    net, seeds = Net("windows", width, layers), range(900, 900 + MEMBERS)

    def loss(output: Tensor, rows: Tensor) -> Tensor:
        return cross_entropy(output, y[rows.expand(output.shape[:2])])

    model = net.model(sides)
    run = train(
        model, net.start(seeds, sides), X[:BATCH], torch.arange(BATCH), rule=Adam(falling),
        steps=STEPS, loss=loss, every=STEPS, fresh=batches(seeds, X),
    )  # fmt: skip
    with torch.no_grad():
        values = hidden(run.end, X, sides, layers)
        logits, answers = model(run.end, X).mean(0), model(run.end, new)
        seen = maps(values, width).mean(0)
    together = 100 * float((answers.mean(0).argmax(1) == labels).double().mean())
    best = float(held_out(model, run.end, new, labels).max())
    return Teacher(logits - logits.mean(1, keepdim=True), seen, together, best)


def of_labels(kind: str, count: int | None = None) -> Lesson:
    """Labels alone."""
    return Lesson(torch.eye(10)[examples(kind, count)[1]])


def of_logits(kind: str, shuffled: bool = False, weight: float = 0.0) -> Lesson:
    """The ensemble's answers; shuffled: those to the classes that are not the largest one, once for
    each example; weight: of the maps of students of two layers.
    """
    have = teacher(kind)
    logits, shown = have.logits, None
    if shuffled:
        logits = _shuffled(logits)
    if weight:
        sides, ends = SIDES[kind], [0]
        for _ in range(MAPPED):
            sides = halved(sides)
            ends.append(ends[-1] + math.prod(sides))
        pieces = [have.maps[:, a:b] for a, b in pairwise(ends)]
        shown = torch.cat([v / v.norm(dim=1, keepdim=True) for v in pieces], 1)
    return Lesson((logits / TEMPERATURE).softmax(1), TEMPERATURE, shown, weight)


def _shuffled(logits: Tensor) -> Tensor:
    rng, found = np.random.default_rng(41), logits.numpy().copy()
    for row in found:
        others = np.flatnonzero(np.arange(10) != row.argmax())
        row[others] = row[rng.permutation(others)]
    return torch.tensor(found)
