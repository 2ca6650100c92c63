"""Do more residual blocks train faster, predict better and leave a lower frequency to the last
layers?  Residual networks of up to four blocks with the same head of three layers.

Set-up.  A layer of 32 units, 0, 1, 2 or 4 blocks h + F(h) with two layers in F, and three layers
behind; 80 digits or signals of MNIST-1D, 400 held out, cross entropy, Adam at 3e-3 or descent at
0.1; steps to 95 % of the training labels, at most 160, with looks every 5; accuracy and peak of
the features that enter the three layers at step 160.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.sample_filter import readout
from proofs_check.training import data
from theory import Settles
from theory import residual_block as theory
from theory.trainability import theta as angle

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment

Array = np.ndarray
BLOCKS, WIDTH, BUDGET, FITTED = (0, 1, 2, 4), 32, 160, 0.95
IMAGES, HELD = 80, 400


class Course(NamedTuple):
    """What was seen of networks of each number of blocks, (4, S) each."""

    steps: Array  # to 95 % of the labels
    accuracy: Array  # held out, at the end
    place: Array  # of the peak, in units of the root mean squared distance
    distance: Array  # this distance


def through_blocks(
    parameters: Sequence[Tensor], X: Tensor, act: Callable[[Tensor], Tensor], blocks: int
) -> Tensor:
    """Features (S, n, 32) that enter the three last layers."""
    h = act(X @ parameters[0] + parameters[1][:, None])
    for at in range(2, 2 + 4 * blocks, 4):
        a, b, c, d = parameters[at : at + 4]
        h = h + act(h @ a + b[:, None]) @ c + d[:, None]
    return h


@cache
def course(
    seeds: tuple[int, ...], kind: str, rule: str = "Adam", activation: str = "relu"
) -> Course:
    """Train networks of each number of blocks; every seed has its own images."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import activation as named
    from proofs_check.training.networks import mlp, mlp_start, normals
    from proofs_check.training.rules import Adam, Descent, Rule

    act = named(activation)
    how: dict[str, Rule] = {"Adam": Adam(3e-3), "descent": Descent(0.1)}
    X, y, X_new, y_new = sets(seeds, kind)
    tail = (WIDTH, WIDTH, WIDTH, 10)
    gain = {"relu": 2**0.5, "tanh": 1.0}[activation]
    head = mlp(tail, activation)
    found = []
    for blocks in BLOCKS:
        shapes = [(X.shape[2], WIDTH)] + [(WIDTH, WIDTH)] * (2 * blocks)
        scales = [gain / X.shape[2] ** 0.5] + [gain / WIDTH**0.5, 0.5 / WIDTH**0.5] * blocks
        start = []
        for w in normals(seeds, shapes, scales, stream=20):
            start += [w.float(), torch.zeros(len(seeds), WIDTH)]
        start += [p.float() for p in mlp_start(seeds, tail, gain, bias=0.0)]
        place = len(shapes) * 2

        def model(
            p: Sequence[Tensor], points: Tensor, blocks: int = blocks, place: int = place
        ) -> Tensor:
            return head(p[place:], through_blocks(p[:place], points, act, blocks))

        steps = np.full(len(seeds), BUDGET)

        def look(now: Moment, steps: Array = steps) -> None:
            share = (now.output.argmax(2) == y).double().mean(1).numpy()
            steps[:] = np.where((share >= FITTED) & (steps == BUDGET), now.step, steps)

        run = train(
            model,
            start,
            X,
            y,
            rule=how[rule],
            steps=BUDGET,
            loss=cross_entropy,
            watch=look,
            every=5,
        )
        right = (model(run.end, X_new).argmax(2) == y_new).double().mean(1).numpy()
        h = through_blocks(run.end, X, act, blocks)
        Y = torch.eye(10)[y]
        found.append((steps + 1, right, *readout(h, Y - Y.mean(1, keepdim=True))))
    return Course(*(np.array(part) for part in zip(*found, strict=True)))


