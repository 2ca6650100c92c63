"""Does depth help until training becomes difficult, and do residual blocks with norms help then?
The scatter of signals, plain networks of 1 to 30 layers, and residual networks deep, shallow, wide.

Set-ups.  120 data in ten classes, 24 units, Adam at the rate 0.003 for 60 steps on all of them: on
signals of MNIST-1D, on digits, with descent of rate 0.03 and momentum 0.9, with 8 units.  Held-out
accuracy is that on all other data, at most 1600.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from numerics import trainable_depth as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training.deep import CLASSES, SETUPS, STEPS, N, Setup, accuracy, examples
from theory import Settles
from theory import trainable_depth as theory

Array = np.ndarray
DEPTHS = (1, 2, 4, 10, 30)
NARROW, LAYERS = 20, 4  # units and layers of the nets whose signals scatter
SCATTERED = {theory.D: NARROW, theory.L: LAYERS}
HISTORY = "udl-depth-improves-historically"
RESIDUAL = "udl-residual-bn-enable-depth"
WIDE = "udl-wide-shallow-residual-comparable"


# ---------------------------------------------------------------- signals at the start


def scatter(seeds: Sequence[int], D: int = NARROW, L: int = LAYERS, draws: int = 20_000) -> Array:
    """log of the mean of |h|^4 over the square of that of |h|^2, behind ReLU layers."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 61])
        square = np.ones(draws)
        for _ in range(L):
            z = rng.standard_normal((draws, D), dtype=np.float32)
            square = square * 2 / D * (np.maximum(z, 0) ** 2).sum(1)
        found.append(np.log((square**2).mean() / square.mean() ** 2))
    return np.array(found)


# ---------------------------------------------------------------- trained


def by_depth(seeds: Sequence[int], setup: Setup) -> Array:
    """Accuracies (depths, S, 3) of plain networks."""
    return np.array([accuracy(tuple(seeds), setup, at, setup.units, True) for at in DEPTHS])


def best(found: Array) -> tuple[Array, Array]:
    """Place of the best depth by one half of the held-out data (S,), its accuracy on the other."""
    at = found[:, :, 1].argmax(0)
    return at, found[at, np.arange(found.shape[1]), 2]


def rise(seeds: Sequence[int], setup: Setup) -> Array:
    """Held-out accuracy of the best depth less that of one hidden layer."""
    found = by_depth(seeds, setup)
    return np.asarray(best(found)[1] - found[0, :, 2])


def fall(seeds: Sequence[int], setup: Setup) -> Array:
    """Held-out accuracy of 30 hidden layers less that of the best depth."""
    found = by_depth(seeds, setup)
    return np.asarray(found[-1, :, 2] - best(found)[1])


def held_out(found: Array) -> Array:
    """Accuracy (S,) on both halves of the held-out data."""
    return np.asarray(found[:, 1:].mean(1))


def trains(seeds: Sequence[int], setup: Setup) -> Array:
    """Training accuracy of 20 residual blocks less that of 40 plain layers."""
    deep = accuracy(tuple(seeds), setup, 20, setup.units, False)
    return np.asarray(deep[:, 0] - accuracy(tuple(seeds), setup, 40, setup.units, True)[:, 0])


def better(seeds: Sequence[int], setup: Setup, plain: int = 4) -> Array:
    """Held-out accuracy of 20 residual blocks less that of so many plain layers."""
    deep = accuracy(tuple(seeds), setup, 20, setup.units, False)
    return held_out(deep) - held_out(accuracy(tuple(seeds), setup, plain, setup.units, True))


def size(inputs: int, blocks: int, units: int) -> int:
    """Parameters of a residual network."""
    return units * (inputs + blocks * (2 * units + 1) + CLASSES) + CLASSES


def wide_units(inputs: int, blocks: int, deep: int, units: int) -> int:
    """The most units of so many blocks with at most the parameters of ``deep`` blocks."""
    D = units
    while size(inputs, blocks, D + 1) <= size(inputs, deep, units):
        D += 1
    return D


def wide_less_deep(seeds: Sequence[int], setup: Setup, blocks: int = 2, deep: int = 10) -> Array:
    """Held-out accuracy of two wide residual blocks less that of ten narrow ones."""
    units = 8 if setup.units == 8 else 16
    inputs = examples(setup, 0)[0].shape[1]
    wide = accuracy(tuple(seeds), setup, blocks, wide_units(inputs, blocks, deep, units), False)
    return held_out(wide) - held_out(accuracy(tuple(seeds), setup, deep, units, False))


