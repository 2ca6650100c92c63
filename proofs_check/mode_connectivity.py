"""Is there a barrier between independent networks, and between runs from one start?  Very wide
networks against the derived output half-way, small ones on images and signals against sentences.

Set-ups.  (1) One point, 2 times 8192 units, descent to a fit.  (2) Networks of 64 units on 500
examples: own starts, one start, and one start with a shared phase.  Source: Prince, Understanding
Deep Learning, MIT Press 2023, section 20.3.3; Frankle et al., ICML 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import mode_connectivity as numerics
from proofs_check.core.check import Check, Side
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles
from theory import mode_connectivity as theory

if TYPE_CHECKING:
    from proofs_check.training.pairs import Kind

Array = np.ndarray
LEAST: Side = "at least"
MOST: Side = "at most"
RISES, SHARED = "udl-barrier-between-minima", "udl-linear-connectivity-after-shared-start"
TOP, GAIN = "log of the barrier over the loss at the ends", "rise, part of what training gained"
LATE = "rise after shared training, part of that between independent minima"
OFF = "taken off by shared training beyond the shared start, part of the same"
HALF_WIDTH, LABEL = 8192, 0.1  # of wide networks: units without their mirror images


@cache
def between(seeds: tuple[int, ...], place: float, copied: bool = False, out: bool = False) -> Array:
    """Output over label at a place of the line between two wide networks, or from one to a copy of
    it with its units and their mirror images in one random order; ``out``: input weights rest.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    units = 2 * HALF_WIDTH
    model = two_layer(units**0.5)
    X, y = torch.tensor([[0.6, 0.0, 0.8]]), torch.tensor([LABEL])
    ends = []
    for shift in (0, 700_000):
        start = two_layer_start([s + shift for s in seeds], HALF_WIDTH, 3, 1.0, 1.0, device="cpu")
        theta = [p.float() for p in start]
        masks = [torch.ones_like(theta[0]), torch.full_like(theta[1], float(not out))]
        ends.append(
            train(model, theta, X, y, rule=Descent(1.0), steps=12, every=12, masks=masks).end
        )
    if copied:
        order = np.stack([np.random.default_rng([s, 97]).permutation(HALF_WIDTH) for s in seeds])
        rows = torch.arange(len(seeds))[:, None]
        places = torch.tensor(np.concatenate([order, order + HALF_WIDTH], 1))
        ends[1] = tuple(p[rows, places] for p in ends[0])
    middle = [torch.lerp(a, b, place) for a, b in zip(*ends, strict=True)]
    return model(middle, X)[:, 0].numpy() / LABEL


def _kinds() -> dict[str, Kind]:
    from proofs_check.training.pairs import Kind

    return {
        "digits, one hidden layer": Kind(),
        "digits, two hidden layers": Kind(hidden=(64, 64)),
        "digits, tanh": Kind(activation="tanh"),
        "digits, maxout": Kind(activation="maxout"),
        "digits, squared loss": Kind(squared=True),
        "MNIST-1D, one hidden layer": Kind("MNIST-1D"),
        "MNIST-1D, two hidden layers": Kind("MNIST-1D", (64, 64)),
    }


LINES = (
    "digits, one hidden layer",
    "digits, two hidden layers",
    "digits, tanh",
    "digits, maxout",
    "digits, squared loss",
    "MNIST-1D, one hidden layer",
)


@cache
def line(seeds: tuple[int, ...], name: str) -> tuple[Array, Array]:
    """Losses (S, 21) on the line between two independent networks, and at their starts (S,)."""
    from proofs_check.training.pairs import independent, losses, profile

    kind = _kinds()[name]
    one, other = independent(kind, seeds)
    return profile(kind, one, other), losses(kind, kind.start(seeds))


def top(seeds: Sequence[int], name: str) -> Array:
    """log of the largest rise over the line between the ends, over the mean loss of these."""
    found, _ = line(tuple(seeds), name)
    return np.log(2 * numerics.barrier(found) / (found[:, 0] + found[:, -1]))


def gained(seeds: Sequence[int], name: str) -> Array:
    """Largest rise over the line between the ends, part of what training gained."""
    found, start = line(tuple(seeds), name)
    return np.asarray(numerics.barrier(found) / (start - (found[:, 0] + found[:, -1]) / 2))


BRANCHES = {
    "digits, two hidden layers": ("digits", 2, 0, False),
    "MNIST-1D, one hidden layer": ("MNIST-1D", 1, 0, False),
    "MNIST-1D, two hidden layers": ("MNIST-1D", 2, 0, False),
    "MNIST-1D, two hidden layers, shifted": ("MNIST-1D", 2, 2, False),
    "MNIST-1D, three hidden layers, Adam": ("MNIST-1D", 3, 0, True),
}


def _rises(seeds: Sequence[int], name: str) -> Array:
    from proofs_check.training.branches import rises
    from proofs_check.training.pairs import Kind
    from proofs_check.training.rules import Adam, Descent

    data, layers, shift, adam = BRANCHES[name]
    rule = Adam(1e-2) if adam else Descent(0.1)
    return rises(Kind(data, (64,) * layers), tuple(seeds), shift, rule)


