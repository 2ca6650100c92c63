"""Are random networks flipped by steps of the derived size, and trained ones by steps that are
short and lead to no example of the other class?

Set-ups.  (1) Random ReLU networks of one to four hidden layers of 64 units, 64 inputs, no biases:
first-order steps by automatic gradients, one input for each network (after a look: steps from many
inputs of one network are not independent).  (2) Trained classifiers of images, signals and Gaussian
classes: iterated first-order steps to the nearest boundary.  Images of 64 pixels are far less
vulnerable than the large ones of the source.  Source: Prince, Understanding Deep Learning, MIT
Press 2023, section 20.4.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.adversarial_example import cosine_law
from proofs_check.core.check import Check, Side
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import adversarial_example as theory

if TYPE_CHECKING:
    from proofs_check.training.boundaries import Flips

Array = np.ndarray
INPUTS, WIDTH, NETWORKS, DEEPEST = 64, 64, 300, 4  # of random networks; how many for a median
FLIPPED = 100  # held-out examples
TINY = "udl-adversarial-tiny-perturbation"
SETUPS = {  # by the names in the ledger
    "digits, ReLU": ("digits", "ReLU"),
    "digits, tanh": ("digits", "tanh"),
    "digits, two ReLU layers": ("digits", "two ReLU layers"),
    "digits, linear": ("digits", "linear"),
    "MNIST-1D, ReLU": ("MNIST-1D", "ReLU"),
    "Gaussians, ReLU": ("Gaussians", "ReLU"),
}


@cache
def _steps_by_depth(seed: int, inputs: int) -> tuple[float, ...]:
    """Of networks of one, two, ... hidden layers: a deeper one goes on where a shallower one ends,
    so that each layer is drawn once.
    """
    import torch

    from proofs_check.training.networks import mlp, normal

    def layer(at: int, a: int, b: int) -> torch.Tensor:
        drawn = normal((seed,), (NETWORKS, a, b), stream=91 + at, device="cpu")[0]
        return (2 / a) ** 0.5 * drawn

    X = normal((seed,), (NETWORKS, 1, inputs), stream=90, device="cpu")[0].requires_grad_(True)
    hidden = [layer(at, WIDTH if at else inputs, WIDTH) for at in range(DEEPEST)]
    found = []
    for layers in range(1, DEEPEST + 1):
        model = mlp((inputs, *[WIDTH] * layers, 1), "relu", bias=False)
        f = model([*hidden[:layers], layer(layers, WIDTH, 1)], X)
        g = torch.autograd.grad(f.sum(), X)[0]
        sizes = f.detach().abs() / (g.norm(dim=2) * X.detach().norm(dim=2))
        found.append(float(sizes.median().log()))
    return tuple(found)


def first_order_steps(seeds: Sequence[int], layers: int, inputs: int = INPUTS) -> Array:
    """log of the median of |f| / (|g| |x|) over networks, each at an input of its own: outputs of
    one deep network at many inputs are nearly the same.
    """
    return np.array([_steps_by_depth(int(seed), inputs)[layers - 1] for seed in seeds])


# ---------------------------------------------------------------- trained classifiers


@cache
def flipped(seeds: tuple[int, ...], name: str, net: str) -> tuple[Flips, Array]:
    """Steps of the first held-out examples over the nearest boundary, and which of the examples
    are answered rightly and get over it (S, n).
    """
    from proofs_check.training import boundaries, classifiers

    have, of = classifiers.examples(name), classifiers.standard(name, net, seeds)
    X, y = have.X_test[:FLIPPED], have.y_test[:FLIPPED]
    found = boundaries.flips(of, X)
    return found, (found.own == y) & (found.other != found.own)


@cache
def _ways(seeds: tuple[int, ...], name: str, net: str) -> tuple[Array, Array]:
    """Lengths (S, n) of the ways to the nearest training example of the class that is reached, and
    cosines of the steps with them.
    """
    from proofs_check.training import boundaries, classifiers

    have, (found, _) = classifiers.examples(name), flipped(seeds, name, net)
    near = boundaries.nearest(have.X, have.y, found.start, found.other)
    ways = have.X[near] - found.start
    far = np.linalg.norm(ways, axis=2)
    return far, (ways * found.step).sum(2) / (far * found.length)


def _medians(values: Array, counted: Array) -> Array:
    return np.array([np.median(v[c]) for v, c in zip(values, counted, strict=True)])


def relative_length(seeds: Sequence[int], name: str, net: str) -> Array:
    """Median length of the step over the median distance to the nearest example of the class."""
    found, counted = flipped(tuple(seeds), name, net)
    far = _ways(tuple(seeds), name, net)[0]
    return _medians(found.length, counted) / _medians(far, counted)


def cosine_of_the_way(seeds: Sequence[int], name: str, net: str) -> Array:
    """Median cosine of the step with the way to that example."""
    counted = flipped(tuple(seeds), name, net)[1]
    return _medians(_ways(tuple(seeds), name, net)[1], counted)


LENGTH = "length over the distance to the nearest example of the class"
COSINE = "cosine with the way to it"
SENTENCES: tuple[tuple[str, str, str, Callable[..., Array], Side, float, str], ...] = (
    (
        "step_is_short",
        "median step over median distance to an example of its class, dimensionless",
        LENGTH,
        relative_length,
        "at most",
        0.5,
        "a boundary in the middle between examples of two classes",
    ),
    (
        "step_is_no_mixture",
        "median cosine of the step with the way to an example, dimensionless",
        COSINE,
        cosine_of_the_way,
        "at most",
        1.0,
        "a step straight to an example of the other class: a mixture of both",
    ),
)
CHECKS: tuple[Check, ...] = (
    Check(
        name="random_networks_flip_like_random_directions",
        quantity="log of the median first-order step over |x|, dimensionless",
        claim=theory.cosine_law,
        predict=lambda: float(np.log(cosine_law(INPUTS))),
        measure={
            f"{layers} hidden layer{'s' * (layers > 1)}": partial(first_order_steps, layers=layers)
            for layers in range(1, DEEPEST + 1)
        },
        terms={"width 64": 0.08, "300 networks, in the median": 0.1},
        rival=float(np.log(INPUTS**-0.5)),
        rival_why="the root of the mean squares, one over the root of the inputs",
    ),
    *(
        Check(
            name=name,
            quantity=quantity,
            claim=theory.least_step,
            predict=Threshold(TINY, part),
            measure={
                setup: partial(measure, name=data, net=net) for setup, (data, net) in SETUPS.items()
            },
            terms={"100 examples, in the median": 0.01},
            rival=rival,
            rival_why=why,
            side=side,
            settles=(Settles(TINY, part=part, scope="instances"),),
            rounds=2,
        )
        for name, quantity, part, measure, side, rival, why in SENTENCES
    ),
)


def portrait(axes: Any) -> None:
    """Size of the first-order step of random networks over inputs: derived, measured at one and
    four hidden layers, and if it did not depend on their number.
    """
    inputs = np.unique(np.geomspace(4, 1024, 40).astype(int))
    axes.loglog(inputs, cosine_law(inputs), color="#0072B2", label="median, derived")
    axes.fill_between(
        inputs, cosine_law(inputs, 0.25), cosine_law(inputs, 0.75), color="#0072B2", alpha=0.15
    )
    axes.axhline(float(cosine_law(INPUTS)), ls="--", color="#999999", label="whatever the inputs")
    for layers, marker in ((1, "o"), (4, "s")):
        for d in (8, 32, 128, 512):
            found = np.exp(np.sort(first_order_steps(range(11), layers, d)))
            ends = [[found[5] - found[0]], [found[-1] - found[5]]]
            label = f"networks, hidden layers: {layers}" if d == 8 else None
            axes.errorbar(d, found[5], ends, fmt=marker, color="#D55E00", ms=4, label=label)
    axes.set(
        xlabel="inputs d",
        ylabel="first-order step over |x|",
        title="random ReLU networks of width 64",
    )
    axes.legend()
