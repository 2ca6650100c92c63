"""Does trained linear attention take the derived step, with the derived matrix, and how near to
Bayes do one, two and four layers come on tasks that they have never met?

Set-ups.  Linear attention of one, two or four layers, all entries of its matrices free, trained by
Adam with clipped gradients on new prompts in every step: linear regressions whose weights are new,
too.  The risk is the mean of |c - w|^2 over new prompts, c.u being the answer to a query u; that of
Bayes is measured on the same prompts.  Rate and size of the start were chosen with other seeds, by
the risk over that of Bayes.  With inputs of several sizes keys and queries read inputs and values
read labels: after a look,
because with all entries free a third of the seeds ends in another minimum, which is an open check
of ``descent_in_context``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import in_context_learning as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles
from theory import in_context_learning as theory

Array = np.ndarray
D, N = 3, 10  # inputs and pairs of the problem for a single layer, without noise
VARIANCES = (2.0, 1.0, 0.25)
TEST = 20_000  # prompts
SIZES = {theory.d: D, theory.N: N, theory.r: 0.0}
DEEP, SHALLOW = {"steps": 800, "batch": 256}, {"steps": 400, "batch": 256}
PART = "log of the risk over that of Bayes"


def one_layer(
    seeds: Sequence[int],
    pairs: int = N,
    variances: tuple[float, ...] = (),
    apart: bool = False,
) -> tuple[Array, Array]:
    """Risks (S,) of a layer trained on prompts of N pairs in prompts of so many pairs, and its
    matrices (S, d, d) from queries to the statistic.
    """
    from proofs_check.training.prompts import Problem, errors, trained

    seeds = tuple(map(int, seeds))
    P, Q = trained(Problem(D, N, 0.0, variances), 1, seeds, **SHALLOW, apart=apart)
    risk, _ = errors(Problem(D, pairs, 0.0, variances), 1, (P, Q), seeds, TEST)
    return risk, (P[:, -1:, -1:] * Q[:, :-1, :-1]).double().numpy()


def risk_of_a_layer(seeds: Sequence[int]) -> Array:
    """Risk of one trained layer on new prompts."""
    return one_layer(seeds)[0]


def turn_of_the_matrix(seeds: Sequence[int]) -> Array:
    """log of the entry for the smallest input over that for the largest."""
    matrix = one_layer(seeds, variances=VARIANCES, apart=True)[1]
    return np.asarray(np.log(np.abs(matrix[:, -1, -1] / matrix[:, 0, 0])))


def over_bayes(
    seeds: Sequence[int], layers: int, d: int, pairs: int, noise: float, apart: bool = False
) -> Array:
    """log of the risk over that of Bayes, of networks with so many layers on new prompts, whose
    layers read inputs and labels ``apart`` or as they like.
    """
    from proofs_check.training.prompts import Problem, errors, trained

    seeds, problem = tuple(map(int, seeds)), Problem(d, pairs, noise)
    parameters = trained(problem, layers, seeds, **(DEEP if layers > 1 else SHALLOW), apart=apart)
    network, bayes = errors(problem, layers, parameters, seeds, TEST // 4)
    found = np.log(network / bayes)
    return np.where(np.isnan(found), np.inf, found)  # a network that has no answer


def _turned() -> float:
    matrix = numerics.attention_matrix(np.diag(VARIANCES), N, 0.0)
    return float(np.log(matrix[-1, -1] / matrix[0, 0]))


CHECKS: tuple[Check, ...] = (
    Check(
        name="a_trained_layer_has_the_least_risk",
        quantity="mean of |c - w|^2 over prompts, in units of the variance of a weight",
        claim=theory.step_risk,
        predict=Prediction(theory.step_risk, SIZES, part=3),
        measure=risk_of_a_layer,
        terms={"20,000 prompts, four standard deviations": 0.03, "end of training": 0.02},
        rival=lambda: numerics.attention_risk(D, N, 0.0, s=1.0),
        rival_why="a step that would be exact for very long prompts, of the rate one",
    ),
    Check(
        name="a_trained_layer_turns_with_its_inputs",
        quantity="log ratio of entries of the matrix, smallest input over largest, dimensionless",
        claim=theory.best_layer,
        predict=_turned,
        measure=turn_of_the_matrix,
        terms={"end of training": 0.2},
        rival=lambda: float(np.log(VARIANCES[0] / VARIANCES[-1])),
        rival_why="it divides by the covariance, as least squares does in long prompts",
    ),
    Check(
        name="layers_come_near_bayes",
        quantity="log ratio of risks, network over Bayes, dimensionless",
        claim=theory.attention_is_a_step,
        predict=Threshold("icl-examples-in-prompt", PART),
        measure={
            f"{name} layer{'s' * (layers > 1)}, {d} inputs, {pairs} pairs, noise {said}": partial(
                over_bayes, layers=layers, d=d, pairs=pairs, noise=noise
            )
            for name, layers, d, pairs, noise, said in (
                ("four", 4, 2, 8, 0.25, "1/4"),
                ("four", 4, 3, 10, 0.5, "1/2"),
                ("four", 4, 2, 8, 1.0, "1"),
                ("two", 2, 2, 8, 0.25, "1/4"),
                ("one", 1, 2, 8, 6.0, "6"),
            )
        },
        terms={"5,000 prompts, the same for both": 0.01},
        rival=lambda: float(
            np.log(numerics.attention_risk(2, 8, 0.25) / numerics.bayes_risk(2, 8, 0.25))
        ),
        rival_why="more layers do no more than one, which takes one step",
        side="at most",
        rounds=1,
        analogue=True,
        settles=(Settles("icl-examples-in-prompt", part=PART, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Entries of the matrix of a trained layer over the variance of an input, with the derived
    curve and one over the variance.
    """
    matrix = one_layer(tuple(range(11)), variances=VARIANCES, apart=True)[1]
    found = np.sort(np.abs(np.diagonal(matrix, axis1=1, axis2=2)), 0)
    exact = np.diag(numerics.attention_matrix(np.diag(VARIANCES), N, 0.0))
    axes.loglog(VARIANCES, exact, "s-", color="#0072B2", label="derived")
    axes.errorbar(
        VARIANCES,
        found[5],
        np.abs(found[[1, 9]] - found[5]),
        fmt="o",
        color="#D55E00",
        label="trained, 11 seeds",
    )
    axes.loglog(
        VARIANCES, 1 / np.array(VARIANCES), "--", color="#999999", label="one over variance"
    )
    axes.set(xlabel="variance of an input", ylabel="entry of the matrix", title="Ten pairs")
    axes.legend()
