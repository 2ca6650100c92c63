"""Networks for many seeds at once: the seeds are the first dimension of every parameter.

A model is a function ``model(parameters, X)``: parameters are tensors (S, ...), the inputs X are
(n, D) and the same for all seeds, or (S, n, D); outputs are (S, n), or (S, n, q) where there are q
of them.  Every seed draws from its own generator, so that it gets the same numbers whatever the
batch.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import silu, softplus

Model = Callable[[Sequence[Tensor], Tensor], Tensor]
Activation = Callable[[Tensor], Tensor]

ACTIVATIONS: dict[str, Activation] = {
    "linear": lambda z: z,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": softplus,
    "silu": silu,
    "sine": torch.sin,
    "gaussian": lambda z: torch.exp(-z * z / 2),
    "ricker": lambda z: (1 - z * z) * torch.exp(-z * z / 2),
    "logistic": lambda z: torch.sigmoid(z) - 0.5,
    "compact": lambda z: torch.relu(z) * torch.relu(1 - z),
    "x tanh x": lambda z: z * torch.tanh(z),
    "x^2 tanh x": lambda z: z * z * torch.tanh(z),
}
# scale^2 = variance of a weight times its number of inputs, for ``mlp_start``
SCALES: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda inputs, units: 1.0,
    "he": lambda inputs, units: 2**0.5,
    "xavier": lambda inputs, units: (2 * inputs / (inputs + units)) ** 0.5,
}


def default_device() -> str:
    """Where networks are trained unless told otherwise: the command line's ``--device``, else the
    CPU.
    """
    return os.environ.get("PROOFS_CHECK_DEVICE", "cpu")


def normal(
    seeds: Sequence[int], shape: tuple[int, ...], *, stream: int = 0, device: str | None = None
) -> Tensor:
    """Standard normal draws (S, *shape) in double precision; seed s has its own generator and
    ``stream`` separates its draws.
    """
    draws = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(1_000_003 * stream + int(seed))
        draws.append(torch.randn(shape, generator=generator, dtype=torch.float64))
    return torch.stack(draws).to(device or default_device())


def normals(
    seeds: Sequence[int],
    shapes: Sequence[tuple[int, ...]],
    scales: float | Sequence[float] = 1.0,
    *,
    stream: int = 1,
    device: str | None = None,
) -> list[Tensor]:
    """One tensor (S, *shape) of draws for each shape, of standard deviation ``scales`` (one for
    all, or one each); streams are counted from ``stream`` on.

    Raises ``ValueError`` when there is not one scale for each shape.
    """
    each = _one_each(scales, len(shapes), "shapes")
    return [
        scale * normal(seeds, shape, stream=stream + i, device=device)
        for i, (shape, scale) in enumerate(zip(shapes, each, strict=True))
    ]


def _one_each(scales: float | Sequence[float], count: int, what: str) -> list[float]:
    each = [float(scales)] * count if isinstance(scales, (int, float)) else list(scales)
    if len(each) != count:
        raise ValueError(f"{len(each)} scales for {count} {what}")
    return each


def activation(kind: str | Activation) -> Activation:
    """The activation of this name in ``ACTIVATIONS``; a function is given back as it is."""
    if not isinstance(kind, str):
        return kind
    if kind not in ACTIVATIONS:
        raise ValueError(f"no activation {kind!r}; there are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[kind]


def two_layer(alpha: float, kind: str | Activation = "relu") -> Model:
    """f(x) = (1 / alpha) sum_k a_k sigma(w_k . x) with parameters a (S, M) and w (S, M, D); outputs
    (S, n).
    """
    act = activation(kind)

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        a, w = parameters
        return torch.matmul(a[:, None, :], act(torch.matmul(w, X.mT)))[:, 0] / alpha

    return model


def two_layer_start(
    seeds: Sequence[int],
    m: int,
    D: int,
    beta_1: float,
    beta_2: float,
    *,
    antisymmetric: bool = True,
    device: str | None = None,
) -> tuple[Tensor, Tensor]:
    """a ~ N(0, beta_1^2), w ~ N(0, beta_2^2 I); antisymmetric: a second copy of the m neurons with
    output weights -a (2m in all).
    """
    a, w = normals(seeds, ((m,), (m, D)), (beta_1, beta_2), device=device)
    return (torch.cat([a, -a], 1), torch.cat([w, w], 1)) if antisymmetric else (a, w)


def normalised(kappa: float, kappa_p: float) -> tuple[float, float, float]:
    """The triple (alpha, beta_1, beta_2) with these kappa and kappa' and beta_1 beta_2 = 1, so that
    time is in barred units.
    """
    return 1 / kappa, kappa_p**0.5, kappa_p**-0.5


def three_layer(kind: str | Activation = "relu") -> Model:
    """Two hidden layers: parameters (S, D, m), (S, m + 1, q) with the biases in the last row, and
    (S, q); outputs (S, n).  The first layer has no bias but that of the inputs.
    """
    act = activation(kind)

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        first, second, a = parameters
        h = act(X @ first)
        h = act(h @ second[:, :-1] + second[:, -1:])
        return (h * a[:, None]).sum(2)

    return model


def mlp(widths: Sequence[int], kind: str | Activation, *, bias: bool = True) -> Model:
    """Fully connected network: parameters weights (S, in, out) and biases (S, out) layer by layer
    (weights alone without ``bias``), no activation after the last layer.

    Outputs (S, n) of one unit, else (S, n, units).  Raises ``ValueError`` for fewer than two
    widths, an empty layer, and a wrong number of parameter tensors.
    """
    act, layers = activation(kind), len(widths) - 1
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(
            f"widths {tuple(widths)}: an input and an output layer of at least one unit are needed"
        )

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        if len(parameters) != layers * (1 + bias):
            raise ValueError(
                f"{len(parameters)} parameter tensors for {layers} layers: "
                f"{'weights and biases' if bias else 'weights'} of each are needed"
            )
        h = X
        for layer in range(layers):
            h = torch.matmul(h, parameters[layer * (1 + bias)])
            h = h + parameters[2 * layer + 1][:, None] if bias else h
            h = act(h) if layer < layers - 1 else h
        return h[..., 0] if widths[-1] == 1 else h

    return model


def mlp_start(
    seeds: Sequence[int],
    widths: Sequence[int],
    scale: float | str | Sequence[float] = 1.0,
    *,
    bias: float | None = None,
    device: str | None = None,
) -> list[Tensor]:
    """Weights (S, in, out) and biases (S, out), all N(0, scale^2 / in): ``scale`` for all layers,
    one per layer, or a name in ``SCALES``; ``bias``: the standard deviation of biases instead.

    Raises ``ValueError`` for an unknown name and when there is not one scale for each layer.
    """
    pairs = list(pairwise(widths))
    if isinstance(scale, str):
        if scale not in SCALES:
            raise ValueError(f"no start {scale!r}; there are {', '.join(SCALES)}")
        scale = [SCALES[scale](*pair) for pair in pairs]
    shapes: list[tuple[int, ...]] = []
    sizes: list[float] = []
    for size, (inputs, units) in zip(_one_each(scale, len(pairs), "layers"), pairs, strict=True):
        shapes += [(inputs, units), (units,)]
        sizes += [size / inputs**0.5, size / inputs**0.5 if bias is None else bias]
    return normals(seeds, shapes, sizes, device=device)
