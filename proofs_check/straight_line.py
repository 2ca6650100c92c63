"""Does the loss fall along the line from start to end?  A linear network with two curvatures, whose
line has a derived peak, and classifiers of digits and signals.

Set-ups.  (1) a w.x, gradient flow from a = 0, w = (1, 1) in steps of Runge and Kutta, inputs of
variances 1 and h.  (2) 300 digits or signals of MNIST-1D in ten classes, hidden layers of 32 units,
cross-entropy, 21 places of the line.  Source: Goodfellow, Vinyals, Saxe, ICLR 2015; Prince,
Understanding Deep Learning, MIT Press 2023, section 20.3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import straight_line as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training import data
from theory import Settles
from theory import straight_line as theory

Array = np.ndarray
MONOTONE = "udl-linear-path-monotone"
STIFF, EXAMPLES, PLACES = 100.0, 300, 21


@dataclass(frozen=True)
class Setup:
    """Data, hidden layers, activation, rule, steps, and the scale of one input."""

    kind: str = "digits"
    layers: int = 2
    activation: str = "relu"
    rule: str = "SGD"
    steps: int = 600
    scale: float = 1.0


SETUPS = {
    "digits, ReLU, SGD": Setup(),
    "digits, ReLU, Adam": Setup(rule="Adam", steps=300),
    "digits, tanh, SGD": Setup(activation="tanh"),
    "digits, three hidden layers, SGD": Setup(layers=3),
    "MNIST-1D, ReLU, SGD": Setup(kind="MNIST-1D"),
    "digits, one input times ten": Setup(rule="momentum", scale=10.0),
}


# ---------------------------------------------------------------- two curvatures


def _loss(theta: Array, h: float) -> float:
    a, w_1, w_2 = theta
    return ((a * w_1 - 1) ** 2 + h * (a * w_2) ** 2) / 2


@cache
def end_of_flow(h: float) -> tuple[float, ...]:
    """a, w_1, w_2 where gradient flow ends."""
    from scipy.integrate import solve_ivp

    def speed(_: float, theta: Array) -> Array:
        a, w_1, w_2 = theta
        e, f = a * w_1 - 1, h * a * w_2
        return -np.array([e * w_1 + f * w_2, e * a, f * a])

    start = np.array([0.0, 1.0, 1.0])
    found = solve_ivp(speed, (0, 60), start, method="DOP853", rtol=1e-9, atol=1e-11)
    return tuple(found.y[:, -1])


def _line(h: float, places: int) -> Array:
    start, end = np.array([0.0, 1.0, 1.0]), np.array(end_of_flow(h))
    return np.array([_loss(start + s * (end - start), h) for s in np.linspace(0, 1, places)])


def peak(seeds: Sequence[int]) -> Array:
    """Largest loss on the line where one curvature is STIFF times the other."""
    return np.full(len(seeds), _line(STIFF, 2001).max())


def end_weight(seeds: Sequence[int]) -> Array:
    """Output weight at the end of the flow there."""
    return np.full(len(seeds), end_of_flow(STIFF)[0])


def first_bump(seeds: Sequence[int]) -> Array:
    """Ratio of the curvatures from which on the line is higher than the start, by halving."""
    low, high = 1.0, STIFF
    while high - low > 1e-3:
        middle = (low + high) / 2
        losses = _line(middle, 801)
        low, high = (low, middle) if losses.max() > losses[0] else (middle, high)
    return np.full(len(seeds), high)


# ---------------------------------------------------------------- classifiers


@cache
def lines(seeds: tuple[int, ...], setup: str) -> Array:
    """Losses (S, PLACES) of all examples on the line from start to end of training."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.pairs import on_curve
    from proofs_check.training.rules import Adam, Momentum, Sgd

    have = SETUPS[setup]
    X, y = _examples(have.kind)
    X[:, X.shape[1] // 2 + 4] *= have.scale
    points, labels = torch.tensor(X).float(), torch.tensor(y)
    widths = (X.shape[1], *[32] * have.layers, 10)
    model = mlp(widths, have.activation)
    name = "he" if have.activation == "relu" else "xavier"
    begin = [p.float() for p in mlp_start(seeds, widths, name, bias=0.0, device="cpu")]
    rules: dict[str, Any] = {
        "SGD": Sgd(0.1, batch=32),
        "Adam": Adam(3e-3),
        "momentum": Momentum(2e-3),
    }
    run = train(
        model,
        begin,
        points,
        labels.expand(len(begin[0]), -1),
        rule=rules[have.rule],
        steps=have.steps,
        loss=cross_entropy,
        every=have.steps,
        seeds=seeds,
    )
    found = []
    with torch.no_grad():
        for s in np.linspace(0, 1, PLACES):
            place = on_curve(run.start, None, run.end, s)
            found.append(cross_entropy(model(place, points), labels).numpy())
    return np.array(found, float).T


def _examples(kind: str) -> tuple[Array, Array]:
    if kind == "digits":
        return data.digits(EXAMPLES, scale="standard")
    have = data.mnist1d()
    X = (have.x - have.x.mean()) / have.x.std()
    return X[:EXAMPLES].copy(), have.y[:EXAMPLES]


def rise(seeds: Sequence[int], setup: str) -> Array:
    """Largest rise along the line over the loss of the start."""
    found = lines(tuple(seeds), setup)
    return np.asarray((found - np.minimum.accumulate(found, 1)).max(1) / found[:, 0])


CHECKS: tuple[Check, ...] = (
    Check(
        name="the_flow_ends_where_it_is_derived",
        quantity="output weight at the end of gradient flow, dimensionless",
        claim=theory.end_of_the_flow,
        predict=lambda: float(theory.END),
        measure=end_weight,
        terms={"errors of the flow": 1e-4},
        rival=1.0,
        rival_why="a balanced end, with both weights one",
        deterministic=True,
    ),
    Check(
        name="the_line_has_the_derived_peak",
        quantity="largest loss on the line at a hundred times the curvature, dimensionless",
        claim=theory.bump,
        predict=lambda: float(np.max(numerics.bump_loss(np.linspace(0, 1, 4001), STIFF))),
        measure=peak,
        terms={"errors of the flow and places of the line": 1e-3},
        rival=0.5,
        rival_why="the loss falls from start to end whatever the curvatures",
        deterministic=True,
    ),
    Check(
        name="the_line_rises_from_the_derived_ratio_on",
        quantity="ratio of the curvatures from which on the line is above its start, dimensionless",
        claim=theory.bump,
        predict=numerics.bump_threshold,
        measure=first_bump,
        terms={"places of the line, halving and the flow": 0.05},
        rival=Prediction(theory.bump, {}, part=4),
        rival_why="the middle of the line is where it rises first",
        deterministic=True,
    ),
    Check(
        name="the_loss_falls_along_the_line",
        quantity="largest rise on the line over the loss of the start, dimensionless",
        claim=theory.bump,
        predict=Threshold(MONOTONE),
        measure={name: partial(rise, setup=name) for name in SETUPS},
        terms={"places of the line between those that are looked at": 0.01},
        rival=1.0,
        rival_why="the line crosses a ridge as high as the start, as lines between two minima do",
        side="at most",
        rounds=2,
        settles=(Settles(MONOTONE, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Loss on the line from the start to the end of the flow, derived and measured."""
    fine, places = np.linspace(0, 1, 200), np.linspace(0, 1, 11)
    for h, colour in ((5.0, "#009E73"), (50.0, "#D55E00"), (STIFF, "#0072B2")):
        axes.plot(fine, numerics.bump_loss(fine, h), color=colour, label=f"ratio {h:.0f}, derived")
        axes.plot(places, _line(h, len(places)), "o", color=colour, ms=4)
    axes.plot(fine, (1 - fine) ** 2 / 2, "--", color="#999999", label="rival: it always falls")
    axes.set(
        xlabel="place on the line from start (0) to end (1)",
        ylabel="loss",
        title="One linear unit, two curvatures of this ratio",
    )
    axes.legend(loc="upper right")
