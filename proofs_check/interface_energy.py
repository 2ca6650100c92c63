"""Does the Ritz energy lead a network to the kink that the pointwise residual misses, and does
either of them see a tent that is put into the network?

Set-ups.  Networks as in ``weak_solution``, trained on the mean of a u'^2 / 2 - f u at 128 midpoints
or on the squared residual at 64, the source a pi^2 sin(pi x), whose true solution has the value pi
times the contrast at the interface.  With a tent c (1 - |x|) beside the network, c starts at 0.3:
the residual leaves it there to the last bit, because it has no second derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics import weak_solution as numerics
from proofs_check.core.check import Check
from proofs_check.weak_solution import CONTRASTS, ONE_SIDE, of_contrast, solve
from theory import interface_energy as theory

Array = np.ndarray
START = 0.3  # height of the tent that is put in
DENSE = 128  # midpoints of the energy: a kink between two of them moves it little


def height_by_energy(seeds: Sequence[int]) -> Array:
    """Slope over the contrast of u(0) under the energy, in units of pi."""
    found = solve(tuple(seeds), tuple(map(of_contrast, CONTRASTS)), by="energy", points=DENSE)
    rho = np.array(CONTRASTS)
    return rho @ found.at_zero.reshape(len(rho), -1) / (rho @ rho) / np.pi


def with_a_tent(seeds: Sequence[int]) -> Array:
    """u(0) under the residual of network and tent, one-sided source."""
    return solve(tuple(seeds), (ONE_SIDE,), tent=START).at_zero


def change_of_the_tent(seeds: Sequence[int]) -> Array:
    """What the residual changes at the tent: zero, if it does not see it."""
    return solve(tuple(seeds), (ONE_SIDE,), tent=START).tent - START


def tent_by_energy(seeds: Sequence[int]) -> Array:
    """u(0) under the energy of network and tent, one-sided source."""
    return solve(tuple(seeds), (ONE_SIDE,), by="energy", tent=START).at_zero


def smooth_value() -> float:
    """Of the smooth solution at the interface, one-sided source."""
    return float(numerics.strong_solution(ONE_SIDE.a, ONE_SIDE.f, 0.0))


def true_value() -> float:
    """Of the true one."""
    return float(numerics.weak_solution(ONE_SIDE.a, ONE_SIDE.f, 0.0))


CHECKS: tuple[Check, ...] = (
    Check(
        name="the_energy_finds_the_kink",
        quantity="slope over the contrast of the value at 0, in units of pi",
        claim=theory.contrast,
        predict=lambda: numerics.interface_correction(np.pi, 0.5, 1.5) / (np.pi * 0.5),
        measure=height_by_energy,
        terms={"rounding of the kink over the width of a unit": 0.1, "quadrature": 0.02},
        rival=0.0,
        rival_why="networks choose the smooth solution, whatever they are trained on",
    ),
    Check(
        name="the_residual_leaves_a_tent_where_it_is",
        quantity="value at the interface, in units of the solution",
        claim=theory.ritz_energy,
        predict=lambda: smooth_value() + START,
        measure=with_a_tent,
        terms={"smoothing of the jump of u'' over the width of a unit": 0.03, "training": 0.02},
        rival=smooth_value,
        rival_why="a wrong kink is an error, and a small residual removes it",
    ),
    Check(
        name="the_energy_moves_a_tent_to_its_height",
        quantity="value at the interface, in units of the solution",
        claim=theory.ritz_energy,
        predict=true_value,
        measure=tent_by_energy,
        terms={"quadrature": 0.02, "training": 0.02},
        rival=lambda: smooth_value() + START,
        rival_why="the energy does not see the tent either",
    ),
)


def portrait(axes: Any) -> None:
    """Value at the interface over the contrast: of the true and of the smooth solution, of networks
    on the energy and on the residual.
    """
    rho = np.linspace(-0.8, 0.8, 81)
    true = numerics.interface_correction(np.pi, 1 - rho, 1 + rho)
    axes.plot(rho, true, color="#0072B2", label="derived: true solution")
    axes.plot(rho, 0 * rho, "--", color="#999999", label="rival: smooth solution")
    problems, seeds = tuple(map(of_contrast, CONTRASTS)), tuple(range(11))
    for by, points, mark, label in (
        ("energy", DENSE, "k.", "measured: Ritz energy, 11 networks"),
        ("residual", 64, "kx", "measured: pointwise residual, 11 networks"),
    ):
        found = solve(seeds, problems, by=by, points=points).at_zero.reshape(len(problems), -1)
        middle, (low, high) = np.median(found, 1), np.sort(found, 1)[:, [0, -1]].T
        axes.errorbar(
            CONTRASTS, middle, [middle - low, high - middle], fmt=mark, capsize=3, label=label
        )
    axes.set(
        xlabel=r"contrast $(a_+ - a_-) / (a_+ + a_-)$, dimensionless",
        ylabel="value at the interface, dimensionless",
        title=r"The source $a\,\pi^2 \sin \pi x$: the energy sees the kink",
    )
    axes.legend()
