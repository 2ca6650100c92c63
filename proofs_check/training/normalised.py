"""Networks with batch normalisation of which scales and offsets alone are trained, or as many other
weights, for many seeds at once.

Parameters are weights, scales and offsets of each hidden layer, then the readout, without biases.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import normals
from proofs_check.training.rules import Adam
from proofs_check.training.students import SIDES, examples, falling
from proofs_check.training.windows import WINDOW, halved, placed

Array = np.ndarray
STEPS, RATE, BATCH, EXAMPLES = 200, 0.02, 100, 500


def network(
    kind: str, layers: str, width: int, depth: int, known: int | None = None
) -> Callable[[Sequence[Tensor], Tensor], Tensor]:
    """Logits (S, n, 10); ``known``: statistics are those of the first so many inputs."""

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        h, sides = X, SIDES[kind]
        for layer in range(depth):
            weights, scale, offset = parameters[3 * layer : 3 * layer + 3]
            h = h @ (placed(weights, sides) if layers == "windows" else weights)
            sides = halved(sides)
            each = h.unflatten(2, (-1, width))  # (S, n, positions, channels)
            seen = each[:, :known]
            middle = seen.mean((1, 2), keepdim=True)
            spread = (seen - middle).square().mean((1, 2), keepdim=True) + 1e-5
            each = (each - middle) / spread.sqrt()
            h = torch.relu(each * scale[:, None, None] + offset[:, None, None]).flatten(2)
        return h @ parameters[-1]

    return model


def start(seeds: Sequence[int], kind: str, layers: str, width: int, depth: int) -> list[Tensor]:
    """He's start, scales one and offsets zero."""
    sides, before, found = SIDES[kind], 1, []
    size = WINDOW[len(sides)] ** len(sides)
    inputs = math.prod(sides)
    for layer in range(depth):
        if layers == "windows":
            shape: tuple[int, ...] = (size, before, width)
            before, sides = width, halved(sides)
            inputs = math.prod(sides) * width
        else:
            shape, inputs = (inputs, width), width
        found += normals(seeds, [shape], (2 / math.prod(shape[:-1])) ** 0.5, stream=60 + layer)
        found += [torch.ones(len(seeds), width), torch.zeros(len(seeds), width)]
    found += normals(seeds, [(inputs, 10)], inputs**-0.5, stream=59)
    return [p.float() for p in found]


def masks(seeds: Sequence[int], begin: Sequence[Tensor], others: bool) -> list[Tensor]:
    """One where a parameter moves: scales and offsets, or as many entries of the weights."""
    moves = [torch.zeros_like(p) for p in begin]
    norms = [i for i in range(len(begin) - 1) if i % 3]
    if not others:
        for i in norms:
            moves[i] = torch.ones_like(begin[i])
        return moves
    count = sum(begin[i][0].numel() for i in norms)
    weights = [i for i in range(len(begin)) if i not in norms]
    for row, seed in enumerate(seeds):
        rng = np.random.default_rng([seed, 61])
        sizes = [begin[i][0].numel() for i in weights]
        chosen = np.zeros(sum(sizes))
        chosen[rng.permutation(len(chosen))[:count]] = 1
        for i, part in zip(weights, np.split(chosen, np.cumsum(sizes)[:-1]), strict=True):
            moves[i][row] = torch.tensor(part, dtype=torch.float32).view(begin[i][0].shape)
    return moves


def accuracies(
    seeds: Sequence[int], kind: str, layers: str, width: int, depth: int
) -> tuple[Array, Array]:
    """Held-out accuracy in points, (S,), of training scales and offsets, and as many weights."""
    X, y, new, labels = examples(kind, EXAMPLES)
    begin = start(seeds, kind, layers, width, depth)
    both = [masks(seeds, begin, others) for others in (False, True)]
    run = train(
        network(kind, layers, width, depth),
        [p.repeat(2, *[1] * (p.dim() - 1)) for p in begin],
        X,
        y,
        rule=Adam(partial(falling, rate=RATE, steps=STEPS), batch=BATCH),
        steps=STEPS,
        loss=cross_entropy,
        every=STEPS,
        seeds=list(seeds) * 2,
        masks=[torch.cat(pair) for pair in zip(*both, strict=True)],
    )
    with torch.no_grad():
        answers = network(kind, layers, width, depth, len(X))(run.end, torch.cat([X, new]))
    right = (answers[:, len(X) :].argmax(2) == labels).double().mean(1)
    first, second = (100 * right).view(2, -1).numpy()
    return first, second
