"""Does the derived tangent kernel say how long training takes?  Traces and inverses of kernels of
random networks, and trained networks of the figure's widths, for which their own kernel counts.

Set-ups.  ReLU networks with biases from zero and the widths of the source's figure, 298, 100, 75
and 63 units in 1 to 4 hidden layers, or with 4 times as many parameters; signals of
MNIST-1D with random labels; squared loss and targets that are added to the output at the start.
Designed again after a look: the kernel of infinite width, asked for trained nets of these widths,
was refuted or undecided, so that means of kernels are tested as such, and trained nets against
their own kernels, at fixed starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from numerics import depth as numerics
from proofs_check.core.check import Check
from proofs_check.training import data
from proofs_check.training.features import SIGNALS
from theory import depth as ways
from theory import standard_kernel as theory

Array = np.ndarray
DEPTHS = (1, 2, 3, 4)
FIGURE = {1: 298, 2: 100, 3: 75, 4: 63}  # units of a layer, by layers
WIDE = {1: 1192, 4: 134}  # with 4 times as many parameters
CLASSES, N, MANY = 10, 20, 50  # outputs; data of trained nets, and of kernels
STARTS, DRAWS = 3, 20  # nets and kernels of a seed
SMALL = 0.1  # size of the targets, so that kernels hardly move
RATE, LIMIT = 8e-3, 1000


def _signals(seed: int, n: int = N) -> Array:
    """Signals of MNIST-1D (n, 40)."""
    made = data.mnist1d(SIGNALS)
    return np.asarray(made.x[np.random.default_rng([seed, 72]).permutation(len(made.x))[:n]])


def _residuals(seed: int) -> Array:
    """Random labels as one-hot rows less their mean, in small (n, 10)."""
    rows = np.eye(CLASSES)[np.random.default_rng([seed, 73]).integers(0, CLASSES, N)]
    return SMALL * (rows - 1 / CLASSES)


def tangent(weights: Sequence[Array], X: Array) -> Array:
    """Tangent kernel (n c, n c) of all outputs of a ReLU network with these weights (in, out) and
    biases of zero, all of them trained.
    """
    n, c = len(X), weights[-1].shape[1]
    layers, gates = [X], []
    for W in weights[:-1]:
        z = layers[-1] @ W
        gates.append(z > 0)
        layers.append(np.maximum(z, 0))
    back, total = np.broadcast_to(np.eye(c), (n, c, c)), np.zeros((n * c, n * c))
    for layer in range(len(weights) - 1, -1, -1):
        flat, h = back.reshape(n * c, -1), layers[layer]
        total += np.kron(h @ h.T + 1, np.ones((c, c))) * (flat @ flat.T)
        if layer:
            back = (back @ weights[layer].T) * gates[layer - 1][:, None]
    return total


def _he(rng: np.random.Generator, sizes: Sequence[int]) -> list[Array]:
    """Weights of a He start."""
    return [
        rng.standard_normal((inputs, units)) * (2 / inputs) ** 0.5
        for inputs, units in pairwise(sizes)
    ]


# ---------------------------------------------------------------- at the start


def trace_ratio(seeds: Sequence[int], draws: int = 300) -> Array:
    """log of the mean squared gradient of an output, two layers of 100 units over one of 298, at an
    input of mean square one.
    """
    import torch

    found = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(7100 + int(seed))
        means = []
        for layers in (1, 2):
            h, passed, squares = torch.ones(draws, 40), [], []
            for inputs, units in pairwise([40, *[FIGURE[layers]] * layers, 1]):
                W = torch.randn(draws, inputs, units, generator=generator) * (2 / inputs) ** 0.5
                squares.append((h**2).sum(1) + 1)
                z = (h[:, None] @ W)[:, 0]
                passed.append((W, z))
                h = z.relu()
            back, total = torch.ones(draws, 1), torch.zeros(draws)
            for layer in range(layers, -1, -1):
                total += squares[layer] * (back**2).sum(1)
                back = (passed[layer][0] @ back[:, :, None])[:, :, 0]
                back = back * (passed[layer - 1][1] > 0) if layer else back
            means.append(total.mean())
        found.append(float(torch.log(means[1] / means[0])))
    return np.array(found)


def inverse_ratio(seeds: Sequence[int]) -> Array:
    """log of the trace of the inverse of the mean kernel at 50 signals, four layers over one, over
    random networks with one output.
    """
    X, found = _signals(0, MANY), []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 74])
        sizes = ([40, *[WIDE[at]] * at, 1] for at in (4, 1))
        means = [sum(tangent(_he(rng, each), X) for _ in range(DRAWS)) / DRAWS for each in sizes]
        found.append(np.log(np.divide(*(np.trace(np.linalg.inv(K)) for K in means))))
    return np.array(found)


def derived_inverse() -> float:
    """The same from the derived kernel: squared ways for one label each, added up."""
    X = _signals(0, MANY)
    kernels = [numerics.standard_kernel(X, at, WIDE[at]) for at in (4, 1)]
    way = [numerics.lazy_distance(K, np.eye(MANY)) for K in kernels]
    return float(2 * np.log(way[0] / way[1]))


def by_trace(layers: int) -> float:
    """log of the derived traces, more hidden layers over one, in the figure."""
    deep, one = (numerics.kernel_trace(1.0, 40, FIGURE[at], at) for at in (layers, 1))
    return float(np.log(deep / one))


# ---------------------------------------------------------------- trained


def _start(layers: int, net: int) -> list[Array]:
    """Weights of a net of the figure, one of three; seeds differ in the labels alone."""
    rng = np.random.default_rng([75, layers, net])
    return _he(rng, [40, *[FIGURE[layers]] * layers, CLASSES])


@cache
def trained(seeds: tuple[int, ...], layers: int) -> Array:
    """log of the time to a tenth of the squared loss, and of the way from the start when a
    thousandth is left, (S, 2), mean over three starts.
    """
    import torch

    from proofs_check.training.curvature import flat
    from proofs_check.training.descend import Moment, train
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.networks import mlp
    from proofs_check.training.rules import Descent

    nets = [(seed, net) for seed in seeds for net in range(STARTS)]
    X = torch.tensor(_signals(0), dtype=torch.float32).expand(len(nets), -1, -1)
    Y = torch.tensor(np.stack([_residuals(seed) for seed, _ in nets]), dtype=torch.float32)
    drawn = zip(*(_start(layers, net) for _, net in nets), strict=True)
    weights = [torch.tensor(np.stack(W)).float() for W in drawn]
    first = [p for W in weights for p in (W, torch.zeros(len(nets), W.shape[2]))]
    model = mlp((40, *[FIGURE[layers]] * layers, CLASSES), "relu")
    full = (Y**2).sum((1, 2)) / 2 / Y[0].numel()
    tenth = np.full(len(nets), np.inf)

    def look(now: Moment) -> None:
        done = now.alive[(now.loss < 0.1 * full[now.alive]).numpy()]
        tenth[done] = np.minimum(tenth[done], now.step)

    run = train(
        model,
        first,
        X,
        Y + model(first, X).detach(),
        rule=Descent(RATE * CLASSES),
        steps=LIMIT,
        loss=half_mean_square,
        watch=look,
        stop=lambda now: now.loss < 1e-3 * full[now.alive],
    )
    way = (flat(run.end) - flat(run.start)).norm(dim=1).numpy()
    return np.log(np.stack([tenth * RATE, way], 1)).reshape(len(seeds), STARTS, 2).mean(1)


def trained_ratio(seeds: Sequence[int], which: int, layers: int = 4) -> Array:
    """log of the time (0) or the way (1) over that of one hidden layer."""
    return (trained(tuple(seeds), layers) - trained(tuple(seeds), 1))[:, which]


def time_of(K: Array, Y: Array) -> float:
    """Time to a tenth of the loss."""
    return numerics.epochs_to(K, Y, 0.1)


@cache
def own_kernel(quantity: Callable[[Array, Array], float], layers: int = 4) -> float:
    """log ratio of the time or the way from the kernels of these starts, their outputs one after
    the other, mean over the starts and median over labels.
    """
    deep, one = (
        [tangent(_start(at, net), _signals(0)) for net in range(STARTS)] for at in (layers, 1)
    )
    found = []
    for seed in range(11):
        Y = _residuals(seed).ravel()
        logs = [[np.log(quantity(K, Y)) for K in kernels] for kernels in (deep, one)]
        found.append(np.mean(logs[0]) - np.mean(logs[1]))
    return float(np.median(found))


@cache
def mean_kernel(quantity: Callable[[Array, Array], float], layers: int = 4) -> float:
    """The same from the derived mean, which knows nothing of a start."""
    deep, one = (numerics.standard_kernel(_signals(0), at, FIGURE[at]) for at in (layers, 1))
    found = []
    for seed in range(11):
        Y = _residuals(seed)
        found.append(np.log(quantity(deep, Y) / quantity(one, Y)))
    return float(np.median(found))


CHECKS: tuple[Check, ...] = (
    Check(
        name="trace_of_two_layers_and_one",
        quantity="log ratio of mean squared gradients, 2 x 100 units over 298, dimensionless",
        claim=theory.kernel_trace,
        predict=lambda: by_trace(2),
        measure=trace_ratio,
        terms={"300 draws, three deviations": 0.08},
        rival=lambda: float(np.log(3 / 2)),
        rival_why="every layer adds its share: the gradient grows with the number of layers",
    ),
    Check(
        name="inverse_of_the_mean_kernel",
        quantity="log ratio of traces of inverse mean kernels, four layers over one, dimensionless",
        claim=theory.mean_kernel,
        predict=derived_inverse,
        measure=inverse_ratio,
        terms={
            "width: 2 L / D": 2 * 4 / 134,
            "scatter of 20 draws, two halves of sqrt(5 L / D)": (5 * 4 / 134 / DRAWS) ** 0.5,
        },
        rival=lambda: -by_trace(4),
        rival_why="inverses go as one over the trace",
    ),
    Check(
        name="time_by_the_kernel_at_the_start",
        quantity="log ratio of times to a tenth, four hidden layers over one, dimensionless",
        claim=ways.distance_to_fit,
        predict=lambda: own_kernel(time_of),
        measure=lambda seeds: trained_ratio(seeds, 0),
        terms={"the kernel moves, as the targets": SMALL, "chance in the labels": 0.1},
        rival=lambda: mean_kernel(time_of),
        rival_why="the figure's networks are wide: each has the mean kernel",
    ),
    Check(
        name="way_by_the_kernel_at_the_start",
        quantity="log ratio of ways from the start, four hidden layers over one, dimensionless",
        claim=ways.distance_to_fit,
        predict=lambda: own_kernel(numerics.lazy_distance),
        measure=lambda seeds: trained_ratio(seeds, 1),
        terms={"a thousandth of the loss is left": 0.03, "chance in the labels": 0.05},
        rival=lambda: mean_kernel(numerics.lazy_distance),
        rival_why="the figure's networks are wide: each has the mean kernel",
    ),
)


def portrait(axes: Any) -> None:
    """Time to a tenth of the loss of the figure's networks by depth: from their own kernel at the
    start, trained, from the mean kernel, and as one over the trace.
    """
    own = [np.exp(own_kernel(time_of, at)) for at in DEPTHS]
    axes.plot(DEPTHS, own, color="#0072B2", label="derived, own kernel at the start")
    for label, style, of in (
        ("mean kernel", "--", lambda at: mean_kernel(time_of, at)),
        ("one over the trace", ":", lambda at: -by_trace(at)),
    ):
        axes.plot(DEPTHS, [np.exp(of(at)) for at in DEPTHS], style, color="#999999", label=label)
    points = np.exp([trained_ratio(range(11), 0, at) for at in DEPTHS[1:]])
    middle, ends = np.median(points, 1), np.sort(points, 1)[:, [1, -2]]
    axes.errorbar(
        DEPTHS[1:],
        middle,
        abs(ends.T - middle),
        fmt="o",
        color="#D55E00",
        capsize=3,
        label="trained, second to tenth of 11 seeds",
    )
    axes.set(
        xlabel="hidden layers at 15,200 parameters",
        ylabel="time over that of one hidden layer",
        title="Time to a tenth of the squared loss, 20 random labels of ten classes",
        xticks=DEPTHS,
    )
    axes.legend()
