"""Does training on a sphere generalise best near the norm of usual starts, and is a fit from a
larger start rougher between data?  Networks on spheres, and networks from starts of several norms.

Set-ups.  (1) 100 images or signals, ReLU layers of 32 units without biases, Adam with steps in
proportion to the norm and weights scaled back to it after each.  (2) Fits from starts of 1, 2 and 4
times the usual norm (3000 steps; with 1000 one did not fit); second differences along segments
between data.  Source: Fort, Scherlis, AAAI
2019; Prince, Understanding Deep Learning, MIT Press 2023, section 20.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.core.fit import log_slope
from numerics.weight_norm import lipschitz_bound
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training import data, features
from theory import Settles, weight_norm
from theory import fixed_norm as theory

Array = np.ndarray
EXAMPLES, UNITS, CLASSES = 100, 32, 10
RADII = np.array([0.1, 1 / 3, 1.0, 3.0, 10.0])  # over the norm of Xavier's start
SCALES = (1.0, 2.0, 4.0)  # of a start, over He's
GOOD, LARGE = "udl-norm-goldilocks-generalisation", "udl-norm-too-small-or-large"
WITHIN = "accuracy within a factor three over that beyond"
ROUGHER = "too large, slope of log variation"


@cache
def on_spheres(
    seeds: tuple[int, ...], kind: str, layers: int = 2, squared: bool = False, steps: int = 200
) -> tuple[Array, Array]:
    """Accuracies (S, radii) in training and held out, after training at each radius."""
    import torch

    from proofs_check.training import minima
    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy, half_mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, norm
    from proofs_check.training.sphere import OnSphere

    R = len(RADII)
    have = minima.examples(kind, seeds, EXAMPLES)
    parts = (have.X, have.y, have.X_test, have.y_test)
    X, y, new, labels = (v.repeat_interleave(R, 0) for v in parts)
    widths = (X.shape[2], *[UNITS] * layers, CLASSES)
    begin = mlp_start(seeds, widths, "xavier", device="cpu")[::2]
    usual = sum(2 * a * b / (a + b) for a, b in pairwise(widths)) ** 0.5
    factor = torch.tensor(RADII) * usual / norm(begin)[:, None]
    theta = [(p.repeat_interleave(R, 0) * factor.reshape(-1, 1, 1)).float() for p in begin]
    weights = sum(p[0].numel() for p in theta)
    rate = 0.05 * norm(theta) / weights**0.5  # of the size of a weight
    model, rule = mlp(widths, "relu", bias=False), OnSphere(Adam(rate))
    target = torch.eye(CLASSES)[y] if squared else y
    loss = half_mean_square if squared else cross_entropy
    end = train(model, theta, X, target, rule=rule, steps=steps, loss=loss, every=steps).end
    fitted, held = (
        (model(end, at).argmax(2) == wanted).double().mean(1).numpy().reshape(-1, R)
        for at, wanted in ((X, y), (new, labels))
    )
    return fitted, held


def within_over_beyond(seeds: Sequence[int], **options: Any) -> Array:
    """Best held-out accuracy within a factor three of Xavier's norm less the better one beyond."""
    held = on_spheres(tuple(seeds), **options)[1]
    return held[:, 1:-1].max(1) - held[:, [0, -1]].max(1)


# ---------------------------------------------------------------- small norms


def _correlation(seed: int) -> tuple[Array, Array, Array]:
    """Inputs (n, D), classes (n,), and mean of (label - 1 / C) x^T (C, D), of 100 digits."""
    X, y = data.digits(EXAMPLES, seed=seed, scale="standard")
    return X, y, (np.eye(CLASSES)[y] - 1 / CLASSES).T @ X / EXAMPLES


SMALL, DEEP, POINTS = 0.3, 3, 3  # norm of the weights, matrices, seed of the data


