"""The two-layer network with its gradient written out: what autograd finds, in a third of the time.

Its gradient cannot be differentiated again (``RuntimeError``): curvature needs
``networks.two_layer``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from proofs_check.training.networks import Model


def _ricker(z: Tensor) -> tuple[Tensor, Tensor]:
    # beyond exp(-80) nothing is left, and numbers too small for the usual format are slow
    square = (z * z).clamp_(max=160.0)
    bell = (square / -2).exp_()
    return torch.addcmul(bell, square, bell, value=-1), (square - 3).mul_(z).mul_(bell)


def _gaussian(z: Tensor) -> tuple[Tensor, Tensor]:
    bell = ((z * z).clamp_(max=160.0) / -2).exp_()
    return bell, -z * bell


def _tanh(z: Tensor) -> tuple[Tensor, Tensor]:
    value = torch.tanh(z)
    return value, 1 - value * value


# values and slopes
WITH_SLOPE: dict[str, Callable[[Tensor], tuple[Tensor, Tensor]]] = {
    "relu": lambda z: (torch.relu(z), (z > 0).to(z)),
    "tanh": _tanh,
    "sine": lambda z: (torch.sin(z), torch.cos(z)),
    "gaussian": _gaussian,
    "ricker": _ricker,
}


class _TwoLayer(torch.autograd.Function):
    """sum_k a_k sigma(w_k . x): a (S, M), w (S, M, D), X (n, D) or (S, n, D), outputs (S, n)."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, w: Tensor, X: Tensor, kind: str) -> Tensor:
        value, slope = WITH_SLOPE[kind](w @ X.mT)  # (S, M, n)
        ctx.save_for_backward(a, X, value, slope)
        return (a[:, None] @ value)[:, 0]

    @staticmethod
    def backward(ctx: Any, pull: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():  # a graph of this gradient is wanted
            raise RuntimeError(
                "a gradient that is written out is not differentiated again: use networks.two_layer"
            )
        a, X, value, slope = ctx.saved_tensors
        of_a = (value @ pull[:, :, None])[:, :, 0]
        of_w = slope @ (pull[:, :, None] * X) * a[:, :, None]
        return of_a, of_w, None, None


def two_layer(alpha: float, kind: str) -> Model:
    """``networks.two_layer`` for the activations in ``WITH_SLOPE``; inputs have no gradient.

    Raises ``ValueError`` for another activation.
    """
    if kind not in WITH_SLOPE:
        raise ValueError(
            f"no gradient of {kind!r} is written out; of {', '.join(WITH_SLOPE)} it is"
        )

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        a, w = parameters
        return _TwoLayer.apply(a, w, X, kind) / alpha

    return model
