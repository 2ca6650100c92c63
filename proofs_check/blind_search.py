"""Are low frequencies learned first without gradients, too?  A particle swarm and three other kinds
of search for the weights of a small network.

Set-ups.  sin(x) + sin(5 x) at 41 places of [-pi, pi], one hidden layer of 20 tanh units, loss half
the mean square.  Particle swarm (40 particles, inertia 0.73, pulls 1.5), one random change kept if
it is better, annealing, and an evolution strategy (40 children, the best ten averaged), all from
outputs near zero.  Measured when the relative error at the first frequency is first below one
third, at the best network so far: that at the fifth less that at the first.  Source: essay on
simplicity bias.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import blind_search as theory

Array = np.ndarray
UNITS, PLACES, LOW, HIGH = 20, 41, 1, 5
X = np.linspace(-np.pi, np.pi, PLACES)
TARGET = np.sin(LOW * X) + np.sin(HIGH * X)
WAVES = np.stack([np.sin(LOW * X), np.sin(HIGH * X)])
WEIGHTS = 3 * UNITS + 1
FITTED = 1 / 3  # relative error at which a frequency counts as learned
SENTENCE = "frequency-order-without-gradients"


def outputs(theta: Array) -> Array:
    """Networks (K, weights) at the places: (K, places)."""
    w, b, a = theta[:, :UNITS], theta[:, UNITS : 2 * UNITS], theta[:, 2 * UNITS : -1]
    hidden = np.tanh(w[:, :, None] * X + b[:, :, None])
    return (a[:, None] @ hidden)[:, 0] + theta[:, -1:]


def loss(theta: Array) -> Array:
    """Half the mean square error of each network."""
    return ((outputs(theta) - TARGET) ** 2).mean(1) / 2


def errors(theta: Array) -> Array:
    """Relative errors at both frequencies, of one network."""
    left = outputs(theta[None])[0] - TARGET
    return np.abs(WAVES @ left) / (WAVES**2).sum(1)


Search = Callable[[np.random.Generator, Callable[[Array], bool]], None]


def start(rng: np.random.Generator, count: int) -> Array:
    """Networks with inner weights of standard deviation 2 and output weights near zero."""
    scale = np.r_[np.full(2 * UNITS, 2.0), np.full(UNITS + 1, 0.02)]
    return rng.standard_normal((count, WEIGHTS)) * scale


def swarm(rng: np.random.Generator, done: Callable[[Array], bool]) -> None:
    """Particles are pulled to their own best place and to the best of all."""
    at = start(rng, 40)
    speed, best, value = np.zeros_like(at), at.copy(), loss(at)
    for _ in range(1500):
        leader = best[value.argmin()]
        if done(leader):
            return
        pull, draw = rng.random((2, *at.shape))
        speed = 0.73 * speed + 1.5 * (pull * (best - at) + draw * (leader - at))
        at = at + speed
        now = loss(at)
        better = now < value
        best[better], value[better] = at[better], now[better]


def one_change(rng: np.random.Generator, done: Callable[[Array], bool], heat: float = 0.0) -> None:
    """A random change of 0.05 a weight is kept if the loss falls; with ``heat``, which cools down,
    sometimes if it rises.
    """
    at = start(rng, 1)
    value = loss(at)[0]
    for step in range(20_000):
        if done(at[0]):
            return
        new = at + 0.05 * rng.standard_normal(at.shape)
        found = loss(new)[0]
        warm = heat * 0.9995**step
        if found < value or (warm > 0 and rng.random() < np.exp((value - found) / warm)):
            at, value = new, found


def strategy(rng: np.random.Generator, done: Callable[[Array], bool]) -> None:
    """Children around the mean, of which the best ten give the next mean."""
    mean = start(rng, 1)[0]
    for _ in range(2000):
        if done(mean):
            return
        children = mean + 0.1 * rng.standard_normal((40, WEIGHTS))
        mean = children[np.argsort(loss(children))[:10]].mean(0)


SEARCHES: dict[str, Search] = {
    "particle swarm": swarm,
    "one random change": one_change,
    "annealing": partial(one_change, heat=0.01),
    "evolution strategy": strategy,
}


@cache
def path(seed: int, name: str) -> Array:
    """Relative errors (T, 2) at both frequencies, on the way until the first is learned."""
    seen: list[Array] = []

    def done(theta: Array) -> bool:
        seen.append(errors(theta))
        return bool(seen[-1][0] < FITTED)

    SEARCHES[name](np.random.default_rng([seed, 73]), done)
    return np.array(seen)


def high_less_low(seeds: Sequence[int], name: str) -> Array:
    """Relative error at the high frequency less that at the low one, when the low one is learned;
    zero where it is not.
    """
    ends = np.array([path(int(seed), name)[-1] for seed in seeds])
    return np.where(ends[:, 0] < FITTED, ends[:, 1] - ends[:, 0], 0.0)


CHECKS: tuple[Check, ...] = (
    Check(
        name="low_frequencies_come_first_without_gradients",
        quantity="relative error at the high less that at the low frequency, dimensionless",
        claim=theory.kept_changes,
        predict=Threshold(SENTENCE),
        measure={name: partial(high_less_low, name=name) for name in SEARCHES},
        terms={"jumps of a search from one look to the next": 0.1},
        rival=0.0,
        rival_why="without gradients both frequencies are learned alike",
        side="at least",
        rounds=2,
        settles=(Settles(SENTENCE, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Relative errors at the low and at the high frequency, where four searches have learned the
    low one; dashed the rival, both alike.
    """
    for colour, name in zip(("#0072B2", "#D55E00", "#009E73", "#CC79A7"), SEARCHES, strict=True):
        ends = np.array([path(seed, name)[-1] for seed in range(11)])
        axes.plot(ends[:, 0], ends[:, 1], "o", color=colour, label=f"measured: {name}")
    axes.plot([0, 1], [0, 1], "--", color="#999999", label="rival: learned alike")
    axes.set(xlim=(0, 0.6), ylim=(0, 1.5), xlabel=r"relative error of $\sin x$, dimensionless")
    axes.set(ylabel=r"relative error of $\sin 5x$, dimensionless")
    axes.set(title="Without gradients, too, the low frequency is learned first")
    axes.legend()
