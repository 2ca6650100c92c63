"""Do models peak where their parameters are as many as their data, and does the error fall on both
sides?  Random features, regression on ever more inputs, a trained network; limits at 1000 samples.

Set-ups.  100 samples each, 50 for trained networks; parameters are counted in units of the samples:
features, inputs, and those of a trained network over its ten outputs.  Errors are mean squared ones
on labels without noise.  Trained: one hidden layer, Adam with all data, 300 steps.  Source: Belkin,
Hsu, Ma, Mandal, PNAS 116, 2019; Greydanus, Kobak, ICML 2024 for the signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Literal

import numpy as np

from numerics import double_descent as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.features import error, relu_features, sample, shortest_fit, trained
from theory import Settles, derive
from theory import double_descent as theory
from theory import least_squares as exact

Array = np.ndarray
N, FEWER = 100, 50  # samples, and those of trained networks
SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0, 1.18, 1.5, 2.0, 4.0, 10.0)  # of parameters
NOISY = 0.2  # share of labels that are replaced
BEFORE = SHARES.index(0.7) + 1  # shares before the peak


def _sizes() -> list[int]:
    return [round(share * N) for share in SHARES]


@cache
def random_features(
    seeds: tuple[int, ...], kind: Literal["MNIST-1D", "digits"], noise: float
) -> Array:
    """Errors (S, shares) of the shortest fit of ever more random ReLU features."""
    errors = []
    for seed in seeds:
        s = sample(kind, N, noise, seed)
        for k in _sizes():
            Z, Z_test = relu_features(k, seed, s.X, s.X_test)
            errors.append(((Z_test @ shortest_fit(Z, s.Y) - s.Y_test) ** 2).sum(1).mean())
    return np.reshape(errors, (len(seeds), -1))


def _coefficients(decaying: bool) -> Array:
    D = _sizes()[-1]
    return 1 / np.arange(1.0, D + 1) if decaying else np.full(D, D**-0.5)


@cache
def more_inputs(seeds: tuple[int, ...], decaying: bool, noise: float = 0.5) -> Array:
    """Errors (S, shares) of least squares on the first of 1000 normal inputs, whose coefficients
    are 1 / j, or equal with sum of squares one.
    """
    c, errors = _coefficients(decaying), []
    D = len(c)
    for seed in seeds:
        rng = np.random.default_rng([seed, 33])
        X = rng.standard_normal((N, D))
        y = X @ c + noise * rng.standard_normal(N)
        for p in _sizes():
            b = np.zeros(D)
            b[:p] = shortest_fit(X[:, :p], y[:, None])[:, 0]
            errors.append(((b - c) ** 2).sum())
    return np.reshape(errors, (len(seeds), -1))


@cache
def trained_networks(seeds: tuple[int, ...], noise: float = NOISY, rate: float = 1e-2) -> Array:
    """Errors (S, shares) of trained networks of one hidden layer."""
    samples = [sample("MNIST-1D", FEWER, noise, seed) for seed in seeds]
    errors = []
    for share in SHARES:
        width = max(1, round((10 * share * FEWER - 10) / 51))  # parameters: 51 h + 10
        held = trained(seeds, samples, [width], rate=rate, steps=300, every=100)[1]
        errors.append(error(held, samples))
    return np.stack(errors, 1)


SETUPS: dict[str, Callable[[tuple[int, ...]], Array]] = {
    "ReLU features, MNIST-1D, one label in five noisy": partial(
        random_features, kind="MNIST-1D", noise=NOISY
    ),
    "ReLU features, MNIST-1D, no noise": partial(random_features, kind="MNIST-1D", noise=0.0),
    "ReLU features, digits, one label in five noisy": partial(
        random_features, kind="digits", noise=NOISY
    ),
    "inputs of decaying signal": partial(more_inputs, decaying=True),
    "inputs of equal signal": partial(more_inputs, decaying=False),
    "trained network, MNIST-1D, one label in five noisy": trained_networks,
}


def peak_place(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """Parameters over samples at the largest error, from a tenth of the samples on."""
    return np.array(SHARES)[1:][curve(tuple(seeds))[:, 1:].argmax(1)]


def second_descent(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """log of the error at ten times the samples over the largest from a tenth of them on."""
    errors = curve(tuple(seeds))[:, 1:]
    return np.log(errors[:, -1] / errors.max(1))


def first_descent(seeds: Sequence[int], curve: Callable[[tuple[int, ...]], Array]) -> Array:
    """log of the least error between a tenth and seven tenths of the samples over the first."""
    errors = curve(tuple(seeds))
    return np.log(errors[:, 1:BEFORE].min(1) / errors[:, 0])


def of_noise_alone() -> float:
    """What the first descent would be if parameters added variance and no signal."""
    ratio = derive(exact.inputs_left_out)[0].function(exact.n, exact.p, exact.T)
    first, second = _sizes()[:2]
    return float(np.log(ratio(N, second, 1.0) / ratio(N, first, 1.0)))


def simulated_over_limit(seeds: Sequence[int], d: int, n: int = 1000) -> Array:
    """log of the risk at sampled inputs, with |beta| and noise of one, over the limit formula."""
    formula = derive(theory.analytic_models)[int(d > n)].result
    limit = float(formula.subs({theory.g: d / n, exact.B: 1, exact.sigma: 1}))
    found = []
    for seed in seeds:
        X = np.random.default_rng([int(seed), d, 34]).standard_normal((n, d))
        gram = X @ X.T if d > n else X.T @ X
        first = np.eye(len(gram))[:, :1] if d < n else X[:, :1]
        inverse = np.linalg.inv(gram)
        lost = 0.0 if d < n else 1 - float((first.T @ inverse @ first)[0, 0])
        found.append(np.log((lost + np.trace(inverse)) / limit))
    return np.array(found)


PARTS = {
    "peak": "peak over samples",
    "second": "log of the error at ten times the samples over the peak",
    "first": "log of the minimum before the peak over the first",
}
CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=f"limit_formula_with_{d}_inputs",
            quantity="log of the simulated risk over the limit formula, dimensionless",
            claim=theory.analytic_models,
            predict=Threshold("dd-analytic-models", part),
            measure=partial(simulated_over_limit, d=d),
            terms={"the five percent of the sentence": 0.0488},
            rival=rival,
            rival_why=why,
            settles=(Settles("dd-analytic-models", part=part, scope="instances"),),
        )
        for d, rival, why, part in (
            (
                500,
                float(np.log(1 - 500 / 1000)),
                "the variance at fixed inputs, sigma^2 d / n",
                "log of simulation over formula, d = 500",
            ),
            (
                2000,
                float(np.log((1 - 1 / 2) / (1 - 1 / 2 + 1))),
                "the signal that is lost, without noise in the interpolant",
                "log of simulation over formula, d = 2000",
            ),
        )
    ),
    Check(
        name="peak_is_at_the_number_of_samples",
        quantity="parameters over samples at the largest error, dimensionless",
        claim=theory.peak,
        predict=Threshold("dd-model-wise", PARTS["peak"]),
        measure={name: partial(peak_place, curve=curve) for name, curve in SETUPS.items()},
        terms={"the twenty percent of the sentence": 0.2},
        rival=SHARES[-1],
        rival_why="the error is largest for the most parameters",
        settles=(Settles("dd-model-wise", part=PARTS["peak"], scope="instances"),),
    ),
    Check(
        name="error_falls_again_beyond_the_peak",
        quantity="log ratio of errors, ten times the samples over the peak, dimensionless",
        claim=theory.peak,
        predict=Threshold("dd-model-wise", PARTS["second"]),
        measure={name: partial(second_descent, curve=curve) for name, curve in SETUPS.items()},
        terms={"400 held-out labels": 0.05},
        rival=0.0,
        rival_why="the error is largest for the most parameters",
        side="at most",
        settles=(Settles("dd-model-wise", part=PARTS["second"], scope="instances"),),
    ),
    Check(
        name="error_falls_before_the_peak",
        quantity="log ratio of errors, least before the peak over the first, dimensionless",
        claim=theory.dimension_wise,
        predict=Threshold("dd-model-wise", PARTS["first"]),
        measure={name: partial(first_descent, curve=curve) for name, curve in SETUPS.items()},
        terms={"400 held-out labels": 0.02},
        rival=of_noise_alone,
        rival_why="parameters add variance from the first one on",
        side="at most",
        settles=(Settles("dd-model-wise", part=PARTS["first"], scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Error over inputs in use per sample: derived, of 11 samples, and by the rule of the same
    points.
    """
    c, noise = _coefficients(decaying=True), 0.5
    for inputs in (np.arange(1, N - 1), np.arange(N + 2, len(c) + 1)):
        derived = numerics.risk_of_first(N, inputs, c, noise) - noise**2
        axes.loglog(inputs / N, derived, color="#0072B2", label="derived" * bool(inputs[0] > 1))
    inputs = np.arange(1, N + 1)
    rest = noise**2 + (c**2).sum() - (c**2).cumsum()[:N]
    rule = rest * (1 + inputs / N) - noise**2
    axes.plot(inputs / N, rule, "--", color="#999999", label="rule of the same points")
    found = np.sort(more_inputs(tuple(range(11)), decaying=True), axis=0)
    middle = np.median(found, axis=0)
    axes.errorbar(
        SHARES,
        middle,
        (middle - found[0], found[-1] - middle),
        fmt="o",
        color="#D55E00",
        ms=4,
        label="11 samples",
    )
    axes.set(
        xlabel="inputs in use over samples",
        ylabel="squared error of the coefficients",
        title="1000 inputs with coefficients 1 / j, noise 0.5, 100 samples",
    )
    axes.legend()
