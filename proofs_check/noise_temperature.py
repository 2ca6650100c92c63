"""Does SGD rest at the derived variance, and does the bound turn where it should?  Copies of SGD on
a quadratic at large rates; the bound of a Gaussian with the covariance of SGD, by torch and SciPy.

Set-ups.  (1) 20,000 copies of SGD on a quadratic of curvature 1 with 8 examples, batches drawn anew
for every step.  (2) Four curvatures, noise that does not commute with them.  Source: Prince,
Understanding Deep Learning, 2023, section 20.4.1; Mandt, Hoffman, Blei, JMLR 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import noise_temperature as numerics
from proofs_check.core.check import Check
from theory import noise_temperature as theory

Array = np.ndarray
COPIES, CENTRES = 20_000, 8  # of SGD on a quadratic, its examples
CURVATURES, PRIOR, TEMPER = np.array([0.5, 1.0, 2.0, 4.0]), 0.6, 30.0  # of a bound


def _centres(seed: int = 0) -> Array:
    """Where the losses of the examples of a quadratic are least."""
    centred = np.random.default_rng(seed).standard_normal(CENTRES)
    return (centred - centred.mean()) / centred.std()


def predicted_spread(rate: float, batch: int, examples: int | None = CENTRES) -> float:
    """log of the variance at rest, curvature 1."""
    return float(np.log(numerics.stationary_variance(1.0, rate, batch, 1.0, examples)))


def spread_at_rest(seeds: Sequence[int], rate: float, batch: int, steps: int = 30) -> Array:
    """The same from COPIES of SGD that draw their batches anew."""
    found = []
    for seed in seeds:
        rng, at, c = np.random.default_rng([seed, 41]), np.zeros(COPIES), _centres()
        for _ in range(steps):
            rows = rng.random((COPIES, CENTRES)).argpartition(batch - 1, 1)[:, :batch]
            at = at - rate * (at - c[rows].mean(1))
        found.append(np.log((at**2).mean()))
    return np.array(found)


def _noise() -> Array:
    """Covariance (4, 4) of gradients at the minimum; it does not commute with the Hessian."""
    half = np.random.default_rng(5).standard_normal((4, 4))
    return half @ half.T / 4


def predicted_temperature(loss_counts: bool = True) -> float:
    """log of tau at which the bound is least; without the training loss, at which KL is."""
    C = _noise()
    of_loss, of_law = np.trace(C) if loss_counts else 1e-12, (np.diag(C) / CURVATURES).sum()
    return float(np.log(numerics.best_temperature(4, TEMPER, of_loss, of_law, PRIOR)))


def best_of_the_bound(seeds: Sequence[int], rate: float = 1e-3) -> Array:
    """The same from covariances of SGD by SciPy and divergences by torch."""
    import torch
    from scipy.linalg import solve_discrete_lyapunov
    from scipy.optimize import minimize_scalar
    from torch.distributions import MultivariateNormal, kl_divergence

    zero, prior = torch.zeros(4, dtype=torch.float64), PRIOR**2 * torch.eye(4, dtype=torch.float64)

    def bound(log_tau: float) -> float:
        noise = 2 * rate * np.exp(log_tau) * _noise()  # rate^2 / B, where tau = rate / (2 B)
        law = solve_discrete_lyapunov(np.diag(1 - rate * CURVATURES), noise)
        apart = kl_divergence(
            MultivariateNormal(zero, torch.tensor(law)), MultivariateNormal(zero, prior)
        )
        return float((CURVATURES * np.diag(law)).sum() / 2 + apart / TEMPER)

    return np.array([minimize_scalar(bound, bounds=(-8, 4), method="bounded").x])


CHECKS: tuple[Check, ...] = (
    Check(
        name="noise_rests_at_the_derived_variance",
        quantity="log of the variance at rest, dimensionless",
        claim=theory.noise_temperature,
        predict=partial(predicted_spread, 0.4, 2),
        measure=partial(spread_at_rest, rate=0.4, batch=2),
        terms={"20,000 copies, four standard deviations": 0.04},
        rival=lambda: predicted_spread(1e-6, 2) + np.log(0.4 / 1e-6),
        rival_why="the first order, in which eta / B is all that counts",
    ),
    Check(
        name="batches_of_many_are_quieter",
        quantity="log of the variance at rest, dimensionless",
        claim=theory.batch_variance,
        predict=partial(predicted_spread, 1.2, 2),
        measure=partial(spread_at_rest, rate=1.2, batch=2),
        terms={"20,000 copies, four standard deviations": 0.04},
        rival=partial(predicted_spread, 1.2, 2, None),
        rival_why="fresh examples, whose noise is C / B",
    ),
    Check(
        name="the_bound_turns",
        quantity="log of the temperature at which the bound is least, dimensionless",
        claim=theory.pac_bayes_ratio,
        predict=predicted_temperature,
        measure=best_of_the_bound,
        terms={"finite rate, times a few": 0.01},
        rival=partial(predicted_temperature, loss_counts=False),
        rival_why="the divergence alone decides",
        deterministic=True,
    ),
)


def portrait(axes: Any) -> None:
    """Variance at rest over its first order, against rate times curvature: the derived curve, the
    judged medians with their intervals, the first order dashed.

    Reads what ``verify`` kept, and measures what is missing or stale.
    """
    rates = np.linspace(0.01, 1.6, 200)
    first = predicted_spread(1e-6, 2) - np.log(1e-6)  # log of the variance over the rate
    spread = [np.exp(predicted_spread(rate, 2) - first) / rate for rate in rates]
    axes.plot(rates, spread, color="C0", label="derived")
    axes.axhline(1, color="C1", ls="--", label=r"rival: $\eta / B$ is all that counts")
    for name, rate in (
        ("noise_rests_at_the_derived_variance", 0.4),
        ("batches_of_many_are_quieter", 1.2),
    ):
        seen = _judged(name)
        low, middle, high = (
            np.exp(v - first) / rate
            for v in (seen["interval"][0], np.median(seen["values"]), seen["interval"][1])
        )
        axes.errorbar(rate, middle, [[middle - low], [high - middle]], fmt="k.", capsize=3)
    axes.set(
        xlabel="rate times curvature (dimensionless)",
        ylabel="variance at rest / first order (dimensionless)",
        title="The larger the rate, the more the noise at rest exceeds its first order",
    )
    axes.plot([], [], "k.", label="measured: medians and intervals")
    axes.legend()


def _judged(name: str) -> dict[str, Any]:
    """What ``verify`` kept of a check, measured now where it has not been."""
    from proofs_check.core import entries

    unit = ("check", "noise_temperature", name)
    entry, _ = entries.kept(unit) or entries.run_and_keep(unit)
    return entry
