"""Is the true solution steeper than what a network finds from the pointwise residual?  Mean squared
slopes of both where the derivation says yes, and under a constant source, where it says no.

Set-ups.  Networks as in ``weak_solution``, and their problems; coefficients 1/4 and 1, and sources
of opposite signs.  Measured: log of the integral of u'^2 of the true solution, by finite volumes,
over that of the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import weak_solution as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.portrait import judged
from proofs_check.weak_solution import CONSTANT, ONE_SIDE, WAVES, Problem, solve, truth
from theory import Settles, constant_source
from theory import steepness as theory

Array = np.ndarray
PART = "log of the mean squares, true solution over network"
FARTHER = {
    "source on one side": ONE_SIDE,
    "source on one side, coefficients 1/4 and 1": Problem(a=(0.25, 1.0)),
    "opposite sources": Problem(f=(1.0, -2.0)),
    "waves": WAVES,
}


def steepness(seeds: Sequence[int], problem: Problem) -> Array:
    """log of the mean squared slope of the true solution over the network's, (S,)."""
    true = (truth(problem)[1] ** 2).mean()
    return np.log(true / (solve(tuple(seeds), (problem,)).slope ** 2).mean(1))


def predicted(problem: Problem) -> float:
    """The same for the smooth solution in place of the network, constant sources."""
    assert problem.f is not None
    x = np.linspace(-1, 1, 20_001)
    smooth = (np.diff(numerics.strong_solution(problem.a, problem.f, x)) ** 2).sum() / (x[1] - x[0])
    return float(np.log1p(numerics.dirichlet_gap(problem.a, problem.f) / smooth))


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=name,
            quantity="log ratio of mean squared slopes, true solution over network, dimensionless",
            claim=constant_source.neither_always,
            predict=partial(predicted, problem),
            measure=partial(steepness, problem=problem),
            terms={"smoothing of the jump of u''": 0.05, "training": 0.02},
            rival=0.0,
            rival_why="the network is as steep as the true solution",
        )
        for name, problem in (
            ("steeper_under_a_source_on_one_side", ONE_SIDE),
            ("flatter_under_a_constant_source", CONSTANT),
        )
    ),
    Check(
        name="steeper_where_it_is_farther_from_zero",
        quantity="log ratio of mean squared slopes, true solution over network, dimensionless",
        claim=theory.dirichlet_gap,
        predict=Threshold("pinn-true-solution-steeper", PART),
        measure={name: partial(steepness, problem=problem) for name, problem in FARTHER.items()},
        terms={"finite volumes, midpoints, training": 0.04},
        rival=0.0,
        rival_why="the network is as steep as the true solution",
        side="at least",
        settles=(Settles("pinn-true-solution-steeper", part=PART, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """log of the mean squared slopes, true over smooth, over the source on the left: it crosses
    zero; with what was judged of networks.
    """
    left = np.linspace(-2, 3, 101)
    curve = [predicted(Problem(f=(f, 1.0))) for f in left]
    axes.plot(left, curve, color="#0072B2", label="derived")
    axes.axhline(0, ls="--", color="#999999", label="as steep")
    for f, name in (
        (0.0, "steeper_under_a_source_on_one_side"),
        (1.0, "flatter_under_a_constant_source"),
    ):
        seen = judged("steepness", name)
        middle, (low, high) = np.median(seen["values"]), seen["interval"]
        axes.errorbar(
            f,
            middle,
            [[middle - low], [high - middle]],
            fmt="k.",
            capsize=3,
            label="" if f else "networks",
        )
    axes.set(
        xlabel="source on the left over that on the right",
        ylabel="log of mean squared slopes, true over smooth",
        title="a = 1/2 | 1: steeper or flatter is a matter of the source",
    )
    axes.legend()