def largest_gain(values: int = 1) -> float:
    """log of the largest fall of cross-entropy from log C at a small norm, with so many singular
    values of the data.
    """
    found = np.linalg.svd(_correlation(POINTS)[2], compute_uv=False)
    return float(np.log(found[:values].sum() * lipschitz_bound(SMALL, DEEP)))


def gain_of_training(seeds: Sequence[int], steps: int = 100) -> Array:
    """The same of deep linear networks from random starts, trained on the sphere."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Descent, norm
    from proofs_check.training.sphere import OnSphere

    X, y, _ = _correlation(POINTS)
    widths = (X.shape[1], 20, 20, CLASSES)
    begin = mlp_start(seeds, widths, "he", device="cpu")[::2]
    theta = [p * (SMALL / norm(begin)).reshape(-1, 1, 1) for p in begin]
    rule = OnSphere(Descent(1e9, growth=0.3))  # of a length in proportion to the norm
    model, points, classes = mlp(widths, "linear", bias=False), torch.tensor(X), torch.tensor(y)
    run = train(
        model, theta, points, classes, rule=rule, steps=steps, loss=cross_entropy, every=steps
    )
    return np.log(np.log(CLASSES) - run.loss)


# ---------------------------------------------------------------- large starts


def _task(kind: str, seed: int) -> tuple[Array, Array]:
    """Inputs and labels +1 and -1."""
    if kind == "digits":
        return data.digits(40, seed=seed, scale="standard", labels="parity")
    return features.two_classes(kind, seed)


def rougher_features(seeds: Sequence[int], units: int = 200) -> Array:
    """Slope of the log of the roughness between data in the log of the scale of the start, of
    output weights of random features, fitted from there.
    """
    slopes = []
    for seed in seeds:
        X, y = _task("circle", seed)
        between = features.segments(X)
        Z, Z_new = features.relu_features(units, seed, X, between.reshape(-1, X.shape[1]))
        start = np.random.default_rng([seed, 65]).standard_normal(units) * (2 / units) ** 0.5
        rough = []
        for c in SCALES:
            a = c * start + features.shortest_fit(Z, (y - c * Z @ start)[:, None])[:, 0]
            rough.append(features.roughness((Z_new @ a).reshape(between.shape[:2])))
        slopes.append(log_slope(SCALES, np.array(rough)))
    return np.array(slopes)


@cache
def rougher_networks(
    seeds: tuple[int, ...],
    kind: str,
    layers: int,
    scales: tuple[float, ...] = SCALES,
    steps: int = 3000,
) -> Array:
    """The same of trained networks from multiples of He's start; minus infinity where a fit is
    missed.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    tasks = [_task(kind, seed) for seed in seeds]
    X, y = (np.stack(part) for part in zip(*tasks, strict=True))
    between = np.stack([features.segments(points) for points, _ in tasks])
    new = torch.tensor(between.reshape(len(seeds), -1, X.shape[2]), dtype=torch.float32)
    widths = (X.shape[2], *[64] * layers, 1)
    model = mlp(widths, "relu", bias=False)
    points, labels = (torch.tensor(v, dtype=torch.float32) for v in (X, y))
    rough, missed = [], np.zeros(len(seeds), bool)
    for c in scales:
        theta = [c * p.float() for p in mlp_start(seeds, widths, "he", device="cpu")[::2]]
        run = train(
            model,
            theta,
            points,
            labels,
            rule=Adam(5e-3 * c),
            steps=steps,
            stop=below(1e-3),
            every=5,
        )
        missed |= ~run.reached
        outputs = model(run.end, new).numpy().reshape(between.shape[:3])
        rough.append([features.roughness(each) for each in outputs])
    return np.where(missed, -np.inf, log_slope(scales, np.array(rough)))


def _trained(seeds: Sequence[int], **options: Any) -> Array:
    return rougher_networks(tuple(seeds), **options)


