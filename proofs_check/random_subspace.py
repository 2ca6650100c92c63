"""How well does training in a random subspace work?  Quadratic losses against their derived shares,
networks on images and signals against unrestricted ones.

Set-ups.  (1) 40 equal curvatures, and 200 that fall as a power.  (2) Networks of 32 units and one
eleventh of their parameters, networks of 200 units and 750 directions.  Source: Li, Farkhoor, Liu,
Yosinski, ICLR 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import random_subspace as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles
from theory import random_subspace as theory

if TYPE_CHECKING:
    from proofs_check.training.pairs import Kind

Array = np.ndarray
WORKS, PUBLISHED = "udl-random-subspace-trains", "udl-intrinsic-dim-750-04pct"
PART = "part of the full accuracy"
RANK, COUNT, DIMENSIONS, DRAWS = 40, 100, 10, 40
POWER, MODES, FEW = 1.5, 200, 20


def share_left(seeds: Sequence[int], h: Array, count: int, dimensions: int) -> Array:
    """Mean over draws of the share of a quadratic loss, of these curvatures and otherwise flat,
    that is left at the best point of a random subspace.
    """
    found = []
    for seed in seeds:
        rng, shares = np.random.default_rng([seed, 96]), []
        root = np.zeros(count)
        root[: len(h)] = h**0.5
        for _ in range(DRAWS):
            start, P = rng.choice([-1.0, 1.0], count), rng.standard_normal((count, dimensions))
            left = root * start
            best = np.linalg.lstsq(root[:, None] * P, left, rcond=None)[0]
            shares.append(((left - root * (P @ best)) ** 2).sum() / (left**2).sum())
        found.append(np.mean(shares))
    return np.array(found)


def curvatures() -> Array:
    """Curvatures that fall as a power."""
    return np.arange(1.0, MODES + 1) ** -POWER


def _kind(data: str, *hidden: int, activation: str = "relu") -> Kind:
    from proofs_check.training.pairs import Kind

    return Kind(data, hidden, activation)


def part_of_full(
    seeds: Sequence[int],
    hidden: tuple[int, ...],
    steps: int,
    data: str = "digits",
    activation: str = "relu",
    dimensions: int = 0,
) -> Array:
    """Held-out accuracy after training in a random subspace over that of unrestricted training."""
    from proofs_check.training.subspace import accuracies

    kind = _kind(data, *hidden, activation=activation)
    inside, free = accuracies(kind, tuple(seeds), dimensions, steps, sparse=dimensions > 0)
    return np.asarray(inside / free)


SMALL = {
    "digits, two hidden layers": partial(part_of_full, hidden=(32, 32)),
    "digits, one hidden layer": partial(part_of_full, hidden=(32,)),
    "digits, tanh": partial(part_of_full, hidden=(32,), activation="tanh"),
    "MNIST-1D, two hidden layers": partial(part_of_full, hidden=(32, 32), data="MNIST-1D"),
    "MNIST-1D, one hidden layer": partial(part_of_full, hidden=(32,), data="MNIST-1D"),
}
LARGE = {
    "digits, two hidden layers": partial(part_of_full, hidden=(200, 200)),
    "digits, one hidden layer": partial(part_of_full, hidden=(200,)),
    "MNIST-1D, two hidden layers": partial(part_of_full, hidden=(200, 200), data="MNIST-1D"),
    "MNIST-1D, one hidden layer": partial(part_of_full, hidden=(200,), data="MNIST-1D"),
}

CHECKS: tuple[Check, ...] = (
    Check(
        name="a_subspace_leaves_what_the_rank_says",
        quantity="mean share of the loss that is left, with 40 equal curvatures of 100, a share",
        claim=theory.equal_curvatures,
        predict=Prediction(theory.equal_curvatures, {theory.r: RANK, theory.d: DIMENSIONS}),
        measure=partial(share_left, h=np.ones(RANK), count=COUNT, dimensions=DIMENSIONS),
        terms={"40 draws of a share, five standard errors": 0.055},
        rival=Prediction(theory.equal_curvatures, {theory.r: COUNT, theory.d: DIMENSIONS}),
        rival_why="what counts is the number of parameters",
    ),
    Check(
        name="falling_curvatures_leave_what_the_trace_says",
        quantity="mean share of the loss that is left, curvatures i^(-3/2), a share",
        claim=theory.trace_equation,
        predict=lambda: numerics.subspace_loss(curvatures(), curvatures() ** 0.5, FEW),
        measure=partial(share_left, h=curvatures(), count=MODES, dimensions=FEW),
        terms={"40 draws of a share, five standard errors": 0.02, "finite dimensions": 0.01},
        rival=Prediction(theory.equal_curvatures, {theory.r: MODES, theory.d: FEW}),
        rival_why="all curvatures are alike, and the rank is all that counts",
    ),
    Check(
        name="a_random_subspace_trains",
        quantity="held-out accuracy in one eleventh of the dimensions over that in all, a share",
        claim=theory.equal_curvatures,
        predict=Threshold(WORKS),
        measure={name: partial(setup, steps=300) for name, setup in SMALL.items()},
        terms={"five of 500 new examples": 0.01},
        rival=0.1,
        rival_why="chance: a subspace that misses the good networks",
        side="at least",
        rounds=2,
        settles=(Settles(WORKS, scope="instances"),),
    ),
    Check(
        name="so_many_dimensions_give_most_of_the_accuracy",
        quantity="held-out accuracy in 750 dimensions over that in all, a share",
        claim=theory.published_count,
        predict=Threshold(PUBLISHED, PART),
        measure={name: partial(setup, steps=100, dimensions=750) for name, setup in LARGE.items()},
        terms={"five of 500 new examples": 0.01},
        rival=0.1,
        rival_why="chance: a subspace that misses the good networks",
        side="at least",
        rounds=2,
        analogue=True,
        settles=(Settles(PUBLISHED, part=PART, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Share of a quadratic loss that is left over the dimensions, derived and simulated, for equal
    and for falling curvatures; dashed: the number of parameters counts.
    """
    d = np.arange(1, 100)
    axes.plot(
        d,
        numerics.subspace_loss_equal(RANK, d),
        color="#0072B2",
        label="derived: 40 equal curvatures",
    )
    falling = [numerics.subspace_loss(curvatures(), curvatures() ** 0.5, q) for q in d]
    axes.plot(d, falling, color="#D55E00", label=r"derived: 200 curvatures falling as $i^{-3/2}$")
    for h, count, colour in (
        (np.ones(RANK), COUNT, "#0072B2"),
        (curvatures(), MODES, "#D55E00"),
    ):
        for q in (5, 10, 20, 35, 60, 80):
            found = np.sort(share_left(range(11), h, count, q))
            bars = np.abs(found[[0, -1]] - found[5])[:, None]
            axes.errorbar(q, found[5], bars, fmt="o", color=colour, ms=4)
    rival = numerics.subspace_loss_equal(COUNT, d)
    axes.plot(d, rival, "--", color="#999999", label="rival: parameters count")
    axes.set(
        xlabel="dimensions of the subspace",
        ylabel="share of the loss that is left",
        title="Quadratic losses, 11 times 40 draws",
    )
    axes.legend()
