"""What is minimised: outputs and targets to one loss for each seed."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

Loss = Callable[[Tensor, Tensor], Tensor]  # outputs (S, ...) and targets to losses (S,)


def half_mean_square(output: Tensor, target: Tensor) -> Tensor:
    """1/(2n) sum_i e_i^2 over all outputs of a seed."""
    return 0.5 * ((output - target) ** 2).flatten(1).mean(1)


def mean_square(output: Tensor, target: Tensor) -> Tensor:
    """1/n sum_i e_i^2 over all outputs of a seed."""
    return ((output - target) ** 2).flatten(1).mean(1)


def cross_entropy(output: Tensor, target: Tensor) -> Tensor:
    """Mean cross entropy of logits (S, n, classes) and labels (S, n), or (n,) for all seeds."""
    labels = target.expand(output.shape[:2])
    each = functional.cross_entropy(output.flatten(0, 1), labels.flatten(), reduction="none")
    return each.reshape(labels.shape).mean(1)
