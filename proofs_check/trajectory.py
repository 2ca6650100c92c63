"""Is the path of a network in fewer directions than a random walk?  Shares of a walk and of a
linear flow against simulation, and networks on images and signals against the walk.

Set-ups.  (1) Walks of 50 places in 2000 dimensions; linear models by descent.  (2) Networks of 32
units, 600 steps, kept every 6 of them.  Source: Prince, Understanding Deep
Learning, MIT Press 2023, section 20.3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from numerics import trajectory as numerics
from proofs_check.core.check import Check, Side
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training import data
from theory import Settles
from theory import trajectory as theory

if TYPE_CHECKING:
    from proofs_check.training.descend import Moment

Array = np.ndarray
LEAST: Side = "at least"
MOST: Side = "at most"
LOW = "udl-trajectory-low-dimensional"
LEFT = "log of what ten directions leave, over that of a random walk"
UPDATES = "log of the share of ten directions in the updates, over that of a random walk"
PLACES, SPACE, TEN = 50, 2000, 10
STEPS, EVERY = 600, 6  # of networks whose path is kept


# ---------------------------------------------------------------- shares of what was simulated


def largest(places: Array, count: int) -> Array:
    """Share (S,) of the first principal components of places (S, N, p) about their mean."""
    moved = places - places.mean(1, keepdims=True)
    sizes = np.linalg.eigvalsh(moved @ moved.swapaxes(1, 2))[:, ::-1]
    return np.asarray(sizes[:, :count].sum(1) / sizes.sum(1))


def of_updates(places: Array, count: int) -> Array:
    """Share (S,) of the first principal directions of the updates between places (S, N, p)."""
    step = np.diff(places, axis=1)
    sizes = np.linalg.eigvalsh(step @ step.swapaxes(1, 2))[:, ::-1]
    return np.asarray(sizes[:, :count].sum(1) / sizes.sum(1))


def walk(seeds: Sequence[int], count: int) -> Array:
    """Share of the first components of random walks."""
    steps = [np.random.default_rng([s, 94]).standard_normal((PLACES, SPACE)) for s in seeds]
    return largest(np.cumsum(steps, 1), count)


def straight(seeds: Sequence[int]) -> Array:
    """Distance between the ends of random walks over their length."""
    steps = np.array(
        [np.random.default_rng([s, 94]).standard_normal((PLACES - 1, SPACE)) for s in seeds]
    )
    return np.asarray(np.linalg.norm(steps.sum(1), axis=1) / np.linalg.norm(steps, axis=2).sum(1))


RATES, TIMES = (2.0, 0.5, 0.1), np.linspace(0, 20, 40)  # curvatures of a linear model


def linear_model(seeds: Sequence[int], rate: float = 0.02) -> Array:
    """Share of the first component of the path of a linear model by descent, its inputs turned at
    random.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 95])
        turn = np.linalg.qr(rng.standard_normal((len(RATES),) * 2))[0]
        H, end = turn @ np.diag(RATES) @ turn.T, turn.sum(1)
        w, path = np.zeros(len(RATES)), []
        for step in range(round(TIMES[-1] / rate) + 1):
            if step % round(TIMES[1] / rate) == 0:
                path.append(w)
            w = w - rate * H @ (w - end)
        found.append(path)
    return largest(np.array(found), 1)


# ---------------------------------------------------------------- networks


@dataclass(frozen=True)
class Setup:
    """A network whose path is kept."""

    data: Literal["digits", "MNIST-1D"] = "digits"
    hidden: tuple[int, ...] = (32,)
    activation: str = "relu"
    squared: bool = False
    wrong: bool = False


SETUPS = {
    "digits, two hidden layers": Setup(hidden=(32, 32)),
    "digits, tanh, squared loss": Setup(activation="tanh", squared=True),
    "digits, wrong labels": Setup(wrong=True),
    "MNIST-1D, one hidden layer": Setup("MNIST-1D"),
}


@cache
def path(seeds: tuple[int, ...], setup: Setup) -> Array:
    """Parameters (S, 101, p) of networks on the way."""
    import torch

    from proofs_check.training.curvature import flat
    from proofs_check.training.descend import train
    from proofs_check.training.pairs import Kind
    from proofs_check.training.rules import Sgd

    kind = Kind(setup.data, setup.hidden, setup.activation, setup.squared)
    X, y = kind.examples()
    if setup.wrong:
        y = torch.tensor(data.noisy_labels(y.numpy(), 0.2, 10, 0))
    kept: list[Array] = []

    def watch(now: Moment) -> None:
        kept.append(flat(now.parameters).numpy())

    train(
        kind.model(),
        kind.start(seeds),
        X,
        y.expand(len(seeds), *y.shape[1:]) if setup.squared else y,
        rule=Sgd(0.1, batch=50),
        steps=STEPS,
        loss=kind.loss,
        seeds=seeds,
        watch=watch,
        every=EVERY,
    )
    return np.stack(kept, 1)


def left(seeds: Sequence[int], setup: Setup) -> Array:
    """log of what ten directions leave of a path, over what they leave of a random walk."""
    places = path(tuple(seeds), setup)
    rest = 1 - numerics.walk_shares(places.shape[1])[:TEN].sum()
    return np.log((1 - largest(places, TEN)) / rest)


