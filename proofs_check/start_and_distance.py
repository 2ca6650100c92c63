"""Does Adam need steps in proportion to the distance from a larger start, as derived for steps of a
fixed length, and plain descent not?  One weight in each of two layers.

Set-up.  Loss (u^2 - 1)^2 / 4, from u = 2 and u = 4 down to u = 1.05: Adam with the rate 0.001, and
descent with the rate 0.0001, as the flow.  Source: Prince, Understanding Deep Learning, 2023,
figure 20.4; Kingma, Ba, ICLR 2015.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from proofs_check.core.check import Check
from theory import derive
from theory import start_and_distance as theory

NEAR, FAR, FITTED = 2.0, 4.0, 1.05


def steps_of(start: float, adam: bool, rate: float, fitted: float = FITTED) -> int:
    """Steps down to ``fitted``."""
    u, m, v, done = start, 0.0, 0.0, 0
    while u > fitted:
        slope, done = u * (u**2 - 1), done + 1
        m, v = 0.9 * m + 0.1 * slope, 0.999 * v + 0.001 * slope**2
        if adam:
            u -= rate * m / (1 - 0.9**done) / np.sqrt(v / (1 - 0.999**done))
        else:
            u -= rate * slope
    return done


def steps_ratio(_: Sequence[int], adam: bool, rate: float) -> float:
    """log of the steps from the far start over those from the near one."""
    return float(np.log(steps_of(FAR, adam, rate) / steps_of(NEAR, adam, rate)))


def distance_ratio() -> float:
    """log of the ratio of the distances."""
    steps = derive(theory.fixed_steps)[1].steps[0].lhs.args[2][0]
    far, near = (float(steps.subs({theory.c: c, theory.eta: 1})) for c in (FAR, NEAR))
    return float(np.log((far + 1 - FITTED) / (near + 1 - FITTED)))


def time_ratio() -> float:
    """log of the ratio of the times of the flow, from the derivation."""
    time = derive(theory.flow)[3].steps[0].lhs.args[0].subs(theory.level, FITTED**2)
    far, near = (float(time.subs(theory.C, c**2)) for c in (FAR, NEAR))
    return float(np.log(far / near))


CHECKS: tuple[Check, ...] = (
    Check(
        name="adam_needs_steps_like_the_distance",
        quantity="log ratio of the steps from two starts, dimensionless",
        claim=theory.fixed_steps,
        predict=distance_ratio,
        measure=partial(steps_ratio, adam=True, rate=1e-3),
        terms={"steps that get shorter as the slope does": 0.45},
        rival=time_ratio,
        rival_why="steps are as many as for the flow",
        deterministic=True,
    ),
    Check(
        name="descent_needs_the_time_of_the_flow",
        quantity="log ratio of the steps from two starts, dimensionless",
        claim=theory.flow,
        predict=time_ratio,
        measure=partial(steps_ratio, adam=False, rate=1e-4),
        terms={"whole steps, and their length": 0.01},
        rival=distance_ratio,
        rival_why="steps grow like the distance",
        deterministic=True,
    ),
)


def portrait(axes: Any) -> None:
    """Steps over those from u = 2, by the start: Adam and descent, the derived line of the flow;
    dashed the rival for it, the distance.
    """
    starts = np.array([1.5, 2.0, 3.0, 4.0, 6.0])
    for adam, rate, colour, name in (
        (True, 1e-3, "#0072B2", "Adam"),
        (False, 1e-4, "#D55E00", "descent"),
    ):
        steps = np.array([steps_of(c, adam, rate) for c in starts])
        axes.plot(starts, steps / steps[1], "o", color=colour, label=name)
    time = derive(theory.flow)[3].steps[0].lhs.args[0].subs(theory.level, FITTED**2)
    flow = np.array([float(time.subs(theory.C, c**2)) for c in starts])
    axes.plot(starts, flow / flow[1], color="#D55E00", label="flow, derived")
    far = starts - FITTED
    axes.plot(starts, far / far[1], "--", color="#999999", label="distance")
    axes.set(xlabel="start, in units of the fit", ylabel="steps over those from 2, dimensionless")
    axes.set(title="Adam takes longer from further away, descent does not")
    axes.legend()
