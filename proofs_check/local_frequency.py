"""Do errors stay longest where the target is quickest?  Networks on chirps, their local times
against the known local frequency.

Set-ups.  A sine whose angular frequency rises from 1 to 6 on [-pi, pi], or to 6 in the middle;
networks as for two sines; time of each of 12 equal parts of the interval: its mean squared error is
below a tenth of that of no output.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from numerics import local_frequency as numerics
from numerics.tangent_kernel import two_layer_kernel
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.data import midpoints, with_bias
from proofs_check.training.parts import Net, times
from theory import Settles
from theory import local_frequency as theory

Array = np.ndarray
POINTS, PARTS, LOW, HIGH = 72, 12, 1.0, 6.0
STEPS = 1000
RELU = Net(steps=STEPS)
SAID, PART = "hard-regions-are-high-frequency", "rank correlation of frequency and time"


@dataclass(frozen=True)
class Chirp:
    """A network, where the target is quickest, and how many times the samples are there."""

    net: Net = RELU
    middle: bool = False
    more: int = 1


SETUPS: Mapping[str, Chirp] = {
    "ReLU, Adam": Chirp(),
    "tanh, Adam": Chirp(Net("tanh", steps=STEPS)),
    "ReLU, descent": Chirp(Net(adam=False, steps=STEPS)),
    "ReLU, Adam, quick in the middle": Chirp(middle=True),
    "ReLU, Adam, four times the samples where quick": Chirp(more=4),
    "sine layer of large weights, Adam": Chirp(Net("sine", first=6.0, steps=STEPS)),
}


def frequency(x: Array, middle: bool) -> Array:
    """Angular frequency of the chirp at places x."""
    part = 1 - np.abs(x) / np.pi if middle else (x + np.pi) / (2 * np.pi)
    return np.asarray(LOW + (HIGH - LOW) * part)


def chirp(x: Array, middle: bool) -> Array:
    """The chirp at places x: the sine of the integral of its frequency."""
    if middle:
        phase = HIGH * x - (HIGH - LOW) * x * np.abs(x) / (2 * np.pi)
    else:
        u = x + np.pi
        phase = LOW * u + (HIGH - LOW) * u**2 / (4 * np.pi)
    return np.sin(phase)


@cache
def local_times(seeds: tuple[int, ...], name: str) -> tuple[Array, Array]:
    """Frequency in the middle of each part (p,), and times of the parts (S, p)."""
    set_up, half = SETUPS[name], POINTS // 2
    quick = midpoints(set_up.more * half, 0.0, np.pi)
    x = np.r_[midpoints(half, -np.pi, 0.0), quick]
    edges = np.linspace(-np.pi, np.pi, PARTS + 1)
    parts = np.stack([(x > a) & (x <= b) for a, b in pairwise(edges)])
    y = chirp(x, set_up.middle)
    found = times(seeds, set_up.net, x, y, np.ones((1, len(x))), parts.astype(float))
    return frequency((edges[1:] + edges[:-1]) / 2, set_up.middle), found[:, 0]


def ranks(seeds: Sequence[int], name: str) -> Array:
    """Rank correlation of frequency and time over the parts, (S,)."""
    omega, found = local_times(tuple(seeds), name)
    return np.array([spearmanr(omega, one).statistic for one in found])


CHECKS: tuple[Check, ...] = (
    Check(
        name="quick_places_are_late",
        quantity="rank correlation of local frequency and local time, dimensionless",
        claim=theory.local_time,
        predict=Threshold(SAID, PART),
        measure={name: partial(ranks, name=name) for name in SETUPS},
        terms={"looks every four steps": 0.05},
        rival=0.0,
        rival_why="the time does not depend on the place",
        side="at least",
        settles=(Settles(SAID, part=PART, scope="instances"),),
        rounds=1,
    ),
)


def portrait(axes: Any) -> None:
    """Local time over local frequency of a chirp: derived for a very wide ReLU network, measured in
    narrow ones, dashed no dependence; times over that of the first part.
    """
    x = midpoints(POINTS)
    K = two_layer_kernel(with_bias(x), m=1.0, kappa=1.0)
    wide = numerics.local_times(K, x, chirp(x, False), 2 * np.pi / PARTS)
    omega = frequency(x, False)
    axes.plot(omega, wide / wide[:10].mean(), color="#0072B2", label="derived: very wide ReLU")
    for name, colour in (
        ("ReLU, Adam", "#D55E00"),
        ("tanh, Adam", "#009E73"),
        ("ReLU, descent", "#CC79A7"),
        ("sine layer of large weights, Adam", "#000000"),
    ):
        at, found = local_times(tuple(range(11)), name)
        scaled = found / np.median(found[:, 0])
        low, middle, high = np.quantile(scaled, (0.1, 0.5, 0.9), axis=0)
        axes.errorbar(
            at, middle, [middle - low, high - middle], fmt="o", color=colour, capsize=2, label=name
        )
    axes.axhline(1, ls="--", color="#999999", label="rival: the place does not matter")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="local angular frequency of the target",
        ylabel="time to a tenth of the error, over that of the first part",
        title="Quick places are late",
    )
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
