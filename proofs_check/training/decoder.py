"""Decoders without training data, fitted to one noisy or coarse image, for many images at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from proofs_check.training.descend import Moment, train
from proofs_check.training.networks import normals
from proofs_check.training.rules import Adam

Array = np.ndarray
SIDE, CODE, CHANNELS = 32, (8, 4), (16, 16, 8)  # of an image; channels and side of the code
STEPS, RATE, EVERY = 200, 0.01, 4


@cache
def photograph(name: str) -> Array:
    """A photograph of scikit-learn in grey, in [0, 1]."""
    from sklearn.datasets import load_sample_image

    return np.asarray(load_sample_image(f"{name}.jpg").mean(2) / 255)


def image(name: str, seed: int) -> Array:
    """A square of 128 pixels averaged to 32 x 32."""
    whole, rng = photograph(name), np.random.default_rng([seed, 51])
    row, column = (int(rng.integers(side - 4 * SIDE)) for side in whole.shape)
    part = whole[row : row + 4 * SIDE, column : column + 4 * SIDE]
    return np.asarray(part.reshape(SIDE, 4, SIDE, 4).mean((1, 3)))


def windows(parameters: Sequence[Tensor], _: Tensor) -> Tensor:
    """Images (S, pixels) from codes (S, channels, side, side), the last of the parameters: three
    times upsampling and windows of 3 x 3.
    """
    *layers, code = parameters
    S, h = len(code), code
    for weights, biases in zip(layers[:-2:2], layers[1:-2:2], strict=True):
        h = functional.interpolate(h, scale_factor=2, mode="bilinear")
        h = functional.conv2d(
            h.flatten(0, 1)[None], weights.flatten(0, 1), biases.flatten(), padding=1, groups=S
        )
        h = torch.relu(h[0].unflatten(0, (S, -1)))
    return (h * layers[-2][:, :, None, None]).sum(1).flatten(1) + layers[-1]


def windows_start(seeds: Sequence[int]) -> list[Tensor]:
    """He's start of the decoder of windows."""
    before, shapes, scales = CODE[0], [], []
    for channels in CHANNELS:
        shapes += [(channels, before, 3, 3), (channels,)]
        scales += [(2 / (9 * before)) ** 0.5, 0.0]
        before = channels
    shapes, scales = [*shapes, (before,), (1,)], [*scales, before**-0.5, 0.0]
    return [p.float() for p in normals(seeds, shapes, scales, stream=50)]


def dense(parameters: Sequence[Tensor], _: Tensor) -> Tensor:
    """Images (S, pixels) from the same codes, through one dense layer."""
    first, shift, second, end, code = parameters
    h = torch.relu(torch.einsum("sc,sch->sh", code.flatten(1), first) + shift)
    return torch.einsum("sh,shp->sp", h, second) + end


def dense_start(seeds: Sequence[int]) -> list[Tensor]:
    """He's start of a dense decoder with about as many parameters."""
    count = sum(p[0].numel() for p in windows_start(seeds[:1]))
    inputs, pixels = CODE[0] * CODE[1] ** 2, SIDE**2
    units = max(round((count - pixels) / (inputs + 1 + pixels)), 1)
    shapes: list[tuple[int, ...]] = [(inputs, units), (units,), (units, pixels), (pixels,)]
    scales = [(2 / inputs) ** 0.5, 0.0, units**-0.5, 0.0]
    return [p.float() for p in normals(seeds, shapes, scales, stream=55)]


def coarse(images: Tensor) -> Tensor:
    """Means of 2 x 2 pixels of images (S, pixels)."""
    return functional.avg_pool2d(images.view(-1, 1, SIDE, SIDE), 2).flatten(1)


def best_gain(seeds: Sequence[int], name: str, noise: float | None, how: str) -> Array:
    """Best decibels (S,) on the way over the noisy image, or where there is no noise over repeated
    pixels of the coarse one.
    """
    truth = torch.tensor(np.stack([image(name, s).ravel() for s in seeds]), dtype=torch.float32)
    seen, target = truth, coarse(truth)
    if noise is None:
        seen = target.view(-1, SIDE // 2, SIDE // 2)
        seen = seen.repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(1)
    else:
        drawn = [np.random.default_rng([s, 52]).standard_normal(SIDE**2) for s in seeds]
        seen = truth + noise * torch.tensor(np.stack(drawn), dtype=torch.float32)
    model, start = (windows, windows_start) if how == "windows" else (dense, dense_start)
    codes = normals(seeds, [(CODE[0], CODE[1], CODE[1])], stream=58)[0].float()
    best = np.full(len(seeds), np.inf)

    def loss(output: Tensor, wanted: Tensor) -> Tensor:
        if noise is None:
            output, wanted = coarse(output), coarse(wanted)
        return ((output - wanted) ** 2).mean(1)

    def look(now: Moment) -> None:
        error = ((now.output - truth) ** 2).mean(1).numpy()
        np.minimum(best, error, out=best)

    train(
        model, start(seeds), torch.zeros(SIDE**2), seen,
        rule=Adam(RATE), steps=STEPS, loss=loss, watch=look, every=EVERY, fixed=[codes],
    )  # fmt: skip
    return 10 * np.log10(((seen - truth) ** 2).mean(1).numpy() / best)
