"""Do norms change with the width as derived?  Gradients and spectral norms of random networks, and
norms of networks before and after training.

Set-ups.  (1) He's start, 64 inputs, two hidden layers.  (2) Networks of 32 to 256 units in two
hidden layers without biases, trained by descent on 40 signals of MNIST-1D in two classes, to a
tenth of the loss of their start; the step is half of one over the largest eigenvalue of the tangent
kernel.  Source: Prince, Understanding Deep Learning, MIT Press 2023, section 20.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import norm_and_width as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from proofs_check.training import features
from theory import norm_and_width as theory

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment

Array = np.ndarray
WIDTHS = (32, 64, 128, 256)
INPUTS, WIDE = 64, 256


def squared_gradient(
    seeds: Sequence[int], depth: int = 3, units: int = 6, draws: int = 40_000
) -> Array:
    """Mean over draws of the squared gradient by the inputs, of narrow networks of He's start."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 82])
        h = np.broadcast_to(rng.standard_normal(4), (draws, 4))
        slope = np.broadcast_to(np.eye(4), (draws, 4, 4))  # of the units by the inputs
        for _ in range(depth):
            W = rng.standard_normal((draws, units, h.shape[1])) * (2 / h.shape[1]) ** 0.5
            on = (W @ h[:, :, None])[:, :, 0]
            h, slope = np.maximum(on, 0), (on > 0)[:, :, None] * (W @ slope)
        a = rng.standard_normal((draws, 1, units)) / units**0.5
        found.append(((a @ slope) ** 2).sum((1, 2)).mean())
    return np.array(found)


def spectral_norms(seeds: Sequence[int]) -> Array:
    """log of the product of the spectral norms at He's start."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 83])
        first = rng.standard_normal((WIDE, INPUTS)) * (2 / INPUTS) ** 0.5
        second = rng.standard_normal((WIDE, WIDE)) * (2 / WIDE) ** 0.5
        last = rng.standard_normal(WIDE) / WIDE**0.5
        norms = [np.linalg.norm(W, 2) for W in (first, second)]
        found.append(np.log(np.prod(norms) * np.linalg.norm(last)))
    return np.array(found)


def _tenth_of(first: Tensor) -> Callable[[Moment], Any]:
    return lambda now: now.loss < first[now.alive] / 10


@cache
def _trained(seeds: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """Norms before and after training, and the distance between them, (S, widths) each."""
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.descend import train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Descent, norm

    tasks = [features.two_classes("MNIST-1D", seed) for seed in seeds]
    X, y = (torch.tensor(np.stack(part)).float() for part in zip(*tasks, strict=True))
    found = []
    for width in WIDTHS:
        widths = (X.shape[2], width, width, 1)
        theta = [p.float() for p in mlp_start(seeds, widths, "he", device="cpu")[::2]]
        model = mlp(widths, "relu", bias=False)
        rate = 0.5 / torch.linalg.eigvalsh(gram(model, theta, X))[:, -1]
        first = ((model(theta, X) - y) ** 2).mean(1) / 2
        run = train(
            model,
            theta,
            X,
            y,
            rule=Descent(rate),
            steps=400,
            stop=_tenth_of(first),
            every=5,
        )
        moved = [b - a for a, b in zip(run.start, run.end, strict=True)]
        found.append([norm(part).numpy() for part in (run.start, run.end, moved)])
    start, end, distance = np.array(found).transpose(1, 2, 0)
    return start, end, distance


def _slope(widths: Sequence[int], values: Array) -> float:
    return float(np.polyfit(np.log(widths), np.log(values), 1)[0])


def growth_of_the_norm(seeds: Sequence[int]) -> Array:
    """Slope of the log of the total norm after training in that of the width."""
    return np.asarray(log_slope(WIDTHS, _trained(tuple(seeds))[1].T))


def fall_of_the_change(seeds: Sequence[int]) -> Array:
    """Slope of the log of the relative change, wider half of the widths."""
    start, _, moved = (part[:, 1:] for part in _trained(tuple(seeds)))
    return np.asarray(log_slope(WIDTHS[1:], (moved / start).T))


CHECKS: tuple[Check, ...] = (
    Check(
        name="squared_gradients_have_the_mean_one",
        quantity="mean squared gradient by the inputs, dimensionless",
        claim=theory.random_slope,
        predict=Prediction(theory.random_slope, {theory.c: 1.0}, part=1),
        measure=squared_gradient,
        terms={"40,000 draws, five standard deviations": 0.1},
        rival=0.5,
        rival_why="half of the gates of a layer are open, and nothing makes up for it",
    ),
    Check(
        name="spectral_norms_multiply",
        quantity="log of the product of the spectral norms, dimensionless",
        claim=theory.spectral_product,
        predict=lambda: float(np.log(numerics.spectral_product(INPUTS, WIDE, 1))),
        measure=spectral_norms,
        terms={"edges at finite sizes, four times size to the power -2/3": 0.1, "one layer": 0.1},
        rival=lambda: float(np.log(numerics.spectral_product(INPUTS, WIDE, 0))),
        rival_why="layers are isometries on average, as for the mean squared gradient",
    ),
    Check(
        name="the_total_norm_grows_with_the_width",
        quantity="slope of the log of the total norm after training in the log of the width, "
        "dimensionless",
        claim=theory.width,
        predict=lambda: _slope(WIDTHS, numerics.total_norm(np.array(WIDTHS), 1)),
        measure=growth_of_the_norm,
        terms={"changes of weights": 0.05},
        rival=-0.5,
        rival_why="it falls, as the size of a weight does",
    ),
    Check(
        name="the_relative_change_falls_with_the_width",
        quantity="slope of the log of the relative change in the log of the width, dimensionless",
        claim=theory.width,
        predict=lambda: _slope(
            WIDTHS[1:], numerics.relative_change(1, 1, 40, np.array(WIDTHS[1:]), 1)
        ),
        measure=fall_of_the_change,
        terms={"widths that are not lazy": 0.15, "two outputs at random": 0.05},
        rival=-0.5,
        rival_why="weights move as far at every width, while their norm grows",
    ),
)


def portrait(axes: Any) -> None:
    """Total norm, size of a weight and relative change over the width, derived and measured."""
    start, end, moved = _trained(tuple(range(11)))
    widths = np.array(WIDTHS, float)
    count = widths * (40 + widths + 1)
    fine = np.geomspace(24, 320, 50)
    total = numerics.total_norm(fine, 1)
    axes.loglog(fine, total, color="#0072B2", label="derived: total norm")
    axes.loglog(
        fine,
        total / (fine * (41 + fine)) ** 0.5,
        color="#D55E00",
        label="derived: a weight",
    )
    for values, colour in (
        (end, "#0072B2"),
        (end / count**0.5, "#D55E00"),
        (moved / start, "#009E73"),
    ):
        found = np.sort(values, 0)
        bars = np.abs(found[[0, -1]] - found[5])
        axes.errorbar(widths, found[5], bars, fmt="o", color=colour, ms=4)
    last = np.median((moved / start)[:, -1])
    derived = numerics.relative_change(1, 1, 40, fine, 1) / numerics.relative_change(
        1, 1, 40, 256, 1
    )
    axes.loglog(fine, last * derived, color="#009E73", label="derived: relative change, by slope")
    axes.loglog(
        fine, total[0] * (fine / 24) ** -0.5, "--", color="#999999", label="rival: it falls"
    )
    axes.set(
        xlabel="units of a hidden layer, a count",
        ylabel="norm, or part of it, dimensionless",
        title="Wider networks have larger norms: MNIST-1D, two hidden layers, 11 seeds",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
