"""The loss around minima of networks with one hidden ReLU layer: how far one may go, and the
largest loss nearby.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from proofs_check.training.curvature import flat, gradient, objective, unflat
from proofs_check.training.losses import cross_entropy
from proofs_check.training.minima import network
from proofs_check.training.networks import normal

Array = np.ndarray


def log_distance(
    parameters: Sequence[Tensor], X: Tensor, y: Tensor, directions: int = 20, factor: float = 2.0
) -> Array:
    """Mean over random directions of the log of the distance at which cross-entropy has grown by
    this factor, (S,), by bisection.
    """
    exact = [p.detach().double() for p in parameters]
    model, inputs = network(X.shape[2]), X.double()
    total = torch.zeros(())
    with torch.no_grad():
        allowed = factor * cross_entropy(model(exact, inputs), y)
        for at in range(directions):
            u = [
                normal(range(len(p)), p.shape[1:], stream=40 + 4 * at + i, device="cpu")
                for i, p in enumerate(exact)
            ]
            size = flat(u).norm(dim=1)
            low, high = torch.full_like(size, -3.0), torch.full_like(size, 5.0)
            for _ in range(10):
                middle = (low + high) / 2
                step = (middle.exp() / size)[:, None]
                moved = [
                    p + (step * v.flatten(1)).reshape(p.shape)
                    for p, v in zip(exact, u, strict=True)
                ]
                above = cross_entropy(model(moved, inputs), y) > allowed
                low, high = torch.where(above, low, middle), torch.where(above, middle, high)
            total = total + (low + high) / 2
    return (total / directions).numpy()


def highest_nearby(
    parameters: Sequence[Tensor], X: Tensor, y: Tensor, radius: float = 0.5, steps: int = 40
) -> Array:
    """Largest cross-entropy (S,) that ascent by steps of a third of this radius finds in the ball
    around the parameters: a lower bound.
    """
    exact = [p.detach().double() for p in parameters]
    of = objective(network(X.shape[2]), X.double(), y, cross_entropy)
    shift, best = torch.zeros_like(flat(exact)), torch.zeros(())
    for _ in range(steps):
        pull = gradient(of, unflat(flat(exact) + shift, exact))
        shift = shift + radius / 3 * pull / pull.norm(dim=1, keepdim=True)
        shift = shift * (radius / shift.norm(dim=1, keepdim=True)).clamp(max=1)
        with torch.no_grad():
            best = torch.maximum(best, of(unflat(flat(exact) + shift, exact)))
    return best.numpy()
