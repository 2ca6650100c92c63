"""Do networks rise to 2 / eta and stay, does their loss fall, do larger steps end flatter?  Do maps
of a product, minibatches and the balance at the edge do as derived?

Exact set-ups.  (1) Descent on (1 - x y)^2 / 2 from (2, 0.1) with the step 0.005, and down its
valley at eta S = 2.1 with the step 0.01.  (2) Loss h_i x^2 / 2 of four points, minibatches of two,
4096 copies of a step per seed.  (3) Descent on the loss whose steps are the reduced map, from
beside its fixed point.

Networks, half the mean squared error, full batch, six steps between 0.4 and 1.6 over the
sharpness at the start.  (4) The linear network of the theory, width 16, inputs of variances (1,
0.02, 0.02), teacher (1, 2, 2), from a small start.  (5) 64-16-16-1 on 30 scikit-learn digits, even
against odd, tanh with the LeCun and ReLU with the He start.  (6) A tanh network 2-16-16-1, and one
of 200 units in kernel scaling, on 20 points of sin x + sin 3x.  How long they are trained, and when they have
arrived: ``edge.paths``.  Source: chapter on phenomena, edge of stability; Cohen et al., ICLR 2021;
Damian, Nichani, Lee, ICLR 2023; Wu, Ma, E, NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from numerics import edge_of_stability as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.edge import sentences
from proofs_check.edge.networks import NETWORKS
from theory import Settles
from theory import edge_of_stability as theory

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
START, SLOW = (2.0, 0.1), 0.005  # of the product
EXCESS, VALLEY = 0.1, 0.01  # eta S - 2 at the start, step
CURVATURES, BATCH, RATE, COPIES = (0.2, 0.6, 1.0, 2.2), 2, 1.0, 4096
PULL, NEAR, ROUNDS = 0.02, 1e-4, 200  # rate of sharpening, distance from the fixed point, steps


def descend(
    loss: Callable[[Sequence[Tensor]], Tensor], start: Sequence[float], eta: float, steps: int
) -> list[Array]:
    """Descent of torch on a loss of numbers: their values, (steps + 1,) each."""
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.rules import Descent

    seen = []

    def watch(now: Moment) -> None:
        seen.append([p.item() for p in now.parameters])

    train(
        lambda parameters, _: loss(parameters)[:, None],
        [torch.tensor([v], dtype=torch.float64) for v in start],
        torch.zeros(1, 1, dtype=torch.float64),
        torch.zeros(1, dtype=torch.float64),
        rule=Descent(eta),
        steps=steps,
        loss=lambda output, _: output[:, 0],
        watch=watch,
    )
    return list(np.array(seen).T)


def _product(parameters: Sequence[Tensor]) -> Tensor:
    x, y = parameters
    return (1 - x * y) ** 2 / 2


def shrinkage(seeds: Sequence[int]) -> Array:
    """log of x^2 - y^2, end over start, over the step."""
    x, y = descend(_product, START, SLOW, 1500)
    q = x**2 - y**2
    return np.full(len(seeds), np.log(q[-1] / q[0]) / SLOW)


def second_order() -> float:
    """Size of what the first order leaves out, S that of the end of the flow."""
    first = numerics.first_order_shrinkage(*START)
    return float(SLOW * numerics.flow_sharpness(*START) * abs(first))


def end_of_the_valley(seeds: Sequence[int]) -> Array:
    """eta S at the end of a descent that comes down the valley above the edge."""
    s = (2 + EXCESS) / VALLEY
    x = ((s + (s**2 - 4) ** 0.5) / 2) ** 0.5
    x, y = descend(_product, (x, 1 / x * (1 + 1e-6)), VALLEY, 600)
    return np.full(len(seeds), VALLEY * (x[-1] ** 2 + y[-1] ** 2))


def growth_of_minibatches(seeds: Sequence[int]) -> Array:
    """Mean of x^2 after a step over x^2 before, over many copies of each seed."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.rules import Sgd

    h = torch.tensor(CURVATURES, dtype=torch.float64)
    many = [COPIES * int(seed) + i for seed in seeds for i in range(COPIES)]
    run = train(
        lambda p, X: p[0][:, None] * (X[..., 0] if X.dim() == 3 else X[:, 0]) ** 0.5,
        [torch.ones(len(many), dtype=torch.float64)],
        h[:, None],
        torch.zeros(len(h), dtype=torch.float64),
        rule=Sgd(RATE, BATCH),
        steps=1,
        seeds=many,
    )
    return (run.end[0].numpy() ** 2).reshape(len(seeds), COPIES).mean(1)


def growth_at_the_balance(seeds: Sequence[int], c: float) -> Array:
    """Mean log growth per step of the distance to the fixed point, from its ups and downs."""

    def reduced(parameters: Sequence[Tensor]) -> Tensor:
        x, y = parameters
        return (2 + y) * x**2 / 2 - PULL * y - c * x**4 / 4

    rest = (2 * PULL) ** 0.5, 2 * PULL * c
    x, y = descend(reduced, (rest[0] * (1 + NEAR), rest[1]), 1.0, ROUNDS)
    # of a spiral u_{k+1} = M u_k the determinant of two following pairs is that of M
    u = np.stack([2 * np.log(np.abs(x) / rest[0]), y - rest[1]])
    area = u[0, :-1] * u[1, 1:] - u[1, :-1] * u[0, 1:]
    return np.full(len(seeds), np.log(np.abs(area[-1] / area[0])) / 2 / (len(area) - 1))


def _growth(c: float) -> float:
    return float(numerics.burst_growth(c, 1.0, 1.0, PULL))


