"""Do two trained layers that only write labels reach the derived risk of two steps, and not more?

Set-ups.  Two layers of linear attention whose keys and queries read inputs and whose values read
and write labels, trained on prompts of eight pairs of two inputs with noise of variance 1/4.  After
a look 800 steps instead of 400, which did not end the training of all seeds, and rate and start
chosen again with other seeds, so that fewer than 51 are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics import layers_in_context as numerics
from proofs_check.core.check import Check
from theory import layers_in_context as theory

Array = np.ndarray
D, N, NOISE = 2, 8, 0.25


def risk_of_layers(seeds: Sequence[int], layers: int = 2) -> Array:
    """Risk of layers that only write labels, trained and measured on new prompts."""
    from proofs_check.training.prompts import Problem, errors, trained

    seeds, problem = tuple(map(int, seeds)), Problem(D, N, NOISE)
    parameters = trained(
        problem, layers, seeds, steps=800, batch=256, rate=5e-2, size=0.3, apart=True
    )
    return errors(problem, layers, parameters, seeds, 20_000)[0]


CHECKS: tuple[Check, ...] = (
    Check(
        name="two_layers_have_the_risk_of_two_steps",
        quantity="mean of |c - w|^2 over prompts, in units of the variance of a weight",
        claim=theory.second_layer,
        predict=lambda: numerics.descent_risk(2, D, N, NOISE),
        measure=risk_of_layers,
        terms={"20,000 prompts, four standard deviations": 0.012, "end of training": 0.008},
        rival=lambda: numerics.one_rate_risk(D, N, NOISE),
        rival_why="layers are plain descent, with one rate for all steps",
    ),
)


def portrait(axes: Any) -> None:
    """Risk over the number of layers: derived for steps with their best rates, of trained layers,
    and of Bayes.
    """
    from numerics.descent_in_context import bayes_risk

    depths = np.arange(1, 5)
    axes.semilogy(
        depths,
        [numerics.descent_risk(int(K), D, N, NOISE) for K in depths],
        "-",
        color="#0072B2",
        label="derived, steps with their best rates",
    )
    for K in (1, 2):
        found = np.sort(risk_of_layers(tuple(range(11)), K))
        axes.errorbar(
            K,
            found[5],
            [[found[5] - found[0]], [found[-1] - found[5]]],
            fmt="o",
            color="#D55E00",
            label="trained layers, 11 seeds" if K == 1 else None,
        )
    axes.plot(
        2, numerics.one_rate_risk(D, N, NOISE), "x", color="#999999", label="one rate, two steps"
    )
    axes.axhline(bayes_risk(D, N, NOISE), ls="--", color="#999999", label="Bayes")
    axes.set(
        xlabel="layers", ylabel="risk, of 2 without a prompt", title="8 pairs, noise 1/4",
        xticks=depths,
    )  # fmt: skip
    axes.legend()
