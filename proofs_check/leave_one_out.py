"""Do samples that three networks miss together lie where labels vary?  Shares of other labels among
neighbours, and the high-pass part of labels against samples left out.

Set-ups.  The networks of ``proofs_check.joint_error``; neighbours among the training samples, by
number or with Gaussian weights, by distances of pixels or signals.  Variation of nearest neighbours
is one way among others to say what a high local frequency of a label map is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import mannwhitneyu

from numerics import leave_one_out as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.joint_error import SAMPLES, STEPS, misses
from proofs_check.training.data import digits
from proofs_check.training.three_kinds import split
from theory import Settles
from theory import leave_one_out as theory

Array = np.ndarray
SAID = "hard-samples-high-frequency"
SETUPS: Mapping[str, tuple[str, int, int | None]] = {  # data, samples, neighbours
    "digits, 5 neighbours": ("digits", SAMPLES, 5),
    "digits, 20 neighbours": ("digits", SAMPLES, 20),
    "digits, Gaussian weights": ("digits", SAMPLES, None),
    "digits, 5 neighbours, a third of the data": ("digits", SAMPLES // 3, 5),
    "MNIST-1D, 5 neighbours": ("MNIST-1D", SAMPLES, 5),
}


def variation(data: str, seeds: tuple[int, ...], n: int, k: int | None) -> Array:
    """Share of other labels among the neighbours of held-out samples, (S, q)."""
    have, found = split(data, seeds, n), []
    for X, y, X_new, y_new in zip(have.X, have.y, have.X_new, have.y_new, strict=True):
        if k is None:
            fifth = np.sort(cdist(X_new, X), axis=1)[:, 4]
            share = numerics.neighbour_disagreement(
                X, y, X_new, y_new, delta=float(np.median(fifth))
            )
        else:
            share = numerics.neighbour_disagreement(X, y, X_new, y_new, k=k)
        found.append(share)
    return np.stack(found)


def evidence(
    seeds: Sequence[int], data: str, n: int, k: int | None, shuffled: bool = False
) -> Array:
    """log10 p of the rank test of jointly missed samples against the rest, (S,); zero where none is
    missed.  ``shuffled``: samples of the networks in another order.
    """
    joint = np.asarray(misses(seeds, data, n, STEPS).all(0))
    if shuffled:
        joint = np.random.default_rng(90).permuted(joint, axis=1)
    found = []
    for missed, share in zip(joint, variation(data, tuple(seeds), n, k), strict=True):
        p = 1.0
        if 0 < missed.sum() < len(missed):
            p = mannwhitneyu(share[missed], share[~missed], alternative="greater").pvalue
        found.append(np.log10(max(p, 1e-300)))
    return np.array(found)


def _kernel() -> tuple[Array, Array]:
    X, y = digits(60, scale="standard", labels="parity")
    D = cdist(X, X)
    return np.exp(-D / np.median(D)), y


def error_of_refits(seeds: Sequence[int], folds: int = 60) -> Array:
    """log of the root mean squared error of kernel interpolants of the other folds at each fold of
    60 digits, even or odd; with 60 folds at each digit.
    """
    K, y = _kernel()
    errors = []
    for fold in np.array_split(np.arange(len(y)), folds):
        rest = np.setdiff1d(np.arange(len(y)), fold)
        fit = K[np.ix_(fold, rest)] @ np.linalg.solve(K[np.ix_(rest, rest)], y[rest])
        errors.append((y[fold] - fit) ** 2)
    return np.full(len(seeds), np.log(np.concatenate(errors).mean()) / 2)


def predicted_error() -> float:
    """The same from one inverse."""
    return float(np.log((numerics.leave_one_out(*_kernel()) ** 2).mean()) / 2)


CHECKS: tuple[Check, ...] = (
    Check(
        name="joint_misses_lie_where_labels_vary",
        quantity="log10 p of jointly missed samples against the rest, dimensionless",
        claim=theory.high_pass_part,
        predict=Threshold(SAID),
        measure={
            name: partial(evidence, data=data, n=n, k=k) for name, (data, n, k) in SETUPS.items()
        },
        terms={"last digit of the threshold": 0.1},
        rival=lambda: typical(evidence, data="digits", n=SAMPLES, k=5, shuffled=True),
        rival_why="missed samples have the neighbours of any others",
        side="at most",
        settles=(Settles(SAID, scope="instances"),),
        rounds=2,
    ),
    Check(
        name="one_inverse_for_all_samples_left_out",
        quantity="log of the root mean squared error at samples left out, dimensionless",
        claim=theory.held_out_residual,
        predict=predicted_error,
        measure=error_of_refits,
        terms={"rounding": 1e-8},
        rival=lambda: typical(error_of_refits, folds=30),
        rival_why="two samples left out at a time cost no more than one",
        deterministic=True,
    ),
)


def portrait(axes: Any) -> None:
    """Share of other labels among five neighbours: distribution over jointly missed samples and
    over the rest, dashed both alike.
    """
    seeds = tuple(range(11))
    grid = np.arange(6) / 5
    for data, colour in (("digits", "#0072B2"), ("MNIST-1D", "#D55E00")):
        joint = np.asarray(misses(seeds, data, SAMPLES, STEPS).all(0))
        share = variation(data, seeds, SAMPLES, 5)
        for mask, style, what in ((joint, "o-", "missed by all three"), (~joint, "s:", "the rest")):
            by_seed = np.stack(
                [
                    [(one[m] >= level - 1e-9).mean() for level in grid]
                    for one, m in zip(share, mask, strict=True)
                    if m.any()
                ]
            )
            middle = by_seed.mean(0)
            bars = np.abs(np.quantile(by_seed, (0.1, 0.9), axis=0) - middle)
            axes.errorbar(
                grid, middle, bars, fmt=style, color=colour, capsize=2, label=f"{data}, {what}"
            )
        axes.plot(
            grid,
            [(share >= level - 1e-9).mean() for level in grid],
            "--",
            color="#999999",
            label="rival: alike" if data == "digits" else None,
        )
    axes.set(
        xlabel="share of other labels among five neighbours, at least",
        ylabel="share of the samples",
        title="Jointly missed samples lie where labels vary",
    )
    axes.legend(fontsize=8)
