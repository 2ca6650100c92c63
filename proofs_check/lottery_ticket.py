"""Do sparse networks from their own start match the full one, do random starts, and is the mask
known early?  Against masks of untrained networks; and subsets of random weights.

Set-ups.  (1) Sums of subsets of 8 to 14 random weights.  (2) Networks of ``training.masked`` on
digits and MNIST-1D; masks by magnitude over all layers, each time back at the same start.  Source:
Frankle, Carbin, ICLR 2019; You et al., ICLR 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import lottery_ticket as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.pruning import FIVE, nets
from theory import Settles
from theory import lottery_ticket as theory

if TYPE_CHECKING:
    from proofs_check.training.masked import Net

Array = np.ndarray
WINNING, EARLY, RANDOM = "lth-winning-ticket", "lth-early-bird", "udl-lth-random-reinit-fails"
WORSE = "accuracy of the full network less the ticket's"
SLOWER = "log of the steps to one accuracy, ticket over full network"
STILL = "distance to the last mask, over that of the untrained network's"
AS_GOOD = "accuracy of the last mask's ticket less the early one's"
BETTER = "accuracy of the early mask's ticket less that of the untrained network's"
SHARES = (0.5, 0.8, 0.9, 0.95)  # dropped in turn
NEAR, LOOKS, FIFTH, SPARSE = 0.015, 20, 5, 0.9  # of the full accuracy; looks; part of the training
WIDE, SLOW, FEW = 256, 1e-3, 20  # units, rate and steps of a network that stays near its start
TARGET, COUNTS, DRAWS = 0.5, (8, 10, 12, 14), 60  # of subset sums


# ---------------------------------------------------------------- subsets of random weights


def slope_of_the_error(seeds: Sequence[int]) -> Array:
    """Slope of the log of the median error of the best subset in the number of weights."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 88])
        medians = []
        for k in COUNTS:
            weights = rng.uniform(-1, 1, (DRAWS, k))
            bits = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
            medians.append(np.median(np.abs(weights @ bits.T - TARGET).min(1)))
        found.append(np.polyfit(COUNTS, np.log(medians), 1)[0])
    return np.array(found)


def size_of_the_kept(seeds: Sequence[int]) -> Array:
    """Mean square, over that of all, of the weights at the start that the last mask of 90 % keeps,
    in the middle layer of a network of two hidden layers of 256 units.
    """
    from proofs_check.training import masked

    many, net = tuple(seeds), masked.Net(hidden=(WIDE, WIDE), rate=SLOW, steps=FEW)
    have, first = masked.examples(net.data, many), net.start(many)
    keep = masked.ones(first)
    run = masked.fit(net.model(), have, many, first, keep, rate=net.rate, steps=net.steps)
    start, end = first[2], run.end[2]
    mask = masked.by_magnitude([end, end[:, 0]], SPARSE)[0]
    squares = (start**2 * mask).sum((1, 2)) / mask.sum((1, 2))
    return np.asarray((squares / (start**2).mean((1, 2))).numpy())


# ---------------------------------------------------------------- tickets


def all_nets() -> dict[str, Net]:
    """Networks by the name of the set-up, and the cells of the early masks."""
    plain = nets()
    first = plain[FIVE[0]]
    return plain | {
        "digits, two hidden layers, 90 %": first,
        "digits, two hidden layers, weights of equal norm": first,
        "digits, four times the rate": replace(first, rate=4 * first.rate),
        "digits, bfloat16": replace(first, low=True),
    }


def _share(setup: str, usual: float) -> float:
    return 0.9 if setup.endswith("90 %") else usual


