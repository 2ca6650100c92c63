"""Does the test error of a network on noisy data fall and then rise, and what has it fitted at the
turn and at the end?  Wide networks on a circle, a network on a noisy sine.

Settings.  (1) Two-layer ReLU networks on 12 points of the circle with a bias input, data 1/20 (cos
phi + cos 2 phi + noise 0.5), descent: data so small keep the network linear, and the risk follows
the modes of the limit kernel.  (2) Two-layer tanh networks of width 200 on one period of sin x, 64
points with noise 0.2, Adam with full batch until much of the noise is fitted; 200 test points with
noise of their own.  Frequencies count periods of sin x. Source: chapter on the frequency principle,
section 1.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import early_stopping as numerics
from numerics.tangent_kernel import two_layer_kernel
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from theory import Settles
from theory import early_stopping as theory

Array = np.ndarray
POINTS, NOISE, EARLY, LATE = 12, 0.5, 40.0, 320.0  # the circle
# sin x: frequencies from HIGH to below LAST are called high
SAMPLES, SIGMA, TESTS, HIGH, LAST = 64, 0.2, 200, 8, 33
PUBLISHED = "as published"
SETUPS: dict[str, dict[str, Any]] = {  # of the network on a noisy sine
    PUBLISHED: {},
    "width 50": {"m": 50},
    "width 50, noise 0.3": {"m": 50, "sigma": 0.3},
    "width 50, weights of size 1": {"m": 50, "spread": 1.0},
}


def _circle() -> tuple[Array, Array]:
    """Inputs (cos phi, sin phi, 1) at equispaced angles (12, 3) and the noise-free target (12,)."""
    phi, X = data.circle(POINTS, bias=True)
    return X, np.cos(phi) + np.cos(2 * phi)


def modes() -> tuple[Array, Array]:
    """Rates (12,) and coefficients (12,) of the target in the modes of the limit kernel (loss 1/2n,
    kappa^2 = 1/width).
    """
    X, f = _circle()
    rates, vectors = np.linalg.eigh(two_layer_kernel(X, m=1, kappa=1.0) / POINTS)
    return np.maximum(rates, 0), vectors.T @ f


def predicted_rise() -> float:
    """log of the risk at time LATE over that at time EARLY, which is close to the best (38.5)."""
    early, late = numerics.risk(np.array([EARLY, LATE]), *modes(), NOISE)
    return float(np.log(late / early))


def rise_of_networks(
    seeds: Sequence[int], m: int = 256, draws: int = 16, steps: int = 400, size: float = 0.05
) -> Array:
    """The same ratio for descent of 2m neurons, antisymmetric start; risks are means over ``draws``
    of the noise, data times ``size``.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import normal, two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, f = (torch.as_tensor(v) for v in _circle())
    many = [draws * int(seed) + i for seed in seeds for i in range(draws)]
    y = f + NOISE * normal(many, (POINTS,), stream=3, device="cpu")
    kappa = (2 * m) ** -0.5
    risks = {}

    def watch(now: Moment) -> None:
        square = ((now.output / size - f) ** 2).sum(1)
        risks[now.step] = square.reshape(len(seeds), draws).mean(1).numpy()

    train(
        two_layer(1 / kappa),
        two_layer_start(many, m, 3, 1.0, 1.0),
        X,
        size * y,
        rule=Descent(LATE / steps),
        steps=steps,
        watch=watch,
        every=round(steps * EARLY / LATE),
    )
    early, late = (risks[step] for step in (round(steps * EARLY / LATE), steps))
    return np.log(late / early)


