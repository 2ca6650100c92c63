"""Does a small batch walk down the curvature of a product as derived, do large batches end at
sharper minima that generalise worse, and do norms order networks by their gap?

Set-ups.  (1) A product of two weights with noisy labels.  (2) One ReLU layer of 32 units on 128
examples of digits and MNIST-1D, as they are and with a fifth of the labels wrong: batches 8, 32,
128 and rates 0.05, 0.1, 0.2 down to cross-entropy 0.05, ten draws of data and start.  Source:
Keskar and others, ICLR 2017; Jiang and others, ICLR 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from scipy.stats import kendalltau, spearmanr, ttest_rel

from numerics import batch_size as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.portrait import draw
from proofs_check.training.batches import BATCHES, after_epochs, grid
from proofs_check.training.minima import KINDS
from theory import Settles, flatness_measure
from theory import batch_size as theory

Array = np.ndarray
START, STEP, NOISE, STEPS, LARGE = 2.0, 0.05, 0.5, 1000, (2, 4, 16)  # of the product


def sharper_with_batches(batch: int) -> float:
    """Curvature at the end with these batches less that of 1, from the derived drift."""
    ends = (numerics.imbalance_path(START, STEP, NOISE, B, STEPS)[-1] for B in (1, batch))
    small, large = (
        numerics.product_curvature((q / 2 + (q**2 / 4 + 1) ** 0.5) ** 0.5) for q in ends
    )
    return float(large - small)


def product_with_noise(seeds: Sequence[int], batch: int) -> Array:
    """The same of copies of descent on x y with noisy labels."""
    found = []
    for seed in seeds:
        rng, ends = np.random.default_rng([seed, 2]), []
        for size in (1, batch):
            x, y = np.full(500, START), np.full(500, 1 / START)
            for _ in range(STEPS):
                e = x * y - 1 - NOISE / size**0.5 * rng.standard_normal(500)
                x, y = x - STEP * e * y, y - STEP * e * x
            ends.append(((4 + (x**2 - y**2) ** 2) ** 0.5).mean())
        found.append(ends[1] - ends[0])
    return np.array(found)


# ---------------------------------------------------------------- a grid of batches and rates


def correlations(kind: str) -> Array:
    """Kendall's tau between three norms and the gap, over the cells of each draw, (3, draws)."""
    found = grid(kind)
    gaps = found["gap"].reshape(len(found["gap"]), -1)
    norms = found["norms"].reshape(3, *gaps.shape)
    return np.array(
        [
            [kendalltau(a, b, nan_policy="omit").statistic for a, b in zip(norm, gaps, strict=True)]
            for norm in norms
        ]
    )


def worst_measure(seeds: Sequence[int], kind: str) -> Array:
    """The least of the mean correlations of three norms."""
    return np.atleast_1d(correlations(kind).mean(1).min())


def bound_of_the_least(seeds: Sequence[int]) -> Array:
    """The least mean correlation plus three standard errors, over norms and set-ups."""
    taus = np.array([correlations(kind) for kind in KINDS])
    error = taus.std(-1, ddof=1) / taus.shape[-1] ** 0.5
    return np.atleast_1d((taus.mean(-1) + 3 * error).min())


def _ranks(a: Array, b: Array) -> float:
    """Mean over draws of Spearman's correlation over the cells of a grid, (draws, ...) each."""
    pairs = zip(a.reshape(len(a), -1), b.reshape(len(b), -1), strict=True)
    return float(np.mean([spearmanr(u, v, nan_policy="omit").statistic for u, v in pairs]))


def batch_and_curvature(seeds: Sequence[int], kind: str) -> Array:
    """The smaller of the rank correlations of batch with largest eigenvalue and trace."""
    curvature = grid(kind)["curvature"]
    batch = np.broadcast_to(np.array(BATCHES, float)[:, None], curvature.shape[1:])
    return np.atleast_1d(min(_ranks(batch, each) for each in curvature))


def curvature_and_error(seeds: Sequence[int], kind: str) -> Array:
    """The smaller of the rank correlations of test error with largest eigenvalue and trace."""
    found = grid(kind)
    return np.atleast_1d(min(_ranks(each, found["test"]) for each in found["curvature"]))


def agreement_of_flatness(seeds: Sequence[int], kind: str) -> Array:
    """The least rank correlation of two of three measures: largest eigenvalue, distance to twice
    the loss, largest loss nearby.
    """
    three = grid(kind)["flatness"]
    return np.atleast_1d(min(_ranks(a, b) for a, b in combinations(three, 2)))


def p_value(seeds: Sequence[int], kind: str, epochs: bool = False) -> Array:
    """Of the hypothesis that the whole batch has no larger test error than batches of 8, at rate
    0.1.
    """
    small, full = grid(kind)["test"][:, [0, -1], 1].T
    full = after_epochs(kind) if epochs else full
    found = ttest_rel(full, small, alternative="greater", nan_policy="omit").pvalue
    return np.atleast_1d(np.nan_to_num(float(found), nan=0.5))  # no difference at all


def _settles(statement: str, part: str) -> tuple[Settles, ...]:
    return (Settles(statement, part=part, scope="instances"),)


