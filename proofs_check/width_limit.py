"""Do output weights stay below beta_2 in the linear region, and do networks on the boundary move
further than those on one side and less far than those on the other?  Exact flows of small networks.

Set-ups.  Four points in one dimension with bias, mirrored starts, drawn; the flow of
``numerics.gradient_flow`` to its end.  (1) 100 to 1600 neurons: mean size of a over beta_2, from
above by the root mean square of the start and the largest relative distance.  (2) 500 neurons, on
the boundary and half a unit of gamma to either side.  Source: Luo, Xu, Ma, Zhang, JMLR 22(71),
2021, sections 1.5 and 1.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import gradient_flow
from numerics.core.fit import log_slope
from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.phase_diagram import PUBLISHED_RD, PUBLISHED_WIDTHS
from theory import Settles, derive
from theory import width_limit as theory

Array = np.ndarray
WIDTHS = (100, 400, 1600)
MIDDLE = 500  # neurons at the boundary
SMALL = {"(0.5, 0.5)": (0.5, 0.5), "(1, 0.5)": (1.0, 0.5)} | {
    "(1.25, 0.5)": (1.25, 0.5),
    "(1.25, 0.75)": (1.25, 0.75),
}
BOUNDARY = {"(1, 0)": (1.0, 0.0), "(1, -0.5)": (1.0, -0.5)} | {
    "(1.5, 0.5)": (1.5, 0.5),
    "(2, 1)": (2.0, 1.0),
}
EXPONENT = "exponent of the largest E|a| over beta_2"
LEAST = "least log of the distance to its neighbours"


@cache
def flow(seed: int, gamma: float, gamma_p: float, m: int) -> tuple[float, float]:
    """Largest relative distance of w, and a bound of the mean of |a| over beta_2, at all times."""
    X, y = four_point_problem()
    a, W, _ = gradient_flow.start(m, X.shape[1], sampled=True, seed=seed)
    kappa_p = m**-gamma_p
    found = gradient_flow.solve(X, y, m**-gamma, kappa_p, a, W, rtol=1e-2, tol=1e-8)
    largest = kappa_p * np.sqrt((a**2).mean()) * (1 + found.sup_rd_a)
    return float(found.sup_rd_w), float(largest)


def size_exponent(seeds: Sequence[int], gamma: float, gamma_p: float) -> Array:
    """Slope of the log of the largest mean of |a| over beta_2, in the log of the width."""
    sizes = np.array([[flow(int(s), gamma, gamma_p, m)[1] for m in WIDTHS] for s in seeds])
    return np.array([log_slope(WIDTHS, each) for each in sizes])


def least_gap(seeds: Sequence[int], gamma: float, gamma_p: float) -> Array:
    """Least log of the ratio of relative distances of w, between the boundary and either side."""
    logs = np.log(
        [
            [flow(int(s), gamma + side, gamma_p, MIDDLE)[0] for side in (-0.5, 0.0, 0.5)]
            for s in seeds
        ]
    )
    return np.diff(logs, axis=1).min(1)


CHECKS: tuple[Check, ...] = (
    Check(
        name="output_weights_stay_below_beta_2",
        quantity="slope of log of the largest mean |a| over beta_2 in log width, dimensionless",
        claim=theory.output_weights,
        predict=Threshold(theory.SMALL, EXPONENT),
        measure={
            name: partial(size_exponent, gamma=cell[0], gamma_p=cell[1])
            for name, cell in SMALL.items()
        },
        terms={"widths at which powers of either kind still add": 0.1},
        rival=0.0,
        rival_why="output weights reach the size of beta_2 at every width",
        side="at most",
        settles=(Settles(theory.SMALL, part=EXPONENT, scope="instances"),),
    ),
    Check(
        name="the_boundary_moves_an_intermediate_distance",
        quantity="least log of the ratio of relative distances, dimensionless",
        claim=theory.between,
        predict=Threshold(theory.MIDDLE, LEAST),
        measure={
            name: partial(least_gap, gamma=cell[0], gamma_p=cell[1])
            for name, cell in BOUNDARY.items()
        },
        terms={"500 neurons": 0.1},
        rival=0.0,
        rival_why="at a given width networks on the boundary are those of one of the two regions",
        side="at least",
        settles=(Settles(theory.MIDDLE, part=LEAST, scope="instances"),),
    ),
)


def slope_of_panel(_: Sequence[int], gamma: float) -> float:
    """Slope of the line through the points of a panel of figure 1.4, as published."""
    return float(log_slope(PUBLISHED_WIDTHS, np.array(PUBLISHED_RD[gamma])))


def derived_slope(gamma: float) -> float:
    """The same by the derivation."""
    places = [name for name, _, _ in theory.PANELS]
    return float(derive(theory.panel_slopes)[places.index(f"{gamma:g}")].result)


CHECKS += tuple(
    Check(
        name=f"slope_of_the_panel_at_{100 * gamma:.0f}",
        quantity="least-squares slope of log RD in log width, dimensionless",
        claim=theory.panel_slopes,
        predict=partial(derived_slope, gamma),
        measure=partial(slope_of_panel, gamma=gamma),
        terms={"three digits, at five widths": 0.005},
        rival=0.0,
        rival_why="the distance does not depend on the width",
        deterministic=True,
        settles=(Settles("phase-fig14-panels-agree", part=f"gamma = {gamma:g}"),),
    )
    for gamma in (0.5, 1.75)
)


def portrait(axes: Any) -> None:
    """Largest mean size of the output weights over beta_2 by width, at four points of the linear
    region; dashed the rival, of the size of beta_2.
    """
    seeds = range(5)
    for colour, (name, cell) in zip(
        ("#0072B2", "#D55E00", "#009E73", "#CC79A7"), SMALL.items(), strict=True
    ):
        sizes = np.array([[flow(s, *cell, m)[1] for m in WIDTHS] for s in seeds])
        middle = np.median(sizes, 0)
        bars = np.abs(np.stack([sizes.min(0), sizes.max(0)]) - middle)
        axes.errorbar(WIDTHS, middle, bars, fmt="o", color=colour, label=name)
        power = max(-cell[1], cell[0] - 1 - cell[1])
        axes.plot(WIDTHS, middle[-1] * (np.array(WIDTHS) / WIDTHS[-1]) ** power, color=colour)
    axes.axhline(1.0, ls="--", color="#999999", label=r"rival: as large as $\beta_2$")
    axes.set(xscale="log", yscale="log", xlabel="width, in neurons")
    axes.set(ylabel=r"largest mean $|a|$ over $\beta_2$, dimensionless")
    axes.set(title=r"The wider, the smaller output weights stay, at $(\gamma, \gamma')$")
    axes.legend()