@cache
def noisy_sine(
    seeds: tuple[int, ...],
    m: int = 200,
    spread: float = 2.0,
    rate: float = 2e-2,
    steps: int = 2500,
    every: int = 20,
    sigma: float = SIGMA,
) -> dict[str, Array]:
    """Train one network per seed and keep what it did at the step of the least test error and at
    the end.

    Each with first dimension (turn, end): train and test mean squared errors (2, S), rmse (2, S) to
    the clean sin x on the test grid, output (2, S, K) spectrum at the training points.  data (S, K)
    and tested (S, K) are the spectra of training and test targets.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import normal, two_layer, two_layer_start
    from proofs_check.training.rules import Adam

    x, z = (data.midpoints(count) for count in (SAMPLES, TESTS))
    y, t = (
        np.sin(v) + sigma * normal(seeds, (len(v),), stream=s, device="cpu").numpy()
        for v, s in ((x, 5), (z, 6))
    )
    everything = torch.as_tensor(
        np.c_[np.r_[x, z], np.full(SAMPLES + TESTS, np.pi)], dtype=torch.float32
    )
    model = two_layer(m**0.5, "tanh")
    kept = []

    def watch(now: Moment) -> None:
        kept.append(model(now.parameters, everything).double().numpy())

    train(
        model,
        [p.float() for p in two_layer_start(seeds, m // 2, 2, 1.0, spread, device="cpu")],
        everything[:SAMPLES],
        torch.as_tensor(y, dtype=torch.float32),
        rule=Adam(rate),
        steps=steps,
        loss=mean_square,
        watch=watch,
        every=every,
    )
    outputs = np.array(kept)  # (T, S, SAMPLES + TESTS)
    test = ((outputs[:, :, SAMPLES:] - t) ** 2).mean(-1)
    both = np.stack([outputs[test.argmin(0), np.arange(len(seeds))], outputs[-1]])
    spectra = (np.fft.rfft(v)[..., :LAST] / v.shape[-1] for v in (both[..., :SAMPLES], y, t))
    return {
        "train": ((both[..., :SAMPLES] - y) ** 2).mean(-1),
        "test": np.stack([test.min(0), test[-1]]),
        "rmse": np.sqrt(((both[..., SAMPLES:] - np.sin(z)) ** 2).mean(-1)),
        **dict(zip(("output", "data", "tested"), spectra, strict=True)),
    }


def _energy(spectrum: Array) -> Array:
    return (np.abs(spectrum[..., HIGH:]) ** 2).sum(-1)


def opposite_ways(seeds: Sequence[int], setup: str = PUBLISHED) -> Array:
    """After the turn the test error rises and the training error falls: the smaller of the two
    changes of the log.
    """
    run = noisy_sine(tuple(seeds), **SETUPS[setup])
    (train, train_end), (test, test_end) = run["train"], run["test"]
    return np.minimum(np.log(test_end / test), np.log(train / train_end))


def distance_to_sine(seeds: Sequence[int], setup: str = PUBLISHED, end: bool = False) -> Array:
    """log of the distance to the clean sin x over half the noise, at the turn or at the end."""
    half = SETUPS[setup].get("sigma", SIGMA) / 2
    return np.log(noisy_sine(tuple(seeds), **SETUPS[setup])["rmse"][int(end)] / half)


def roughness_at_the_turn(seeds: Sequence[int], setup: str = PUBLISHED) -> Array:
    """log of the energy at frequencies from 8 on at the turn over that at the end."""
    turn, end = _energy(noisy_sine(tuple(seeds), **SETUPS[setup])["output"])
    return np.log(turn / end)


def low_frequency_error(seeds: Sequence[int], setup: str = PUBLISHED) -> Array:
    """log of the relative error of the frequency of sin x at the turn, the larger of two: against
    training and against test data.
    """
    run = noisy_sine(tuple(seeds), **SETUPS[setup])
    return np.log(
        np.max(
            [np.abs(run["output"][0, :, 1] / run[kind][:, 1] - 1) for kind in ("data", "tested")],
            axis=0,
        )
    )


def high_frequency_error(seeds: Sequence[int], setup: str = PUBLISHED) -> Array:
    """log of the relative error against the training data at frequencies from 8 on, at the turn."""
    run = noisy_sine(tuple(seeds), **SETUPS[setup])
    return np.log(_energy(run["output"][0] - run["data"]) / _energy(run["data"])) / 2


def high_frequency_amplitude(
    seeds: Sequence[int], setup: str = PUBLISHED, end: bool = False
) -> Array:
    """log of the amplitude of the output at frequencies from 8 on over that of the training data,
    at the turn or at the end.
    """
    run = noisy_sine(tuple(seeds), **SETUPS[setup])
    return np.log(_energy(run["output"][int(end)]) / _energy(run["data"])) / 2


def _part(statement: str, part: str) -> tuple[Settles, ...]:
    return (Settles(statement, part=part, scope="instances"),)


def _each(measure: Any) -> dict[str, Any]:
    return {setup: partial(measure, setup=setup) for setup in SETUPS}


STEP = {"turn known to 20 steps": 0.02}
CHECKS: tuple[Check, ...] = (
    Check(
        name="risk_of_wide_networks",
        quantity="ratio of risks, end over best stop, dimensionless",
        claim=theory.common_stopping_time,
        predict=predicted_rise,
        measure=rise_of_networks,
        terms={
            "16 draws of an error with about 5 degrees of freedom, sqrt(2 / 80)": 0.16,
            "finite width, 2 / sqrt(512)": 0.09,
        },
        rival=0.0,
        rival_why="a network that can fit everything loses nothing by training on",
    ),
    Check(
        name="test_error_turns",
        quantity="smaller change of a log error after the turn, dimensionless",
        claim=theory.risk_of_a_mode,
        predict=Threshold("early-train-falls-test-rises", "network"),
        measure=_each(opposite_ways),
        terms=STEP,
        rival=0.0,
        rival_why="training and test error go the same way",
        side="at least",
        settles=_part("early-train-falls-test-rises", "network"),
    ),
    Check(
        name="output_at_the_turn_is_close_to_the_sine",
        quantity="log of the distance to sin x over half the noise, dimensionless",
        claim=theory.risk_of_a_mode,
        predict=Threshold("early-stop-output-is-smooth-sin", "distance over sigma / 2, log"),
        measure=_each(distance_to_sine),
        terms=STEP,
        rival=partial(typical, distance_to_sine, end=True),
        rival_why="it is no closer than at the end of training (measured)",
        side="at most",
        settles=_part("early-stop-output-is-smooth-sin", "distance over sigma / 2, log"),
    ),
    Check(
        name="output_at_the_turn_is_smooth",
        quantity="log ratio of energies at high frequencies, turn over end, dimensionless",
        claim=theory.common_stopping_time,
        predict=Threshold(
            "early-stop-output-is-smooth-sin", "energy from k = 8 over that at the end, log"
        ),
        measure=_each(roughness_at_the_turn),
        terms=STEP,
        rival=0.0,
        rival_why="it is as rough as at the end",
        side="at most",
        settles=_part(
            "early-stop-output-is-smooth-sin", "energy from k = 8 over that at the end, log"
        ),
    ),
    Check(
        name="low_frequency_is_fitted_at_the_turn",
        quantity="log of the relative error of the low frequency, dimensionless",
        claim=theory.common_stopping_time,
        predict=Threshold("early-nn-fits-low-not-high-at-stop", "relative error at k = 1, log"),
        measure=_each(low_frequency_error),
        terms=STEP,
        rival=partial(typical, high_frequency_error),
        rival_why="all frequencies are fitted alike: the relative error from k = 8 on (measured)",
        side="at most",
        settles=_part("early-nn-fits-low-not-high-at-stop", "relative error at k = 1, log"),
    ),
    Check(
        name="high_frequencies_are_not_fitted_at_the_turn",
        quantity="log ratio of high-frequency amplitudes, output over data, dimensionless",
        claim=theory.common_stopping_time,
        predict=Threshold("early-nn-fits-low-not-high-at-stop", "amplitude from k = 8, log"),
        measure=_each(high_frequency_amplitude),
        terms=STEP,
        rival=0.0,
        rival_why="the network carries as much of them as the data",
        side="at most",
        settles=_part("early-nn-fits-low-not-high-at-stop", "amplitude from k = 8, log"),
    ),
)
