"""The described networks built with torch, on a device that stores no numbers, and their parameters
counted by torch, not by us.

Setting: the descriptions of ``theory.core.architectures``.  Torch finds all numbers of inputs
itself, from one pass of an empty input, so a wrong size in our bookkeeping cannot be repeated
there.  Nothing is drawn: seeds do not matter. Data: the generator of MNIST-1D.  Pruning: ReLU
64-114-114-10 on 200 handwritten digits, which is VGG-16's number of parameters for a training
image; Adam with VGG's penalty 5e-4 on the squares; in five rounds of training the smallest weights
are set to zero until 8 % are left; 797 other digits are held out. Source: as
``theory.parameter_count``; rounds of pruning and training with a penalty: Han, Pool, Tran & Dally,
NeurIPS 2015; the penalty: Simonyan & Zisserman, ICLR 2015.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import parameter_count as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from theory import Settles, derive
from theory import parameter_count as theory
from theory.core import architectures as nets

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
PRUNED_SIZES, PRUNED_IMAGES = (64, 114, 114, 10), 200
WHOLE = {"counts are whole numbers": 0.5}


def parameters(
    seeds: Sequence[int],
    net: nets.Net,
    kinds: tuple[str, ...] = ("Linear", "Conv2d", "BatchNorm2d"),
) -> Array:
    """Entries of all parameters of a network as torch builds it, in layers of some ``kinds``; the
    same number for every seed.
    """
    import torch

    with torch.device("meta"):
        model = _module(net.layers)
        model(torch.empty(1, *net.shape))
    total = sum(
        p.numel()
        for part in model.modules()
        if type(part).__name__ in kinds
        for p in part.parameters(recurse=False)
    )
    return np.full(len(seeds), float(total))


def transformer_parameters(
    seeds: Sequence[int], net: nets.Transformer, embedding: bool = True
) -> Array:
    """Entries of all parameters of torch's blocks of attention, of a last normalisation and of the
    embeddings.
    """
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


@cache
def _generated() -> tuple[tuple[int, ...], int, int]:
    """Shape of the training inputs of MNIST-1D as its generator makes them, number of labels,
    length of a template.
    """
    import random

    from mnist1d.data import get_dataset_args, make_dataset

    kept = random.getstate(), np.random.get_state()  # noqa: NPY002  (the generator seeds the global ones)
    try:
        data, settings = make_dataset(get_dataset_args()), get_dataset_args()
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])  # noqa: NPY002
    return data["x"].shape, len(np.unique(data["y"])), settings.template_len


def generated(seeds: Sequence[int], what: str = "inputs") -> Array:
    """Inputs, or classes, or points of a template of MNIST-1D; the same number for every seed."""
    shape, classes, template = _generated()
    return np.full(
        len(seeds), float({"inputs": shape[1], "classes": classes, "template": template}[what])
    )


@cache
def _pruned(
    seeds: tuple[int, ...],
    at_random: bool,
    keep: float = 0.08,
    rounds: int = 5,
    penalty: float = 5e-4,
) -> tuple[Array, Array]:
    """Held-out accuracy in per cent before pruning and after it, (S,) each."""
    import torch

    from proofs_check.training.curvature import flat, unflat
    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, normals
    from proofs_check.training.rules import Adam

    inputs, labels = data.digits()
    X, y = torch.as_tensor(inputs, dtype=torch.float32), torch.as_tensor(labels)
    rows, n, shapes = slice(len(y) - 797, None), PRUNED_IMAGES, list(pairwise(PRUNED_SIZES))
    model, rule = mlp(PRUNED_SIZES, "relu"), Adam(3e-3, decay=penalty)
    scales = [(2 / before) ** 0.5 for before, _ in shapes]
    theta: list[Tensor] = []
    for w in normals(seeds, shapes, scales, stream=0, device="cpu"):
        theta += [w.float(), torch.zeros(len(w), w.shape[2])]
    noise = flat([v.abs().float() for v in normals(seeds, shapes, stream=9, device="cpu")])
    masks = [torch.ones_like(p) for p in theta]  # no bias is pruned

    def trained(steps: int = 60) -> list[Tensor]:
        run = train(
            model,
            [p * mask for p, mask in zip(theta, masks, strict=True)],
            X[:n],
            y[:n].expand(len(seeds), n),
            rule=rule,
            steps=steps,
            loss=cross_entropy,
            masks=masks,
        )
        return list(run.end)

    def accuracy() -> Array:
        return 100 * (model(theta, X[rows]).argmax(2) == y[rows]).double().mean(1).numpy()

    theta = trained(100)
    before = accuracy()
    for share in keep ** (np.arange(1, rounds + 1) / rounds):
        score = noise if at_random else flat(theta[::2]).abs()
        edge = score.quantile(1 - share, dim=1)[:, None]
        masks[::2] = unflat((score > edge).float(), theta[::2])
        theta = trained()
    return before, accuracy()


def points_after_pruning(seeds: Sequence[int], at_random: bool = False) -> Array:
    """Accuracy on held-out digits with 8 % of the weights less that with all of them, in points."""
    before, after = _pruned(tuple(seeds), at_random)
    return after - before


def _module(layers: tuple[nets.Layer, ...]) -> Any:
    """A chain of torch modules that find their inputs themselves."""
    from torch import nn

    chain: list[Any] = []
    for layer in layers:
        if isinstance(layer, nets.Dense):
            chain += [nn.Flatten(), nn.LazyLinear(layer.units, layer.bias)]
        elif isinstance(layer, nets.Conv):
            chain.append(
                nn.LazyConv2d(
                    layer.channels,
                    layer.kernel,
                    layer.stride,
                    layer.padding,
                    groups=layer.groups,
                    bias=layer.bias,
                )
            )
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
    name: str,
    claim: Any,
    net: nets.Net,
    rival: Callable[[], float],
    rival_why: str,
    settles: tuple[Settles, ...] = (),
) -> Check:
    return Check(
        name=name,
        quantity="number of parameters, a count",
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
    _built(
        "alexnet_in_two_groups",
        theory.imagenet_nets,
        nets.alexnet(),
        _rival(nets.alexnet(groups=1)),
        "one processor, so that every channel sees all channels before it",
    ),
    _built(
        "vgg_19",
        theory.imagenet_nets,
        nets.vgg(19),
        _rival(nets.vgg(16)),
        "the count of VGG-16, 138 million, as the chapter prints",
    ),
    _built(
        "resnet_34",
        theory.imagenet_nets,
        nets.resnet(34),
        _rival(nets.resnet(34), kinds=WEIGHTS),
        "normalisation is not counted",
    ),
    _built(
        "resnet_50",
        theory.imagenet_nets,
        nets.resnet(50),
        _rival(nets.resnet(50, projection=False)),
        "shortcuts without parameters",
    ),
    _built(
        "densenet_121",
        theory.parameters_per_image,
        nets.densenet(121),
        _rival(nets.densenet(121), kinds=WEIGHTS),
        "normalisation is not counted",
    ),
    _built(
        "xception",
        theory.parameters_per_image,
        nets.xception(),
        _rival(nets.xception(), kinds=WEIGHTS),
        "normalisation is not counted",
    ),
    _built(
        "two_layers_of_400",
        theory.four_hundred_units,
        nets.fully_connected(40, 400, 400, 10),
        _rival(nets.fully_connected(40, 400, 400, 1)),
        "one output, as in the printed count",
        (Settles("udl-400-units-177201-params"),),
    ),
    _built(
        "four_layers_of_63",
        theory.fully_connected_nets,
        nets.fully_connected(40, 63, 63, 63, 63, 10),
        _rival(nets.fully_connected(40, 63, 63, 63, 63, 10, bias=False)),
        "biases are not counted",
        (Settles("udl-param-count-4x63"),),
    ),
    _built(
        "two_layers_of_200",
        theory.fully_connected_nets,
        nets.fully_connected(784, 200, 200, 10),
        _rival(nets.fully_connected(784, 200, 200, 10, bias=False)),
        "biases are not counted",
        (Settles("udl-198450-params"),),
    ),
    Check(
        name="gpt_3",
        quantity="number of parameters, a count",
        claim=theory.transformer,
        predict=partial(numerics.count, nets.GPT3),
        measure=partial(transformer_parameters, net=nets.GPT3),
        terms=WHOLE,
        rival=lambda: float(transformer_parameters((0,), nets.GPT3, embedding=False)[0]),
        rival_why="the blocks are everything: embeddings are not counted",
        deterministic=True,
    ),
    Check(
        name="inputs_of_mnist_1d",
        quantity="number of inputs of an example, a count",
        claim=theory.sizes_from_counts,
        predict=lambda: float(derive(theory.sizes_from_counts)[0].result),
        measure=generated,
        terms=WHOLE,
        rival=partial(typical, generated, (0,), what="template"),
        rival_why="an input is a template of a digit, before it is padded and sampled",
        settles=(Settles("udl-mnist1d-dimensions", part="inputs of the generator"),),
        deterministic=True,
    ),
    Check(
        name="classes_of_mnist_1d",
        quantity="number of classes, a count",
        claim=theory.sizes_from_counts,
        predict=lambda: float(derive(theory.sizes_from_counts)[1].result),
        measure=partial(generated, what="classes"),
        terms=WHOLE,
        rival=1.0,
        rival_why="one output, as in the printed count of parameters",
        settles=(Settles("udl-mnist1d-dimensions", part="classes of the generator"),),
        deterministic=True,
    ),
    Check(
        name="eight_per_cent_of_the_weights_will_do",
        quantity="accuracy with 8 % of the weights minus accuracy with all, percentage points",
        claim=theory.pruned,
        predict=Threshold("udl-vgg-8pct-kept", "accuracy"),
        measure=points_after_pruning,
        terms={"797 digits: one standard deviation of a difference": 1.0},
        rival=partial(typical, points_after_pruning, at_random=True),
        rival_why="any 8 % would do: as many weights, drawn at random, measured",
        side="at least",
        settles=(Settles("udl-vgg-8pct-kept", part="accuracy", scope="instances", analogue=True),),
        deviates="digits and a dense network stand for ImageNet and VGG",
    ),
    Check(
        name="crops_with_mirrors",
        quantity="number of windows and their mirror images, a count",
        claim=theory.crops,
        predict=lambda: float(derive(theory.crops)[0].result),
        measure=windows,
        terms=WHOLE,
        rival=lambda: float(derive(theory.crops)[1].result),
        rival_why="32 shifts of each direction, 2,048 in all, as printed",
        deterministic=True,
    ),
)
