"""Is the mask known after a fifth of the training, is its ticket as good as that of the last one,
and better than that of the untrained network?  Plain, fast and cheap training.

Set-ups.  Networks of ``training.masked`` on digits and MNIST-1D; masks of the largest 10 % of the
weights, each trained from the same start at the plain rate.  Source: You et al., ICLR 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import early_mask as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.lottery_ticket import all_nets
from proofs_check.pruning import FIVE, QUARTER, in_setups, nets
from theory import Settles
from theory import early_mask as theory

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.masked import Net

Array = np.ndarray
EARLY = "lth-early-bird"
STILL = "distance to the last mask, over that of the untrained network's"
AS_GOOD = "accuracy of the last mask's ticket less the early one's"
BETTER = "accuracy of the early mask's ticket less that of the untrained network's"
FIFTH, SPARSE = 5, 0.9  # part of the training, share dropped


@cache
def run(seeds: tuple[int, ...], net: Net) -> tuple[tuple[Tensor, ...], ...]:
    """Weights of the full network at the start, after a fifth of the training, and at the end."""
    from proofs_check.training import masked

    have, start = masked.examples(net.data, seeds, net.wrong), net.start(seeds)
    keep, every = masked.ones(start), net.steps // FIFTH
    seen = masked.fit(
        net.model(), have, seeds, start, keep, rate=net.rate, steps=net.steps, every=every
    ).seen
    return seen[0], seen[1], seen[-1]


def _masks(seeds: tuple[int, ...], setup: str) -> list[list[Tensor]]:
    from proofs_check.training import masked

    share = FEWER.get(setup, SPARSE)
    net = all_nets()[FIVE[0] if setup in FEWER else setup]
    return [masked.by_magnitude(theta, share) for theta in run(seeds, net)]


@cache
def tickets(seeds: tuple[int, ...], setup: str) -> Array:
    """Held-out accuracies (3, S) after training from the start under the masks of the start, of a
    fifth of the training, and of the end.
    """
    from proofs_check.training import masked

    net = nets()[setup if setup in FIVE else FIVE[0]]
    have, start = masked.examples(net.data, seeds, net.wrong), net.start(seeds)
    ends = masked.fit(
        net.model(),
        have,
        seeds,
        masked.stacked(start, start, start),
        masked.stacked(*_masks(seeds, setup)),
        rate=net.rate,
        steps=net.steps,
    )
    return ends.held[-1].reshape(3, -1)


def still(seeds: Sequence[int], setup: str) -> Array:
    """Distance of the early mask to the last one, over that of the untrained network's."""
    from proofs_check.training import masked

    first, soon, last = _masks(tuple(seeds), setup)
    return np.asarray(masked.distance(soon, last) / masked.distance(first, last))


def as_good(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the last mask's ticket less that of the early one's."""
    _, soon, last = tickets(tuple(seeds), setup)
    return last - soon


def better_than_untrained(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the early mask's ticket less that of the untrained network's."""
    untrained, soon, _ = tickets(tuple(seeds), setup)
    return soon - untrained


FEWER = {f"{FIVE[0]}, {percent} % dropped": percent / 100 for percent in (50, 70)}
CELLS = (FIVE[0], FIVE[1], FIVE[4], "digits, four times the rate", "digits, bfloat16", *FEWER)

CHECKS: tuple[Check, ...] = (
    Check(
        name="masks_are_still_early",
        quantity="distance of the early mask to the last one over that of the untrained network's, "
        "dimensionless",
        claim=theory.mask_distance,
        predict=Threshold(EARLY, STILL),
        measure=in_setups(still, CELLS),
        terms={"three of some 150 pairs of weights that masks exchange": 0.02},
        rival=1.0,
        rival_why="masks wander until the end",
        side="at most",
        settles=(Settles(EARLY, part=STILL, scope="instances"),),
    ),
    Check(
        name="early_masks_are_as_good",
        quantity="accuracy of the last mask's ticket less that of the early one's, a share",
        claim=theory.mask_distance,
        predict=Threshold(EARLY, AS_GOOD),
        measure=in_setups(as_good, CELLS),
        terms=QUARTER,
        rival=0.1,
        rival_why="tickets are found at the end of the training only",
        side="at most",
        rounds=2,
        settles=(Settles(EARLY, part=AS_GOOD, scope="instances"),),
    ),
    Check(
        name="early_masks_are_better_than_those_of_the_start",
        quantity="accuracy of the early mask's ticket less that of the untrained network's, "
        "a share",
        claim=theory.overlap_with_the_start,
        predict=Threshold(EARLY, BETTER),
        measure=in_setups(better_than_untrained, CELLS),
        terms=QUARTER,
        rival=0.0,
        rival_why="the largest weights of the start are as good a mask",
        side="at least",
        rounds=1,
        settles=(Settles(EARLY, part=BETTER, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Distance of masks to the last one over the share of the weights that they drop: of the
    untrained network and after a fifth of the training, with what chance and counting allow.
    """
    from proofs_check.training import masked

    fine, seeds = np.linspace(0, 1, 101), tuple(range(11))
    axes.plot(fine, numerics.mask_distance_null(fine), color="#0072B2", label="by chance, derived")
    most = numerics.mask_distance(fine, 0.0)
    axes.plot(fine, most, ":", color="#999999", label="no weight in common")
    seen = run(seeds, nets()[FIVE[0]])
    for look, colour, label in ((0, "#D55E00", "untrained network"), (1, "#009E73", "a fifth")):
        for share in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
            masks = (masked.by_magnitude(seen[i], share) for i in (look, -1))
            found = np.sort(masked.distance(*masks))
            bars = np.abs(found[[0, -1]] - found[5])[:, None]
            name = label if share == 0.3 else None
            axes.errorbar(share, found[5], bars, fmt="o", color=colour, ms=4, label=name)
    axes.plot(0.9, 0.1, "s", mfc="none", color="k", label="criterion: 0.1")
    axes.set(
        xlabel="share of the weights that is dropped",
        ylabel="share at which masks differ",
        title="distance to the mask of the end; digits, two hidden layers, 11 seeds",
        ylim=(0, 0.6),
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
