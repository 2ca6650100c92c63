"""Are bad minima rare in wide networks, and less bad?  The derived chance and loss of a network on
two points, and where training of small networks on five tasks stops.

Set-ups.  (1) Four ReLU units without biases on the points (1, 1) and (-1, 1), gradient descent with
steps of 0.05, spreads 0.3.  (2) 32 examples of four inputs, one hidden layer of 3 or 12 units, or
three of 3 units, biases, 16 networks for each seed, Adam, then Levenberg-Marquardt, after which the
loss may still fall.  Stuck: above 1e-3.  Source: Prince, Understanding Deep Learning, MIT Press
2023, section 20.2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import bad_minimum as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training import data
from theory import Settles
from theory import bad_minimum as theory

if TYPE_CHECKING:
    from proofs_check.training.levenberg import Ends

Array = np.ndarray
RARE, APPROACH = "udl-wide-bad-minima-rare", "udl-local-minima-approach-global"
LESS, FEW = "share of stuck runs, narrow less wide", "share of stuck runs, wide"
WIDTH, DEPTH = "log of the fall with width", "log of the fall with depth"
SPREAD, RUNS = 0.3, 800  # of the solvable network: start, networks for each seed
N, INPUTS, TEACHER, NETWORKS, STUCK = 32, 4, 3, 16, 1e-3
NARROW, WIDE, DEEP = (3,), (12,), (3, 3, 3)  # units of the hidden layers
SETUPS = {
    "ReLU, teacher": ("relu", "teacher"),
    "tanh, teacher": ("tanh", "teacher"),
    "ReLU, random labels": ("relu", "random"),
    "tanh, random labels": ("tanh", "random"),
    "ReLU, digits": ("relu", "digits"),
}


# ---------------------------------------------------------------- the network that is solved


@cache
def _two_points(seeds: tuple[int, ...], m: int) -> Array:
    """Loss (S, RUNS) at the end of descent."""
    starts = [
        np.random.default_rng([seed, 92]).standard_normal((2, RUNS, m)) * SPREAD for seed in seeds
    ]
    a, w = (np.stack(part) for part in zip(*starts, strict=True))
    step, loss = 0.05, np.empty(0)
    for _ in range(600):
        errors = [(a * np.maximum(side * w, 0)).sum(-1, keepdims=True) - 1 for side in (1, -1)]
        pull_a = sum(e * np.maximum(side * w, 0) for e, side in zip(errors, (1, -1), strict=True))
        pull_w = sum(e * side * a * (side * w > 0) for e, side in zip(errors, (1, -1), strict=True))
        loss = (errors[0][..., 0] ** 2 + errors[1][..., 0] ** 2) / 4
        a, w = a - step * pull_a / 2, w - step * pull_w / 2
    return np.asarray(loss)


def share_that_misses(seeds: Sequence[int], m: int = 4) -> Array:
    """Share of networks of m units that miss a point."""
    return (_two_points(tuple(seeds), m) > 0.1).mean(1)


def loss_of_those(seeds: Sequence[int], m: int = 4) -> Array:
    """Their mean loss."""
    loss = _two_points(tuple(seeds), m)
    return np.array([row[row > 0.1].mean() for row in loss])


def inputs_that_are_off(seeds: Sequence[int], m: int = 3, draws: int = 4000) -> Array:
    """Share of random networks of m ReLU units whose units are all off at a given input."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 93])
        X, W = rng.standard_normal((draws, INPUTS)), rng.standard_normal((draws, m, INPUTS))
        found.append(((W @ X[..., None])[..., 0] <= 0).all(1).mean())
    return np.array(found)


def planes_with_a_dead_unit(seeds: Sequence[int], n: int = 5, draws: int = 4000) -> Array:
    """Share of draws of n normal points of the plane that lie in a half-plane."""
    found = []
    for seed in seeds:
        x, y = np.random.default_rng([seed, 94]).standard_normal((2, draws, n))
        angles = np.sort(np.arctan2(y, x), 1)
        gaps = np.diff(angles, axis=1, append=angles[:, :1] + 2 * np.pi)
        found.append((gaps.max(1) > np.pi).mean())
    return np.array(found)


# ---------------------------------------------------------------- small networks


