"""Networks and data sets as data: what is counted in ``parameter_count``.

A description names only what a designer chooses: kernels, channels, strides, groups, biases.
Numbers of inputs and image sizes follow from the layers before.  No total is written down anywhere.

Sources: AlexNet, Krizhevsky et al. 2012 (two groups, one per processor); VGG, Simonyan and
Zisserman 2014, configurations D and E; ResNet, He et al. 2016 (projections where the shape
changes); ResNeXt, Xie et al. 2017; DenseNet, Huang et al. 2017; Xception, Chollet 2017; GPT-3,
Brown et al. 2020, table 2.1; ImageNet, Russakovsky et al., International Journal of Computer Vision
115, 2015, table 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod


@dataclass(frozen=True)
class Dense:
    """A fully connected layer; an image in front of it is written out as a vector."""

    units: int
    bias: bool = True


@dataclass(frozen=True)
class Conv:
    """A convolution with square kernels; with g groups each output sees one g-th of the inputs."""

    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True)
class Norm:
    """Batch normalisation: a scale and a shift per channel."""


@dataclass(frozen=True)
class Pool:
    """The largest or the mean value of a window; no parameters."""

    kernel: int
    stride: int
    padding: int = 0


@dataclass(frozen=True)
class GlobalPool:
    """The mean over the image; no parameters."""


@dataclass(frozen=True)
class Residual:
    """The sum of two branches; an empty skip is the identity."""

    main: tuple[Layer, ...]
    skip: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class Concatenate:
    """The input with the output of the branch behind it, channel by channel."""

    main: tuple[Layer, ...]


Layer = Dense | Conv | Norm | Pool | GlobalPool | Residual | Concatenate


@dataclass(frozen=True)
class Net:
    """Layers in order and the shape of one input: (inputs,) or (channels, height, width)."""

    name: str
    shape: tuple[int, ...]
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Transformer:
    """A decoder: blocks of attention and of two dense layers with four times the width; the output
    shares the word embedding.
    """

    name: str
    depth: int
    width: int
    heads: int
    vocabulary: int
    context: int


@dataclass(frozen=True)
class Sized:
    """One layer with parameters, its numbers of inputs and outputs filled in."""

    kind: str  # "dense" | "convolution" | "norm"
    inputs: int
    outputs: int
    kernel: int = 1
    groups: int = 1
    bias: int = 1


def sized(net: Net) -> list[Sized]:
    """All layers with parameters, in order; ``ValueError`` where a description does not fit
    together.
    """
    found: list[Sized] = []
    _follow(net.layers, net.shape, found)
    return found


def output_shape(net: Net) -> tuple[int, ...]:
    """The shape of the output of one input."""
    return _follow(net.layers, net.shape, [])


def tensors(net: Net) -> Iterator[tuple[int, ...]]:
    """The shapes of all arrays of parameters."""
    for layer in sized(net):
        if layer.kind == "norm":
            yield from ((layer.outputs,), (layer.outputs,))
            continue
        window = (layer.kernel, layer.kernel) if layer.kind == "convolution" else ()
        yield (layer.outputs, layer.inputs // layer.groups, *window)
        if layer.bias:
            yield (layer.outputs,)


def entries(net: Net) -> int:
    """The number of parameters, entry by entry: the route that uses no formula of a layer."""
    return sum(prod(shape) for shape in tensors(net))


def _follow(
    layers: tuple[Layer, ...], shape: tuple[int, ...], found: list[Sized]
) -> tuple[int, ...]:
    for layer in layers:
        if isinstance(layer, Dense):
            found.append(Sized("dense", prod(shape), layer.units, bias=int(layer.bias)))
            shape = (layer.units,)
        elif isinstance(layer, Norm):
            found.append(Sized("norm", shape[0], shape[0]))
        elif isinstance(layer, Conv):
            if shape[0] % layer.groups or layer.channels % layer.groups:
                raise ValueError(
                    f"{layer}: {layer.groups} groups do not divide {shape[0]} inputs and "
                    f"{layer.channels} outputs"
                )
            found.append(
                Sized(
                    "convolution",
                    shape[0],
                    layer.channels,
                    layer.kernel,
                    layer.groups,
                    int(layer.bias),
                )
            )
            shape = (layer.channels, *(_positions(length, layer) for length in shape[1:]))
        elif isinstance(layer, Pool):
            shape = (shape[0], *(_positions(length, layer) for length in shape[1:]))
        elif isinstance(layer, GlobalPool):
            shape = shape[:1]
        elif isinstance(layer, Concatenate):
            beside = _follow(layer.main, shape, found)
            if beside[1:] != shape[1:]:
                raise ValueError(
                    f"cannot concatenate images of the sizes {shape[1:]} and {beside[1:]}"
                )
            shape = (shape[0] + beside[0], *shape[1:])
        else:
            main, skip = _follow(layer.main, shape, found), _follow(layer.skip, shape, found)
            if main != skip:
                raise ValueError(f"cannot add branches of the shapes {main} and {skip}")
            shape = main
    return shape


def _positions(length: int, window: Conv | Pool) -> int:
    room = length + 2 * window.padding - window.kernel
    if room < 0:
        raise ValueError(f"{window}: the window is larger than the image, {length}")
    return room // window.stride + 1


def fully_connected(*sizes: int, bias: bool = True) -> Net:
    """A fully connected network; ``sizes`` are the inputs, the hidden widths and the outputs."""
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes {sizes}: at least inputs and outputs are needed, all positive")
    return Net(
        "-".join(map(str, sizes)), sizes[:1], tuple(Dense(units, bias) for units in sizes[1:])
    )


def alexnet(groups: int = 2, outputs: int = 1000) -> Net:
    """AlexNet on crops of 227 pixels, the size for which its first layer fits."""
    features = (
        Conv(96, 11, stride=4),
        Pool(3, 2),
        Conv(256, 5, padding=2, groups=groups),
        Pool(3, 2),
        Conv(384, 3, padding=1),
        Conv(384, 3, padding=1, groups=groups),
        Conv(256, 3, padding=1, groups=groups),
        Pool(3, 2),
    )
    return Net("AlexNet", (3, 227, 227), (*features, Dense(4096), Dense(4096), Dense(outputs)))


def vgg(
    layers: int,
    outputs: int = 1000,
    bias: bool = True,
    norm: bool = False,
    height: int = 224,
    head: tuple[int, ...] = (4096, 4096),
) -> Net:
    """VGG with 11, 13, 16 or 19 layers; for small images usually with normalisation and an empty
    ``head``.
    """
    stages = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}[
        layers
    ]
    body: list[Layer] = []
    for channels, repeats in zip((64, 128, 256, 512, 512), stages, strict=True):
        body += [Conv(channels, 3, padding=1, bias=bias), *_norm(norm)] * repeats + [Pool(2, 2)]
    return Net(
        f"VGG-{layers}",
        (3, height, height),
        (*body, *(Dense(units, bias) for units in head), Dense(outputs, bias)),
    )


STAGES = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
    200: (3, 24, 36, 3),
}


def resnet(
    layers: int,
    outputs: int = 1000,
    groups: int = 1,
    group_width: int = 64,
    norm: bool = True,
    projection: bool = True,
    wide: int = 1,
) -> Net:
    """ResNet: blocks of two 3x3 convolutions up to 34 layers, of 1x1, 3x3, 1x1 beyond; ResNeXt with
    groups.

    ``wide`` multiplies the channels of the 3x3 convolutions beyond 34 layers, and all channels up
    to 34.
    """
    deep = layers > 34
    body: list[Layer] = [
        Conv(64, 7, stride=2, padding=3, bias=False),
        *_norm(norm),
        Pool(3, 2, padding=1),
    ]
    inputs = 64
    for stage, repeats in enumerate(STAGES[layers]):
        middle = groups * group_width * 2**stage * wide
        channels = 256 * 2**stage if deep else middle
        for block in range(repeats):
            stride = 2 if stage > 0 and block == 0 else 1
            changed = stride > 1 or inputs != channels
            skip = (Conv(channels, 1, stride=stride, bias=False), *_norm(norm)) if changed else ()
            wide_window = Conv(middle, 3, stride=stride, padding=1, groups=groups, bias=False)
            convolutions: tuple[Conv, ...] = (wide_window, Conv(channels, 3, padding=1, bias=False))
            if deep:
                convolutions = (
                    Conv(middle, 1, bias=False),
                    wide_window,
                    Conv(channels, 1, bias=False),
                )
            main = tuple(
                part for convolution in convolutions for part in (convolution, *_norm(norm))
            )
            # a shortcut without parameters adds none: the branch alone has the same count and the
            # same sizes
            body += [Residual(main, skip)] if projection or not changed else list(main)
            inputs = channels
    family = "ResNeXt" if groups > 1 else "ResNet"
    return Net(f"{family}-{layers}", (3, 224, 224), (*body, GlobalPool(), Dense(outputs)))


def densenet(layers: int, outputs: int = 1000) -> Net:
    """DenseNet with 121, 169 or 201 layers and growth 32, or 161 layers and growth 48."""
    stages = {
        121: (6, 12, 24, 16),
        169: (6, 12, 32, 32),
        201: (6, 12, 48, 32),
        161: (6, 12, 36, 24),
    }[layers]
    growth = 48 if layers == 161 else 32
    channels = 2 * growth
    body: list[Layer] = [
        Conv(channels, 7, stride=2, padding=3, bias=False),
        Norm(),
        Pool(3, 2, padding=1),
    ]
    step = Concatenate(
        (Norm(), Conv(4 * growth, 1, bias=False), Norm(), Conv(growth, 3, padding=1, bias=False))
    )
    for stage, repeats in enumerate(stages):
        body += [step] * repeats
        channels += repeats * growth
        if stage < len(stages) - 1:
            channels //= 2
            body += [Norm(), Conv(channels, 1, bias=False), Pool(2, 2)]
    return Net(f"DenseNet-{layers}", (3, 224, 224), (*body, Norm(), GlobalPool(), Dense(outputs)))


def xception(outputs: int = 1000) -> Net:
    """Xception: one window per channel, then a 1x1 convolution."""

    def separable(*channels: int) -> tuple[Layer, ...]:
        return tuple(
            part
            for c, o in pairwise(channels)
            for part in (
                Conv(c, 3, padding=1, groups=c, bias=False),
                Conv(o, 1, bias=False),
                Norm(),
            )
        )

    def shrinking(*channels: int) -> Residual:
        return Residual(
            (*separable(*channels), Pool(3, 2, padding=1)),
            (Conv(channels[-1], 1, stride=2, bias=False), Norm()),
        )

    entry: tuple[Layer, ...] = (
        Conv(32, 3, stride=2, bias=False),
        Norm(),
        Conv(64, 3, bias=False),
        Norm(),
    )
    entry += (shrinking(64, 128, 128), shrinking(128, 256, 256), shrinking(256, 728, 728))
    middle = (Residual(separable(728, 728, 728, 728)),) * 8
    leave = (shrinking(728, 728, 1024), *separable(1024, 1536, 2048))
    return Net("Xception", (3, 299, 299), (*entry, *middle, *leave, GlobalPool(), Dense(outputs)))


def _norm(wanted: bool) -> tuple[Layer, ...]:
    return (Norm(),) if wanted else ()


GPT3 = Transformer("GPT-3", depth=96, width=12288, heads=96, vocabulary=50257, context=2048)

MNIST = (28, 28)  # height and width
MNIST_1D = (40, 10)  # inputs and classes
IMAGENET = 1_281_167  # training images of the challenge of 2012: a fact, not a count of ours
IMAGENET_CLASSES, IMAGENET_LARGEST_CLASS = 1000, 1300  # classes, and images of the largest one
CIFAR10 = (50_000, 10_000)  # training and test images

# The families of the figure of over-parameterisation that are described here, of seven
FAMILIES: dict[str, tuple[Net, ...]] = {
    "ResNet": tuple(resnet(layers) for layers in (18, 34, 50, 101, 152)),
    "ResNeXt": tuple(resnet(layers, groups=32, group_width=4) for layers in (50, 101)),
    "DenseNet": tuple(densenet(layers) for layers in (121, 169, 201, 161)),
    "Xception": (xception(),),
}
FAMILIES_OF_THE_FIGURE = (
    "ResNet",
    "DenseNet",
    "Xception",
    "EfficientNet",
    "Inception",
    "ResNeXt",
    "AmoebaNet",
)
