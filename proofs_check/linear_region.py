"""How many linear regions do random and trained ReLU networks have, and is a function of many
regions, a sawtooth, found by training?

Setting: two hidden layers fitted to random labels at Gaussian inputs by Adam on all data at once
(in place of MNIST-1D, at reduced size);
regions are counted exactly along lines.  Sawtooth: the six-fold tent map on 257 points of [0, 1],
six hidden layers of eight units (two suffice), Adam. Source: Prince, Understanding Deep Learning,
sections 20.1 and 20.6; Hanin, Rolnick, ICML 2019; Nye, Saxe, ICLR workshop 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from numerics import linear_region as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from theory import Settles
from theory import linear_region as theory

Array = np.ndarray
UNITS, INPUTS = 9, 3  # of the arrangement that is counted
WIDTHS = (16, 32, 64)
FITTED = 0.05  # error at which the sawtooth counts as fitted, relative to its standard deviation


def random_arrangement(seeds: Sequence[int]) -> Array:
    """log of the number of regions of one layer with Gaussian weights and biases, (S,)."""
    found = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        found.append(
            numerics.arrangement_regions(
                random.normal(size=(UNITS, INPUTS)), random.normal(size=UNITS)
            )
        )
    return np.log(found)


def log_maximum() -> float:
    """The same from the formula."""
    return float(np.log(numerics.maximum(UNITS, INPUTS)))


def multilayer_start(seeds: Sequence[int], sizes: Sequence[int]) -> list[Any]:
    """He start: weights (S, n_in, n_out) of variance 2 / n_in and biases (S, n_out) of standard
    deviation 0.1, layer after layer.
    """
    from proofs_check.training.networks import normals

    shapes: list[tuple[int, ...]] = []
    scales: list[float] = []
    for before, after in pairwise(sizes):
        shapes += [(after, before), (after,)]
        scales += [(2 / before) ** 0.5, 0.1]
    drawn = normals(seeds, shapes, scales, device="cpu")
    return [p.mT if p.dim() == 3 else p for p in drawn]


def fitted(
    seeds: Sequence[int], m: int, n: int, d: int, steps: int
) -> tuple[Array, list[list[tuple[Array, Array]]]]:
    """Inputs (n, d) and the layers of each seed's network, two hidden layers of m units, after
    fitting n random signs.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp
    from proofs_check.training.rules import Adam

    random = np.random.default_rng(0)
    X, y = random.normal(size=(n, d)), random.choice((-1.0, 1.0), size=n)
    sizes = (d, m, m, 1)
    run = train(
        mlp(sizes, "relu"),
        multilayer_start(seeds, sizes),
        torch.as_tensor(X),
        torch.as_tensor(y),
        rule=Adam(3e-3),
        steps=steps,
        stop=below(1e-8),
    )
    arrays = [p.numpy() for p in run.end]
    return X, [
        [(arrays[i][s].T, arrays[i + 1][s]) for i in range(0, len(arrays), 2)]
        for s in range(len(seeds))
    ]


def regions_per_example(
    seeds: Sequence[int], m: int = 64, n: int = 200, d: int = 40, lines: int = 20
) -> Array:
    """log(regions met on some segments between examples / examples), (S,): a lower bound, every
    pattern counted once.
    """
    X, networks = fitted(seeds, m, n, d, 100)
    found = []
    for layers in networks:
        patterns: set[bytes] = set()
        for start, end in pairwise(X[: lines + 1]):
            switches, _ = numerics.breakpoints(numerics.along_line(layers, start, end), 0, 1)
            edges = np.concatenate([[0.0], switches, [1.0]])
            h = start + (edges[1:] + edges[:-1])[:, None] / 2 * (end - start)
            active = []
            for W, b in layers[:-1]:
                z = h @ W.T + b
                active.append(z > 0)
                h = np.maximum(z, 0)
            patterns.update(map(bytes, np.packbits(np.concatenate(active, 1), axis=1)))
        found.append(len(patterns) / n)
    return np.log(found)


