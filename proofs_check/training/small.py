"""Networks that are small enough for the whole Hessian: ten inputs, ten tanh units, ten outputs.

Parameters of a network are one vector (220,) in the order weights and biases of the first layer,
then of the second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import data
from proofs_check.training.curvature import hessian as products
from proofs_check.training.curvature import objective
from proofs_check.training.losses import Loss, cross_entropy, half_mean_square
from proofs_check.training.networks import Model, mlp, mlp_start

WIDTHS, WRONG = (10, 10, 10), 0.2
MODEL = mlp(WIDTHS, "tanh")
SHAPES = (10, 10), (10,), (10, 10), (10,)


def _of_classes(output: Tensor, target: Tensor) -> Tensor:
    found = output.softmax(2)
    found.scatter_add_(2, target[..., None], torch.full_like(output[..., :1], -1.0))
    return found / output.shape[1]


SLOPES: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {  # of a loss by the outputs
    half_mean_square: lambda output, target: (output - target) / output[0].numel(),
    cross_entropy: _of_classes,
}


@cache
def examples(
    name: str, seeds: tuple[int, ...], n: int, wrong: bool = False
) -> tuple[Tensor, Tensor]:
    """Inputs (S, n, 10) of mean zero and variance one, and classes (S, n), one draw for each seed:
    ten principal components of digits or of MNIST-1D.
    """
    if name == "digits":
        X, y = data.digits(seed=None)
    else:
        X, y = data.mnist1d().x, data.mnist1d().y
    X = X - X.mean(0)
    X = X @ np.linalg.svd(X, full_matrices=False)[2][: WIDTHS[0]].T
    X = X / X.std(0)
    rows = np.stack([np.random.default_rng([s, 13]).permutation(len(X))[:n] for s in seeds])
    labels = y[rows]
    if wrong:
        pairs = zip(labels, seeds, strict=True)
        labels = np.stack([data.noisy_labels(v, WRONG, 10, s) for v, s in pairs])
    return torch.tensor(X[rows], dtype=torch.float32), torch.tensor(labels)


def start(seeds: Sequence[int]) -> Tensor:
    """Parameters (S, 220) with the usual start of tanh, in float32."""
    drawn = mlp_start(seeds, WIDTHS, "xavier", bias=0.0, device="cpu")
    return torch.cat([p.flatten(1) for p in drawn], 1).float()


def gradient(theta: Tensor, X: Tensor, target: Tensor, loss: Loss = half_mean_square) -> Tensor:
    """Gradient (S, 220) at theta (S, 220), written out; of the two losses in ``SLOPES``."""
    first, shift, second, end = parts(theta)
    hidden = torch.tanh(torch.baddbmm(shift[:, None], X, first))
    pull = SLOPES[loss](torch.baddbmm(end[:, None], hidden, second), target)
    back = pull @ second.mT * (1 - hidden**2)
    slopes = X.mT @ back, back.sum(1), hidden.mT @ pull, pull.sum(1)
    return torch.cat([p.flatten(1) for p in slopes], 1)


def hessian(
    theta: Tensor,
    X: Tensor,
    target: Tensor,
    loss: Loss = half_mean_square,
    model: Model = MODEL,
) -> Tensor:
    """Hessian (S, 220, 220) at theta (S, 220), a row at a time, of a network of these shapes."""
    product = products(objective(model, X, target, loss), parts(theta))
    rows = torch.eye(theta.shape[1]).to(theta)
    return torch.stack([product(row.expand_as(theta).contiguous()) for row in rows], 1)


def gradients_of_examples(
    theta: Tensor, X: Tensor, target: Tensor, loss: Loss = half_mean_square
) -> Tensor:
    """Gradient (S, n, 220) of the loss of each example."""
    S, n = X.shape[:2]
    apart = theta[:, None].expand(S, n, -1).flatten(0, 1)
    found = gradient(apart, X.flatten(0, 1)[:, None], target.flatten(0, 1)[:, None], loss)
    return found.reshape(S, n, -1)


def parts(theta: Tensor) -> list[Tensor]:
    """Weights and biases (S, ...) of both layers, of theta (S, 220)."""
    found = theta.split([math.prod(shape) for shape in SHAPES], 1)
    return [part.reshape(-1, *shape) for part, shape in zip(found, SHAPES, strict=True)]
