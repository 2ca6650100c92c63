"""Are the same samples hard for different networks, and do three of them miss more together than
by chance?  Held-out losses and misses of three architectures on digits and signals.

Set-ups.  100 images or signals for training, 600 held out, a split for every seed; two hidden
layers, two convolutions, three residual blocks, 60 steps of Adam, two starts of each.  Difficulty:
mean cross entropy of a sample over the starts.  Joint misses: of the first starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from numerics import joint_error as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.three_kinds import HELD_OUT, KINDS, held_out
from theory import Settles
from theory import joint_error as theory

Array = np.ndarray
SAMPLES, STEPS, STARTS = 100, 60, 2
SHARED, COUNT = "hard-samples-shared-across-architectures", "vgg-494-joint-errors"
SCALED = "scaled down, log of joint misses over independent ones"
PAIRS: Mapping[str, tuple[str, str, str, int]] = {
    "digits, MLP and CNN": ("digits", "MLP", "CNN", SAMPLES),
    "digits, MLP and residual network": ("digits", "MLP", "residual network", SAMPLES),
    "digits, CNN and residual network": ("digits", "CNN", "residual network", SAMPLES),
    "digits, MLP and CNN, a third of the data": ("digits", "MLP", "CNN", SAMPLES // 3),
    "MNIST-1D, MLP and residual network": ("MNIST-1D", "MLP", "residual network", SAMPLES),
}
JOINT: Mapping[str, tuple[str, int, int]] = {
    "digits": ("digits", SAMPLES, STEPS),
    "digits, a third of the data": ("digits", SAMPLES // 3, STEPS),
    "digits, shorter training": ("digits", SAMPLES, STEPS // 2),
    "MNIST-1D": ("MNIST-1D", SAMPLES, STEPS),
}


def shared(seeds: Sequence[int], data: str, one: str, other: str, n: int) -> Array:
    """Rank correlation of the difficulties of held-out samples for two kinds of networks, (S,)."""
    first, second = (
        held_out(data, tuple(seeds), n, kind, STARTS, STEPS)[0].mean(1) for kind in (one, other)
    )
    return np.array([spearmanr(a, b).statistic for a, b in zip(first, second, strict=True)])


def misses(seeds: Sequence[int], data: str, n: int, steps: int) -> Array:
    """Which held-out samples each kind of network misses, (kinds, S, q)."""
    return np.stack(
        [held_out(data, tuple(seeds), n, kind, STARTS, steps)[1][:, 0] for kind in KINDS[data]]
    )


def excess(seeds: Sequence[int], data: str, n: int, steps: int) -> Array:
    """log of the samples that all three miss, half of one if there are none, over those of
    independent misses, (S,).
    """
    missed = misses(seeds, data, n, steps)
    joint = np.maximum(missed.all(0).sum(1), 0.5)
    alone = [numerics.joint_errors(HELD_OUT, rates) for rates in missed.mean(2).T]
    return np.log(joint / np.array(alone))


CHECKS: tuple[Check, ...] = (
    Check(
        name="difficulty_is_shared",
        quantity="rank correlation of the difficulties for two architectures, dimensionless",
        claim=theory.joint_bounds,
        predict=Threshold(SHARED),
        measure={
            name: partial(shared, data=data, one=one, other=other, n=n)
            for name, (data, one, other, n) in PAIRS.items()
        },
        terms={"last digit of the threshold": 0.05},
        rival=0.0,
        rival_why="what is hard depends on the network",
        side="at least",
        settles=(Settles(SHARED, scope="instances"),),
        rounds=1,
    ),
    Check(
        name="three_networks_miss_together",
        quantity="log of joint misses over those of independent ones, dimensionless",
        claim=theory.printed_count,
        predict=Threshold(COUNT, SCALED),
        measure={
            name: partial(excess, data=data, n=n, steps=steps)
            for name, (data, n, steps) in JOINT.items()
        },
        terms={"half a sample": 0.1},
        rival=-0.2,
        rival_why="networks miss independently, and none at all counts as half a sample",
        side="at least",
        settles=(Settles(COUNT, part=SCALED, scope="instances", analogue=True),),
        rounds=1,
        deviates="small networks on digits and signals stand for VGGs on CIFAR-10; 494 is not "
        "measured again",
    ),
)


def portrait(axes: Any) -> None:
    """Pairs over joint misses, both over the misses of one: what is possible (lines), a Beta law,
    measured networks, and where 494 of 1000 puts the printed ones; dashed independence.
    """
    joint = np.linspace(0.011, 0.99, 60)
    e = 0.1
    bounds = np.array([numerics.pair_bounds(j * e, 1, e) for j in joint]) / e
    beta = np.array([numerics.beta_hardness(j * e, 1, e)[1] for j in joint]) / e
    axes.fill_between(joint, *bounds.T, color="#0072B2", alpha=0.2, label="derived: possible")
    axes.plot(joint, beta, color="#0072B2", label="derived: Beta law")
    for colour, (name, (data, n, steps)) in zip(
        ("#D55E00", "#009E73", "#CC79A7", "#000000"), JOINT.items(), strict=True
    ):
        missed = misses(range(11), data, n, steps)
        one = missed.mean((0, 2))
        three = missed.all(0).mean(1) / one
        two = np.mean([(missed[a] & missed[b]).mean(1) for a, b in ((0, 1), (0, 2), (1, 2))], 0)
        axes.plot(three, two / one, "o", color=colour, ms=4, label=name)
    axes.axvline(0.494, color="k", lw=0.5)
    axes.plot(
        [0.494],
        [numerics.beta_hardness(494, 10000, e)[1] / 1000],
        "o",
        mfc="white",
        color="k",
        ms=9,
        label="printed joint misses, pairs by a Beta law",
    )
    axes.plot(joint, np.sqrt(joint), "--", color="#999999", label="rival: a hard share alone")
    axes.set(
        xlabel="missed by all three, over misses of one",
        ylabel="missed by two, over misses of one",
        title="Hard samples are shared",
    )
    axes.legend(fontsize=8)
