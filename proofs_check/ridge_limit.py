"""Does ridge regression with its best penalty have no peak where inputs are as many as samples?
Mean risk of samples at three ratios of inputs to samples.

Set-up.  200 samples of 50, 200 and 400 standard normal inputs, coefficients and noise drawn for
each of 20 samples of a seed, signal and noise 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import double_descent, ridge_limit
from proofs_check.core.check import Check
from proofs_check.core.portrait import draw
from theory import ridge_limit as theory

Array = np.ndarray
N, SIGNAL, NOISE, SAMPLES = 200, 1.0, 1.0, 20
INPUTS = (50, 200, 400)


def risk_with_ridge(seeds: Sequence[int], d: int) -> Array:
    """log of the mean risk of ridge regression with the best penalty."""
    found = []
    for seed in seeds:
        rng, risks = np.random.default_rng([seed, d, 51]), []
        for _ in range(SAMPLES):
            X, beta = rng.standard_normal((N, d)), rng.standard_normal(d) * (SIGNAL / d) ** 0.5
            y = X @ beta + NOISE * rng.standard_normal(N)
            penalty = NOISE**2 * d / SIGNAL
            risks.append(
                ((X.T @ np.linalg.solve(X @ X.T + penalty * np.eye(N), y) - beta) ** 2).sum()
            )
        found.append(np.log(np.mean(risks)))
    return np.array(found)


def expected(d: int) -> float:
    """The same in the limit."""
    return float(np.log(ridge_limit.ridge_risk(d / N, SIGNAL, NOISE)))


def without_ridge(d: int) -> float:
    """That of the shortest fit, one input beside the threshold where it has no mean."""
    return float(np.log(double_descent.risk(N, d - 2 * (d == N), SIGNAL, NOISE)))


def _name(d: int) -> str:
    return f"best_ridge_with_{d}_inputs"


def portrait(axes: Any) -> None:
    """log risk over inputs a sample: derived, measured, and without ridge."""
    few, many = np.arange(5, N - 1), np.arange(N + 2, 3 * N)
    ratio = np.geomspace(few[0], many[-1], 200) / N
    axes.plot(ratio, np.log(ridge_limit.ridge_risk(ratio, SIGNAL, NOISE)), label="derived")
    for at, label in ((few, "rival: shortest fit"), (many, None)):
        risks = np.log(double_descent.risk(N, at, SIGNAL, NOISE))
        axes.plot(at / N, risks, "--", color="C1", label=label)
    draw(axes, "ridge_limit", {d / N: _name(d) for d in INPUTS}, "measured: 200 samples, 11 seeds")
    axes.set(
        xscale="log",
        ylim=(-3, 3),
        xlabel="inputs over samples, dimensionless",
        ylabel="log of the risk (dimensionless)",
        title="With the best ridge more inputs than samples do no harm",
    )
    axes.legend()


CHECKS: tuple[Check, ...] = tuple(
    Check(
        name=_name(d),
        quantity="log of the mean squared error of the coefficients, in units of the signal",
        claim=theory.ridge_limit,
        predict=partial(expected, d),
        measure=partial(risk_with_ridge, d=d),
        terms={
            "20 samples, three standard deviations": 0.1,
            "200 samples, not infinitely many": 0.02,
        },
        rival=partial(without_ridge, d),
        rival_why="the shortest fit: a penalty matters little",
    )
    for d in INPUTS
)
