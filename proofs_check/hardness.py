"""Does the network of two half-spaces fit exactly where sets can be split?  All antichains of sets
of four elements, and the Fano plane, which cannot be split, with each of its lines left out.

Set-up.  Whether two half-spaces exist is decided by exact linear arithmetic over the reals (z3).
Source: Blum, Rivest, Neural Networks 5, 1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from numerics import hardness as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import hardness as theory

Array = np.ndarray
HARD = "udl-nn-training-np-hard"
DISAGREE = "instances in which the two disagree"
FANO = ((0, 1, 2), (0, 3, 4), (0, 5, 6), (1, 3, 5), (1, 4, 6), (2, 3, 6), (2, 4, 5))
Sets = tuple[tuple[int, ...], ...]


def antichains(n: int) -> list[Sets]:
    """All families of subsets of {0, ..., n - 1} of at least two elements, none inside another."""
    subsets = [s for size in range(2, n + 1) for s in combinations(range(n), size)]
    found: list[Sets] = [()]
    for s in subsets:
        found += [
            (*family, s)
            for family in found
            if not any(set(other) <= set(s) or set(s) <= set(other) for other in family)
        ]
    return found


def instances() -> list[tuple[Sets, int]]:
    """Antichains of four elements, the Fano plane, and the plane without one line."""
    planes = [FANO, *(tuple(line for line in FANO if line != gone) for gone in FANO)]
    return [(family, 4) for family in antichains(4)] + [(plane, 7) for plane in planes]


def fits(X: Array, y: Array) -> bool:
    """Do two half-spaces exist whose intersection has the points (m, n) of label 1 alone?"""
    import z3

    solver, n = z3.Solver(), X.shape[1]
    planes = [(z3.RealVector(f"w{k}", n), z3.Real(f"b{k}")) for k in (1, 2)]
    for point, label in zip(X, y, strict=True):
        g = [
            z3.Sum([b, *(w[j] for j in np.flatnonzero(point))])  # points of zeros and ones
            for w, b in planes
        ]
        kept = z3.And(g[0] > 0, g[1] > 0)
        solver.add(kept if label > 0 else z3.Not(kept))
    return bool(solver.check() == z3.sat)


@cache
def disagreements(origin: bool = True, units: bool = True) -> int:
    """Instances in which the network fits and the sets are not split, or the other way round; also
    with data from which the origin or the unit vectors are left out.
    """
    wrong = 0
    for sets, n in instances():
        X, y = numerics.splitting_points(sets, n)
        used = np.r_[[origin], [units] * n, [True] * len(sets)].astype(bool)
        wrong += fits(X[used], y[used]) != numerics.splittable(sets, n)
    return wrong


def number_of_disagreements(seeds: Sequence[int]) -> Array:
    """The same for every seed: nothing is drawn."""
    return np.full(len(seeds), float(disagreements()))


CHECKS: tuple[Check, ...] = (
    Check(
        name="half_spaces_exist_where_sets_are_split",
        quantity="instances in which training and splitting disagree, in instances",
        claim=theory.splitting_of_half_spaces,
        predict=Threshold(HARD, DISAGREE),
        measure=number_of_disagreements,
        terms={"less than one instance": 0.5},
        rival=lambda: float(disagreements(origin=False)),
        rival_why="the origin adds nothing to the data",
        deterministic=True,
        settles=(Settles(HARD, part=DISAGREE, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Numbers of instances in which training and splitting disagree, with less and less data."""
    names = ["all data", "no origin", "no unit vectors"]
    found = [disagreements(), disagreements(origin=False), disagreements(units=False)]
    axes.bar(names[:1], found[:1], color="#0072B2")
    axes.plot(names[:1], [0], "ko", ms=8, mfc="none", label="printed and derived: none")
    axes.plot(names[:1], found[:1], "k.", label="measured: by exhaustion")
    axes.bar(names[1:], found[1:], color="#D55E00", ls="--", fill=False, label="rival: less data")
    axes.set(
        xlabel="data, by what is left out of them",
        ylabel="instances that disagree, a count of 122",
        title="A set can be split where two half-spaces can tell its data",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