def sharper_at(batch: int) -> str:
    """The name of the check with these batches."""
    return f"batches_of_{batch}_leave_a_product_sharper"


def portrait(axes: Any) -> None:
    """Curvature at which descent on a product with noisy labels ends, over that of single examples:
    derived curve, medians with the intervals that were judged, and dashed the flow.

    Reads what ``verify`` kept, and measures what is missing or stale.
    """
    sizes = np.arange(1, 25)
    axes.plot(sizes, [sharper_with_batches(int(b)) for b in sizes], color="C0", label="derived")
    axes.axhline(0.0, ls="--", color="C1", label="rival: the flow, whatever the noise")
    names = {float(batch): sharper_at(batch) for batch in LARGE}
    draw(axes, "batch_size", names, "descent on a product, 11 seeds")
    axes.set(
        xlabel="batch (examples)",
        ylabel="curvature at the end, less that of batches of 1 (dimensionless)",
    )
    axes.legend()


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=sharper_at(batch),
            quantity="difference of the curvatures at the end, large batches less 1, dimensionless",
            claim=theory.imbalance_under_noise,
            predict=partial(sharper_with_batches, batch),
            measure=partial(product_with_noise, batch=batch),
            terms={
                "the imbalance moves slowly, and the residual is small": 0.1,
                "mean over 500 copies": 0.02,
            },
            rival=0.0,
            rival_why="the flow keeps x^2 - y^2, whatever the noise",
        )
        for batch in LARGE
    ),
    Check(
        name="a_norm_ranks_networks_badly",
        quantity="least of three mean rank correlations, norm and gap, dimensionless",
        claim=theory.norms_on_the_orbit,
        predict=Threshold("norm-measures-negative-correlation", "worst measure"),
        measure={kind: partial(worst_measure, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.05},
        rival=1.0,
        rival_why="every norm orders networks by the bound that it enters",
        side="at most",
        deterministic=True,
        settles=_settles("norm-measures-negative-correlation", "worst measure"),
    ),
    Check(
        name="a_norm_can_rank_networks_backwards",
        quantity="least mean rank correlation and three errors, norm and gap, dimensionless",
        claim=theory.norms_on_the_orbit,
        predict=Threshold("norm-measures-negative-correlation", "bound on the least correlation"),
        measure=bound_of_the_least,
        terms={"distance of the threshold from the limit": 0.02},
        rival=0.3,
        rival_why="a norm may say little, but what it says is right",
        side="at most",
        deterministic=True,
        open="a negative mean is seen, but ten draws do not tell it from zero: the bound does not "
        "show that a norm can rank backwards, and cannot show that none does",
        settles=_settles("norm-measures-negative-correlation", "bound on the least correlation"),
    ),
    Check(
        name="larger_batches_end_sharper",
        quantity="mean rank correlation of batch and curvature, dimensionless",
        claim=theory.imbalance_under_noise,
        predict=Threshold("flat-large-batch-sharper", "batch and curvature"),
        measure={kind: partial(batch_and_curvature, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.05},
        rival=0.0,
        rival_why="networks of one training loss are equally sharp",
        side="at least",
        deterministic=True,
        settles=_settles("flat-large-batch-sharper", "batch and curvature"),
    ),
    Check(
        name="sharper_networks_err_more",
        quantity="mean rank correlation of curvature and test error, dimensionless",
        claim=theory.imbalance_under_noise,
        predict=Threshold("flat-large-batch-sharper", "curvature and test error"),
        measure={kind: partial(curvature_and_error, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.05},
        rival=-0.5,
        rival_why="the sharper of two minima is the one that says more of the data",
        side="at least",
        deterministic=True,
        settles=_settles("flat-large-batch-sharper", "curvature and test error"),
    ),
    Check(
        name="measures_of_flatness_agree",
        quantity="least mean rank correlation of two measures of flatness, dimensionless",
        claim=flatness_measure.orders_that_differ,
        predict=Threshold("udl-three-measures-of-flatness", "rank agreement in networks"),
        measure={kind: partial(agreement_of_flatness, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.05},
        rival=0.0,
        rival_why="a mean, a maximum and a distance order networks of one loss independently",
        side="at least",
        deterministic=True,
        settles=_settles("udl-three-measures-of-flatness", "rank agreement in networks"),
    ),
    *(
        Check(
            name=name,
            quantity="one-sided paired t test of test errors, full batch above 8, a p value",
            claim=theory.imbalance_under_noise,
            predict=Threshold("flat-large-batch-generalises-worse", part),
            measure={kind: partial(p_value, kind=kind, epochs=epochs) for kind in KINDS},
            terms={"distance of the threshold from the limit": 0.005},
            rival=0.5,
            rival_why="the batch changes nothing on average",
            side="at most",
            deterministic=True,
            settles=_settles("flat-large-batch-generalises-worse", part),
        )
        for name, part, epochs in (
            ("large_batches_err_more_at_equal_loss", "equal training loss", False),
            ("large_batches_err_more_after_equal_epochs", "equal epochs", True),
        )
    ),
)