def exponent_along_a_line(
    seeds: Sequence[int], n: int = 50, d: int = 8, reach: float = 20.0
) -> Array:
    """Exponent of the pieces of trained networks in the width, along a long line through two
    examples, (S,).
    """
    counts = np.empty((len(WIDTHS), len(seeds)))
    for row, m in enumerate(WIDTHS):
        X, networks = fitted(seeds, m, n, d, 100)
        counts[row] = [
            len(numerics.breakpoints(numerics.along_line(layers, X[0], X[1]), -reach, reach)[0]) + 1
            for layers in networks
        ]
    return np.asarray(log_slope(WIDTHS, counts))


def exponent_of_the_maximum() -> float:
    """The exponent if every layer multiplied the count."""
    return float(log_slope(WIDTHS, numerics.line_maximum(WIDTHS, 2)))


@cache
def sawtooth_error(
    seeds: tuple[int, ...],
    k: int = 6,
    m: int = 8,
    layers: int = 6,
    steps: int = 600,
    points: int = 257,
) -> Array:
    """log(root mean square error on all points / standard deviation of the target) after training
    on the k-fold tent map, (S,).
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp
    from proofs_check.training.rules import Adam

    x = torch.linspace(0, 1, points, dtype=torch.float64)
    y = x
    for _ in range(k):
        y = 1 - (2 * y - 1).abs()
    sizes = (1, *(m,) * layers, 1)
    run = train(
        mlp(sizes, "relu"),
        multilayer_start(seeds, sizes),
        2 * x[:, None] - 1,
        y,
        rule=Adam(3e-3),
        steps=steps,
        stop=below(1e-8),
    )
    return np.asarray(np.log(np.sqrt(2 * run.loss) / float(y.std())))


def sawtooth_not_found(seeds: Sequence[int]) -> Array:
    """The error for the six-fold tent map."""
    return sawtooth_error(tuple(seeds))


def one_tent() -> float:
    """The same for a single tent: a measured control."""
    return typical(sawtooth_error, k=1)


CHECKS: tuple[Check, ...] = (
    Check(
        name="random_weights_reach_the_maximum",
        quantity="log of the number of linear regions, dimensionless",
        claim=theory.largest_number,
        predict=log_maximum,
        measure=random_arrangement,
        terms={"whole numbers, rounding of logarithms": 1e-9},
        rival=float(np.log(2**UNITS)),
        rival_why="every pattern of active units occurs",
    ),
    Check(
        name="trained_network_has_more_regions_than_examples",
        quantity="log of linear regions met per training example, dimensionless",
        claim=theory.book_network,
        predict=Threshold("udl-most-regions-empty", "trained, scaled down"),
        measure=regions_per_example,
        terms={"segments chosen among all": 0.1},
        rival=0.0,
        rival_why="trained networks have far fewer regions than they could: no more than examples",
        side="at least",
        settles=(
            Settles(
                "udl-most-regions-empty",
                part="trained, scaled down",
                scope="instances",
                analogue=True,
            ),
        ),
    ),
    Check(
        name="pieces_along_a_line_grow_like_the_neurons",
        quantity="exponent of the pieces along a line in the width, dimensionless",
        claim=theory.regions_on_a_line,
        predict=1.0,
        measure=exponent_along_a_line,
        terms={"widths of 16 to 64": 0.2, "training": 0.1},
        rival=exponent_of_the_maximum,
        rival_why="depth multiplies the regions of trained networks as it multiplies their maximum",
    ),
    Check(
        name="sawtooth_is_not_found_by_training",
        quantity="log of the mean squared error on the six-fold tent map, dimensionless",
        claim=theory.tent_map,
        predict=Threshold("udl-deep-efficient-functions-hard-to-fit"),
        measure=sawtooth_not_found,
        terms={"threshold, a factor of 1.1": 0.1},
        rival=one_tent,
        rival_why="what two units a layer can represent, eight a layer find by training, as they "
        "find one tent",
        side="at least",
        settles=(Settles("udl-deep-efficient-functions-hard-to-fit", scope="instances"),),
    ),
)
