"""Does removal cost what is derived, in linear models, and how much of a network can go: weights
with and without fine-tuning, at once or in rounds, units, channels and residual layers?

Set-ups.  (1) Linear regression of 40 inputs on 60 samples, 12 removed; 500 samples of 400 inputs
of equal curvature, 20 draws.  (2) Networks of ``training.masked`` on digits and signals of
MNIST-1D; Adam, ranks over all layers together, biases stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import pruning as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles, pruning_order
from theory import pruning as theory

if TYPE_CHECKING:
    from proofs_check.training.masked import Net

Array = np.ndarray
LITTLE, AGAIN, WHOLE = (
    "pruning-little-accuracy-loss",
    "udl-pruning-finetune-repeated",
    "udl-structured-pruning",
)
GAIN, ROUNDS = "accuracy gained by fine-tuning", "accuracy gained by repeating"
SAMPLES, INPUTS, REMOVED = 60, 40, 12
MORE, PARTS = 120, 4  # steps of fine-tuning; rounds


# ---------------------------------------------------------------- linear models


def cost_of_removal(seeds: Sequence[int], retrained: bool = True, draws: int = 200) -> Array:
    """Mean loss after 12 of 40 weights are removed, their squared length being two."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 85])
        X = rng.standard_normal((draws, SAMPLES, INPUTS))
        gone, rest = X[..., :REMOVED], X[..., REMOVED:]
        left = gone @ np.full(REMOVED, (2 / REMOVED) ** 0.5)
        if retrained:
            fit = np.linalg.solve(rest.mT @ rest, rest.mT @ left[..., None])
            left = left - (rest @ fit)[..., 0]
        found.append((left**2).mean() / 2)
    return np.array(found)


def cost_of_the_smallest(seeds: Sequence[int], share: float = 0.8, draws: int = 20) -> Array:
    """Loss without the smallest of 400 normal weights of a linear model, over that without as many
    at random.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 86])
        small, any_of = 0.0, 0.0
        for _ in range(draws):
            theta = rng.standard_normal(400)
            X = rng.standard_normal((500, 400))
            order = np.argsort(np.abs(theta))[: round(share * 400)]
            others = rng.permutation(400)[: len(order)]
            small += float(((X[:, order] @ theta[order]) ** 2).mean())
            any_of += float(((X[:, others] @ theta[others]) ** 2).mean())
        found.append(small / any_of)
    return np.array(found)


# ---------------------------------------------------------------- networks


def nets() -> dict[str, Net]:
    """The networks whose weights are removed, by the name of the set-up."""
    from proofs_check.training.masked import Net

    return {
        "digits, two hidden layers": Net(),
        "digits, one hidden layer": Net(hidden=(48,)),
        "digits, tanh": Net(activation="tanh"),
        "digits, wrong labels": Net(wrong=0.2),
        "MNIST-1D, two hidden layers": Net(data="MNIST-1D", steps=250),
    }


FIVE = (
    "digits, two hidden layers",
    "digits, one hidden layer",
    "digits, tanh",
    "digits, wrong labels",
    "MNIST-1D, two hidden layers",
)


@cache
def pruned(seeds: tuple[int, ...], setup: str) -> dict[str, Array]:
    """Held-out accuracies (S,) of the full network after more steps, without the smallest 80 and 90
    % of its weights after as many, and after rounds; and of 90 % before any.
    """
    from proofs_check.training import masked

    net = nets()[setup]
    have, model, start = masked.examples(net.data, seeds, net.wrong), net.model(), net.start(seeds)
    keep = masked.ones(start)
    run = partial(masked.fit, model, have, seeds, rate=net.rate)
    full = run(start, keep, steps=net.steps).end
    most, few = (masked.by_magnitude(full, share) for share in (0.8, 0.9))
    masks = masked.stacked(keep, most, few)
    tuned = run(masked.stacked(full, full, full), masks, steps=MORE)
    before, after = (v.reshape(3, -1) for v in tuned.held[[0, -1]])
    now, last = list(full), after[2]
    for turn in range(1, PARTS + 1):
        mask = masked.by_magnitude(now, 1 - 0.1 ** (turn / PARTS))
        ended = run(now, mask, steps=MORE // PARTS)
        now, last = list(ended.end), ended.held[-1]
    return {"full": after[0], "80": after[1], "90": after[2], "cut": before[2], "rounds": last}


def lost(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy lost without 80 % of the weights."""
    found = pruned(tuple(seeds), setup)
    return found["full"] - found["80"]


