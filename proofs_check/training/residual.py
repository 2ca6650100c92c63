"""Residual networks with batch normalisation, many seeds at once, whose norms may be told which
points they are taken over.

A block is F(h) = norm(relu(norm(h W) + shift) V), added to h.  Norms divide by the standard
deviation over the batch and have no gain; training is on all points at once, so that at evaluation
the statistics are those of the training points, which stand first.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import layer_norm

from proofs_check.training.networks import Model, normals


def norm(h: Tensor, rows: int | None = None, eps: float = 1e-5) -> Tensor:
    """Activations (S, n, D) less their mean and over their standard deviation, both over the first
    so many points (all where no number is given).
    """
    if rows is None:  # the same by one fused kernel
        return layer_norm(h.mT, (h.shape[1],), eps=eps).mT
    over = h[:, :rows]
    variance, mean = torch.var_mean(over, 1, correction=0, keepdim=True)
    return (h - mean) * torch.rsqrt(variance + eps)


def block(h: Tensor, W: Tensor, shift: Tensor, V: Tensor, rows: int | None = None) -> Tensor:
    """What a block adds to h (S, n, D): W and V (S, D, D), shift (S, D)."""
    return norm(torch.relu(norm(h @ W, rows) + shift[:, None]) @ V, rows)


def residual(blocks: int, rows: int | None = None) -> Model:
    """Parameters of ``residual_start``; outputs (S, n, units).

    rows: points over which norms are taken, the first ones.  Raises ``ValueError`` for less than
    one block.
    """
    if blocks < 1:
        raise ValueError(f"{blocks} blocks: at least one is needed")

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        first, *inner, last, ends = parameters
        h = norm(X @ first, rows)
        for at in range(blocks):
            W, shift, V = inner[3 * at : 3 * at + 3]
            h = h + block(h, W, shift, V, rows)
        return norm(h, rows).relu() @ last + ends[:, None]

    return model


def residual_start(
    seeds: Sequence[int],
    blocks: int,
    widths: tuple[int, int, int],
    *,
    device: str | None = None,
) -> list[Tensor]:
    """Weights of variance two over their inputs, shifts and biases zero: the first layer (S, D_0,
    D), of each block W (S, D, D), shift (S, D) and V (S, D, D), the outputs (S, D, q) and (S, q),
    for widths (D_0, D, q).
    """
    inputs, D, outputs = widths
    shapes = [(inputs, D), *[(D, D)] * (2 * blocks), (D, outputs)]
    drawn = normals(
        seeds, shapes, [(2 / shape[0]) ** 0.5 for shape in shapes], stream=400, device=device
    )
    first, *inner, last = drawn
    zeros = torch.zeros(len(seeds), max(D, outputs)).to(first)
    parts = [
        part
        for W, V in zip(inner[::2], inner[1::2], strict=True)
        for part in (W, zeros[:, :D].clone(), V)
    ]
    return [first, *parts, last, zeros[:, :outputs].clone()]