def _asks(
    name: str,
    quantity: str,
    statement: str,
    part: str,
    measure: Callable[..., Array],
    rival: Any,
    why: str,
    side: Literal["at least", "at most"],
    undecided: str | None = None,
) -> Check:
    return Check(
        name=name,
        quantity=f"{quantity}, a share",
        claim=theory.fourth_moment,
        open=undecided,
        predict=Threshold(statement, part),
        measure={setup: partial(measure, setup=how) for setup, how in SETUPS.items()},
        terms={"one point": 0.01},
        rival=rival,
        rival_why=why,
        side=side,
        rounds=1,
        settles=(Settles(statement, part=part, scope="instances"),),
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="scatter_of_signals",
        quantity="log of the mean of |h|^4 over the square of that of |h|^2, dimensionless",
        claim=theory.fourth_moment,
        predict=lambda: float(np.log(Prediction(theory.fourth_moment, SCATTERED, part=1)())),
        measure=scatter,
        terms={"20,000 draws of a law with a long tail": 0.1},
        rival=LAYERS * float(np.log(1 + 2 / NARROW)),
        rival_why="ReLU halves every square and scatters no more than a linear layer, 1 + 2 / D",
    ),
    _asks(
        "depth_helps",
        "held-out accuracy of the best plain depth less that of one layer",
        HISTORY,
        "rise",
        rise,
        0.0 - 0.01,
        "depth brings nothing on small data",
        "at least",
        "within two points of one layer in every set-up: 11 seeds do not decide",
    ),
    _asks(
        "depth_hurts",
        "held-out accuracy of 30 plain layers less that of the best depth",
        HISTORY,
        "fall",
        fall,
        0.01,
        "the deeper the better, at the variance of He",
        "at most",
    ),
    _asks(
        "residual_blocks_train",
        "training accuracy of 20 residual blocks with norms less that of 40 plain layers",
        RESIDUAL,
        "trains",
        trains,
        -0.01,
        "plain layers at the variance of He train as well",
        "at least",
    ),
    _asks(
        "deep_residual_networks_are_better",
        "held-out accuracy of 20 residual blocks with norms less that of 4 plain layers",
        RESIDUAL,
        "better",
        better,
        -0.01,
        "depth that trains brings nothing",
        "at least",
        "within some points of four plain layers, on either side: 11 seeds do not decide",
    ),
    Check(
        name="wide_and_shallow_is_alike",
        quantity="held-out accuracy of 2 wide residual blocks less that of 10 narrow ones, a share",
        claim=theory.fourth_moment,
        predict=Threshold(WIDE, "difference"),
        measure={setup: partial(wide_less_deep, setup=how) for setup, how in SETUPS.items()},
        terms={"two points": 0.02},
        rival=-0.1,
        rival_why="depth is what counts: a fifth of it costs ten points",
        settles=(Settles(WIDE, part="difference", scope="instances"),),
    ),
    Check(
        name="wide_and_shallow_is_not_worse",
        quantity="held-out accuracy of 2 wide residual blocks less that of 10 narrow ones, a share",
        claim=theory.fourth_moment,
        predict=Threshold(WIDE, "not worse"),
        measure={setup: partial(wide_less_deep, setup=how) for setup, how in SETUPS.items()},
        terms={"two points": 0.02},
        rival=-0.1,
        rival_why="depth is what counts: a fifth of it costs ten points",
        side="at least",
        settles=(Settles(WIDE, part="not worse", scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Accuracy by depth of plain networks, on training and held-out data, the depth at which
    signals scatter, and residual networks of 40 layers.
    """
    how = SETUPS["MNIST-1D"]
    found = by_depth(range(11), how)
    for label, values, colour in (
        ("plain, training data", found[:, :, 0], "#0072B2"),
        ("plain, held out", found[:, :, 1:].mean(2), "#D55E00"),
    ):
        middle, ends = np.median(values, 1), np.sort(values, 1)[:, [0, -1]]
        axes.errorbar(
            DEPTHS, middle, abs(ends.T - middle), fmt="o-", color=colour, capsize=3, label=label
        )
    deep = accuracy(tuple(range(11)), how, 20, how.units, False)
    axes.plot(40, np.median(deep[:, 0]), "s", color="#0072B2", label="20 residual blocks, training")
    axes.plot(
        40, np.median(held_out(deep)), "s", color="#D55E00", label="20 residual blocks, held out"
    )
    axes.axvline(
        numerics.critical_depth(how.units), color="#009E73", label="derived: signals scatter by e"
    )
    axes.axhline(1 / CLASSES, ls="--", color="#999999", label="chance")
    axes.set(
        xlabel="hidden layers",
        ylabel="accuracy",
        xscale="log",
        title=f"{N} signals of MNIST-1D, 24 units, {STEPS} steps of Adam",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