def sets(seeds: Sequence[int], kind: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs and classes for training and held out, (S, ...) each."""
    import torch

    parts = []
    for seed in seeds:
        if kind == "digits":
            X, y = data.digits(IMAGES + HELD, seed=int(seed), scale="standard")
        else:
            made = data.mnist1d(2000)
            rows = np.random.default_rng([int(seed), 72]).permutation(len(made.x))
            X, y = (part[rows[: IMAGES + HELD]] for part in (made.x, made.y))
            X = X / X.std()
        parts.append((X[:IMAGES], y[:IMAGES], X[IMAGES:], y[IMAGES:]))
    X, y, X_new, y_new = (np.array(part) for part in zip(*parts, strict=True))
    return (
        torch.tensor(X, dtype=torch.float32),
        torch.as_tensor(y),
        torch.tensor(X_new, dtype=torch.float32),
        torch.as_tensor(y_new),
    )


def slope_of_steps(seeds: Sequence[int], **setup: Any) -> Array:
    """Slope of log steps in the log of one plus the number of blocks."""
    return np.asarray(log_slope(1 + np.array(BLOCKS), course(tuple(seeds), **setup).steps))


def gain_in_accuracy(seeds: Sequence[int], **setup: Any) -> Array:
    """Accuracy held out with four blocks less that without one."""
    right = course(tuple(seeds), **setup).accuracy
    return np.asarray(right[-1] - right[0])


def rank_of_peaks(seeds: Sequence[int], raw: bool = True, **setup: Any) -> Array:
    """Spearman correlation of the peak of the head's inputs at the end with the number of
    blocks.
    """
    from scipy.stats import spearmanr

    seen = course(tuple(seeds), **setup)
    found = seen.place / seen.distance if raw else seen.place
    return np.array([spearmanr(BLOCKS, each)[0] for each in found.T])


def cosine_after_a_block(seeds: Sequence[int], width: int = 4000) -> Array:
    """Cosine of two inputs at a right angle after a wide block of relative size one, whose branch
    has coordinates of its own, so that it is independent of what it is added to.
    """
    import torch

    from proofs_check.training.networks import normal

    found = []
    for seed in seeds:
        x, y, w = (
            normal([seed], shape, stream=90 + at)[0]
            for at, shape in enumerate(((50,), (50,), (50, width)))
        )
        x = x / x.norm()
        y = y - (x @ y) * x
        both = torch.stack([x, y / y.norm()])
        h = torch.cat([both, torch.relu(both @ w) * (2 / width) ** 0.5], 1)
        found.append(float(h[0] @ h[1] / (h[0].norm() * h[1].norm())))
    return np.array(found)


SETUPS: Mapping[str, dict[str, Any]] = {
    "digits, Adam": {"kind": "digits"},
    "digits, descent": {"kind": "digits", "rule": "descent"},
    "MNIST-1D, Adam": {"kind": "MNIST-1D"},
    "digits, Adam, tanh": {"kind": "digits", "activation": "tanh"},
}
UNITS = ", distances of mean square one"
PEAKS: Mapping[str, dict[str, Any]] = {
    name + (UNITS if not raw else ""): SETUPS[name] | {"raw": raw}
    for name, raw in (
        ("digits, Adam", True),
        ("digits, Adam", False),
        ("digits, descent", False),
        ("MNIST-1D, Adam", True),
        ("MNIST-1D, Adam", False),
    )
}
SETTLED = "deepfp-deeper-residual-faster-better"
SPEED, GAIN = "slope of log steps", "gain in accuracy"
CHECKS: tuple[Check, ...] = (
    Check(
        name="cosine_after_a_wide_block",
        quantity="cosine of two features that were at a right angle, dimensionless",
        claim=theory.residual_distances,
        predict=Prediction(theory.residual_distances, {theory.alpha: 1.0, angle: np.pi / 2}),
        measure=cosine_after_a_block,
        terms={"width 4000": 0.05},
        rival=1 / np.pi,
        rival_why="a block acts as a layer",
    ),
    Check(
        name="more_blocks_need_fewer_steps",
        quantity="slope of log steps in the log of one plus the blocks, dimensionless",
        claim=theory.residual_distances,
        predict=Threshold(SETTLED, SPEED),
        measure={name: partial(slope_of_steps, **setup) for name, setup in SETUPS.items()},
        terms={"looks every five steps": 0.03},
        rival=0.0,
        rival_why="blocks make no difference to the number of steps",
        side="at most",
        settles=(Settles(SETTLED, part=SPEED, scope="instances", analogue=True),),
        rounds=1,
    ),
    Check(
        name="more_blocks_predict_better",
        quantity="accuracy with four blocks less that without, a share",
        claim=theory.residual_distances,
        predict=Threshold(SETTLED, GAIN),
        measure={name: partial(gain_in_accuracy, **setup) for name, setup in SETUPS.items()},
        terms={"400 images held out, in the median": 0.01},
        rival=-0.02,
        rival_why="more parameters fit 80 images too closely",
        side="at least",
        settles=(Settles(SETTLED, part=GAIN, scope="instances", analogue=True),),
        rounds=2,
    ),
    Check(
        name="more_blocks_leave_a_lower_frequency",
        quantity="rank correlation of the peak at the end with the blocks, dimensionless",
        claim=theory.residual_distances,
        predict=Threshold("deepfp-resnet-rdf-lower"),
        measure={name: partial(rank_of_peaks, **setup) for name, setup in PEAKS.items()},
        terms={"four numbers of blocks": 0.05},
        rival=0.0,
        rival_why="blocks make no difference to what the head sees",
        side="at most",
        settles=(Settles("deepfp-resnet-rdf-lower", scope="instances", analogue=True),),
        rounds=1,
    ),
)


def portrait(axes: Any) -> None:
    """Peak of the head's input against the number of blocks after training, raw and in units of the
    root mean squared distance; dashed no change.
    """
    places = 1 + np.array(BLOCKS)
    seen = course(tuple(range(11)), "digits")
    for found, colour, label in (
        (seen.place / seen.distance, "#0072B2", "raw"),
        (seen.place, "#D55E00", "distances of mean square one"),
    ):
        logs = np.log(found / found[0])
        middle = np.median(logs, 1)
        bars = np.abs(np.sort(logs, 1)[:, [0, -1]].T - middle)
        axes.errorbar(places, middle, bars, fmt="o-", color=colour, capsize=3, label=label)
    axes.axhline(0, ls="--", color="#999999", label="rival: blocks make no difference")
    axes.set(
        xscale="log",
        xlabel="one plus the number of blocks",
        ylabel="log peak over that without blocks",
        title="digits, Adam, at the end of training",
    )
    axes.set_xticks(places, [str(place) for place in places])
    axes.minorticks_off()
    axes.legend()
