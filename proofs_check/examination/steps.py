"""One step of a training after the other, and the examples that each of them sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from proofs_check.examination.brought import Brought


def batches(brought: Brought, seed: int, steps: int) -> Iterator[Any]:
    """The rows of each step: the same ones for a seed, whatever is trained; all where there are no
    batches.
    """
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        yield (
            torch.randperm(len(brought.X), generator=generator)[: brought.batch]
            if brought.batch
            else slice(None)
        )


def step(brought: Brought, net: nn.Module, optimiser: torch.optim.Optimizer, rows: Any) -> None:
    """One step of the optimiser on these rows of the data."""
    X, y = brought.X[rows], brought.y[rows]

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = brought.loss(net(X), y)
        loss.backward()
        return loss

    optimiser.step(closure)
