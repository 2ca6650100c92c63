"""How far the ReLU neurons of wide networks have gathered at the end of the flow: over sets of
points, widths and cells of the phase diagram.

Directions are weighted by the amplitude |a| |w|, because neurons that never took part keep random
ones.  A cluster is 5 degrees wide to either side.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from numerics import condensation as numerics
from numerics import gradient_flow
from numerics.core.fit import log_slope
from numerics.phase_diagram import four_point_problem

Array = np.ndarray
Cell = tuple[float, float]  # (gamma, gamma')
NARROW = math.cos(math.radians(5))
CONDENSED, LAZY = 1.75, 0.5
A_FEW = 4  # clusters that count as a few


def _points(x: Array, y: Array) -> tuple[Array, Array]:
    return np.c_[x, np.ones(len(x))], y


POINTS: dict[str, tuple[Array, Array]] = {
    "four points": four_point_problem(),
    "six random targets": _points(
        np.linspace(-1, 1, 6), np.random.default_rng(0).uniform(-0.5, 0.5, 6)
    ),
    "ten points of a wave": _points(np.linspace(-1, 1, 10), np.sin(3 * np.linspace(-1, 1, 10))),
}


class Place(NamedTuple):
    """Points that are fitted, the width, and the cell of the phase diagram."""

    points: str = "four points"
    m: int = 1000
    cell: Cell = (CONDENSED, 0.0)


PLACES: Mapping[str, Place] = {  # at gamma' = 0, one copy of every neuron
    "four points": Place(),
    "four points, width 200": Place(m=200),
    "four points, gamma = 1.4": Place(cell=(1.4, 0.0)),
    "six random targets": Place("six random targets"),
    "ten points of a wave": Place("ten points of a wave"),
}
AT_KERNEL_SCALING: Mapping[str, Place] = {
    "four points": Place(m=10_000, cell=(LAZY, 0.0)),
    "four points, width 1000": Place(m=1000, cell=(LAZY, 0.0)),
    "six random targets": Place("six random targets", 10_000, (LAZY, 0.0)),
    "ten points of a wave": Place("ten points of a wave", 10_000, (LAZY, 0.0)),
}
CELLS: Mapping[str, Place] = {  # two copies, of which one has output weights -a
    "four points at (1.75, 0)": Place(m=500),
    "four points at (1.4, 0)": Place(m=500, cell=(1.4, 0.0)),
    "four points at (1.6, -0.3)": Place(m=500, cell=(1.6, -0.3)),
    "four points at (1.2, -0.4)": Place(m=500, cell=(1.2, -0.4)),
    "six random targets at (1.75, 0)": Place("six random targets", 500),
    "ten points of a wave at (1.75, 0)": Place("ten points of a wave", 500),
}


@cache
def ended(place: Place, seed: int, mirrored: bool = False, nodes: int = 0) -> Any:
    """The flow at a place to a loss of 1e-7, from a sampled start or from quadrature ``nodes``;
    where it comes to rest before, as narrow networks do, that is the end of training.
    """
    X, y = POINTS[place.points]
    kappa, kappa_p = (place.m**-power for power in place.cell)
    a, W, weight = gradient_flow.start(
        place.m, 2, sampled=not nodes, nodes=nodes or 1, seed=seed, antisymmetric=mirrored
    )
    tol = 1e-5 if nodes else 1e-7
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="the flow came to rest")
        return gradient_flow.solve(X, y, kappa, kappa_p, a, W, weight=weight, tol=tol, rtol=0.02)


@cache
def held(place: Place, seed: int, mirrored: bool = False) -> tuple[Array, Array]:
    """Labels of the neurons at the end, and shares of the clusters, falling."""
    end = ended(place, seed, mirrored)
    return numerics.clusters(end.a, end.W, cosine=NARROW)


def top_share(
    seeds: Sequence[int], clusters: int = A_FEW, place: Place = PLACES["four points"]
) -> Array:
    """Share of the amplitude in the heaviest clusters."""
    return np.array([held(place, int(s))[1][:clusters].sum() for s in seeds])


def mirrored_share(seeds: Sequence[int], place: Place = CELLS["four points at (1.75, 0)"]) -> Array:
    """Share of the amplitude in a few clusters, where every neuron has a copy with -a."""
    return np.array([held(place, int(s), True)[1][:A_FEW].sum() for s in seeds])


def gathering(
    seeds: Sequence[int], place: Place, widths: tuple[int, ...] = (50, 150, 500)
) -> Array:
    """Exponent in the width of the amplitude outside a few clusters, sign reversed; what is below
    1e-6 counts as 1e-6.
    """
    outside = [1 - mirrored_share(seeds, place._replace(m=m)) for m in widths]
    return -log_slope(widths, np.maximum(outside, 1e-6))


def turned(seeds: Sequence[int], place: Place = PLACES["four points"]) -> Array:
    """Median angle in degrees by which neurons turn from start to end (1024 nodes stand for m)."""
    found = []
    for seed in seeds:
        end = ended(place, int(seed), nodes=1024)
        before = end.W - end.moved_W
        turn = np.arctan2(
            before[:, 0] * end.W[:, 1] - before[:, 1] * end.W[:, 0], (before * end.W).sum(1)
        )
        found.append(float(np.degrees(np.median(np.abs(turn)))))
    return np.array(found)


def pieces(a: Array, W: Array, tolerance: float = 1e-3, reach: float = 1.0) -> int:
    """Linear pieces of sum a relu(w x + b) on [-reach, reach], kinks at places rounded to 0.001.

    A new piece begins where the slope differs by more than ``tolerance`` from that at the beginning
    of the last one.
    """
    w, b = W.T
    kinks = -b / np.where(w == 0, np.inf, w)
    inside = (np.abs(kinks) < reach) & (w != 0)
    places, which = np.unique(np.round(kinks[inside], 3), return_inverse=True)
    slope = begun = float((a * w)[-reach * w + b > 0].sum())
    number = 1
    for jump in np.bincount(which, (a * np.abs(w))[inside], len(places)):
        slope += float(jump)
        if abs(slope - begun) > tolerance:
            number, begun = number + 1, slope
    return number


def fewer_pieces(seeds: Sequence[int], place: Place) -> Array:
    """log(linear pieces of the condensed network / those of the lazy one) for the same points."""

    def of(seed: int, place: Place) -> int:
        end = ended(place, seed)
        return pieces(place.m ** -place.cell[0] * end.a, end.W)

    lazy = place._replace(cell=(LAZY, 0.0))
    return np.array([np.log(of(int(s), place) / of(int(s), lazy)) for s in seeds])


def curve(place: Place, seed: int, grid: Array) -> Array:
    """The fit at a place, two copies of every neuron."""
    end = ended(place, seed, True)
    hidden = np.maximum(np.c_[grid, np.ones_like(grid)] @ end.W.T, 0.0)
    return np.asarray(place.m ** -place.cell[0] * hidden @ end.a)


def solutions_apart(seeds: Sequence[int], points: str, m: int = 1024) -> Array:
    """Median distance of the gamma = 1/2 and 7/4 solutions on [-1, 1] over the larger median
    distance within a scale.
    """
    grid = np.linspace(-1.0, 1.0, 201)
    lazy, condensed = (
        np.array([curve(Place(points, m, (gamma, 0.0)), int(s), grid) for s in seeds])
        for gamma in (LAZY, CONDENSED)
    )

    def gap(f: Array, g: Array) -> Array:
        return np.asarray(np.sqrt(((f - g) ** 2).mean(-1)))

    other = np.roll(np.arange(len(seeds)), 1)
    within = max(float(np.median(gap(c, c[other]))) for c in (lazy, condensed))
    return gap(lazy, condensed[other]) / within