def _task(seed: int, kind: str, labels: str) -> tuple[Array, Array]:
    """Inputs (N, INPUTS) and labels (N,) of mean zero and variance one."""
    import torch

    from proofs_check.training.levenberg import outputs

    rng = np.random.default_rng([seed, 95])
    if labels == "digits":
        images, y = data.digits(seed=None, labels="parity")
        rows = rng.permutation(len(y))[:N]
        images = images - images.mean(0)
        parts = images @ np.linalg.svd(images, full_matrices=False)[2][:INPUTS].T
        X, y = (parts / parts.std(0))[rows], y[rows]
    else:
        X, y = rng.standard_normal((N, INPUTS)), rng.standard_normal(N)
        if labels == "teacher":
            shapes = ((1, INPUTS + 1, TEACHER), (1, TEACHER + 1, 1))
            net = [torch.tensor(rng.standard_normal(shape)) for shape in shapes]
            y = outputs(kind, net, torch.tensor(X)[None])[0][0].numpy()
    return X, (y - y.mean()) / max(y.std(), 1e-12)


@cache
def trained(seeds: tuple[int, ...], kind: str, hidden: tuple[int, ...]) -> Ends:
    """Ends of NETWORKS networks for each seed and kind of labels with this activation, together:
    labels first, then seeds.
    """
    import torch

    from proofs_check.training.levenberg import minimise, start

    tasks = [_task(seed, kind, labels) for labels in _labels(kind) for seed in seeds]
    X, y = (
        torch.tensor(np.repeat(np.stack(part), NETWORKS, 0)) for part in zip(*tasks, strict=True)
    )
    widths = (INPUTS, *hidden, 1)
    starts = [start(seed, 96, kind, widths, NETWORKS) for seed in seeds] * len(_labels(kind))
    begin = [torch.tensor(np.concatenate(part)) for part in zip(*starts, strict=True)]
    return minimise(kind, begin, X, y)


def _labels(kind: str) -> list[str]:
    return [labels for activation, labels in SETUPS.values() if activation == kind]


def _losses(seeds: Sequence[int], setup: str, hidden: tuple[int, ...]) -> Array:
    """Losses (S, NETWORKS); without a teacher, less the least of the seed and width."""
    kind, labels = SETUPS[setup]
    whole = trained(tuple(seeds), kind, hidden).loss.reshape(-1, len(seeds), NETWORKS)
    loss = np.asarray(whole[_labels(kind).index(labels)])
    return loss if labels == "teacher" else loss - loss.min(1, keepdims=True)


def _mean_stuck(losses: Array) -> Array:
    """Mean loss of the stuck runs of a seed; the loss from which on a run counts, if none is."""
    stuck = losses > STUCK
    total = np.where(stuck, losses, 0).sum(1)
    return np.where(stuck.any(1), total / np.maximum(stuck.sum(1), 1), STUCK)


def stuck_share(seeds: Sequence[int], setup: str) -> Array:
    """Share of wide networks that are stuck."""
    return (_losses(seeds, setup, WIDE) > STUCK).mean(1)


def fall_of_the_share(seeds: Sequence[int], setup: str) -> Array:
    """Share of narrow networks that are stuck, less that of wide ones."""
    return (_losses(seeds, setup, NARROW) > STUCK).mean(1) - stuck_share(seeds, setup)


def fall_of_the_loss(
    seeds: Sequence[int], setup: str, small: tuple[int, ...], large: tuple[int, ...]
) -> Array:
    """log of the mean loss of stuck small networks over that of stuck large ones."""
    return np.log(
        _mean_stuck(_losses(seeds, setup, small)) / _mean_stuck(_losses(seeds, setup, large))
    )


def _at(measure: Any, **options: Any) -> dict[str, Any]:
    return {name: partial(measure, setup=name, **options) for name in SETUPS}