@cache
def rounds(seeds: tuple[int, ...], net: Net, most: float) -> dict[float, tuple[Any, ...]]:
    """What was seen of training from one start without these shares of the weights, up to
    ``most``: the fit and the masks.
    """
    from proofs_check.training import masked

    have, start = masked.examples(net.data, seeds, net.wrong), net.start(seeds)
    found: dict[float, tuple[Any, ...]] = {}
    masks, now = masked.ones(start), start
    for share in (0.0, *(s for s in SHARES if s <= most)):
        if share:
            masks = masked.by_magnitude(now, share)
        fit = masked.fit(
            net.model(),
            have,
            seeds,
            start,
            masks,
            rate=net.rate,
            steps=net.steps,
            every=-(-net.steps // LOOKS) if share in (0.0, most) and most < 0.95 else None,
        )
        found[share], now = (fit, masks), list(fit.end)
    return found


def worse(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the full network less that of the ticket."""
    share = _share(setup, 0.8)
    found = rounds(tuple(seeds), all_nets()[setup], share)
    return found[0.0][0].held[-1] - found[share][0].held[-1]


def slower(seeds: Sequence[int], setup: str) -> Array:
    """log of the steps of the ticket to the accuracy of the full network less 1.5 points, over
    those of the full network; twice as many as there are where it is not reached.
    """
    share = _share(setup, 0.8)
    found = rounds(tuple(seeds), all_nets()[setup], share)
    wanted = found[0.0][0].held[-1] - NEAR
    longest = 2 * all_nets()[setup].steps
    full, ticket = (np.minimum(found[s][0].steps_to(wanted), longest) for s in (0.0, share))
    return np.asarray(np.log(ticket / full))


def better_than_random(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the ticket less that of its mask with another start."""
    from proofs_check.training import masked

    many, net, share = tuple(seeds), all_nets()[setup], _share(setup, 0.95)
    ticket, masks = rounds(many, net, 0.95)[share]
    have, start, other = (
        masked.examples(net.data, many, net.wrong),
        net.start(many),
        net.start(many, 1),
    )
    if setup.endswith("equal norm"):
        for i in range(0, len(other), 2):
            own, new = ((p[i] * masks[i]).flatten(1).norm(dim=1) for p in (start, other))
            other[i] = other[i] * (own / new)[:, None, None]
    again = masked.fit(
        net.model(), have, many, other, masks, rate=net.rate, steps=net.steps, every=None
    )
    return np.asarray(ticket.held[-1] - again.held[-1])


@cache
def early(seeds: tuple[int, ...], setup: str) -> dict[str, Array]:
    """Distances (S,) of the masks of the start and of a fifth of the training to the last one, and
    held-out accuracies of the tickets of all three.
    """
    from proofs_check.training import masked

    net = all_nets()[setup]
    have, start = masked.examples(net.data, seeds, net.wrong), net.start(seeds)
    run = masked.fit(
        net.model(),
        have,
        seeds,
        start,
        masked.ones(start),
        rate=net.rate,
        steps=net.steps,
        every=net.steps // FIFTH,
    )
    first, soon, last = (masked.by_magnitude(run.seen[i], SPARSE) for i in (0, 1, -1))
    plain = nets()[FIVE[0] if setup not in FIVE else setup]
    ends = masked.fit(
        plain.model(),
        have,
        seeds,
        masked.stacked(start, start, start),
        masked.stacked(first, soon, last),
        rate=plain.rate,
        steps=plain.steps,
    )
    held = ends.held[-1].reshape(3, -1)
    return {
        "distances": np.stack([masked.distance(mask, last) for mask in (first, soon)]),
        "held": held,
    }


def still(seeds: Sequence[int], setup: str) -> Array:
    """Distance of the early mask to the last one, over that of the untrained network's."""
    untrained, soon = early(tuple(seeds), setup)["distances"]
    return soon / untrained


def as_good(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the last mask's ticket less that of the early one's."""
    _, soon, last = early(tuple(seeds), setup)["held"]
    return last - soon


def better_than_untrained(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the early mask's ticket less that of the untrained network's."""
    untrained, soon, _ = early(tuple(seeds), setup)["held"]
    return soon - untrained


def _in(measure: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: partial(measure, setup=name) for name in names}


TICKETS = (*FIVE, "digits, two hidden layers, 90 %")
STARTS = (*TICKETS, "digits, two hidden layers, weights of equal norm")
CELLS = (FIVE[0], FIVE[1], FIVE[4], "digits, four times the rate", "digits, bfloat16")
QUARTER = {"a quarter of a point": 0.0025}

CHECKS: tuple[Check, ...] = (
    Check(
        name="error_of_the_best_subset",
        quantity="slope of the log of the median error of the best subset in the number of "
        "weights, dimensionless",
        claim=theory.subset_density,
        predict=lambda: _slope(np.log(numerics.median_error(TARGET, np.array(COUNTS)))),
        measure=slope_of_the_error,
        terms={"medians of 60 draws, three standard errors": 0.15, "subsets that meet": 0.05},
        rival=lambda: _slope(-np.log(COUNTS)),
        rival_why="weights are taken one by one: one over their number",
    ),
    Check(
        name="kept_weights_are_large_at_the_start",
        quantity="mean square at the start of the weights that the last mask keeps, over that of "
        "all, dimensionless",
        claim=theory.kept_at_the_start,
        predict=lambda: float(numerics.start_of_the_kept(1.0, pruning.kept_variance(SPARSE))),
        measure=size_of_the_kept,
        terms={"20 steps of Adam of 1e-3, over the size of a weight": lambda: _moved()},
        rival=lambda: float(numerics.start_of_the_kept(0.0, pruning.kept_variance(SPARSE))),
        rival_why="what is kept is large at the end alone: a random start has the same scale",
    ),
    Check(
        name="tickets_are_as_good",
        quantity="accuracy of the full network less that of the ticket, a share",
        claim=theory.mask_distance,
        predict=Threshold(WINNING, WORSE),
        measure=_in(worse, TICKETS),
        terms=QUARTER,
        rival=0.1,
        rival_why="sparse networks cannot be trained",
        side="at most",
        settles=(Settles(WINNING, part=WORSE, scope="instances"),),
    ),
    Check(
        name="tickets_are_as_fast",
        quantity="log of the steps to one accuracy, of the ticket over the full network, "
        "dimensionless",
        claim=theory.mask_distance,
        predict=Threshold(WINNING, SLOWER),
        measure=_in(slower, TICKETS),
        terms={"steps between two looks": 0.1},
        rival=float(np.log(2)),
        rival_why="sparse networks take twice as long",
        side="at most",
        settles=(Settles(WINNING, part=SLOWER, scope="instances"),),
    ),
    Check(
        name="other_starts_are_worse",
        quantity="accuracy of the ticket less that of its mask with another start, a share",
        claim=theory.kept_at_the_start,
        predict=Threshold(RANDOM),
        measure=_in(better_than_random, STARTS),
        terms=QUARTER,
        rival=0.0,
        rival_why="what counts is which weights there are, not where they start",
        side="at least",
        settles=(Settles(RANDOM, scope="instances"),),
    ),
    Check(
        name="masks_are_still_early",
        quantity="distance of the early mask to the last one over that of the untrained network's, "
        "dimensionless",
        claim=theory.mask_distance,
        predict=Threshold(EARLY, STILL),
        measure=_in(still, CELLS),
        terms={"a fiftieth": 0.02},
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
        measure=_in(as_good, CELLS),
        terms=QUARTER,
        rival=0.1,
        rival_why="tickets are found at the end of the training only",
        side="at most",
        settles=(Settles(EARLY, part=AS_GOOD, scope="instances"),),
    ),
    Check(
        name="early_masks_are_better_than_those_of_the_start",
        quantity="accuracy of the early mask's ticket less that of the untrained network's, "
        "a share",
        claim=theory.kept_at_the_start,
        predict=Threshold(EARLY, BETTER),
        measure=_in(better_than_untrained, CELLS),
        terms=QUARTER,
        rival=0.0,
        rival_why="the largest weights of the start are as good a mask",
        side="at least",
        settles=(Settles(EARLY, part=BETTER, scope="instances"),),
    ),
)


def _slope(logs: Array) -> float:
    return float(np.polyfit(COUNTS, logs, 1)[0])


def _moved() -> float:
    """What the mean square of the kept loses when every weight moves by as many steps."""
    share = (FEW * SLOW) ** 2 / (2 / WIDE)
    kept = float(pruning.kept_variance(SPARSE))
    return (kept - 1) * share / (1 + share)