def updates(seeds: Sequence[int], setup: Setup) -> Array:
    """log of the share of ten directions in the updates, over that of a random walk."""
    share = numerics.update_shares(STEPS // EVERY + 1, TEN)
    return np.log(of_updates(path(tuple(seeds), setup), TEN) / share)


CHECKS: tuple[Check, ...] = (
    Check(
        name="first_component_of_a_walk",
        quantity="share of the first principal component of a random walk, a share",
        claim=theory.walk_shares,
        predict=Prediction(theory.walk_shares, {theory.k: 1.0, theory.N: float(PLACES)}, part=1),
        measure=partial(walk, count=1),
        terms={"2000 dimensions, three standard errors": 0.03},
        rival=Prediction(theory.walk_updates, {theory.q: 1.0, theory.N: float(PLACES)}, part=0),
        rival_why="noise has no preferred direction, so that all components are alike",
    ),
    Check(
        name="ten_components_of_a_walk",
        quantity="share of ten principal components of a random walk, a share",
        claim=theory.ten_directions,
        predict=lambda: float(numerics.walk_shares(PLACES)[:TEN].sum()),
        measure=partial(walk, count=TEN),
        terms={"2000 dimensions, three standard errors": 0.005},
        rival=Prediction(
            theory.walk_updates, {theory.q: float(TEN), theory.N: float(PLACES)}, part=0
        ),
        rival_why="noise has no preferred direction, so that all components are alike",
    ),
    Check(
        name="a_walk_is_not_straight",
        quantity="distance of the ends of a random walk over its length, dimensionless",
        claim=theory.walk_updates,
        predict=Prediction(theory.walk_updates, {theory.N: float(PLACES)}, part=1),
        measure=straight,
        terms={"2000 dimensions, three standard errors": 0.01},
        rival=1.0,
        rival_why="one component has most of it, so that it is almost a line",
    ),
    Check(
        name="first_component_of_a_linear_flow",
        quantity="share of the first principal component of a linear model's path, a share",
        claim=theory.linear_flow,
        predict=lambda: float(numerics.trajectory_shares(RATES, np.ones(3), TIMES)[0]),
        measure=linear_model,
        terms={"steps of a fiftieth": 0.005},
        rival=Prediction(theory.walk_shares, {theory.k: 1.0, theory.N: float(len(TIMES))}, part=1),
        rival_why="a path is as a random walk",
        deterministic=True,
    ),
    *(
        Check(
            name=name,
            quantity=f"{part}, dimensionless",
            claim=claim,
            predict=Threshold(statement, part),
            measure={at: partial(measure, setup=setup) for at, setup in SETUPS.items()},
            terms={what: size},
            rival=rival,
            rival_why=why,
            side=side,
            rounds=2,
            settles=(Settles(statement, part=part, scope="instances"),),
        )
        for name, claim, statement, part, measure, what, size, rival, why, side in (
            (
                "ten_directions_leave_less_than_of_a_walk",
                theory.walk_shares,
                LOW,
                LEFT,
                left,
                "minibatches",
                0.1,
                0.0,
                "a network walks at random",
                MOST,
            ),
            (
                "updates_lie_in_fewer_directions_than_of_a_walk",
                theory.walk_updates,
                LOW,
                UPDATES,
                updates,
                "minibatches",
                0.1,
                0.0,
                "a network walks at random",
                LEAST,
            ),
        )
    ),
)


def portrait(axes: Any) -> None:
    """What the first components leave of a path, of a random walk as derived and as simulated, and
    of networks.
    """
    seeds, count = tuple(range(11)), np.arange(1, 21)
    walked = 1 - np.cumsum(numerics.walk_shares(PLACES))[:20]
    axes.semilogy(count, walked, color="#0072B2", label="derived: random walk")
    found = 1 - np.array([walk(seeds, int(q)) for q in count[::3]])
    middle = np.median(found, 1)
    bars = np.abs(np.stack([found.min(1), found.max(1)]) - middle)
    axes.errorbar(count[::3], middle, bars, fmt="o", color="#0072B2", ms=4)
    for name, colour in (
        ("digits, two hidden layers", "#D55E00"),
        ("MNIST-1D, one hidden layer", "#009E73"),
    ):
        places = path(seeds, SETUPS[name])
        found = 1 - np.array([largest(places, int(q)) for q in count])
        middle = np.median(found, 1)
        bars = np.abs(np.stack([found.min(1), found.max(1)]) - middle)
        axes.errorbar(count, middle, bars, fmt="s", color=colour, ms=3, label=f"measured: {name}")
    axes.semilogy(
        count,
        1 - count / (PLACES - 1),
        "--",
        color="#999999",
        label="rival: all alike",
    )
    axes.plot(
        TEN,
        0.1,
        "o",
        mfc="none",
        color="black",
        ms=8,
        label="printed: nine tenths in ten",
    )
    axes.set(
        xlabel="principal components, a count",
        ylabel="what they leave of the path, a share",
        title="Few directions hold most of a path, as of a random walk: 11 networks",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