CHECKS: tuple[Check, ...] = (
    Check(
        name="networks_miss_a_point_as_often_as_derived",
        quantity="share of networks of four units that miss a point, a share",
        claim=theory.stuck_probability,
        predict=lambda: float(numerics.stuck_probability(4, SPREAD, SPREAD)),
        measure=share_that_misses,
        terms={
            "800 networks, four standard errors": 0.065,
            "outputs that start above one": 0.01,
        },
        rival=0.125,
        rival_why="a unit stays on its side whatever its output weight, so that one half serves",
    ),
    Check(
        name="those_that_miss_it_are_no_better_when_wide",
        quantity="mean loss of networks of four units that miss a point, dimensionless",
        claim=theory.stuck_loss,
        predict=lambda: float(numerics.stuck_loss(4, SPREAD, SPREAD)),
        measure=loss_of_those,
        terms={"240 networks that miss one or two points, four standard errors": 0.01},
        rival=lambda: float(numerics.stuck_loss(1, SPREAD, SPREAD)) / 4,
        rival_why="the loss of a bad minimum falls as one over the width",
    ),
    Check(
        name="all_units_are_off_as_often_as_derived",
        quantity="share of networks of three units that are all off at an input, a share",
        claim=theory.dead_start,
        predict=Prediction(theory.dead_start, {theory.m: 3}, part=0),
        measure=inputs_that_are_off,
        terms={"4,000 networks, five standard errors": 0.027},
        rival=0.0,
        rival_why="rows of the Jacobian vanish on a null set, as with analytic activations",
    ),
    Check(
        name="a_dead_unit_is_possible_as_often_as_derived",
        quantity="share of draws of five points of the plane in a half-plane, a share",
        claim=theory.dead_start,
        predict=lambda: numerics.dead_probability(5, 2),
        measure=planes_with_a_dead_unit,
        terms={"4,000 draws, five standard errors": 0.037},
        rival=2.0**-5,
        rival_why="the chance that one unit, drawn before the points, is off at all of them",
    ),
    Check(
        name="stuck_runs_are_fewer_in_wide_networks",
        quantity="share of stuck runs of 3 units less that of 12 units, a share",
        claim=theory.stuck_probability,
        predict=Threshold(RARE, LESS),
        measure=_at(fall_of_the_share),
        terms={"one of 16 runs": 1 / NETWORKS},
        rival=0.0,
        rival_why="the share of stuck runs does not depend on the width",
        side="at least",
        rounds=2,
        settles=(Settles(RARE, part=LESS, scope="instances"),),
    ),
    Check(
        name="stuck_runs_are_rare_in_wide_networks",
        quantity="share of stuck runs of 12 units, a share",
        claim=theory.stuck_probability,
        predict=Threshold(RARE, FEW),
        measure=_at(stuck_share),
        terms={"one of 16 runs": 1 / NETWORKS},
        rival=lambda: float(numerics.stuck_probability(4, SPREAD, SPREAD)),
        rival_why="the share of the solved network of four units",
        side="at most",
        rounds=2,
        settles=(Settles(RARE, part=FEW, scope="instances"),),
    ),
    Check(
        name="stuck_losses_fall_with_width",
        quantity="log of mean stuck loss, 3 units over 12, none stuck counted 1e-3, dimensionless",
        claim=theory.stuck_loss,
        predict=Threshold(APPROACH, WIDTH),
        measure=_at(fall_of_the_loss, small=NARROW, large=WIDE),
        terms={"means of some of 16 runs": 0.05},
        rival=0.0,
        rival_why="bad minima become rare, not good, as in the solved network",
        side="at least",
        rounds=2,
        settles=(Settles(APPROACH, part=WIDTH, scope="instances"),),
    ),
    Check(
        name="stuck_losses_fall_with_depth",
        quantity="log of mean stuck loss, 1 layer over 3, none stuck counted 1e-3, dimensionless",
        claim=theory.stuck_loss,
        predict=Threshold(APPROACH, DEPTH),
        measure=_at(fall_of_the_loss, small=NARROW, large=DEEP),
        terms={"means of some of 16 runs": 0.05},
        rival=0.0,
        rival_why="depth does not change the loss of a bad minimum",
        side="at least",
        rounds=2,
        settles=(Settles(APPROACH, part=DEPTH, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Chance to miss a point and loss of those that do, over the width, derived and measured."""
    fine, widths = np.linspace(1, 8, 60), (2, 4, 6)
    seeds = tuple(range(11))
    for measure, formula, colour, label in (
        (share_that_misses, numerics.stuck_probability, "#0072B2", "chance to miss a point"),
        (loss_of_those, numerics.stuck_loss, "#D55E00", "mean loss of those that do"),
    ):
        axes.semilogy(fine, formula(fine, SPREAD, SPREAD), color=colour, label=label + ", derived")
        found = np.array([measure(seeds, m) for m in widths])
        middle = np.median(found, 1)
        bars = np.abs(np.stack([found.min(1), found.max(1)]) - middle)
        axes.errorbar(widths, middle, bars, fmt="o", color=colour, ms=4)
    falling = numerics.stuck_loss(1, SPREAD, SPREAD) / fine
    axes.semilogy(fine, falling, "--", color="#999999", label="rival: that loss falls, too")
    title = "ReLU units on two points: bad minima become rare, not good"
    axes.set(xlabel="units", ylabel="chance, or loss", title=title)
    axes.legend(loc="lower left")
