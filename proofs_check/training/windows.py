"""Networks of windows with strides for many seeds at once, on signals and on images, and the maps
of their layers.

A layer of windows is a matrix whose entries are placed by its weights: for few channels that is
faster than windows one by one.  Parameters are weights (S, window, in, out) and biases (S, out) of
each layer, then those of the readout, (S, positions * channels, classes) and (S, classes).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from proofs_check.training.networks import Model, normals

WINDOW = {1: 5, 2: 3}  # side of a window on signals and on images
STRIDE, CLASSES = 2, 10


@cache
def places(sides: tuple[int, ...]) -> Tensor:
    """(window, positions, positions behind the layer): one where an entry of a window at a place
    behind the layer lies, zero elsewhere; what lies beyond the edge is left out.
    """
    k = WINDOW[len(sides)]
    axes = []
    for side in sides:
        found = torch.zeros(k, side, -(-side // STRIDE))
        for out in range(found.shape[2]):
            for entry in range(k):
                if 0 <= (at := out * STRIDE + entry - k // 2) < side:
                    found[entry, at, out] = 1
        axes.append(found)
    whole = axes[0]
    for axis in axes[1:]:
        whole = torch.einsum("kio,ljp->klijop", whole, axis)
        whole = whole.flatten(4, 5).flatten(2, 3).flatten(0, 1)
    return whole


def halved(sides: Sequence[int]) -> tuple[int, ...]:
    """Sides behind a layer."""
    return tuple(-(-side // STRIDE) for side in sides)


def placed(weights: Tensor, sides: tuple[int, ...]) -> Tensor:
    """The matrix (S, positions * in, positions behind * out) of a layer."""
    where = places(sides)
    k, before, behind = where.shape
    S, _, first, last = weights.shape
    whole = where.reshape(k, -1).T @ weights.reshape(S, k, -1)
    whole = whole.view(S, before, behind, first, last).permute(0, 1, 3, 2, 4)
    return whole.reshape(S, before * first, behind * last)


def hidden(
    parameters: Sequence[Tensor], X: Tensor, sides: tuple[int, ...], layers: int
) -> list[Tensor]:
    """What each layer gives, (S, n, positions * channels)."""
    found, h = [], X
    for layer in range(layers):
        weights, biases = parameters[2 * layer : 2 * layer + 2]
        sides, behind = halved(sides), placed(weights, sides)
        h = torch.relu(h @ behind + biases.repeat(1, math.prod(sides))[:, None])
        found.append(h)
    return found


def maps(values: Sequence[Tensor], channels: int) -> Tensor:
    """Sums of squares over channels, of length one in each layer, all layers in a row: (S, n, all
    positions).
    """
    squares = [(h.unflatten(2, (-1, channels)) ** 2).sum(3) for h in values]
    return torch.cat([a / a.norm(dim=2, keepdim=True).clamp_min(1e-12) for a in squares], 2)


def windows(
    sides: tuple[int, ...], channels: int, layers: int, *, with_maps: bool = False
) -> Model:
    """Logits (S, n, 10) of layers of equally many channels; ``with_maps``: with the maps behind
    them.
    """

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        values = hidden(parameters, X, sides, layers)
        logits = values[-1] @ parameters[-2] + parameters[-1][:, None]
        return torch.cat([logits, maps(values, channels)], 2) if with_maps else logits

    return model


def windows_start(
    seeds: Sequence[int], sides: tuple[int, ...], channels: int, layers: int
) -> list[Tensor]:
    """He's start, no biases."""
    size, before, shapes, scales = WINDOW[len(sides)] ** len(sides), 1, [], []
    for _ in range(layers):
        shapes += [(size, before, channels), (channels,)]
        scales += [(2 / (size * before)) ** 0.5, 0.0]
        before, sides = channels, halved(sides)
    shapes += [(math.prod(sides) * channels, CLASSES), (CLASSES,)]
    scales += [(1 / shapes[-2][0]) ** 0.5, 0.0]
    return [p.float() for p in normals(seeds, shapes, scales, stream=40, device="cpu")]
