"""Do sparse networks from their own start match the full one, and as fast; do other starts; and are
the kept weights large at the start?

Set-ups.  Networks of ``training.masked`` on digits and MNIST-1D; masks by magnitude over all
layers, half, 80, 90 and 95 % dropped in turn, each time back at the same start.  Source: Frankle,
Carbin, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import lottery_ticket as numerics
from numerics import pruning
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.pruning import FIVE, QUARTER, in_setups, nets
from theory import Settles
from theory import lottery_ticket as theory

if TYPE_CHECKING:
    from proofs_check.training.masked import Net

Array = np.ndarray
WINNING, RANDOM = "lth-winning-ticket", "udl-lth-random-reinit-fails"
WORSE = "accuracy of the full network less the ticket's"
SLOWER = "log of the steps to one accuracy, ticket over full network"
SHARES = (0.5, 0.8, 0.9, 0.95)  # dropped in turn
WATCHED = (0.0, 0.8, 0.9)  # full network and tickets whose steps count
NEAR, LOOKS, SPARSE = 0.015, 20, 0.9  # of the full accuracy; looks; share dropped
WIDE, SLOW, FEW = 256, 1e-3, 20  # units, rate and steps of a network that stays near its start


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
def trained(seeds: tuple[int, ...], net: Net, share: float) -> tuple[Any, ...]:
    """What was seen of training without this share of the weights, the smallest after the training
    without the share before it, from one start: the fit and the masks.
    """
    from proofs_check.training import masked

    have, start = masked.examples(net.data, seeds, net.wrong), net.start(seeds)
    masks = masked.ones(start)
    if share:
        before = max((s for s in SHARES if s < share), default=0.0)
        masks = masked.by_magnitude(list(trained(seeds, net, before)[0].end), share)
    fit = masked.fit(
        net.model(),
        have,
        seeds,
        start,
        masks,
        rate=net.rate,
        steps=net.steps,
        every=-(-net.steps // LOOKS) if share in WATCHED else None,
    )
    return fit, masks


def worse(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the full network less that of the ticket."""
    share = _share(setup, 0.8)
    full, ticket = (trained(tuple(seeds), all_nets()[setup], s)[0] for s in (0.0, share))
    return np.asarray(full.held[-1] - ticket.held[-1])


def slower(seeds: Sequence[int], setup: str) -> Array:
    """log of the steps of the ticket to the accuracy of the full network less 1.5 points, over
    those of the full network; twice as many as there are where it is not reached.
    """
    share = _share(setup, 0.8)
    net = all_nets()[setup]
    fits = [trained(tuple(seeds), net, s)[0] for s in (0.0, share)]
    wanted = fits[0].held[-1] - NEAR
    full, ticket = (np.minimum(fit.steps_to(wanted), 2 * net.steps) for fit in fits)
    return np.asarray(np.log(ticket / full))


def better_than_random(seeds: Sequence[int], setup: str) -> Array:
    """Accuracy of the ticket less that of its mask with another start."""
    from proofs_check.training import masked

    many, net, share = tuple(seeds), all_nets()[setup], _share(setup, 0.95)
    ticket, masks = trained(many, net, share)
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


TICKETS = (*FIVE, "digits, two hidden layers, 90 %")
STARTS = (*TICKETS, "digits, two hidden layers, weights of equal norm")

CHECKS: tuple[Check, ...] = (
    Check(
        name="kept_weights_are_large_at_the_start",
        quantity="mean square at the start of the weights that the last mask keeps, over that of "
        "all, where weights hardly move (the limit r = 1 alone), dimensionless",
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
        claim=theory.kept_at_the_start,
        predict=Threshold(WINNING, WORSE),
        measure=in_setups(worse, TICKETS),
        terms=QUARTER,
        rival=0.1,
        rival_why="sparse networks cannot be trained",
        side="at most",
        rounds=2,
        settles=(Settles(WINNING, part=WORSE, scope="instances"),),
    ),
    Check(
        name="tickets_are_as_fast",
        quantity="log of the steps to one accuracy, of the ticket over the full network, "
        "dimensionless",
        claim=theory.kept_at_the_start,
        predict=Threshold(WINNING, SLOWER),
        measure=in_setups(slower, TICKETS),
        terms={"steps between two looks": 0.1},
        rival=float(np.log(2)),
        rival_why="sparse networks take twice as long",
        side="at most",
        rounds=2,
        settles=(Settles(WINNING, part=SLOWER, scope="instances"),),
    ),
    Check(
        name="other_starts_are_worse",
        quantity="accuracy of the ticket less that of its mask with another start, a share",
        claim=theory.kept_at_the_start,
        predict=Threshold(RANDOM),
        measure=in_setups(better_than_random, STARTS),
        terms=QUARTER,
        rival=0.0,
        rival_why="what counts is which weights there are, not where they start",
        side="at least",
        rounds=1,
        settles=(Settles(RANDOM, scope="instances"),),
    ),
)


def _moved() -> float:
    """What the mean square of the kept loses when every weight moves by as many steps."""
    share = (FEW * SLOW) ** 2 / (2 / WIDE)
    kept = float(pruning.kept_variance(SPARSE))
    return (kept - 1) * share / (1 + share)
