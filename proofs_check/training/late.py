"""Networks from large starts with decay: accuracies and norm along training, and the moment at
which they begin to generalise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment

Array = np.ndarray
SCALES = (2.0, 8.0)  # of a start, over He's
RATE, WEIGHT_DECAY, STEPS, EVERY = 1e-2, 0.2, 1200, 10  # of AdamW; steps between two looks
UNITS, EXAMPLES, CLASSES = 32, 100, 10


@dataclass(frozen=True)
class Path:
    """What was seen of S runs from each of R scales: (S, R, looks), and the steps (looks,)."""

    steps: Array
    fitted: Array  # share of training examples
    held: Array  # share held out
    norm: Array

    def moments(self) -> tuple[Array, Array, Array]:
        """Steps to the fit and to the jump, and the norm there, (S, R); infinite where the data are
        never fitted or nothing is gained after the fit.
        """
        at_fit, at_jump, there = (np.full(self.norm.shape[:2], np.inf) for _ in range(3))
        for place in np.ndindex(self.norm.shape[:2]):
            fitted, held = self.fitted[place] >= 0.99, self.held[place]
            if not fitted.any():
                continue
            first = int(fitted.argmax())
            level = (held[first] + held[first:].max()) / 2
            if held[first:].max() > held[first]:
                jump = first + int((held[first:] >= level).argmax())
                at_fit[place], at_jump[place] = self.steps[first], self.steps[jump]
                there[place] = self.norm[(*place, jump)]
        return at_fit, at_jump, there


@cache
def network(
    seeds: tuple[int, ...],
    kind: str,
    layers: int,
    in_loss: bool = False,
    scales: tuple[float, ...] = SCALES,
) -> Path:
    """AdamW, or Adam with decay in the loss, from multiples of He's start."""
    import torch

    from proofs_check.training import minima
    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, norm

    have, R = minima.examples(kind, seeds, EXAMPLES), len(scales)
    parts = (have.X, have.y, have.X_test, have.y_test)
    X, y, new, labels = (v.repeat_interleave(R, 0) for v in parts)
    widths = (X.shape[2], *[UNITS] * layers, CLASSES)
    begin = mlp_start(seeds, widths, "he", device="cpu")[::2]
    factor = torch.tensor(scales).repeat(len(seeds)).reshape(-1, 1, 1)
    theta = [(p.repeat_interleave(R, 0) * factor).float() for p in begin]
    model = mlp(widths, "relu", bias=False)
    seen: tuple[list[Tensor], ...] = ([], [], [])

    def look(now: Moment) -> None:
        right = (now.output.argmax(2) == y).double().mean(1)
        held = (model(now.parameters, new).argmax(2) == labels).double().mean(1)
        for kept, value in zip(seen, (right, held, norm(now.parameters)), strict=True):
            kept.append(value)

    train(
        model,
        theta,
        X,
        y,
        rule=Adam(RATE, decay=1e-3 if in_loss else WEIGHT_DECAY, decoupled=not in_loss),
        steps=STEPS,
        loss=cross_entropy,
        watch=look,
        every=EVERY,
    )
    paths = (torch.stack(kept, 1).numpy().reshape(len(seeds), R, -1) for kept in seen)
    return Path(np.arange(0, STEPS + 1, EVERY), *paths)
