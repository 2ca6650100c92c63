"""The networks to which the sentences on the edge of stability are put: data and starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from proofs_check.edge.paths import Network
from proofs_check.training import data
from proofs_check.training.networks import mlp_start, normals, two_layer_start

RATES, TEACHER, SMALL, WIDTH = (1.0, 0.02, 0.02), (1.0, 2.0, 2.0), 0.05, 16  # linear network
LINEAR, WIDE = "linear network", "wide network, two waves"


def linear_network() -> Network:
    """The linear network; its start is normal, scaled so that its part that grows, (a + W u) / 2
    with u along the slope at zero, has the length SMALL.
    """
    d = len(RATES)
    X = np.diag((d * np.array(RATES)) ** 0.5)
    pull = torch.as_tensor(np.multiply(RATES, TEACHER))

    def start(seeds: Sequence[int]) -> list[Tensor]:
        W, a = normals(seeds, ((d, WIDTH), (WIDTH, 1)), stream=40, device="cpu")
        grows = (a[..., 0] + (pull / pull.norm() @ W)) / 2
        scale = SMALL / grows.norm(dim=1)[:, None, None]
        return [W * scale, a * scale]

    return Network((d, WIDTH, 1), "linear", start, X, X @ np.array(TEACHER), bias=False)


def _digits(kind: str) -> Network:
    """In coordinates along the span of the images: the rest of the first layer does not move."""
    X, y = data.digits(30, scale="standard", labels="parity")
    _, spread, along = np.linalg.svd(X, full_matrices=False)

    def start(seeds: Sequence[int]) -> list[Tensor]:
        scale = "he" if kind == "relu" else "lecun"
        first, *rest = mlp_start(seeds, (64, 16, 16, 1), scale, device="cpu")
        return [torch.as_tensor(along) @ first, *rest]

    return Network((len(spread), 16, 16, 1), kind, start, X @ along.T, y)


def _waves(wide: bool) -> Network:
    x = data.midpoints(20)
    X, y = data.with_bias(x / np.pi), data.sines(x, (1, 3))

    def start(seeds: Sequence[int]) -> list[Tensor]:
        if not wide:
            return mlp_start(seeds, (2, 16, 16, 1), "lecun", device="cpu")
        a, w = two_layer_start(seeds, 100, 2, 1.0, 1.0, device="cpu")
        return [w.mT, a[:, :, None]]

    if wide:
        return Network((2, 200, 1), "tanh", start, X, y, bias=False, over=200**0.5)
    return Network((2, 16, 16, 1), "tanh", start, X, y)


NETWORKS: dict[str, Callable[[], Network]] = {
    LINEAR: linear_network,
    "tanh network, digits": partial(_digits, "tanh"),
    "ReLU network, digits": partial(_digits, "relu"),
    "tanh network, two waves": partial(_waves, wide=False),
    WIDE: partial(_waves, wide=True),
}
