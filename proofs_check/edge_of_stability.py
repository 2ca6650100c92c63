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
of 200 units in kernel scaling, on 20 points of sin x + sin 3x.  How long they are trained, and when
they have arrived: ``edge.paths``.  Source: chapter on phenomena, edge of stability; Cohen et al.,
ICLR 2021; Damian, Nichani, Lee, ICLR 2023; Wu, Ma, E, NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from numerics import edge_of_stability as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.edge import maps, sentences
from proofs_check.edge.networks import NETWORKS
from theory import Settles
from theory import edge_of_stability as theory

TO_EDGE = "every descent ends at 2 / eta"


def _growth(c: float) -> float:
    return float(numerics.burst_growth(c, 1.0, 1.0, maps.PULL))


def _half(step: float) -> float:
    return sentences.of_the_flow(step) / 2


def portrait(axes: Any) -> None:
    """Where descent ends over where the flow would, for the linear network of the theory: derived
    curve, medians with the intervals that were judged, the flow dashed, the printed 2 / eta hollow.

    Reads what ``verify`` kept, and measures what is missing or stale.
    """
    steps = np.linspace(0, 1.1 * max(sentences.KINK), 200)[1:]
    flow = np.array([sentences.of_the_flow(step) for step in steps])
    axes.plot(flow, flow, "--", color="C1", label="rival: descent ends as the flow")
    axes.plot(flow, [sentences.of_descent(step) for step in steps], color="C0", label="derived")
    seen = {sentences.of_the_flow(step): _judged(kink_at(step)) for step in sentences.KINK}
    medians = np.array([np.median(entry["values"]) for entry in seen.values()])
    ends = np.array([entry["interval"] for entry in seen.values()])
    axes.errorbar(
        list(seen),
        medians,
        np.abs(ends - medians[:, None]).T,
        fmt="k.",
        capsize=3,
        label="descent of 11 starts",
    )
    above = [x for x in seen if x > 2]
    axes.plot(above, [2.0] * len(above), "o", color="C0", mfc="none", ms=11, label="printed")
    axes.set(
        xlabel=r"$\eta\lambda_{\max}$ at the end of the flow (dimensionless)",
        ylabel=r"$\eta\lambda_{\max}$ at the end of descent (dimensionless)",
    )
    axes.legend()


def kink_at(step: float) -> str:
    """The name of the check of the linear network at this step."""
    return f"linear_network_ends_as_derived_at_{round(100 * step)}_hundredths"


def _judged(name: str) -> dict[str, Any]:
    """What ``verify`` kept of a check, measured now where it has not been."""
    from proofs_check.core import entries

    unit = ("check", "edge_of_stability", name)
    entry, _ = entries.kept(unit) or entries.run_and_keep(unit)
    return entry


def _each(measure: Callable[..., np.ndarray], *names: str) -> dict[str, Callable[..., np.ndarray]]:
    return {name: partial(measure, network=name) for name in names}


CHECKS: tuple[Check, ...] = (
    Check(
        name="small_steps_flatten_the_product",
        quantity="log of x^2 - y^2, end over start, over the step, dimensionless",
        claim=theory.first_order_shrinkage,
        predict=lambda: float(numerics.first_order_shrinkage(*maps.START)),
        measure=maps.shrinkage,
        terms={"second order in the step, twice eta S / 2 of the first": maps.second_order},
        rival=0.0,
        rival_why="descent with a small step is the flow, which conserves x^2 - y^2",
        deterministic=True,
    ),
    Check(
        name="valley_is_left_below_the_edge",
        quantity="eta S at the end, dimensionless",
        claim=theory.mirror,
        predict=Prediction(theory.mirror, {theory.e: maps.EXCESS}, part=3),
        measure=maps.end_of_the_valley,
        terms={
            "third order in the excess": maps.EXCESS**3,
            "step: (2 eta / (eta S))^2 of what x^2 - y^2 leaves out": maps.VALLEY**2,
        },
        rival=2.0,
        rival_why="descent ends at 2 / eta",
        deterministic=True,
    ),
    Check(
        name="minibatches_grow_at_the_derived_rate",
        quantity="mean of x^2 after a step over x^2 before, dimensionless",
        claim=theory.sgd_edge,
        predict=lambda: numerics.sgd_growth(maps.CURVATURES, maps.BATCH, maps.RATE),
        measure=maps.growth_of_minibatches,
        terms={"mean of 4096 copies, four standard deviations": 0.02},
        rival=lambda: numerics.sgd_growth(maps.CURVATURES, len(maps.CURVATURES), maps.RATE),
        rival_why="what counts is the mean curvature, as for the whole batch",
    ),
    *(
        Check(
            name=name,
            quantity="log growth per step of an oscillation at the balance, dimensionless",
            claim=theory.hovers,
            predict=partial(_growth, c),
            measure=partial(maps.growth_at_the_balance, c=c),
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
    *(
        Check(
            name=kink_at(step),
            quantity="eta S at the end of descent of the linear network, dimensionless",
            claim=theory.linear_net_end,
            predict=partial(sentences.of_descent, step),
            measure=partial(sentences.end_of_linear_network, step=step),
            terms=terms,
            rival=rival,
            rival_why=why,
        )
        for step in sentences.KINK
        for terms, rival, why in (
            (
                ({"curvature of the start, its length squared": 0.03, "step": 0.03}, 2.0, TO_EDGE)
                if sentences.of_the_flow(step) < 2
                else (
                    {"last burst": 0.1},
                    partial(sentences.of_the_flow, step),
                    "the sharpness goes on as along the flow, which knows no step",
                )
            ),
        )
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
    Check(
        name="networks_hover_at_the_edge",
        quantity="mean of eta S / 2 after the arrival, worst of three steps, dimensionless",
        claim=theory.time_average,
        predict=Threshold("eos-two-over-eta"),
        measure=_each(sentences.level, *sentences.NARROW),
        terms={"what the sentence allows on either side": 0.125},
        rival=partial(_half, sentences.HOVER[-1]),
        rival_why="the sharpness goes on rising as along the flow, which knows no step",
        rounds=2,
        settles=(Settles("eos-two-over-eta", scope="instances"),),
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
        open="of 51 starts most of the linear network are above the limit, on two waves many lie "
        "on either side, and on digits not every start has a run that gets to the edge",
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
)
