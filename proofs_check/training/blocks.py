"""Networks of which whole parts are removed: hidden units, channels of convolutions, residual
layers.  A part is ranked by the product of the norms of its weights in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import masked
from proofs_check.training.networks import Model, mlp, normals

Array = np.ndarray
SHARE, MORE = 0.3, 120  # of the parts that are removed, steps of fine-tuning
WINDOW, STRIDE, CHANNELS = 5, 2, 16
STREAM, INNER, LAYERS = 32, 16, 6  # of residual layers
Parts = Sequence[tuple[int, int]]  # tensors: weights into a part, and out of it


@dataclass(frozen=True)
class Blocks:
    """A network, the shapes of its parameters without the seeds, and its parts: pairs of tensors of
    which the columns of the first and the rows of the second are one part each, or ``whole`` pairs.
    """

    data: str
    steps: int
    shapes: tuple[tuple[int, ...], ...]
    model: Model
    parts: Parts
    whole: bool = False

    def start(self, seeds: Sequence[int]) -> list[Tensor]:
        """He's start, biases zero; residual layers add up to the variance of one."""
        scales = [(2 / s[0]) ** 0.5 if len(s) == 2 else 0.0 for s in self.shapes]
        if self.whole:
            scales = [
                v / LAYERS**0.5 if i in {out for _, out in self.parts} else v
                for i, v in enumerate(scales)
            ]
        return [p.float() for p in normals(seeds, self.shapes, scales, stream=1, device="cpu")]

    def scores(self, theta: Sequence[Tensor]) -> list[Tensor]:
        """Product of the norms of the weights in and out of each part, (R, parts) for each group
        whose parts are ranked together: a layer, or all residual layers.
        """
        if self.whole:
            pairs = [[theta[i].flatten(1).norm(dim=1) for i in pair] for pair in self.parts]
            return [torch.stack([a * b for a, b in pairs], 1)]
        return [_norm(theta[a], 0) * _norm(theta[b], 1) for a, b in self.parts]

    def without(self, theta: Sequence[Tensor], share: float = SHARE) -> list[Tensor]:
        """Masks that drop this share of the parts of each row, those of the smallest scores."""
        kept = []
        for scores in self.scores(theta):
            least = scores.topk(round(share * scores.shape[1]), dim=1, largest=False)
            kept.append(torch.ones_like(scores).scatter_(1, least.indices, 0.0))
        masks = masked.ones(theta)
        if self.whole:
            for place, pair in enumerate(self.parts):
                for i in pair:
                    masks[i] = masks[i] * kept[0][:, place, None, None]
            return masks
        for (a, b), part in zip(self.parts, kept, strict=True):
            times = theta[b].shape[1] // part.shape[1]  # places of a window, channels last
            masks[a] = masks[a] * part[:, None]
            masks[b] = masks[b] * part.repeat(1, times)[:, :, None]
        return masks


def _norm(weights: Tensor, axis: int) -> Tensor:
    """Norms of the columns (axis 0) of weights (R, in, out), or of the rows; rows of a window that
    belong to one channel count as one.
    """
    if axis == 0:
        return weights.norm(dim=1)
    units = CHANNELS if weights.shape[1] == WINDOW * CHANNELS else weights.shape[1]
    return weights.reshape(len(weights), -1, units, weights.shape[2]).norm(dim=(1, 3))


def dense(data: str, hidden: tuple[int, ...], steps: int) -> Blocks:
    """A fully connected ReLU network; its parts are the hidden units."""
    widths = masked.Net(data, hidden).widths()
    shapes: list[tuple[int, ...]] = []
    for a, b in pairwise(widths):
        shapes += [(a, b), (b,)]
    parts = [(2 * i, 2 * i + 2) for i in range(len(hidden))]
    return Blocks(data, steps, tuple(shapes), mlp(widths, "relu"), parts)


def convolutions() -> Blocks:
    """Two convolutions over signals of 40 points and a mean over places; its parts are channels."""

    def model(theta: Sequence[Tensor], X: Tensor) -> Tensor:
        first, b, second, c, last, d = theta
        h = X.unfold(2, WINDOW, STRIDE)  # (R, n, places, window)
        h = torch.relu(_times(h, first, b))
        h = h.unfold(2, WINDOW, STRIDE).mT.flatten(3)  # (R, n, places, window * channels)
        return torch.relu(_times(h, second, c)).mean(2) @ last + d[:, None]

    many = WINDOW * CHANNELS
    shapes = (
        (WINDOW, CHANNELS),
        (CHANNELS,),
        (many, CHANNELS),
        (CHANNELS,),
        (CHANNELS, masked.CLASSES),
        (masked.CLASSES,),
    )
    return Blocks("MNIST-1D", 250, shapes, model, [(0, 2), (2, 4)])


def _times(h: Tensor, weights: Tensor, shift: Tensor) -> Tensor:
    """Weights (R, in, out) at every place of h (R, n, places, in)."""
    flat = h.reshape(len(h), -1, h.shape[3]) @ weights + shift[:, None]
    return flat.reshape(*h.shape[:3], -1)


def residual() -> Blocks:
    """A stream with six residual layers; its parts are these layers."""

    def model(theta: Sequence[Tensor], X: Tensor) -> Tensor:
        h = X @ theta[0] + theta[1][:, None]
        for layer in range(LAYERS):
            into, b, out = theta[2 + 3 * layer : 5 + 3 * layer]
            h = h + torch.relu(h @ into + b[:, None]) @ out
        return h @ theta[-2] + theta[-1][:, None]

    layer = ((STREAM, INNER), (INNER,), (INNER, STREAM))
    shapes = ((64, STREAM), (STREAM,), *layer * LAYERS, (STREAM, masked.CLASSES))
    parts = [(2 + 3 * i, 4 + 3 * i) for i in range(LAYERS)]
    return Blocks("digits", 120, (*shapes, (masked.CLASSES,)), model, parts, whole=True)


KINDS: dict[str, Callable[[], Blocks]] = {
    "hidden units, digits, one layer": lambda: dense("digits", (48,), 120),
    "hidden units, digits, two layers": lambda: dense("digits", (32, 32), 120),
    "hidden units, MNIST-1D, two layers": lambda: dense("MNIST-1D", (32, 32), 250),
    "channels, MNIST-1D, two convolutions": convolutions,
    "residual layers, digits": residual,
}


@cache
def lost_without(seeds: tuple[int, ...], setup: str, share: float = SHARE) -> Array:
    """Held-out accuracy of the full network less that without this share of its parts, (S,), after
    as many more steps of both.
    """
    of = KINDS[setup]()
    have, start = masked.examples(of.data, seeds), of.start(seeds)
    keep = masked.ones(start)
    full = masked.fit(of.model, have, seeds, start, keep, rate=1e-2, steps=of.steps).end
    masks = masked.stacked(keep, of.without(full, share))
    both = masked.stacked(full, full)
    last = masked.fit(of.model, have, seeds, both, masks, rate=1e-2, steps=MORE).held[-1]
    with_all, without = last.reshape(2, -1)
    return np.asarray(with_all - without)
