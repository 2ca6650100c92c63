"""Do shifts save as many examples as there are places, and do windows beat dense layers on real
signals and images?  The shortest fit of Walsh functions, and networks of equal parameters.

Set-ups.  (1) Random functions of pairs of signs on a circle of 21 places that shifts do not change,
least squares on all pairs and on classes of pairs.  (2) ``proofs_check.training.students``, told
labels.  Source: Mei, Misiakiewicz, Montanari, COLT 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import inductive_bias as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.lessons import of_labels
from proofs_check.training.students import Net, taught
from theory import Settles
from theory import inductive_bias as theory

Array = np.ndarray
MATCH = "udl-architecture-match-generalises"
WINDOWS = "points of windows over dense layers"
PLACES, SIGNS, FEW, MANY, DRAWS = 21, 2, 5, 105, 4
PAIRS = [(i, j) for i in range(PLACES) for j in range(i + 1, PLACES)]
PAIRED = {"MNIST-1D": (Net("windows", 11, 3), Net("dense", 25, 2)),
          "digits": (Net("windows", 7, 3), Net("dense", 12, 2))}  # fmt: skip


def missed(seeds: Sequence[int], n: int, shifts: bool) -> Array:
    """Share of the target that the shortest fit of n examples misses, in all pairs of signs or,
    with the shifts, in their classes.
    """
    first, second = np.array(PAIRS).T
    apart = np.minimum(second - first, PLACES - (second - first))  # class of a pair
    classes = np.equal.outer(apart, np.unique(apart)) / np.bincount(apart)[1:] ** 0.5
    found = []
    for seed in seeds:
        rng, shares = np.random.default_rng([seed, 81]), []
        for _ in range(DRAWS):
            weights = classes @ rng.standard_normal(classes.shape[1])  # of an invariant target
            X = rng.choice([-1.0, 1.0], (n, PLACES))
            Z = X[:, first] * X[:, second]
            basis = classes if shifts else np.eye(len(PAIRS))
            fitted = basis @ np.linalg.lstsq(Z @ basis, Z @ weights, rcond=None)[0]
            shares.append(((fitted - weights) ** 2).sum() / (weights**2).sum())
        found.append(np.mean(shares))
    return np.array(found)


def _share(n: int, shifts: bool) -> float:
    left = numerics.invariant_dimension(PLACES, SIGNS)
    return float(numerics.least_norm_error(n, left if shifts else len(PAIRS)))


def over_dense(seeds: Sequence[int], kind: str, count: int | None = None) -> Array:
    """Points of layers of windows over dense ones."""
    found = [taught(tuple(seeds), kind, net, of_labels(kind, count), count)
             for net in PAIRED[kind]]  # fmt: skip
    return np.asarray(found[0] - found[1])


CHECKS: tuple[Check, ...] = (
    Check(
        name="half_of_the_pairs_are_half_of_the_target",
        quantity="mean squared error of the shortest fit in all pairs of signs, a share",
        claim=theory.sample_factor,
        predict=partial(_share, MANY, False),
        measure=partial(missed, n=MANY, shifts=False),
        terms={"four standard errors of four draws": 0.12},
        rival=partial(_share, MANY, True),
        rival_why="a fit of invariant labels finds the shifts by itself",
    ),
    Check(
        name="with_the_shifts_as_many_examples_do_as_there_are_classes",
        quantity="mean squared error of the shortest fit in classes of pairs, a share",
        claim=theory.sample_factor,
        predict=partial(_share, FEW, True),
        measure=partial(missed, n=FEW, shifts=True),
        terms={"two standard errors of four draws": 0.2},
        rival=partial(_share, FEW, False),
        rival_why="an average over shifts saves no examples",
    ),
    Check(
        name="windows_beat_dense_layers",
        quantity="held-out accuracy of layers of windows less that of dense layers of as many "
        "parameters, percentage points",
        claim=theory.sample_factor,
        predict=Threshold(MATCH, WINDOWS),
        measure={
            "MNIST-1D": partial(over_dense, kind="MNIST-1D"),
            "digits": partial(over_dense, kind="digits"),
            "MNIST-1D, 500 examples": partial(over_dense, kind="MNIST-1D", count=500),
            "digits, 200 examples": partial(over_dense, kind="digits", count=200),
        },
        terms={"half of one of a thousand held-out examples": 0.05},
        rival=0.0,
        rival_why="equal parameters, equal accuracy",
        side="at least",
        rounds=2,
        settles=(Settles(MATCH, part=WINDOWS, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Share that is missed over the number of examples, with and without shifts."""
    fine, seeds = np.linspace(1, 200, 200), tuple(range(11))
    left = numerics.invariant_dimension(PLACES, SIGNS)
    for size, colour, label in ((len(PAIRS), "#D55E00", "pairs"), (left, "#0072B2", "classes")):
        axes.plot(fine, numerics.least_norm_error(fine, size), color=colour, label=label)
    rival = numerics.least_norm_error(fine, len(PAIRS) / PLACES**0.5)
    axes.plot(fine, rival, "--", color="#999999", label="rival: the root of the places is saved")
    for shifts, counts, colour in (
        (False, (20, 60, 105, 150), "#D55E00"),
        (True, (2, 5, 8), "#0072B2"),
    ):
        for n in counts:
            found = np.sort(missed(seeds, n, shifts))
            bars = np.abs(found[[0, -1]] - found[5])[:, None]
            axes.errorbar(n, found[5], bars, fmt="o", color=colour, ms=4)
    axes.set(
        xlabel="examples", ylabel="share of the target that is missed", xscale="log",
        title="Pairs of signs on a circle of 21 places",
    )  # fmt: skip
    axes.legend()
