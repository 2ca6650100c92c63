"""Do networks learn random labels by heart, with and without decay, dropout, noise in the gradient,
at any rate, and generalise on true ones?

Set-ups.  ReLU networks on images of digits and on signals of MNIST-1D, 50 to 300 of them; labels
left wrong are counted by the network without masks, at the first look without any or at the end.
Source: Zhang, Bengio, Hardt, Recht, Vinyals, ICLR 2017; Keskar, Mudigere, Nocedal, Smelyanskiy,
Tang, ICLR 2017; Prince, Understanding Deep Learning, MIT Press 2023, section 20.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import memorisation as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data, features, labels
from proofs_check.training.labels import Fitted, Task
from proofs_check.training.rules import Adam, Descent, Momentum
from theory import Settles
from theory import memorisation as theory

Array = np.ndarray
RANDOM, REAL = "overparam-fit-random-labels", "overparam-generalises-real"
TWO_LAYER, NOT_NEEDED = (
    "udl-two-layer-fits-and-generalises",
    "udl-no-explicit-regularisation-needed",
)
LARGE_RATE, LARGE_BATCH = "udl-large-lr-not-harder", "udl-large-batch-still-fits"
WRONG, RANDOM_WRONG = "wrong labels left", "wrong random labels left"
HELD = "held-out accuracy with true labels"
RATIO = "largest log ratio of steps, twice the rate over once"
WRONG_LAST = "wrong labels left at the largest rate"

FRACTIONS = (0.1, 0.2, 0.4, 0.8)  # of the rate at which descent of the quadratic model diverges

SIGNALS = Task(inputs="MNIST-1D")
REGULARISED: dict[str, Task] = {
    "digits, plain": Task(),
    "digits, decay 1e-4": Task(decay=1e-4),
    "digits, decay 1e-3": Task(decay=1e-3),
    "digits, decay 1e-2": Task(decay=1e-2),
    "digits, dropout 0.2": Task(dropout=0.2),
    "digits, dropout 0.5": Task(dropout=0.5),
    "MNIST-1D, plain": SIGNALS,
    "MNIST-1D, decay 1e-3": replace(SIGNALS, decay=1e-3),
    "MNIST-1D, dropout 0.2": replace(SIGNALS, dropout=0.2),
}
PLAIN: dict[str, Task] = {
    "digits, one hidden layer": Task(),
    "digits, two hidden layers": Task(hidden=(64, 64)),
    "digits, squared loss": Task(loss="squared"),
    "digits, descent": Task(rule=Descent(0.1), steps=3000),
    "MNIST-1D, one hidden layer": SIGNALS,
    "noise for images, one hidden layer": Task(noise=True),
}
LARGER = Task(n=300, steps=800)
BOTH: dict[str, Task] = {
    "digits, one hidden layer": LARGER,
    "digits, two hidden layers": replace(LARGER, hidden=(64, 64)),
    "digits, squared loss": replace(LARGER, loss="squared"),
    "MNIST-1D, two hidden layers": replace(LARGER, hidden=(64, 64), inputs="MNIST-1D"),
}
WHOLE = Task(n=200, hidden=(64, 64), labels="true", steps=1500)
BATCHES: dict[str, Task] = {
    "MNIST-1D, half of the data, Adam": replace(
        WHOLE, inputs="MNIST-1D", rule=Adam(5e-3, batch=100)
    ),
    "MNIST-1D, all data, Adam": replace(WHOLE, inputs="MNIST-1D"),
    "MNIST-1D, all data, momentum": replace(WHOLE, inputs="MNIST-1D", rule=Momentum(0.05)),
    "digits, all data, descent": replace(WHOLE, rule=Descent(0.1)),
    "digits, all data, Adam, random labels": replace(WHOLE, labels="random"),
}
SLOW = Task(n=50, rule=Descent(1.0), steps=6000, every=5)
RATES: dict[str, Task] = {
    "ReLU features, squared loss": replace(SLOW, inputs="features", hidden=(), loss="squared"),
    "digits, one hidden layer, squared loss": replace(SLOW, loss="squared"),
    "digits, one hidden layer, cross-entropy": SLOW,
    "digits, two hidden layers, cross-entropy": replace(SLOW, hidden=(64, 64)),
    "MNIST-1D, one hidden layer, cross-entropy": replace(SLOW, inputs="MNIST-1D"),
    "digits, batches of 25, cross-entropy": replace(SLOW, rule=Descent(1.0, batch=25)),
}


@cache
def _fit(task: Task, seeds: tuple[int, ...]) -> Fitted:
    return labels.fit(task, seeds)


def wrong(seeds: Sequence[int], task: Task) -> Array:
    """Labels left wrong."""
    return _fit(task, tuple(seeds)).wrong.astype(float)


def share_of_wrong(seeds: Sequence[int], task: Task) -> Array:
    """Share of the labels that is left wrong."""
    return wrong(seeds, task) / task.n


def held_out(seeds: Sequence[int], task: Task) -> Array:
    """Accuracy on new examples with their true labels, at the moment of the fit."""
    return _fit(task, tuple(seeds)).held


@cache
def at_rates(task: Task, seeds: tuple[int, ...]) -> Fitted:
    """Fits at all rates, (S, rates)."""
    import torch

    limit = 2 / labels.sharpness(task, seeds)
    rates = torch.cat([part * limit for part in FRACTIONS]).float()
    found = labels.fit(replace(task, rule=Descent(rates, batch=task.rule.batch)), seeds)
    return Fitted(
        *(v.reshape(len(FRACTIONS), -1).T for v in (found.wrong, found.steps, found.held))
    )


def slowest_change(seeds: Sequence[int], task: Task) -> Array:
    """Largest log ratio of the steps at neighbouring rates, the larger over the smaller; infinite
    where the labels are not fitted at the larger.
    """
    steps = at_rates(task, tuple(seeds)).steps
    ratios = np.full((len(steps), steps.shape[1] - 1), np.inf)
    known = np.isfinite(steps[:, 1:])
    np.divide(steps[:, 1:], steps[:, :-1], out=ratios, where=known)
    return np.log(np.maximum(ratios, 1e-3)).max(1)


def wrong_at_the_largest_rate(seeds: Sequence[int], task: Task) -> Array:
    """Labels left wrong at the largest rate."""
    return at_rates(task, tuple(seeds)).wrong[:, -1].astype(float)


def _all(setups: dict[str, Task], measure: Callable[..., Array], **other: Any) -> dict[str, Any]:
    return {
        name: partial(measure, task=replace(task, **other) if other else task)
        for name, task in setups.items()
    }


# ---------------------------------------------------------------- predictions

IMAGES, DECAY, UNITS = 100, 3.0, 400


@cache
def _features() -> Array:
    """ReLU features (100, 400) of digits, of mean squared length about 64."""
    X, _ = data.digits(IMAGES, seed=1, scale="standard")
    return np.asarray(features.relu_features(UNITS, 1, X)[0] / UNITS**0.5)


def lost_to_decay(seeds: Sequence[int], draws: int = 40) -> Array:
    """Share of fair random labels that ridge regression on features gets wrong."""
    Z, found = _features(), []
    for seed in seeds:
        y = np.random.default_rng([seed, 93]).choice([-1.0, 1.0], (IMAGES, draws))
        w = np.linalg.solve(Z.T @ Z + DECAY * np.eye(UNITS), Z.T @ y)
        found.append(((Z @ w) * y < 0).mean())
    return np.array(found)


def _left(rival: bool = False) -> float:
    K = _features() @ _features().T
    return float(numerics.fit_error(K, 1e-6 * DECAY if rival else DECAY))


CHANCE = {"400 images in ten clusters": 0.12}
HALF = {"half of a label": 0.1}


def _none_wrong(name: str, statement: str, part: str, setups: dict[str, Task]) -> Check:
    return Check(
        name=name,
        quantity="labels left wrong, in labels",
        claim=theory.surviving_labels,
        predict=Threshold(statement, part),
        measure=_all(setups, wrong),
        terms=HALF,
        rival=lambda: float(min(t.n for t in setups.values()) * (1 - numerics.chance(10))),
        rival_why="labels without a rule cannot be learned: a network is right by chance",
        side="at most",
        settles=(Settles(statement, part=part, scope="instances"),),
    )


CHECKS: tuple[Check, ...] = (
    _none_wrong("random_labels_are_fitted", RANDOM, WRONG, REGULARISED),
    _none_wrong("nothing_is_needed_to_fit", NOT_NEEDED, WRONG, PLAIN),
    _none_wrong("the_same_network_fits_random_labels", REAL, RANDOM_WRONG, BOTH),
    Check(
        name="and_generalises_on_true_ones",
        quantity="held-out accuracy, dimensionless",
        claim=theory.accuracy_at_chance,
        predict=Threshold(REAL, HELD),
        measure=_all(BOTH, held_out, labels="true"),
        terms={"less than one of 400": 0.002},
        rival=Prediction(theory.accuracy_at_chance, {theory.C: 10}),
        rival_why="what can learn anything by heart learns nothing else",
        side="at least",
        settles=(Settles(REAL, part=HELD, scope="instances"),),
    ),
    Check(
        name="random_labels_teach_nothing",
        quantity="accuracy on new images after random labels, dimensionless",
        claim=theory.accuracy_at_chance,
        predict=Prediction(theory.accuracy_at_chance, {theory.C: 10}),
        measure=partial(held_out, task=LARGER),
        terms=CHANCE,
        rival=lambda: typical(held_out, task=replace(LARGER, labels="true")),
        rival_why="a fit is a fit, whatever the labels",
    ),
    Check(
        name="larger_rates_are_not_slower",
        quantity="log of the ratio of numbers of steps, dimensionless",
        claim=theory.rate_of_fitting,
        predict=Threshold(LARGE_RATE, RATIO),
        measure=_all(RATES, slowest_change),
        terms={"steps between two looks": 0.05},
        rival=float(np.log(2)),
        rival_why="large steps overshoot, and cost what they gain twice",
        side="at most",
        settles=(Settles(LARGE_RATE, part=RATIO, scope="instances"),),
    ),
    Check(
        name="the_largest_rate_fits",
        quantity="labels left wrong, in labels",
        claim=theory.rate_of_fitting,
        predict=Threshold(LARGE_RATE, WRONG_LAST),
        measure=_all(RATES, wrong_at_the_largest_rate),
        terms=HALF,
        rival=lambda: float(SLOW.n * (1 - numerics.chance(10))),
        rival_why="large steps do not settle, and answers stay at chance",
        side="at most",
        settles=(Settles(LARGE_RATE, part=WRONG_LAST, scope="instances"),),
    ),
    Check(
        name="large_batches_fit",
        quantity="share of wrong labels, dimensionless",
        claim=theory.batch_of_orthogonal_inputs,
        predict=Threshold(LARGE_BATCH, "share of wrong labels"),
        measure=_all(BATCHES, share_of_wrong),
        terms={"less than one of 200": 0.001},
        rival=0.05,
        rival_why="without noise descent is caught in poor minima",
        side="at most",
        settles=(Settles(LARGE_BATCH, part="share of wrong labels", scope="instances"),),
    ),
    Check(
        name="decay_loses_random_labels",
        quantity="share of random labels that ridge regression gets wrong, dimensionless",
        claim=theory.surviving_labels,
        predict=_left,
        measure=lost_to_decay,
        terms={"normal law for a sum of 100 terms": 0.01, "4,000 labels, three deviations": 0.015},
        rival=lambda: _left(rival=True),
        rival_why="any decay leaves room for every label",
    ),
)


def portrait(axes: Any) -> None:
    """Share of random labels that ridge regression loses over the decay, derived and measured."""
    Z = _features()
    K, decays = Z @ Z.T, np.geomspace(0.3, 100, 40)
    axes.semilogx(decays, [numerics.fit_error(K, v) for v in decays], label="derived, normal law")
    axes.axvline(numerics.largest_decay(K), color="#009E73", label="every labelling survives below")
    rng = np.random.default_rng([0, 93])
    for decay in (1.0, 3.0, 10.0, 30.0):
        y = rng.choice([-1.0, 1.0], (IMAGES, 40))
        w = np.linalg.solve(Z.T @ Z + decay * np.eye(UNITS), Z.T @ y)
        share = ((Z @ w) * y < 0).mean()
        bar = 3 * (share * (1 - share) / y.size) ** 0.5
        axes.errorbar(decay, share, bar, fmt="k.", capsize=3)
    axes.axhline(0, ls="--", color="#999999", label="rival: any decay leaves room for all")
    axes.plot(decays[0], 0, "ko", mfc="none", label="printed: zero training error")
    axes.set(
        xlabel="weight decay",
        ylabel="share of random labels that is lost",
        title="100 digits, 400 ReLU features, ridge regression",
    )
    axes.legend()