TRAINED: dict[str, dict[str, Any]] = {
    "digits, two hidden layers, cross-entropy": {"kind": "digits"},
    "digits, two hidden layers, squared loss": {"kind": "digits", "squared": True},
    "digits, one hidden layer, cross-entropy": {"kind": "digits", "layers": 1},
    "MNIST-1D, two hidden layers, cross-entropy": {"kind": "MNIST-1D"},
}
CHECKS: tuple[Check, ...] = (
    Check(
        name="accuracy_is_best_near_the_usual_norm",
        quantity="held-out accuracy within a factor three of Xavier's norm less beyond, a share",
        claim=theory.same_labels,
        predict=Threshold(GOOD, WITHIN),
        measure={name: partial(within_over_beyond, **options) for name, options in TRAINED.items()},
        terms={"500 held-out examples": 0.01},
        rival=0.0,
        rival_why="the labels of a direction do not depend on the norm",
        side="at least",
        rounds=2,
        settles=(Settles(GOOD, part=WITHIN, scope="instances"),),
    ),
    Check(
        name="larger_starts_are_rougher_between_data",
        quantity="slope of log roughness in the log of the norm of the start, dimensionless",
        claim=theory.between_the_data,
        predict=Threshold(LARGE, ROUGHER),
        measure={
            "ReLU features, circle": rougher_features,
            "one hidden layer, circle": partial(_trained, kind="circle", layers=1),
            "one hidden layer, MNIST-1D": partial(_trained, kind="MNIST-1D", layers=1),
            "two hidden layers, MNIST-1D": partial(_trained, kind="MNIST-1D", layers=2),
            "two hidden layers, digits": partial(_trained, kind="digits", layers=2),
        },
        terms={"slope over three starts, in the median": 0.04},
        rival=0.0,
        rival_why="what is between data is decided by the data and the model, not by the start",
        side="at least",
        rounds=2,
        settles=(Settles(LARGE, part=ROUGHER, scope="instances"),),
    ),
    *(
        Check(
            name=f"roughness_grows_with_the_power_of_{layers}_layers",
            quantity="slope of log roughness in the log of the start's norm, dimensionless",
            claim=theory.between_the_data,
            predict=Prediction(theory.between_the_data, {weight_norm.L: layers}, part=3),
            measure=partial(_trained, kind="MNIST-1D", layers=layers - 1, scales=(4.0, 8.0)),
            terms={"weights that have moved": 0.4, "the shortest fit": 0.1},
            rival=float(layers),
            rival_why="roughness, a square, grows as the function does",
        )
        for layers in (2, 3)
    ),
    Check(
        name="one_direction_is_learned_at_small_norms",
        quantity="log of the fall of cross-entropy from log C, dimensionless",
        claim=theory.rank_one,
        predict=largest_gain,
        measure=gain_of_training,
        terms={"second order in the size of the logits": 0.05, "unfinished training": 0.1},
        rival=partial(largest_gain, CLASSES - 1),
        rival_why="all directions of the classes are learned",
    ),
)


def portrait(axes: Any) -> None:
    """Accuracies after training on spheres over the norm; dashed what the labels of a direction
    suggest, no dependence.
    """
    for squared, colour, label in (
        (False, "#0072B2", "cross-entropy"),
        (True, "#D55E00", "squared loss"),
    ):
        fitted, held = on_spheres(tuple(range(11)), kind="digits", squared=squared)
        found = np.sort(held, 0)
        bars = np.abs(found[[0, -1]] - found[5])
        axes.errorbar(RADII, found[5], bars, fmt="o-", color=colour, ms=4, label=f"{label}, new")
        axes.plot(RADII, np.median(fitted, 0), ":", color=colour, label=f"{label}, training")
    axes.axhline(0.9, ls="--", color="#999999", label="rival: a direction has one accuracy")
    axes.axvline(1.0, lw=1, color="#56B4E9")
    axes.annotate("Xavier", (1.03, 0.02), color="#56B4E9")
    axes.set(
        xscale="log",
        ylim=(0, 1.05),
        xlabel="norm of the weights over that of Xavier's start",
        ylabel="share of right labels",
        title="100 digits, two hidden layers, weights kept on a sphere",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
