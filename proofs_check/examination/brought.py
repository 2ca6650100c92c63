"""What a user brings: a network for every width, data, and how it is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from proofs_check.examination.checking import (
    BadInput,
    Loss,
    built,
    differentiable,
    fitting,
    loss_of,
    output_of,
    targets_of,
    tensors_of,
    usable,
    wider,
)
from proofs_check.examination.modes import trained


@dataclass(frozen=True)
class Brought:
    """What is examined; ``loss_name`` is squared, cross entropy, or the name of a function."""

    network: Callable[[int], nn.Module]
    X: Tensor
    y: Tensor
    test: tuple[Tensor, Tensor] | None
    optimiser: Callable[[Any], torch.optim.Optimizer] | None
    loss: Loss
    loss_name: str
    batch: int | None
    device: str
    name: str
    notes: tuple[str, ...]

    def build(self, width: int, seed: int) -> nn.Module:
        """The network of this width as it starts from this seed."""
        torch.manual_seed(seed)
        return built(self.network, width).to(self.device)


def different(brought: Brought, width: int, seeds: tuple[int, ...]) -> tuple[int, ...]:
    """The seeds, or the first alone where the network starts alike from two of them: repetitions
    say nothing of the scatter over starts.
    """
    nets = [trained(brought.build(width, seed)).values() for seed in seeds[:2]]
    alike = len(nets) == 2 and all(torch.equal(a, b) for a, b in zip(*nets, strict=True))
    return seeds[:1] if alike else seeds


def bring(
    network: Any,
    data: Any,
    *,
    optimiser: Any = None,
    loss: Any = None,
    batch: Any = None,
    widths: Sequence[int] = (64, 128, 256),
    device: str = "cpu",
    name: str = "network",
) -> Brought:
    """Check what was brought on the smallest and the largest width."""
    if not callable(network):
        raise BadInput(f"network is {type(network).__name__}; a function of the width is needed")
    if optimiser is not None and not callable(optimiser):
        raise BadInput(
            f"optimiser is {type(optimiser).__name__}; a function of the parameters is needed, "
            f"such as lambda parameters: torch.optim.SGD(parameters, lr=0.1)"
        )
    usable(device)
    wider(network, widths)
    X, y, test = tensors_of(data, device)
    net = built(network, min(widths)).to(device)
    X = fitting(X, net)
    output = output_of(net, X, min(widths))
    chosen, loss_name = loss_of(loss, y)
    y, notes = targets_of(y, output, loss_name, "y")
    if test is not None:
        X_test = fitting(test[0], net)
        shown = output_of(net, X_test, min(widths))
        test = X_test, targets_of(test[1], shown, loss_name, "y_test")[0]
    if batch is not None and (not isinstance(batch, int) or not 1 <= batch <= len(X)):
        raise BadInput(f"batch is {batch!r}; a number from 1 to {len(X)} examples is needed")
    if batch == len(X):
        batch = None
    found = Brought(network, X, y, test, optimiser, chosen, loss_name, batch, device, name, notes)
    differentiable(found.loss, net, X, y, min(widths))
    return found
