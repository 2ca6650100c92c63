"""Is the quick side of two sines the late one, does weight 20 make both alike, and do weights or
new samples save time?  Networks under Adam and descent, and a wide one against its kernel.

Set-ups.  sin 5x left of zero and sin x right of it on [-pi, pi]; time of a side: its mean squared
error is below a tenth of that of no output.  One hidden layer of 100 units or three of 50 from the
usual start, Adam or descent with momentum; 1024 mirrored neurons with outputs times 64, which stay
near their start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import hard_sample as numerics
from numerics.tangent_kernel import two_layer_kernel
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training.data import midpoints, with_bias
from proofs_check.training.parts import Net, times
from theory import Settles
from theory import hard_sample as theory
from theory.equalising_weight import equalising_weight, equalising_weight_of_relu

Array = np.ndarray
POINTS, WEIGHT, MORE = 40, 20.0, 4
FIRST, EQUAL = "piecewise-sin-low-side-first", "piecewise-sin-weight-20-equalises"
HELPS = "hard-region-reweighting-helps"
BY_WEIGHT = "log of the time saved, weight 20"
BY_SAMPLES = "log of the time saved, four times the samples"
NETS: Mapping[str, Net] = {
    "ReLU, Adam": Net(steps=4000),
    "tanh, Adam": Net("tanh"),
    "three ReLU layers, Adam": Net(hidden=(50, 50, 50)),
    "ReLU, descent": Net(adam=False),
    "tanh, descent": Net("tanh", adam=False),
    "wide ReLU near its start, descent": Net(hidden=(1024,), adam=False, near=True, steps=400),
}
SAVED: Mapping[str, tuple[str, bool]] = {  # network, and is the loss divided by the sum of weights
    "ReLU, Adam": ("ReLU, Adam", False),
    "tanh, Adam": ("tanh, Adam", False),
    "three ReLU layers, Adam": ("three ReLU layers, Adam", False),
    "ReLU, descent": ("ReLU, descent", False),
    "ReLU, descent, loss over the sum of weights": ("ReLU, descent", True),
    "tanh, descent, loss over the sum of weights": ("tanh, descent", True),
}


def _target(x: Array) -> Array:
    """sin 5x for x <= 0, sin x beyond."""
    return np.where(x <= 0, np.sin(5 * x), np.sin(x))


@cache
def side_times(seeds: tuple[int, ...], name: str, more: int) -> Array:
    """Times (S, W, 2) of the quick and the slow side, with weights one and ``WEIGHT`` on the quick
    one, or with ``more`` times the points there and weights one.
    """
    half = POINTS // 2
    x = np.r_[midpoints(more * half, -np.pi, 0.0), midpoints(half, 0.0, np.pi)]
    quick = x <= 0
    weights = np.ones((1, len(x)))
    if more == 1:
        weights = np.stack([weights[0], np.where(quick, WEIGHT, 1.0)])
    parts = np.stack([quick, ~quick]).astype(float)
    return times(seeds, NETS[name], x, _target(x), weights * len(x) / POINTS, parts)


def of_the_widest(seeds: Sequence[int]) -> Array:
    """The log ratio of the times with the weight in networks of 2048 neurons with stratified
    angles, (S,)."""
    x = midpoints(POINTS)
    quick = x <= 0
    parts = np.stack([quick, ~quick]).astype(float)
    net = Net(hidden=(2048,), adam=False, near=True, stratified=True, steps=300)
    found = times(seeds, net, x, _target(x), np.where(quick, WEIGHT, 1.0)[None], parts)[:, 0]
    return np.asarray(np.log(found[:, 0] / found[:, 1]))


def lateness(seeds: Sequence[int], name: str, weighted: bool = False) -> Array:
    """log of the time of the quick side over that of the slow side, (S,)."""
    found = np.log(side_times(tuple(seeds), name, 1))[:, int(weighted)]
    return np.asarray(found[:, 0] - found[:, 1])


def time_saved(seeds: Sequence[int], name: str, divided: bool, more: int = 1) -> Array:
    """log of the time of the quick side without weights and new samples over that with them, (S,).

    Where the loss is ``divided`` by the sum of weights, the rate of descent, one over the largest
    eigenvalue, is as much larger: the steps are the same ones, and last so much longer.
    """
    plain = side_times(tuple(seeds), name, 1)[:, 0, 0]
    helped = side_times(tuple(seeds), name, more)[:, -1, 0]
    share = more / (more + 1) if more > 1 else 0.5
    total = (more + 1) / 2 if more > 1 else share * WEIGHT + 1 - share  # mean weight of 40 samples
    return np.asarray(np.log(plain / helped) - np.log(total if divided else 1.0))


def predicted_lateness() -> float:
    """The same log of the kernel of infinitely many neurons, with the weight."""
    x = midpoints(POINTS)
    quick = x <= 0
    K = two_layer_kernel(with_bias(x), m=1.0, kappa=1.0)
    weights = np.where(quick, WEIGHT, 1.0)
    hard, easy = numerics.side_times(
        K, _target(x), np.stack([quick, ~quick]).astype(float), weights
    )
    return float(np.log(hard / easy))


def by_frequency_alone() -> float:
    """Log ratio of the times in long windows, where rates fall as the square of the frequency."""
    return float(np.log(numerics.ratio_of_times(25.0, 1.0, WEIGHT)))


LOOKS = "looks every four steps"
CHECKS: tuple[Check, ...] = (
    Check(
        name="a_wide_network_under_a_weight_follows_its_kernel",
        quantity="log of the time of the quick side over that of the slow side, dimensionless",
        claim=theory.weighted_flow,
        predict=predicted_lateness,
        measure=of_the_widest,
        terms={"2048 neurons, by angles": 0.14, LOOKS: 0.03, "momentum": 0.03},
        rival=by_frequency_alone,
        rival_why="only frequencies count, as in long windows with rates of the power -2",
    ),
    Check(
        name="the_slow_side_is_first",
        quantity="log of the time of the quick side over that of the slow side, dimensionless",
        claim=equalising_weight,
        predict=Threshold(FIRST),
        measure={name: partial(lateness, name=name) for name in NETS},
        terms={LOOKS: 0.05},
        rival=-0.5,
        rival_why="what varies most has the largest errors, and is fitted first",
        side="at least",
        settles=(Settles(FIRST, scope="instances"),),
        rounds=1,
    ),
    Check(
        name="weight_20_equalises",
        quantity="log of the time of the quick side over that of the slow side, dimensionless",
        claim=equalising_weight_of_relu,
        predict=Threshold(EQUAL),
        measure={name: partial(lateness, name=name, weighted=True) for name in NETS},
        terms={"a factor of two, as the sentence's criterion allows": 0.6931},
        rival=lambda: typical(lateness, name="tanh, descent"),
        rival_why="a weight is a common rate: the ratio stays that without weights",
        settles=(Settles(EQUAL, scope="instances"),),
        rounds=2,
    ),
    Check(
        name="a_weight_saves_time",
        quantity="log of the time of the quick side without over with weight 20, dimensionless",
        claim=theory.sum_of_weights,
        predict=Threshold(HELPS, BY_WEIGHT),
        measure={
            setup: partial(time_saved, name=name, divided=divided)
            for setup, (name, divided) in SAVED.items()
        },
        terms={LOOKS: 0.05},
        rival=0.0,
        rival_why="what is hard stays as slow",
        side="at least",
        settles=(Settles(HELPS, part=BY_WEIGHT, scope="instances"),),
        rounds=1,
    ),
    Check(
        name="samples_save_time",
        quantity="log of the time of the quick side without over with new samples, dimensionless",
        claim=theory.sum_of_weights,
        predict=Threshold(HELPS, BY_SAMPLES),
        measure={
            setup: partial(time_saved, name=name, divided=divided, more=MORE)
            for setup, (name, divided) in SAVED.items()
        },
        terms={LOOKS: 0.05},
        rival=0.0,
        rival_why="what is hard stays as slow",
        side="at least",
        settles=(Settles(HELPS, part=BY_SAMPLES, scope="instances"),),
        rounds=1,
    ),
)


def portrait(axes: Any) -> None:
    """Log ratio of the times over the weight: derived for wide networks of one and two hidden
    layers, measured with weights 1 and 20, dashed the law of long windows.
    """
    from numerics.tangent_kernel import ntk

    x = midpoints(POINTS)
    sides = np.stack([x <= 0, x > 0]).astype(float)
    weights = np.geomspace(1, 60, 15)
    kernels = {
        "one hidden layer": two_layer_kernel(with_bias(x), m=1.0, kappa=1.0),
        "two hidden layers": ntk(x[:, None], depth=3, bias_variance=1.0),
    }
    for colour, (name, K) in zip(("#0072B2", "#009E73"), kernels.items(), strict=True):
        ratios = [
            np.divide(*numerics.side_times(K, _target(x), sides, np.where(x <= 0, w, 1.0)))
            for w in weights
        ]
        axes.plot(weights, np.log(ratios), color=colour, label=f"derived: very wide, {name}")
    marks = ("o", "s", "^", "D", "v", "P")
    for at, (name, mark) in enumerate(zip(NETS, marks, strict=True)):
        logs = np.stack([lateness(range(11), name, weighted) for weighted in (False, True)])
        middle = np.median(logs, 1)
        bars = np.abs(np.stack([logs.min(1), logs.max(1)]) - middle)
        axes.errorbar(
            np.array([1.0, WEIGHT]) * 1.03 ** (at - 2),
            middle,
            bars,
            fmt=mark,
            color="#D55E00",
            capsize=2,
            label=name,
        )
    axes.plot(
        weights, np.log(25 / weights), "--", color="#999999", label="rival: frequencies alone, 25"
    )
    axes.plot([WEIGHT], [0.0], "o", mfc="white", color="k", ms=9, label="printed: alike at 20")
    axes.axhline(0, color="k", lw=0.5)
    axes.set(
        xscale="log",
        xlabel="weight of the quick side",
        ylabel="log time, quick side over slow side",
        title="sin 5x | sin x: which side is late",
    )
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
