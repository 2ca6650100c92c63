"""What a user brings: a network for every width, data, and how it is trained; read and checked.

Bad input ends in one sentence that says what, where, and what to do.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

Loss = Callable[[Tensor, Tensor], Tensor]
LOSSES: dict[str, Loss] = {
    "squared": functional.mse_loss,
    "cross entropy": functional.cross_entropy,
}


class BadInput(ValueError):
    """What was brought cannot be examined; the message says what to do."""


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


def built(network: Callable[[int], nn.Module], width: int) -> nn.Module:
    """A network of this width; raises ``BadInput`` where there is none."""
    try:
        made = network(width)
    except Exception as error:
        raise BadInput(
            f"network({width}) raised {type(error).__name__}: {_first(error)}; it must build a "
            f"torch.nn.Module of any width"
        ) from error
    if not isinstance(made, nn.Module):
        raise BadInput(
            f"network({width}) returned {type(made).__name__}; a torch.nn.Module is needed"
        )
    if not trained(made):
        raise BadInput(f"network({width}) has no parameter that is trained; nothing can be said")
    return made


def trained(net: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that are trained, each once however often it is shared."""
    return {name: p for name, p in net.named_parameters() if p.requires_grad}


def _first(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else "no message"


@contextmanager
def measuring(net: nn.Module) -> Iterator[nn.Module]:
    """The network as it is measured: dropout off, running statistics, attention written out, so
    that it can be differentiated twice; as before at the end.
    """
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        with plain_attention():
            yield net
    finally:
        for module, mode in modes.items():
            module.training = mode


@contextmanager
def plain_attention() -> Iterator[None]:
    """Attention by matrix products, which have derivatives of every order."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


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
    _device(device)
    _differs(network, widths)
    X, y, test = _data(data, device)
    net = built(network, min(widths)).to(device)
    X = _fits(X, net, "X")
    output = _output(net, X, min(widths))
    chosen, loss_name = _loss(loss, y)
    y, notes = _targets(y, output, loss_name, "y")
    if test is not None:
        X_test = _fits(test[0], net, "X_test")
        test = X_test, _targets(test[1], _output(net, X_test, min(widths)), loss_name, "y_test")[0]
    if batch is not None and (not isinstance(batch, int) or not 1 <= batch <= len(X)):
        raise BadInput(f"batch is {batch!r}; a number from 1 to {len(X)} examples is needed")
    if batch == len(X):
        batch = None
    found = Brought(
        network, X, y, test, optimiser, chosen, loss_name, batch, device, name, notes
    )
    _differentiable(found, net, min(widths))
    return found


def _device(device: str) -> None:
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise BadInput(
            f"device {device!r} cannot be used here ({_first(error)}); cpu can"
        ) from error


def _differs(network: Any, widths: Sequence[int]) -> None:
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
        raise BadInput(f"{name} is no array of numbers ({_first(error)})") from error
    if found.ndim == 0 or not len(found):
        raise BadInput(f"{name} has shape {tuple(found.shape)}; one row per example is needed")
    if found.is_floating_point() and not torch.isfinite(found).all():
        raise BadInput(f"{name} has entries that are nan or infinite; leave these examples out")
    return found.detach().to(device)


def _data(data: Any, device: str) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor] | None]:
    try:
        parts = data() if callable(data) else data
    except Exception as error:
        raise BadInput(f"data() raised {type(error).__name__}: {_first(error)}") from error
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


def _fits(X: Tensor, net: nn.Module, name: str) -> Tensor:
    """Real inputs in the precision of the network; integers stay what they are, as words of a
    vocabulary do.
    """
    return X.to(next(iter(trained(net).values())).dtype) if X.is_floating_point() else X


def _output(net: nn.Module, X: Tensor, width: int) -> Tensor:
    try:
        with torch.no_grad(), measuring(net):
            output = net(X)
    except Exception as error:
        raise BadInput(
            f"network({width}) cannot take X of shape {tuple(X.shape)} and type {X.dtype}: "
            f"{_first(error)}"
        ) from error
    if not isinstance(output, Tensor) or output.ndim == 0 or len(output) != len(X):
        shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise BadInput(
            f"network({width}) gave {shape} for {len(X)} examples; one row of outputs per example "
            f"is needed"
        )
    return output


def _loss(loss: Any, y: Tensor) -> tuple[Loss, str]:
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


def _targets(y: Tensor, output: Tensor, loss: str, name: str) -> tuple[Tensor, tuple[str, ...]]:
    shapes = f"{name} has shape {tuple(y.shape)} and the outputs have {tuple(output.shape)}"
    if loss == "squared":
        if y.numel() != output.numel():
            raise BadInput(f"{shapes}: squared loss needs one target per output")
        notes = ()
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


def _differentiable(brought: Brought, net: nn.Module, width: int) -> None:
    """Is there a finite loss, and a gradient for every parameter?"""
    net = copy.deepcopy(net).train()
    try:
        value = brought.loss(net(brought.X), brought.y)
        value.backward()
    except Exception as error:
        raise BadInput(
            f"the loss of network({width}) has no gradient: {type(error).__name__}: {_first(error)}"
        ) from error
    if value.numel() != 1 or not torch.isfinite(value).all():
        raise BadInput(
            f"the loss of network({width}) is {value.detach().flatten()[0].item()} before training; "
            f"check the data, the start and the loss for what is not finite"
        )
    for name, p in trained(net).items():
        if p.grad is None:
            raise BadInput(
                f"parameter {name} of network({width}) gets no gradient: use it in forward, or "
                f"freeze it with requires_grad_(False)"
            )


def summary_of(optimiser: torch.optim.Optimizer) -> str:
    """An optimiser's name and the numbers of its first group that matter."""
    group = optimiser.param_groups[0]
    known = [
        f"{key}={group[key]:.4g}" if isinstance(group[key], float) else f"{key}={group[key]}"
        for key in ("lr", "momentum", "betas", "nesterov", "weight_decay")
        if group.get(key)
    ]
    more = f" in {len(optimiser.param_groups)} groups" if len(optimiser.param_groups) > 1 else ""
    return f"{type(optimiser).__name__}({', '.join(known)}){more}"


def parameters_of(function: Callable[..., Any]) -> int:
    """How many arguments a function takes that have no default."""
    found = inspect.signature(function).parameters.values()
    return sum(p.default is p.empty and p.kind <= p.POSITIONAL_OR_KEYWORD for p in found)