def after_sharing(seeds: Sequence[int], name: str) -> Array:
    """Rise between runs with a shared phase, part of that between independent ones."""
    apart, _, late = _rises(seeds, name)
    return np.asarray(late / apart)


def taken_off(seeds: Sequence[int], name: str) -> Array:
    """Rise between runs that share their start alone less that with a shared phase, part of that
    between independent ones.
    """
    apart, same, late = _rises(seeds, name)
    return np.asarray((same - late) / apart)


WIDE = {"16,384 units, three standard deviations": 0.015, "label of a tenth": 0.005}
CHECKS: tuple[Check, ...] = (
    Check(
        name="half_way_between_wide_networks",
        quantity="output over label half-way between two fits of one point, dimensionless",
        claim=theory.independent_solutions,
        predict=Prediction(theory.independent_solutions, {}, part=2),
        measure=lambda seeds: between(tuple(seeds), 0.5),
        terms=WIDE,
        rival=0.5,
        rival_why="output weights and input weights are each half of the way",
    ),
    Check(
        name="half_way_between_output_layers",
        quantity="output over label half-way between two fits by output weights, dimensionless",
        claim=theory.independent_solutions,
        predict=Prediction(theory.independent_solutions, {}, part=4),
        measure=lambda seeds: between(tuple(seeds), 0.5, out=True),
        terms=WIDE,
        rival=Prediction(theory.independent_solutions, {}, part=2),
        rival_why="it makes no difference which weights are trained",
    ),
    Check(
        name="half_way_to_a_permuted_copy",
        quantity="output over label half-way to a copy in random order, at many units as "
        "independent as another network, dimensionless",
        claim=theory.independent_solutions,
        predict=Prediction(theory.independent_solutions, {}, part=2),
        measure=lambda seeds: between(tuple(seeds), 0.5, copied=True),
        terms=WIDE,
        rival=1.0,
        rival_why="it is the same function, so that nothing lies between",
    ),
    *(
        Check(
            name=name,
            quantity=f"{part}, dimensionless",
            claim=claim,
            predict=Threshold(statement, part),
            measure={at: partial(measure, name=at) for at in setups},
            terms={what: size},
            rival=rival,
            rival_why=why,
            side=side,
            rounds=2,
            settles=(Settles(statement, part=part, scope="instances"),),
        )
        for name, claim, statement, part, measure, setups, what, size, rival, why, side in (
            (
                "the_line_is_high_beside_its_ends",
                theory.shared_features,
                RISES,
                TOP,
                top,
                LINES,
                "21 places",
                0.1,
                0.0,
                "a line on which the loss doubles, and no more",
                LEAST,
            ),
            (
                "the_line_is_high_beside_what_was_gained",
                theory.shared_features,
                RISES,
                GAIN,
                gained,
                LINES,
                "21 places",
                0.01,
                0.0,
                "a convex loss, as of output layers over shared features",
                LEAST,
            ),
            (
                "no_barrier_after_a_shared_phase",
                theory.barrier_bound,
                SHARED,
                LATE,
                after_sharing,
                BRANCHES,
                "11 places",
                0.01,
                1.0,
                "minima are as far apart as independent ones",
                MOST,
            ),
            (
                "a_shared_phase_takes_off_a_barrier",
                theory.barrier_bound,
                SHARED,
                OFF,
                taken_off,
                BRANCHES,
                "11 places",
                0.01,
                0.0,
                "runs from one start have no barrier from the beginning",
                LEAST,
            ),
        )
    ),
)


def portrait(axes: Any) -> None:
    """Output over label on the line between two wide networks that fit one point, derived and
    measured, and to a permuted copy; dashed a convex mixture.
    """
    x, seeds = np.array([[0.6, 0.0, 0.8]]), tuple(range(11))
    s = np.linspace(0, 1, 41)
    derived = [numerics.line_prediction(x, [1.0], float(at))[0] for at in s]
    axes.plot(s, derived, color="#0072B2", label="derived")
    for copied, colour, label in ((False, "#D55E00", "independent"), (True, "#009E73", "permuted")):
        for at in (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0):
            found = np.sort(between(seeds, at, copied))
            bars = np.abs(found[[0, -1]] - found[5])[:, None]
            place = at + (0.01 if copied else -0.01)
            axes.errorbar(place, found[5], bars, fmt="o", color=colour, ms=4)
        axes.plot([], [], "o", color=colour, label=label)
    axes.plot(s, np.maximum(s, 1 - s), "--", color="#999999", label="rival: a half of each")
    axes.plot(s, np.ones_like(s), ":", color="#999999", label="rival: no barrier")
    axes.set(
        xlabel="place on the line",
        ylabel="output over label",
        title="16,384 units, one point, 11 pairs",
    )
    axes.legend()
