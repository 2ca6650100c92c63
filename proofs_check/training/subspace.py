"""Training in a random subspace, one for each seed: parameters are a start and so many random
directions, sparse or dense, and coordinates alone are moved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.classifiers import examples, tensor
from proofs_check.training.curvature import unflat
from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import Model
from proofs_check.training.pairs import Kind
from proofs_check.training.rules import Adam

Array = np.ndarray
BATCH, INSIDE, FREE = 50, 0.1, 5e-3  # batch; rates of Adam: coordinates, all parameters


def directions(count: int, dimensions: int, sparse: bool) -> Tensor:
    """Random directions (count, dimensions) of length one: Gaussian, or with the share
    count^(-1/2) of entries that are not zero.
    """
    rng = np.random.default_rng([count, dimensions, 93])
    if not sparse:
        P = rng.standard_normal((count, dimensions))
        return torch.tensor(P / np.linalg.norm(P, axis=0), dtype=torch.float32)
    some = round(math.sqrt(count))
    rows = np.stack([rng.choice(count, some, replace=False) for _ in range(dimensions)]).ravel()
    values = rng.standard_normal((dimensions, some))
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    places = np.stack([rows, np.repeat(np.arange(dimensions), some)])
    return torch.sparse_coo_tensor(
        torch.tensor(places),
        torch.tensor(values.ravel(), dtype=torch.float32),
        (count, dimensions),
        check_invariants=True,
    ).coalesce()


def turns(seeds: Sequence[int], count: int) -> tuple[Tensor, Tensor]:
    """An order and signs (S, count) for the rows of the directions, drawn by each seed: what is
    turned so is one more draw of the directions, and the product with one matrix serves all seeds.
    """
    streams = [np.random.default_rng([seed, count, 98]) for seed in seeds]
    order = np.stack([rng.permutation(count) for rng in streams])
    signs = np.stack([rng.choice([-1.0, 1.0], count) for rng in streams])
    return torch.tensor(order), torch.tensor(signs, dtype=torch.float32)


class _Along(torch.autograd.Function):
    """Coordinates (S, d) to parameters (S, p), with the transposed directions at hand."""

    @staticmethod
    def forward(ctx, z, P, back):
        ctx.back = back
        return (P @ z.T).T

    @staticmethod
    def backward(ctx, pull):
        return (ctx.back @ pull.T.contiguous()).T, None, None


def restricted(model: Model, start: Sequence[Tensor], P: Tensor, seeds: Sequence[int]) -> Model:
    """The model as a function of coordinates (S, d) in subspaces through the start, with the
    directions P turned by each seed.
    """
    back = P.T.coalesce() if P.is_sparse else P.T
    order, signs = turns(seeds, len(P))

    def inside(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        along = _Along.apply(parameters[0], P, back).gather(1, order) * signs
        moved = unflat(along, start)
        return model([a + b for a, b in zip(start, moved, strict=True)], X)

    return inside


@cache
def accuracies(
    kind: Kind, seeds: tuple[int, ...], dimensions: int, steps: int, sparse: bool = False
) -> Array:
    """Held-out accuracy (2, S) of networks that are trained in a subspace of so many dimensions, or
    of one eleventh of the parameters where none are given, and of unrestricted ones.
    """
    have = examples(kind.data, kind.n)
    X, y = kind.examples()
    start, model = kind.start(seeds), kind.model()
    count = sum(p[0].numel() for p in start)
    P = directions(count, dimensions or count // 11, sparse)
    found = []
    for rate, begin, of in (
        (INSIDE, [torch.zeros(len(seeds), P.shape[1])], restricted(model, start, P, seeds)),
        (FREE, start, model),
    ):
        run = train(
            of,
            begin,
            X,
            y,
            rule=Adam(rate, batch=BATCH),
            steps=steps,
            loss=cross_entropy,
            seeds=seeds,
            every=steps,
        )
        with torch.no_grad():
            found.append(
                (of(run.end, tensor(have.X_test)).argmax(2).numpy() == have.y_test).mean(1)
            )
    return np.array(found)
