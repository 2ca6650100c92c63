"""Are the means of least squares those of sampled inputs, at sizes at which their limits are wrong?
Risk, length and inputs that are left out, beside the formulas for infinitely many samples.

Setting.  40 samples of standard normal inputs, |beta| = 1, noise of standard deviation one; 33 or
48 inputs, so close to the peak that the limit of many samples is off by a seventh.  The mean over
the noise is taken in closed form at each of the sampled inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import double_descent as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import derive
from theory import double_descent as limits
from theory import least_squares as theory

Array = np.ndarray
SAMPLES, FEW, MANY, DRAWS = 40, 33, 48, 400
USED, ALL = 30, 60  # inputs in use and in all


def sampled(seeds: Sequence[int], d: int, of: str, n: int = SAMPLES, draws: int = DRAWS) -> Array:
    """Risk or length of the solution, a mean over so many inputs for each seed."""
    found = []
    for seed in seeds:
        X = np.random.default_rng([int(seed), d, 31]).standard_normal((draws, n, d))
        gram = X @ X.mT if d > n else X.mT @ X
        noise = np.trace(np.linalg.inv(gram), axis1=1, axis2=2)
        kept = np.ones(draws)  # of beta, the first unit vector
        if d > n:
            first = X[..., 0]
            kept = (first * np.linalg.solve(gram, first[..., None])[..., 0]).sum(1)
        found.append((noise + (kept if of == "length" else 1 - kept)).mean())
    return np.array(found)


def sampled_with_inputs_left_out(seeds: Sequence[int], draws: int = DRAWS) -> Array:
    """Test error with the first of many equal inputs in use, with noise that is drawn, too."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 32])
        X = rng.standard_normal((draws, SAMPLES, ALL))
        y = X.sum(2) / ALL**0.5 + rng.standard_normal((draws, SAMPLES))
        used = X[..., :USED]
        b = np.linalg.solve(used.mT @ used, used.mT @ y[..., None])[..., 0]
        rest = (ALL - USED) / ALL
        found.append((((b - ALL**-0.5) ** 2).sum(1) + rest + 1).mean())
    return np.array(found)


def in_the_limit(d: int, n: int = SAMPLES) -> float:
    """The risk that the limit of many samples gives for this share of inputs."""
    part = derive(limits.analytic_models)[int(d > n)]
    return float(part.function(limits.g, theory.B, theory.sigma)(d / n, 1.0, 1.0))


def _at(d: int, part: int) -> Callable[[], float]:
    sizes: dict[Any, Any] = {theory.n: SAMPLES, theory.d: d, theory.B: 1.0, theory.sigma: 1.0}
    return Prediction(theory.least_squares, sizes, part)


USE = {theory.n: SAMPLES, theory.p: USED, theory.T: 1 + (ALL - USED) / ALL}
CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=name,
            quantity=f"{of} of least squares with {d} inputs, in units of the noise's variance",
            claim=theory.least_squares,
            predict=_at(d, part),
            measure=partial(sampled, d=d, of=of),
            terms={"mean of 400 sets of inputs, four standard deviations": 0.3},
            rival=partial(rival, d),
            rival_why="the limit of many samples at this share of inputs",
        )
        for name, of, d, part, rival in (
            ("risk_with_fewer_inputs", "risk", FEW, 0, in_the_limit),
            ("risk_with_more_inputs", "risk", MANY, 1, in_the_limit),
            (
                "length_with_more_inputs",
                "length",
                MANY,
                3,
                lambda d: in_the_limit(d) + 2 * SAMPLES / d - 1,
            ),
        )
    ),
    Check(
        name="inputs_that_are_left_out",
        quantity="test error with 30 of 60 inputs, in units of the noise's variance",
        claim=theory.inputs_left_out,
        predict=Prediction(theory.inputs_left_out, USE),
        measure=sampled_with_inputs_left_out,
        terms={"mean of 400 samples, four standard deviations": 0.5},
        rival=(1 + (ALL - USED) / ALL) * (1 + USED / SAMPLES),
        rival_why="the variance of the same points, T (1 + p / n)",
    ),
)


def portrait(axes: Any) -> None:
    """Risk over inputs for 40 samples: derived, sampled, and the limit of many samples."""
    for inputs in (np.arange(2, SAMPLES - 1), np.arange(SAMPLES + 2, 3 * SAMPLES)):
        first = bool(inputs[0] == 2)
        derived, limit = (
            numerics.risk(SAMPLES, inputs, 1.0, 1.0),
            [in_the_limit(int(d)) for d in inputs],
        )
        axes.semilogy(inputs, derived, color="#0072B2", label="derived" * first)
        axes.plot(inputs, limit, "--", color="#999999", label="rival: many samples" * first)
    for d in (10, 20, FEW, MANY, 60, 100):
        found = np.sort(sampled(range(11), d, "risk"))
        middle = found[5]
        axes.errorbar(
            d, middle, [[middle - found[0]], [found[-1] - middle]], fmt="o", color="#D55E00", ms=4
        )
    axes.plot([], [], "o", color="#D55E00", ms=4, label="measured: 11 seeds")
    axes.set(
        xlabel="inputs, a count",
        ylabel="risk, in units of the variance of the noise",
        title="The risk of least squares peaks where inputs are as many as the 40 samples",
    )
    axes.legend()