def _each(measure: Callable[..., Array], *names: str) -> dict[str, Callable[..., Array]]:
    return {name: partial(measure, network=name) for name in names}


CHECKS: tuple[Check, ...] = (
    Check(
        name="small_steps_flatten_the_product",
        quantity="log of x^2 - y^2, end over start, over the step, dimensionless",
        claim=theory.first_order_shrinkage,
        predict=lambda: float(numerics.first_order_shrinkage(*START)),
        measure=shrinkage,
        terms={"second order in the step, twice eta S / 2 of the first": second_order},
        rival=0.0,
        rival_why="descent with a small step is the flow, which conserves x^2 - y^2",
        deterministic=True,
    ),
    Check(
        name="valley_is_left_below_the_edge",
        quantity="eta S at the end, dimensionless",
        claim=theory.mirror,
        predict=Prediction(theory.mirror, {theory.e: EXCESS}, part=3),
        measure=end_of_the_valley,
        terms={
            "third order in the excess": EXCESS**3,
            "step: (2 eta / (eta S))^2 of what x^2 - y^2 leaves out": VALLEY**2,
        },
        rival=2.0,
        rival_why="descent ends at 2 / eta",
        deterministic=True,
    ),
    Check(
        name="minibatches_grow_at_the_derived_rate",
        quantity="mean of x^2 after a step over x^2 before, dimensionless",
        claim=theory.sgd_edge,
        predict=lambda: numerics.sgd_growth(CURVATURES, BATCH, RATE),
        measure=growth_of_minibatches,
        terms={"mean of 4096 copies, four standard deviations": 0.02},
        rival=lambda: numerics.sgd_growth(CURVATURES, len(CURVATURES), RATE),
        rival_why="what counts is the mean curvature, as for the whole batch",
    ),
    *(
        Check(
            name=name,
            quantity="log growth per step of an oscillation at the balance, dimensionless",
            claim=theory.hovers,
            predict=partial(_growth, c),
            measure=partial(growth_at_the_balance, c=c),
            terms={"distance from the fixed point": 0.0002},
            rival=rival,
            rival_why=why,
            deterministic=True,
        )
        for name, c, rival, why in (
            (
                "bursts_grow_without_the_cubic_term",
                0.0,
                0.0,
                "the published reduced map, in continuous time, goes round in closed curves",
            ),
            (
                "a_large_cubic_term_holds_the_balance",
                1.0,
                0.0,
                "the cubic term is of higher order and changes nothing",
            ),
        )
    ),
    Check(
        name="networks_rise_to_the_edge",
        quantity="largest eta S / 2 of a run, at the least of three steps, dimensionless",
        claim=theory.linear_net_end,
        predict=Threshold("eos-progressive-sharpening"),
        measure=_each(sentences.highest, *NETWORKS),
        terms={"residual of Lanczos' iteration": 0.01},
        rival=sentences.RISE[0] / 2,
        rival_why="the sharpness stays at its start, as the kernel of a very wide network does",
        side="at least",
        rounds=1,
        settles=(Settles("eos-progressive-sharpening", scope="instances"),),
    ),
    Check(
        name="networks_hover_at_the_edge",
        quantity="mean of eta S / 2 after the arrival, worst of three steps, dimensionless",
        claim=theory.time_average,
        predict=Threshold("eos-two-over-eta"),
        measure=_each(sentences.level, *sentences.NARROW),
        terms={"what the sentence allows on either side": 0.125},
        rival=sentences.goes_on,
        rival_why="the sharpness goes on rising as along the flow, which knows no step",
        settles=(Settles("eos-two-over-eta", scope="instances"),),
    ),
    Check(
        name="loss_falls_over_long_times_at_the_edge",
        quantity="windows of 100 steps after the arrival whose mean loss is above that of the one "
        "before, a share",
        claim=theory.time_average,
        predict=Threshold("eos-loss-decreases-with-oscillation", "share of windows that rise"),
        measure=_each(sentences.rising_windows, *sentences.NARROW),
        terms={"one window of eighty": 0.0125},
        rival=0.5,
        rival_why="where a quadratic is unstable the loss goes up as often as down",
        side="at most",
        rounds=1,
        settles=(
            Settles(
                "eos-loss-decreases-with-oscillation",
                part="share of windows that rise",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="loss_rises_in_single_steps_at_the_edge",
        quantity="steps after the arrival that raise the loss, least of three step sizes, a count",
        claim=theory.critical_sharpness,
        predict=Threshold("eos-loss-decreases-with-oscillation", "steps that rise"),
        measure=_each(sentences.rising_steps, *sentences.NARROW),
        terms={"half a step": 0.5},
        rival=0.0,
        rival_why="descent lowers the loss at every step, as it does below the edge",
        side="at least",
        rounds=1,
        settles=(
            Settles(
                "eos-loss-decreases-with-oscillation", part="steps that rise", scope="instances"
            ),
        ),
    ),
    Check(
        name="larger_steps_end_flatter",
        quantity="rank correlation of the step and the sharpness at the end, dimensionless",
        claim=theory.end_of_descent,
        predict=Threshold("eos-larger-lr-smaller-sharpness", "rank correlation"),
        measure=_each(sentences.rank_correlation, *sentences.NARROW),
        terms={"an exchange of neighbours among six": 0.05},
        rival=0.0,
        rival_why="the sharpness at the end belongs to the data and the network",
        side="at most",
        rounds=1,
        settles=(
            Settles("eos-larger-lr-smaller-sharpness", part="rank correlation", scope="instances"),
        ),
    ),
)
