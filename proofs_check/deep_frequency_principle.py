"""Are the effective targets of deeper layers higher at the start and lower after training, and do
deeper networks need fewer steps?  Peaks behind the layers, and steps against depth.

Set-ups.  (1) Five equal hidden layers, digits or signals of MNIST-1D, labels less their mean; peaks
of the ratio density behind each layer, raw or in units of the root mean squared distance, at the
start and after 200 steps of Adam at 1e-3.  (2) cos 3x + cos 5x at 48 points of one period, 1 to 5
hidden layers, steps to a fifth of the loss of no output, with descent to four fifths; a network
that needs more than 600 counts as 600.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import deep_frequency_principle as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.sample_filter import readout
from proofs_check.training import data
from theory import Settles
from theory import deep_frequency_principle as theory

Array = np.ndarray
IMAGES, LAYERS, WIDTH = 100, 5, 64
DEPTHS, BUDGET = (1, 2, 3, 4, 5), 600
FITTED = {"Adam": 0.2, "descent": 0.8}  # part of the loss at the start
GRID = np.geomspace(0.3, 30, 100)


def _inputs(kind: str, count: int, seed: int = 0) -> tuple[Array, Array]:
    """Images or signals (n, D) of mean square one over all, and classes (n,)."""
    if kind == "digits":
        return data.digits(count, seed=seed, scale="standard")
    made = data.mnist1d(2000)
    rows = np.random.default_rng([seed, 71]).permutation(len(made.x))[:count]
    X = made.x[rows]
    return X / np.sqrt((X**2).mean()), made.y[rows]


def _centred(y: Array) -> Array:
    """One-hot labels less their mean: (n, 10)."""
    one_hot = np.eye(10)[y]
    return one_hot - one_hot.mean(0)


@cache
def layers(
    seeds: tuple[int, ...], kind: str, activation: str, loss: str, steps: int
) -> tuple[Array, Array]:
    """Places of the peaks in units of the root mean squared distance, and that distance, behind
    each layer: (S, 5) each.
    """
    import torch

    from proofs_check.training import losses
    from proofs_check.training.descend import train
    from proofs_check.training.networks import activation as named
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    X, y = _inputs(kind, IMAGES)
    widths = (X.shape[1], *[WIDTH] * LAYERS, 10)
    scales: dict[str, float | str] = {"relu": "he", "tanh": "lecun", "erf": 3.0}
    start = [p.float() for p in mlp_start(seeds, widths, scales[activation], bias=0.0)]
    points = torch.tensor(X, dtype=torch.float32)
    act = torch.erf if activation == "erf" else named(activation)
    squared = torch.tensor(_centred(y), dtype=torch.float32).expand(len(seeds), -1, -1)
    run = train(
        mlp(widths, act),
        start,
        points,
        torch.as_tensor(y) if loss == "cross entropy" else squared,
        rule=Adam(1e-3),
        steps=steps,
        loss=losses.cross_entropy if loss == "cross entropy" else losses.half_mean_square,
        every=max(steps, 1),
    )
    h, found = points[None], []
    for layer in range(LAYERS):
        h = act(h @ run.end[2 * layer] + run.end[2 * layer + 1][:, None])
        found.append(readout(h, torch.as_tensor(_centred(y))))
    places, sizes = (np.stack(part, 1) for part in zip(*found, strict=True))
    return places, sizes


def peaks(
    seeds: Sequence[int],
    kind: str,
    activation: str,
    loss: str = "cross entropy",
    steps: int = 0,
    raw: bool = True,
) -> Array:
    """Log peaks behind each layer, (S, 5)."""
    places, sizes = layers(tuple(seeds), kind, activation, loss, steps)
    return np.asarray(np.log(places / sizes) if raw else np.log(places))


def least_rise(seeds: Sequence[int], **setup: Any) -> Array:
    """Least log ratio of the peaks of neighbouring layers, at the start."""
    return np.asarray(np.diff(peaks(seeds, **setup), axis=1).min(1))


def last_over_first(seeds: Sequence[int], steps: int = 200, **setup: Any) -> Array:
    """Log of the peak behind the last layer over that behind the first."""
    found = peaks(seeds, steps=steps, **setup)
    return np.asarray(found[:, -1] - found[:, 0])


def wide_layers(seeds: Sequence[int], width: int = 200) -> Array:
    """Log of the peak behind layer 5 over that behind layer 1 of ReLU networks of 200 units, each
    in units of the root mean square of its layer's features.
    """
    import torch

    from proofs_check.training.networks import normal

    X, y = _inputs("digits", IMAGES)
    h, logs = torch.as_tensor(X)[None], []
    for layer in range(LAYERS):
        w = normal(seeds, (h.shape[2], width), stream=80 + layer)
        h = torch.relu(h @ w * (2 / h.shape[2]) ** 0.5)
        if layer in (0, LAYERS - 1):
            place, distance = readout(h, torch.as_tensor(_centred(y)))
            logs.append(np.log(place / distance * (h**2).mean((1, 2)).sqrt().numpy()))
    return np.asarray(logs[-1] - logs[0])


def predicted_layers() -> float:
    """The same of infinitely wide networks."""
    X, y = _inputs("digits", IMAGES)
    D2 = numerics.layer_distances(X, LAYERS, "relu")
    mean = np.sqrt(D2.sum((1, 2)) / (IMAGES * (IMAGES - 1)))
    places = [
        numerics.peak(GRID, numerics.smoothed_ratio(D2[at], _centred(y), GRID / mean[at]))
        for at in (0, LAYERS - 1)
    ]
    return float(np.log(places[1] / mean[-1]) - np.log(places[0] / mean[0]))


# ---------------------------------------------------------------- steps against depth


def widths_of(hidden: int, equal: bool) -> tuple[int, ...]:
    """32 units a layer, or as many as keep the weights at those of two layers of 32."""
    if not equal:
        return (1, *[32] * hidden, 1)
    width = 352 if hidden == 1 else round((32**2 / (hidden - 1)) ** 0.5)
    return (1, *[width] * hidden, 1)


def slope_in_depth(
    seeds: Sequence[int], activation: str = "relu", rule: str = "Adam", equal: bool = False
) -> Array:
    """Slope of log steps in the log of the number of hidden layers."""
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, Flow, Rule

    x = torch.as_tensor(data.midpoints(48)).float()
    y = torch.cos(3 * x) + torch.cos(5 * x)
    how: Rule = Adam(3e-3) if rule == "Adam" else Flow(0.5, refresh=100, growth=np.inf)
    steps = []
    for hidden in DEPTHS:
        widths = widths_of(hidden, equal)
        start = mlp_start(seeds, widths, {"relu": "he", "tanh": "lecun"}[activation])
        run = train(
            mlp(widths, activation),
            [p.float() for p in start],
            x[:, None],
            y,
            rule=how,
            steps=BUDGET,
            stop=below(FITTED[rule] * 0.5 * float((y**2).mean())),
            every=5,
        )
        steps.append(run.steps + 1)
    return np.asarray(log_slope(DEPTHS, np.array(steps)))


WITHIN: Mapping[str, dict[str, Any]] = {
    "digits, ReLU": {"kind": "digits", "activation": "relu"},
    "digits, tanh": {"kind": "digits", "activation": "tanh"},
    "MNIST-1D, ReLU": {"kind": "MNIST-1D", "activation": "relu"},
    "digits, ReLU, squared loss": {"kind": "digits", "activation": "relu", "loss": "squared"},
}
UNITS = ", distances of mean square one"
INITIAL = (
    {name: WITHIN[name] for name in list(WITHIN)[:3]}
    | {name + UNITS: WITHIN[name] | {"raw": False} for name in ("digits, ReLU", "digits, tanh")}
    | {"digits, erf, weights of variance 9": {"kind": "digits", "activation": "erf"}}
)
TRAINED = {
    name: WITHIN[name]
    for name in ("digits, ReLU", "digits, tanh", "digits, ReLU, squared loss", "MNIST-1D, ReLU")
} | {name + UNITS: WITHIN[name] | {"raw": False} for name in ("digits, ReLU", "MNIST-1D, ReLU")}
DEPTH: Mapping[str, dict[str, Any]] = {
    "ReLU, Adam": {},
    "ReLU, descent at half over the largest eigenvalue": {"rule": "descent"},
    "tanh, Adam": {"activation": "tanh"},
    "ReLU, Adam, equal parameters": {"equal": True},
    "tanh, descent at half over the largest eigenvalue": {"activation": "tanh", "rule": "descent"},
}
CHECKS: tuple[Check, ...] = (
    Check(
        name="peaks_of_wide_layers_at_the_start",
        quantity="log of the peak behind layer 5 over that behind layer 1, dimensionless",
        claim=theory.distances_at_the_start,
        predict=predicted_layers,
        measure=wide_layers,
        terms={"200 units, five layers": 0.1, "grid of widths": 0.02},
        rival=0.0,
        rival_why="random layers leave the frequency of a label map as it is",
    ),
    Check(
        name="deeper_is_higher_at_the_start",
        quantity="least log ratio of the peaks of neighbouring layers, dimensionless",
        claim=theory.distances_at_the_start,
        predict=Threshold("deepfp-within-dnn-initially-higher"),
        measure={name: partial(least_rise, **setup) for name, setup in INITIAL.items()},
        terms={"read-out": 0.01},
        rival=-0.1,
        rival_why="random layers smooth a label map, as averages do",
        side="at least",
        settles=(Settles("deepfp-within-dnn-initially-higher", scope="instances"),),
    ),
    Check(
        name="deeper_is_lower_after_training",
        quantity="log of the peak behind layer 5 over that behind layer 1, dimensionless",
        claim=theory.distances_at_the_start,
        predict=Threshold("deepfp-within-dnn-training-lower"),
        measure={name: partial(last_over_first, **setup) for name, setup in TRAINED.items()},
        terms={"read-out": 0.02},
        rival=lambda: typical(last_over_first, steps=0, **WITHIN["digits, ReLU"]),
        rival_why="layers keep the order of the start",
        side="at most",
        settles=(Settles("deepfp-within-dnn-training-lower", scope="instances"),),
        rounds=1,
    ),
    Check(
        name="deeper_needs_fewer_steps",
        quantity="slope of log steps in the log of the hidden layers, dimensionless",
        claim=theory.cusp,
        predict=Threshold("deepfp-depth-fewer-steps"),
        measure={name: partial(slope_in_depth, **setup) for name, setup in DEPTH.items()},
        terms={"looks every five steps": 0.05},
        rival=0.0,
        rival_why="depth makes no difference to the number of steps",
        side="at most",
        settles=(Settles("deepfp-depth-fewer-steps", scope="instances"),),
        rounds=1,
    ),
)


def portrait(axes: Any) -> None:
    """Log peaks behind the layers over that behind the first: derived for very wide networks at the
    start, measured at the start and after training; dashed no change.
    """
    X, y = _inputs("digits", IMAGES)
    D2, at = numerics.layer_distances(X, LAYERS, "relu"), np.arange(1, LAYERS + 1)
    mean = np.sqrt(D2.sum((1, 2)) / (IMAGES * (IMAGES - 1)))
    wide = [
        numerics.peak(GRID, numerics.smoothed_ratio(one, _centred(y), GRID / size)) / size
        for one, size in zip(D2, mean, strict=True)
    ]
    axes.plot(at, np.log(wide / wide[0]), color="#0072B2", label="derived: very wide, at the start")
    for steps, loss, colour, label in (
        (0, "cross entropy", "#0072B2", "64 units, at the start"),
        (200, "cross entropy", "#D55E00", "after training, cross entropy"),
        (200, "squared", "#009E73", "after training, squared loss"),
    ):
        found = peaks(tuple(range(11)), "digits", "relu", loss, steps)
        logs = np.sort(found - found[:, :1], axis=0)
        middle = np.median(logs, 0)
        bars = np.abs(logs[[0, -1]] - middle)
        axes.errorbar(at, middle, bars, fmt="o", color=colour, capsize=3, label=label)
    axes.axhline(0, ls="--", color="#999999", label="rival: depth makes no difference")
    axes.set(
        xlabel="hidden layer", ylabel="log peak over that behind layer 1", title="digits, ReLU"
    )
    axes.set_xticks(at)
    axes.legend()
