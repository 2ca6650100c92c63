"""How a network is while it is measured, and what of it is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def trained(net: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that are trained, each once however often it is shared."""
    return {name: p for name, p in net.named_parameters() if p.requires_grad}


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
