"""Is what was brought sound?  Every fault ends in one sentence: what, where, and what to do."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.parameter import UninitializedParameter

from proofs_check.examination.modes import measuring, trained

Loss = Callable[[Tensor, Tensor], Tensor]
LOSSES: dict[str, Loss] = {
    "squared": functional.mse_loss,
    "cross entropy": functional.cross_entropy,
}


class BadInput(ValueError):
    """What was brought cannot be examined; the message says what to do."""


def built(network: Callable[[int], nn.Module], width: int) -> nn.Module:
    """A network of this width; raises ``BadInput`` where there is none."""
    try:
        made = network(width)
    except Exception as error:
        raise BadInput(
            f"network({width}) raised {type(error).__name__}: {first_line(error)}; it must build a "
            f"torch.nn.Module of any width"
        ) from error
    if not isinstance(made, nn.Module):
        raise BadInput(
            f"network({width}) returned {type(made).__name__}; a torch.nn.Module is needed"
        )
    if any(p.is_meta or isinstance(p, UninitializedParameter) for p in made.parameters()):
        raise BadInput(f"network({width}) has parameters without values (lazy, or on meta)")
    if not trained(made):
        raise BadInput(f"network({width}) has no parameter that is trained; nothing can be said")
    return made


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else "no message"


def usable(device: str) -> None:
    """Can tensors be made on this device?"""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise BadInput(
            f"device {device!r} cannot be used here ({first_line(error)}); cpu can"
        ) from error


def wider(network: Any, widths: Sequence[int]) -> None:
    """Does the network change with its width?"""
    ends = min(widths), max(widths)
    torch.manual_seed(0)
    sizes = [sum(p.numel() for p in trained(built(network, width)).values()) for width in ends]
    if len(widths) > 1 and sizes[0] == sizes[1]:
        raise BadInput(
            f"network(width) has the same {sizes[0]} parameters at the widths {ends[0]} and "
            f"{ends[1]}: let the number of its hidden units depend on the width"
        )


def _tensor(value: Any, name: str, device: str) -> Tensor:
    try:
        found = torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadInput(f"{name} is no array of numbers ({first_line(error)})") from error
    if found.ndim == 0 or not len(found):
        raise BadInput(f"{name} has shape {tuple(found.shape)}; one row per example is needed")
    if found.is_floating_point() and not torch.isfinite(found).all():
        raise BadInput(f"{name} has entries that are nan or infinite; leave these examples out")
    return found.detach().to(device)


def tensors_of(data: Any, device: str) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor] | None]:
    """Inputs, targets, and those of a test where there are some."""
    try:
        parts = data() if callable(data) else data
    except Exception as error:
        raise BadInput(f"data() raised {type(error).__name__}: {first_line(error)}") from error
    if not isinstance(parts, tuple | list) or len(parts) not in (2, 4):
        found = f"{len(parts)} parts" if isinstance(parts, tuple | list) else type(parts).__name__
        raise BadInput(f"data gave {found}; X, y or X, y, X_test, y_test are needed")
    names = ("X", "y", "X_test", "y_test")
    tensors = [_tensor(part, name, device) for part, name in zip(parts, names, strict=False)]
    for X, y, name in zip(tensors[::2], tensors[1::2], names[::2], strict=False):
        if len(X) != len(y):
            raise BadInput(
                f"{name} has {len(X)} rows and its targets {len(y)}; one target per row is needed"
            )
    if len(tensors[0]) < 2:
        raise BadInput("data has one example; at least two are needed")
    return tensors[0], tensors[1], (tensors[2], tensors[3]) if len(tensors) == 4 else None


def fitting(X: Tensor, net: nn.Module) -> Tensor:
    """Real inputs in the precision of the network; integers stay what they are, as words of a
    vocabulary do.
    """
    return X.to(next(iter(trained(net).values())).dtype) if X.is_floating_point() else X


def output_of(net: nn.Module, X: Tensor, width: int) -> Tensor:
    """Outputs, one row per example."""
    try:
        with torch.no_grad(), measuring(net):
            output = net(X)
    except Exception as error:
        raise BadInput(
            f"network({width}) cannot take X of shape {tuple(X.shape)} and type {X.dtype}: "
            f"{first_line(error)}"
        ) from error
    if not isinstance(output, Tensor) or output.ndim == 0 or len(output) != len(X):
        shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise BadInput(
            f"network({width}) gave {shape} for {len(X)} examples; one row of outputs per example "
            f"is needed"
        )
    return output


def loss_of(loss: Any, y: Tensor) -> tuple[Loss, str]:
    """The loss and its name: by the type of the targets where none is given."""
    if loss is None:
        loss = "squared" if y.is_floating_point() else "cross entropy"
    if isinstance(loss, str):
        if loss not in LOSSES:
            raise BadInput(f"loss {loss!r} is not known; it may be {' or '.join(LOSSES)}")
        return LOSSES[loss], loss
    if isinstance(loss, nn.MSELoss) or loss is functional.mse_loss:
        return loss, "squared"
    if isinstance(loss, nn.CrossEntropyLoss) or loss is functional.cross_entropy:
        return loss, "cross entropy"
    if not callable(loss):
        raise BadInput(f"loss is {type(loss).__name__}; a function of output and target is needed")
    return loss, getattr(loss, "__name__", type(loss).__name__)


def targets_of(y: Tensor, output: Tensor, loss: str, name: str) -> tuple[Tensor, tuple[str, ...]]:
    """Targets of the shape and type that the loss takes, and what was done for it."""
    shapes = f"{name} has shape {tuple(y.shape)} and the outputs have {tuple(output.shape)}"
    if loss == "squared":
        if y.numel() != output.numel():
            raise BadInput(f"{shapes}: squared loss needs one target per output")
        notes: tuple[str, ...] = ()
        if y.shape != output.shape:
            notes = (f"{shapes}: {name} was reshaped, because torch would broadcast both",)
        return y.reshape(output.shape).to(output.dtype), notes
    if loss == "cross entropy":
        if y.is_floating_point() and y.shape == output.shape:
            return y.to(output.dtype), ()
        if output.ndim < 2 or y.shape != output.shape[:1] + output.shape[2:]:
            raise BadInput(f"{shapes}: cross entropy needs (n, classes) and (n,) labels")
        if y.is_floating_point() or not 0 <= int(y.min()) <= int(y.max()) < output.shape[1]:
            raise BadInput(
                f"{name} must hold whole numbers from 0 to {output.shape[1] - 1}, the class of "
                f"each example"
            )
        return y.long(), ()
    return (y.to(output.dtype) if y.is_floating_point() else y), ()


def differentiable(loss: Loss, net: nn.Module, X: Tensor, y: Tensor, width: int) -> None:
    """Is there a finite loss, and a gradient for every parameter?"""
    net = copy.deepcopy(net).train()
    try:
        value = loss(net(X), y)
        value.backward()
    except Exception as error:
        raise BadInput(
            f"the loss of network({width}) has no gradient: {type(error).__name__}: "
            f"{first_line(error)}"
        ) from error
    if value.numel() != 1 or not torch.isfinite(value).all():
        raise BadInput(
            f"the loss of network({width}) is {value.detach().flatten()[0].item()} before "
            f"training; check the data, the start and the loss for what is not finite"
        )
    for name, p in trained(net).items():
        if p.grad is None:
            raise BadInput(
                f"parameter {name} of network({width}) gets no gradient: use it in forward, or "
                f"freeze it with requires_grad_(False)"
            )
