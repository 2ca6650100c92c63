"""The described networks built with torch, on a device that stores no numbers, and their parameters counted by torch.

Setting: the descriptions of ``theory._architectures``.  Torch finds all numbers of inputs itself, from one pass of an empty input, so a
wrong size in our bookkeeping cannot be repeated there.  Nothing is drawn: seeds do not matter.
Source: as ``theory.parameter_count``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import parameter_count as numerics
from proofs_check._check import Check
from theory import Settles, derive
from theory import _architectures as nets
from theory import parameter_count as theory

Array = np.ndarray
WHOLE = {"counts are whole numbers": 0.5}


def parameters(seeds: Sequence[int], net: nets.Net, kinds: tuple[str, ...] = ("Linear", "Conv2d", "BatchNorm2d")) -> Array:
    """Entries of all parameters of a network as torch builds it, in layers of some ``kinds``; the same number for every seed."""
    import torch

    with torch.device("meta"):
        model = _module(net.layers)
        model(torch.empty(1, *net.shape))
    total = sum(p.numel() for part in model.modules() if type(part).__name__ in kinds for p in part.parameters(recurse=False))
    return np.full(len(seeds), float(total))


def transformer_parameters(seeds: Sequence[int], net: nets.Transformer, embedding: bool = True) -> Array:
    """Entries of all parameters of torch's blocks of attention, of a last normalisation and of the embeddings."""
    import torch
    from torch import nn

    with torch.device("meta"):
        block = nn.TransformerEncoderLayer(net.width, net.heads, 4 * net.width)
        parts: list[Any] = [*[block] * net.depth, nn.LayerNorm(net.width)]
        if embedding:
            parts += [nn.Embedding(net.vocabulary, net.width), nn.Embedding(net.context, net.width)]
    return np.full(len(seeds), float(sum(p.numel() for part in parts for p in part.parameters())))


def windows(seeds: Sequence[int], side: int = 256, window: int = 224) -> Array:
    """Windows that torch cuts from a square image, and their mirror images."""
    import torch

    cut = torch.nn.functional.unfold(torch.empty(1, 1, side, side, device="meta"), window)
    return np.full(len(seeds), 2.0 * cut.shape[-1])


def _module(layers: tuple[nets.Layer, ...]) -> Any:
    """A chain of torch modules that find their inputs themselves."""
    from torch import nn

    chain: list[Any] = []
    for layer in layers:
        if isinstance(layer, nets.Dense):
            chain += [nn.Flatten(), nn.LazyLinear(layer.units, layer.bias)]
        elif isinstance(layer, nets.Conv):
            chain.append(nn.LazyConv2d(
                layer.channels, layer.kernel, layer.stride, layer.padding, groups=layer.groups, bias=layer.bias
            ))
        elif isinstance(layer, nets.Norm):
            chain.append(nn.LazyBatchNorm2d())
        elif isinstance(layer, nets.Pool):
            chain.append(nn.MaxPool2d(layer.kernel, layer.stride, layer.padding))
        elif isinstance(layer, nets.GlobalPool):
            chain.append(nn.AdaptiveAvgPool2d(1))
        else:
            chain.append(_branches()(layer))
    return nn.Sequential(*chain)


def _branches() -> Callable[[nets.Layer], Any]:
    """The module of two branches: a class cannot be defined before torch is there."""
    import torch
    from torch import nn

    class Branches(nn.Module):
        def __init__(self, layer: nets.Layer) -> None:
            super().__init__()
            assert isinstance(layer, nets.Residual | nets.Concatenate)
            self.main = _module(layer.main)
            self.skip = _module(layer.skip) if isinstance(layer, nets.Residual) else nn.Identity()
            self.joined = isinstance(layer, nets.Concatenate)

        def forward(self, x: Any) -> Any:
            main, skip = self.main(x), self.skip(x)
            return torch.cat([skip, main], 1) if self.joined else main + skip

    return Branches


def _built(
    name: str, claim: Any, net: nets.Net, rival: Callable[[], float], rival_why: str, settles: tuple[Settles, ...] = ()
) -> Check:
    return Check(
        name=name,
        claim=claim,
        predict=partial(numerics.count, net),
        measure=partial(parameters, net=net),
        terms=WHOLE,
        rival=rival,
        rival_why=rival_why,
        settles=settles,
        deterministic=True,
    )


def _rival(net: nets.Net, **options: Any) -> Callable[[], float]:
    """A measured control: another network, or some of the layers, through the same code."""
    return lambda: float(parameters((0,), net, **options)[0])


WEIGHTS = ("Linear", "Conv2d")
CHECKS: tuple[Check, ...] = (
    _built("alexnet_in_two_groups", theory.imagenet_nets, nets.alexnet(), _rival(nets.alexnet(groups=1)),
           "one processor, so that every channel sees all channels before it"),
    _built("vgg_19", theory.imagenet_nets, nets.vgg(19), _rival(nets.vgg(16)), "the count of VGG-16, 138 million, as the chapter prints"),
    _built("resnet_34", theory.imagenet_nets, nets.resnet(34), _rival(nets.resnet(34), kinds=WEIGHTS), "normalisation is not counted"),
    _built("resnet_50", theory.imagenet_nets, nets.resnet(50), _rival(nets.resnet(50, projection=False)), "shortcuts without parameters"),
    _built("densenet_121", theory.parameters_per_image, nets.densenet(121), _rival(nets.densenet(121), kinds=WEIGHTS),
           "normalisation is not counted"),
    _built("xception", theory.parameters_per_image, nets.xception(), _rival(nets.xception(), kinds=WEIGHTS),
           "normalisation is not counted"),
    _built("two_layers_of_400", theory.four_hundred_units, nets.fully_connected(40, 400, 400, 10),
           _rival(nets.fully_connected(40, 400, 400, 1)), "one output, as in the printed count", (Settles("udl-400-units-177201-params"),)),
    _built("four_layers_of_63", theory.fully_connected_nets, nets.fully_connected(40, 63, 63, 63, 63, 10),
           _rival(nets.fully_connected(40, 63, 63, 63, 63, 10, bias=False)), "biases are not counted", (Settles("udl-param-count-4x63"),)),
    _built("two_layers_of_200", theory.fully_connected_nets, nets.fully_connected(784, 200, 200, 10),
           _rival(nets.fully_connected(784, 200, 200, 10, bias=False)), "biases are not counted", (Settles("udl-198450-params"),)),
    Check(
        name="gpt_3",
        claim=theory.transformer,
        predict=partial(numerics.count, nets.GPT3),
        measure=partial(transformer_parameters, net=nets.GPT3),
        terms=WHOLE,
        rival=lambda: float(transformer_parameters((0,), nets.GPT3, embedding=False)[0]),
        rival_why="the blocks are everything: embeddings are not counted",
        deterministic=True,
    ),
    Check(
        name="crops_with_mirrors",
        claim=theory.crops,
        predict=lambda: float(derive(theory.crops)[0].result),
        measure=windows,
        terms=WHOLE,
        rival=lambda: float(derive(theory.crops)[1].result),
        rival_why="32 shifts of each direction, 2,048 in all, as printed",
        deterministic=True,
    ),
)
