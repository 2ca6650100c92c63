"""Risks of filters and gains of ranges against draws, the best filter, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import untrained_decoder


@given(st.floats(-1, 2), st.floats(0.1, 5), st.floats(0.1, 5))
def test_no_filter_beats_the_best_one(share, signal, sigma):
    best = signal**2 / (signal**2 + sigma**2)
    assert untrained_decoder.filter_risk(share, signal, sigma) >= 0
    assert untrained_decoder.filter_risk(best, signal, sigma) == pytest.approx(0, abs=1e-12)


def test_risk_is_that_of_draws():
    rng, signal, sigma, H = np.random.default_rng(7), 1.5, 0.8, 0.4
    a, e = signal * rng.standard_normal(400_000), sigma * rng.standard_normal(400_000)
    best = signal**2 / (signal**2 + sigma**2)
    excess = ((H * (a + e) - a) ** 2).mean() - ((best * (a + e) - a) ** 2).mean()
    assert untrained_decoder.filter_risk(H, signal, sigma) == pytest.approx(excess, rel=0.02)


def test_gain_is_that_of_a_projection():
    rng, N, k, sigma = np.random.default_rng(8), 60, 15, 0.7
    basis = np.linalg.qr(rng.standard_normal((N, N)))[0]
    inside, beyond = basis[:, :k], basis[:, k:]
    truth = inside @ rng.standard_normal(k) + 0.3 * beyond @ rng.standard_normal(N - k)
    missed = ((beyond.T @ truth) ** 2).sum()
    errors = []
    for _ in range(4000):
        noisy = truth + sigma * rng.standard_normal(N)
        errors.append(((inside @ (inside.T @ noisy) - truth) ** 2).sum())
    wanted = 10 * np.log10(N * sigma**2 / np.mean(errors))
    assert untrained_decoder.gain_db(N, k, sigma, missed) == pytest.approx(wanted, abs=0.03)


@given(st.integers(1, 1000), st.floats(0, 100), st.floats(0.1, 3))
def test_signal_beyond_the_range_costs(k, missed, sigma):
    most = untrained_decoder.range_gain(1000, k)
    assert untrained_decoder.gain_db(1000, k, sigma, missed) <= most + 1e-9
    assert most == pytest.approx(10 * np.log10(1000 / k))


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="range_"):
        untrained_decoder.range_gain(10, 11)
    with pytest.raises(ValueError, match="signal"):
        untrained_decoder.filter_risk(0.5, 0.0, 1.0)
    with pytest.raises(ValueError, match="missed"):
        untrained_decoder.gain_db(10, 5, 1.0, -1.0)