def tuned(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy gained by fine-tuning without 90 % of the weights."""
    found = pruned(tuple(seeds), setup)
    return found["90"] - found["cut"]


def repeated(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy gained by four rounds instead of one, with as many steps."""
    found = pruned(tuple(seeds), setup)
    return found["rounds"] - found["90"]


def structured(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy lost without 30 % of the units, channels or layers, after more steps."""
    from proofs_check.training.blocks import lost_without

    return lost_without(tuple(seeds), setup)


KINDS = (
    "hidden units, digits, one layer",
    "hidden units, digits, two layers",
    "hidden units, MNIST-1D, two layers",
    "channels, MNIST-1D, two convolutions",
    "residual layers, digits",
)
# an accuracy of 0.9 on a thousand held-out examples has a standard error of 0.0095
POINT = {"half a standard error of 1000 held-out examples": 0.005}
QUARTER = {"a quarter of a standard error of 1000 held-out examples": 0.0025}


def in_setups(measure: Any, names: Sequence[str]) -> dict[str, Any]:
    """The measurement in each set-up, by its name."""
    return {name: partial(measure, setup=name) for name in names}


CHECKS: tuple[Check, ...] = (
    Check(
        name="loss_after_removal_and_retraining",
        quantity="mean loss without 12 of 40 weights, in units of half their squared length",
        claim=theory.random_design,
        predict=Prediction(
            theory.random_design,
            {theory.V: 2.0, theory.n: SAMPLES, theory.p: INPUTS, theory.s: REMOVED},
            part=1,
        ),
        measure=cost_of_removal,
        terms={"200 draws, five standard deviations": lambda: _scatter()},
        rival=Prediction(theory.random_design, {theory.V: 2.0}),
        rival_why="the rest stays where it is: curvature of the removed weights alone",
    ),
    Check(
        name="loss_without_the_smallest_weights",
        quantity="loss without the smallest 80 % over that without as many at random, "
        "dimensionless",
        claim=theory.energy_lost,
        predict=lambda: float(numerics.energy_lost(0.8) / 0.8),
        measure=cost_of_the_smallest,
        terms={"400 weights and 500 samples, 20 draws": 0.06},
        rival=lambda: float(numerics.energy_lost(0.8, "Laplace") / 0.8),
        rival_why="weights have heavy tails: Laplace's law",
    ),
    Check(
        name="most_weights_can_go",
        quantity="accuracy lost without 80 % of the weights, a share",
        claim=theory.energy_lost,
        predict=Threshold(LITTLE),
        measure=in_setups(lost, FIVE),
        terms=POINT,
        rival=0.2,
        rival_why="all weights are needed",
        side="at most",
        rounds=1,
        settles=(Settles(LITTLE, scope="instances"),),
    ),
    Check(
        name="fine_tuning_is_needed",
        quantity="accuracy gained by fine-tuning without 90 % of the weights, a share",
        claim=theory.loss_of_removal,
        predict=Threshold(AGAIN, GAIN),
        measure=in_setups(tuned, FIVE),
        terms=QUARTER,
        rival=0.0,
        rival_why="what is small does nothing",
        side="at least",
        rounds=1,
        settles=(Settles(AGAIN, part=GAIN, scope="instances"),),
    ),
    Check(
        name="rounds_are_better_than_one_cut",
        quantity="accuracy of four rounds less that of one cut, with the same steps, a share",
        claim=pruning_order.repeated_removal,
        predict=Threshold(AGAIN, ROUNDS),
        measure=in_setups(repeated, FIVE),
        terms={"a fifth of a standard error of 1000 held-out examples": 0.002},
        rival=-0.01,
        rival_why="what is split in rounds has no time to recover",
        side="at least",
        rounds=2,
        settles=(Settles(AGAIN, part=ROUNDS, scope="instances"),),
    ),
    Check(
        name="whole_units_can_go",
        quantity="accuracy lost without 30 % of the units, a share",
        claim=theory.loss_of_removal,
        predict=Threshold(WHOLE),
        measure=in_setups(structured, KINDS),
        terms=POINT,
        rival=0.2,
        rival_why="accuracy goes with the units",
        side="at most",
        rounds=1,
        settles=(Settles(WHOLE, scope="instances"),),
    ),
)


def _scatter() -> float:
    """Five standard errors of the mean of 200 squared lengths in 32 dimensions."""
    free = SAMPLES - INPUTS + REMOVED
    return float(5 * (2 * free) ** 0.5 / SAMPLES / 200**0.5)


def portrait(axes: Any) -> None:
    """Loss without the smallest weights over that without as many at random, over their share."""
    fine = np.linspace(0.02, 0.99, 80)
    axes.plot(fine, numerics.energy_lost(fine) / fine, color="#0072B2", label="normal, derived")
    laplace = numerics.energy_lost(fine, "Laplace") / fine
    axes.plot(fine, laplace, "--", color="#999999", label="rival: Laplace's law")
    axes.axhline(1, ls=":", color="#D55E00", label="size does not matter")
    for share in (0.2, 0.5, 0.8, 0.95):
        found = np.sort(cost_of_the_smallest(range(11), share, 4))
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar(share, found[5], bars, fmt="o", color="#0072B2", ms=4)
    axes.set(
        xlabel="share of the weights that is removed",
        ylabel="loss, over that of as many at random",
        title="400 normal weights, independent inputs, 11 seeds",
    )
    axes.legend()
