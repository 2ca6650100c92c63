"""Do networks fit with fewer parameters than labels, 43 units 10,000 signals, four parameters for
each of them random labels?  And where does a hyperplane stop to separate?

Set-ups.  (1) Small ReLU networks on digits and on signals of MNIST-1D.  (2) The kept weights of
two runs of the published network.  (3) The four published networks, scaled, by full-batch descent.
(4) Normal points with fair labels, separated by linear programming.
Source: Cover, IEEE Transactions on Electronic Computers 14, 1965; Prince, Understanding Deep
Learning, MIT Press 2023, section 20.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import few_parameters as numerics
from numerics.memorisation import chance
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import typical
from proofs_check.training import labels
from proofs_check.training.labels import Fitted, Task
from proofs_check.training.rules import Adam, Descent, Momentum
from theory import Settles
from theory import few_parameters as theory
from theory.memorisation import C, accuracy_at_chance

Array = np.ndarray
FEW, FORTY_THREE = "udl-fits-with-fewer-params", "udl-43-units-fits-10000"
TWO_LAYER, TEST = "udl-two-layer-fits-and-generalises", "test accuracy"
FULL_BATCH = "udl-fullbatch-random-labels-zero"
WRONG, WRONG_OF_ALL = "wrong labels left", "wrong labels left of 10,000"
STEPS, RATE = 1500, 0.2


def falling(done: int) -> float:
    """Half a cosine wave from 1e-2."""
    return 5e-3 * (1 + math.cos(math.pi * done / STEPS))


SMALL = Task(n=500, labels="true", hidden=(6,), rule=Adam(falling), steps=STEPS)
SETUPS: dict[str, Task] = {
    "500 digits, one hidden layer of 6": SMALL,
    "500 digits, two hidden layers of 5": replace(SMALL, hidden=(5, 5)),
    "500 digits, even or odd, one hidden layer of 7": replace(SMALL, hidden=(7,), classes=2),
    "1,000 digits, one hidden layer of 13": replace(SMALL, hidden=(13,), n=1000),
    "500 signals, two hidden layers of 8": replace(SMALL, hidden=(8, 8), inputs="MNIST-1D"),
}
NET = Task(inputs="MNIST-1D", n=200, rule=Descent(RATE), every=20)
NETS: dict[str, Task] = {  # time: rate times steps
    "one hidden layer": replace(NET, hidden=(15,), steps=round(1250 / RATE)),
    "two hidden layers": replace(NET, hidden=(12, 12), steps=round(500 / RATE)),
    "three hidden layers": replace(NET, hidden=(10, 10, 10), steps=round(500 / RATE)),
    "four hidden layers": replace(NET, hidden=(9, 9, 9, 9), steps=round(500 / RATE)),
}
KEPT = {
    "10,000 signals, 43 units": "Adam, falling rate",
    "10,000 signals, 43 units, another start": "Adam, falling rate, another start",
}
SCALED = Task(
    inputs="MNIST-1D", labels="true", n=1600, hidden=(145, 145), rule=Adam(3e-3, batch=100),
    steps=1280, every=16,
)  # fmt: skip
SCALED_DOWN: dict[str, Task] = {
    "1,600 signals, 145 units": SCALED,
    "1,600 signals, 145 units, momentum": replace(SCALED, rule=Momentum(0.05, batch=100)),
    "800 signals, 103 units": replace(SCALED, n=800, hidden=(103, 103), steps=640, every=8),
    "1,600 signals, 64 units": replace(SCALED, hidden=(64, 64)),
}


@cache
def _fit(task: Task, seeds: tuple[int, ...]) -> Fitted:
    return labels.fit(task, seeds)


def wrong(seeds: Sequence[int], task: Task) -> Array:
    """Labels left wrong."""
    return _fit(task, tuple(seeds)).wrong.astype(float)


def most_wrong_of_all(seeds: Sequence[int]) -> Array:
    """Labels that kept weights get wrong, the larger number of both runs, for all seeds."""
    return np.maximum(*(kept(seeds, run) for run in KEPT.values()))


def kept(seeds: Sequence[int], run: str, accuracy: bool = False) -> Array:
    """Labels that kept weights get wrong, or their test accuracy: one run for all seeds."""
    from proofs_check.training import forty_three

    found = float(forty_three.wrong(run, held_out=accuracy))
    if accuracy:
        found = 1 - found / len(forty_three.signals().y_test)
    return np.full(len(seeds), found)


def _kept(accuracy: bool) -> dict[str, Any]:
    return {name: partial(kept, run=run, accuracy=accuracy) for name, run in KEPT.items()}


def held_out(seeds: Sequence[int], task: Task) -> Array:
    """Accuracy on new signals, at the moment of the fit."""
    return _fit(task, tuple(seeds)).held


POINTS, COORDINATES = 16, 8


def share_of_separable(seeds: Sequence[int], draws: int = 60) -> Array:
    """Share of fair labellings of normal points that linear programming separates."""
    from scipy.optimize import linprog

    found = []
    for seed in seeds:
        rng, count = np.random.default_rng([seed, 95]), 0
        for _ in range(draws):
            X = rng.standard_normal((POINTS, COORDINATES))
            y = rng.choice([-1.0, 1.0], POINTS)
            solved = linprog(
                np.zeros(COORDINATES), -y[:, None] * X, -np.ones(POINTS), bounds=(None, None)
            )
            count += solved.status == 0
        found.append(count / draws)
    return np.array(found)


def _check(
    name: str,
    statement: str,
    part: str,
    claim: Callable[..., Any],
    setups: Any,
    rival: Callable[[], float],
    why: str,
    rounds: int = 1,
) -> Check:
    return Check(
        name=name,
        quantity="labels left wrong, in labels",
        claim=claim,
        predict=Threshold(statement, part),
        measure=setups,
        terms={"half of a label": 0.1},
        rival=rival,
        rival_why=why,
        side="at most",
        rounds=rounds,
        deterministic=callable(setups),
        settles=(Settles(statement, part=part, scope="instances"),),
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="hyperplanes_separate_twice_as_many_points",
        quantity="share of separable labellings, dimensionless",
        claim=theory.separable_labellings,
        predict=lambda: float(numerics.separable_probability(POINTS, COORDINATES)),
        measure=share_of_separable,
        terms={"60 draws, three standard deviations": 0.2},
        rival=0.0,
        rival_why="a label for each parameter is all that can be fitted",
    ),
    _check(
        "fewer_parameters_than_labels_fit",
        FEW,
        WRONG,
        theory.numbers_of_a_zigzag,
        {name: partial(wrong, task=task) for name, task in SETUPS.items()},
        lambda: typical(wrong, task=replace(SMALL, labels="random")),
        "labels with a rule are as hard as random ones",
        rounds=1,
    ),
    _check(
        "forty_three_units_fit_10000_signals",
        FORTY_THREE,
        WRONG_OF_ALL,
        theory.numbers_of_a_zigzag,
        most_wrong_of_all,
        lambda: 10_000 - 4095.0,
        "as many labels as parameters are fitted, the others not",
    ),
    _check(
        "full_batches_fit_random_labels",
        FULL_BATCH,
        WRONG,
        theory.separable_labellings,
        {name: partial(wrong, task=task) for name, task in NETS.items()},
        lambda: float(NET.n * (1 - chance(10))),
        "descent without noise is caught in local minima",
        rounds=1,
    ),
    _check(
        "two_layers_fit_signals",
        TWO_LAYER,
        WRONG,
        theory.numbers_of_a_zigzag,
        {
            **{name: partial(wrong, task=task) for name, task in SCALED_DOWN.items()},
            **_kept(False),
        },
        lambda: float(NET.n * (1 - chance(10))),
        "units of two layers do not suffice",
        rounds=1,
    ),
    Check(
        name="two_layers_generalise",
        quantity="test accuracy, dimensionless",
        claim=accuracy_at_chance,
        predict=Threshold(TWO_LAYER, TEST),
        measure={
            **{name: partial(held_out, task=task) for name, task in SCALED_DOWN.items()},
            **_kept(True),
        },
        terms={"two of 400": 0.005},
        rival=Prediction(accuracy_at_chance, {C: 10}),
        rival_why="so many parameters leave new signals to chance",
        side="at least",
        settles=(Settles(TWO_LAYER, part=TEST, scope="instances"),),
        rounds=1,
    ),
)


def portrait(axes: Any) -> None:
    """Share of labellings that a hyperplane separates, over points for each coordinate."""
    points = np.arange(1, 5 * COORDINATES)
    share = numerics.separable_probability(points, COORDINATES)
    axes.plot(points / COORDINATES, share, color="#0072B2", label="Cover's count")
    axes.step([0, 1, 1, 5], [1, 1, 0, 0], "--", color="#999999", label="rival: a label each")
    found = np.sort(share_of_separable(range(11), 20))
    bars = np.abs(found[[0, -1]] - found[5])[:, None]
    axes.errorbar(POINTS / COORDINATES, found[5], bars, fmt="k.", capsize=3, label="11 seeds")
    axes.plot(10_000 / 4095, 1, "ko", mfc="none", label="printed: 43 units, true labels")
    axes.set(
        xlabel="labels for each parameter",
        ylabel="share of labellings that can be fitted",
        title="Hyperplanes in 8 coordinates, fair labels",
    )
    axes.legend()
