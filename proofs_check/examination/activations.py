"""What the layers of a network give, seen from outside."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from proofs_check.examination.modes import measuring

OUTPUT = "the output"


def activations(net: nn.Module, X: Tensor) -> dict[str, Tensor]:
    """What every module with parameters of its own gives, in the order of the calls, and the output
    of the network last.
    """
    found: dict[str, Tensor] = {}

    def keeper(name: str) -> Any:
        def keep(module: nn.Module, given: Any, output: Any) -> None:
            first = output[0] if isinstance(output, tuple) and output else output
            if isinstance(first, Tensor) and first.is_floating_point():
                found[name] = first.detach().clone()  # an in-place layer may follow

        return keep

    hooks = [
        module.register_forward_hook(keeper(name))
        for name, module in net.named_modules()
        if name and next(module.parameters(recurse=False), None) is not None
    ]
    try:
        with torch.no_grad(), measuring(net):
            output = net(X)
    finally:
        for hook in hooks:
            hook.remove()
    last = [n for n, v in found.items() if v.shape == output.shape and torch.equal(v, output)]
    return {name: value for name, value in found.items() if name not in last} | {OUTPUT: output}
