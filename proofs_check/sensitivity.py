"""Do margins of trained classifiers come back like a wave, or go on like a line?  Changes of sign
beyond the boundary, and sensitivity along the step over that along random directions.

Set-ups.  The classifiers and steps of ``adversarial_example``.  (1) The difference of both outputs
on the straight line through the boundary, ten times as long as the step to it.  (2) Its change by
the step over its change by random steps of the same length, which are finite.  Source: our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from proofs_check.adversarial_example import SETUPS, flipped
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles
from theory import sensitivity as theory

Array = np.ndarray
POINTS, DIRECTIONS = 101, 64  # on a line; random steps of each example
CHANGES = "changes of sign on ten flip distances"


def margins(seeds: tuple[int, ...], name: str, net: str, points: Array) -> Array:
    """Differences of the outputs before and behind the boundary, (S, k, n), at points (S, k, n, D)
    of k kinds.
    """
    import torch

    from proofs_check.training import classifiers

    of, (found, _) = classifiers.standard(name, net, seeds), flipped(seeds, name, net)
    kinds = points.shape[1]
    with torch.no_grad():
        flat = points.reshape(len(points), -1, points.shape[3])
        out = of(classifiers.tensor(flat)).numpy().reshape(*points.shape[:3], -1)
    own, other = (np.repeat(c[:, None, :, None], kinds, 1) for c in (found.own, found.other))
    return np.asarray((np.take_along_axis(out, own, 3) - np.take_along_axis(out, other, 3))[..., 0])


@cache
def on_the_line(seeds: tuple[int, ...], name: str, net: str, reach: float = 10.0) -> Array:
    """Margins (S, points, n) on the way through the boundary, in units of that at the example."""
    found = flipped(seeds, name, net)[0]
    along = np.linspace(0, reach, POINTS)[:, None, None]
    lines = found.start + along * found.step[:, None]
    values = margins(seeds, name, net, lines)
    return np.asarray(values / values[:, :1])


def sign_changes(seeds: Sequence[int], name: str, net: str) -> Array:
    """Mean number over examples of changes of sign."""
    counted = flipped(tuple(seeds), name, net)[1]
    signs = on_the_line(tuple(seeds), name, net) > 0
    changes = (signs[:, 1:] != signs[:, :-1]).sum(1)
    return np.array([c[k].mean() for c, k in zip(changes, counted, strict=True)])


def finite_sensitivity(seeds: Sequence[int], name: str = "digits", net: str = "ReLU") -> Array:
    """log of the median over examples of the change by the step over the root mean square change
    by random ones.
    """
    seeds = tuple(seeds)
    found, counted = flipped(seeds, name, net)
    rng = np.random.default_rng(33)
    random = rng.standard_normal((DIRECTIONS, *found.start.shape))
    random /= np.linalg.norm(random, axis=2, keepdims=True)
    steps = random * found.length[:, None, :, None]
    still = margins(seeds, name, net, np.broadcast_to(found.start, found.step.shape)[:, None])
    moved = margins(seeds, name, net, found.start + steps)
    spread = np.sqrt(((moved - still) ** 2).mean(1))
    ratio = np.abs(still[:, 0]) / spread
    return np.log([np.median(r[k]) for r, k in zip(ratio, counted, strict=True)])


def varying_directions() -> float:
    """log of the root of the participation number of the eigenvalues of the images' covariance."""
    from proofs_check.training.classifiers import examples

    X = examples("digits").X
    rates = np.linalg.eigvalsh(np.cov(X.T))
    return float(np.log(rates.sum() / np.sqrt((rates**2).sum())))


def derived_ratio() -> float:
    """log of the derived ratio, for images of 64 pixels."""
    return float(np.log(Prediction(theory.random_direction, {theory.d: 64}, part=2)()))


CHECKS: tuple[Check, ...] = (
    Check(
        name="step_over_random_directions",
        quantity="log of the change by the step over that by random steps, dimensionless",
        claim=theory.random_direction,
        predict=derived_ratio,
        measure=finite_sensitivity,
        terms={"steps are finite": 0.15, "64 random steps": 0.05},
        rival=varying_directions,
        rival_why="the root of the number of directions in which images vary",
    ),
    Check(
        name="margin_comes_back",
        quantity="changes of sign on ten flip distances, a count",
        claim=theory.dimension_not_frequency,
        predict=Threshold(theory.HIGH, CHANGES),
        measure={
            setup: partial(sign_changes, name=data, net=net)
            for setup, (data, net) in SETUPS.items()
        },
        terms={"101 points of a line": 0.05},
        rival=1.0,
        rival_why="a linear margin changes its sign once",
        side="at least",
        settles=(Settles(theory.HIGH, part=CHANGES, scope="instances"),),
        rounds=2,
    ),
)


def portrait(axes: Any) -> None:
    """Margins on the way through the boundary: of classifiers, of a line, of a wave."""
    along = np.linspace(0, 10, POINTS)
    axes.plot(along, 1 - along, color="#0072B2", label="derived: linear margin")
    wave = np.cos(np.pi * along / 2)
    axes.plot(along, wave, "--", color="#999999", label="rival: wave of half a period 2")
    for (setup, (name, net)), colour in zip(
        SETUPS.items(),
        ("#D55E00", "#E69F00", "#CC79A7", "#009E73", "#56B4E9", "#000000"),
        strict=True,
    ):
        found = np.median(on_the_line(tuple(range(11)), name, net), axis=(0, 2))
        axes.plot(along, found, color=colour, lw=1, label=f"measured: {setup}")
    axes.axhline(0, color="#BBBBBB", lw=0.6)
    axes.set(
        xlabel="step over the distance to the boundary, dimensionless",
        ylabel="margin over that at the example, dimensionless",
        title="Beyond the boundary margins fall on, and no wave brings them back: medians",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
