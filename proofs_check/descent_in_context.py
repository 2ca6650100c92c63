"""Does a layer that was trained on prompts of one length become exact in longer ones, and how far
from Bayes is one layer where theory says that it is far?

Set-ups.  One layer of linear attention, trained on prompts of ten pairs of three inputs without
noise and asked in prompts of 40; and one trained on eight pairs of two inputs with noise of
variance 1/4, against Bayes on the same prompts, once with keys, queries and values that read inputs
and labels apart, and once with all entries free: after a look, because about half of those seeds
end in another minimum, which is left as an open check.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import in_context_learning as numerics
from proofs_check.core.check import Check
from proofs_check.in_context_learning import D, N, one_layer, over_bayes
from theory import descent_in_context as theory

Array = np.ndarray
LONG = 40
NOISY = (2, 8, 0.25)


def risk_in_longer_prompts(seeds: Sequence[int], pairs: int = LONG) -> Array:
    """Risk in prompts of other lengths of a layer that was trained on prompts of N pairs."""
    return one_layer(seeds, pairs)[0]


def _gap() -> float:
    return float(np.log(numerics.attention_risk(*NOISY) / numerics.bayes_risk(*NOISY)))


CHECKS: tuple[Check, ...] = (
    Check(
        name="a_layer_keeps_its_rate_in_longer_prompts",
        quantity="mean of |c - w|^2 over prompts, in units of the variance of a weight",
        claim=theory.other_length,
        predict=lambda: numerics.attention_risk(D, N, 0.0, M=LONG),
        measure=risk_in_longer_prompts,
        terms={"20,000 prompts, four standard deviations": 0.015, "end of training": 0.03},
        rival=lambda: numerics.attention_risk(D, LONG, 0.0),
        rival_why="it takes the best step for the length that it meets",
    ),
    Check(
        name="one_layer_is_as_far_from_bayes_as_a_step",
        quantity="log ratio of risks, network over Bayes, dimensionless",
        claim=theory.one_step_over_bayes,
        predict=_gap,
        measure=partial(over_bayes, layers=1, d=2, pairs=8, noise=0.25, apart=True),
        terms={"5,000 prompts, four standard deviations": 0.1, "end of training": 0.05},
        rival=lambda: float(np.log(numerics.descent_risk(2, *NOISY) / numerics.bayes_risk(*NOISY))),
        rival_why="training makes of one layer what takes two steps",
    ),
    Check(
        name="a_free_layer_may_end_elsewhere",
        quantity="log ratio of risks, network over Bayes, dimensionless",
        claim=theory.one_step_over_bayes,
        predict=_gap,
        measure=partial(over_bayes, layers=1, d=2, pairs=8, noise=0.25),
        terms={"5,000 prompts, four standard deviations": 0.1, "end of training": 0.05},
        rival=lambda: float(np.log(2 / numerics.bayes_risk(*NOISY))),
        rival_why="nothing is learnt, and the answer is zero",
        open="with two inputs about half of the starts end where values also read inputs and keys "
        "also read labels, at twice the least risk; of three inputs of different sizes a third, of "
        "three equal ones none.  We know no derivation of this minimum",
    ),
)


def portrait(axes: Any) -> None:
    """Risk over the length of a prompt: of a layer trained at ten pairs, derived and measured, and
    of layers that are best for each length.
    """
    lengths = np.arange(4, 101)
    axes.plot(
        lengths,
        numerics.attention_risk(D, N, 0.0, M=lengths),
        color="#0072B2",
        label="derived: best for 10 pairs",
    )
    axes.plot(
        lengths, numerics.attention_risk(D, lengths, 0.0), "--", color="#999999",
        label="rival: best for each length",
    )  # fmt: skip
    for pairs in (6, 10, 20, 40, 80):
        found = np.sort(risk_in_longer_prompts(tuple(range(11)), pairs))
        axes.errorbar(
            pairs,
            found[5],
            [[found[5] - found[0]], [found[-1] - found[5]]],
            fmt="o",
            color="#D55E00",
            label="measured: trained at 10 pairs, 11 seeds" if pairs == 10 else None,
        )
    axes.set(
        xlabel="pairs in the prompt, a count",
        ylabel="risk, in units of which 3 is no prompt",
        title="A layer trained at ten pairs gains little from longer prompts",
    )
    axes.legend()
