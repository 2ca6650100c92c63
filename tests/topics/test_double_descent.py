"""Means of least squares against sampled solutions, their turning points against a search, limits
and bad input.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import double_descent as numerics


@pytest.mark.parametrize(("n", "d"), [(20, 8), (20, 14), (20, 26), (20, 40)])
def test_risk_and_length_are_means_of_solutions(n, d):
    rng = np.random.default_rng([n, d])
    X, beta = rng.standard_normal((4000, n, d)), rng.standard_normal(d) / d**0.5
    y = X @ beta + 0.7 * rng.standard_normal((4000, n))
    b = (np.linalg.pinv(X) @ y[..., None])[..., 0]
    signal = beta @ beta
    for found, wanted in (
        ((b - beta) ** 2, numerics.risk(n, d, signal, 0.7)),
        (b**2, numerics.norm(n, d, signal, 0.7)),
    ):
        sums = found.sum(1)
        assert sums.mean() == pytest.approx(wanted, abs=5 * sums.std() / 4000**0.5)


@pytest.mark.parametrize("p", [0, 5, 12, 30, 45])
def test_inputs_that_are_left_out_act_as_noise(p):
    n, rng = 20, np.random.default_rng([p, 3])
    c = 1 / np.arange(1.0, 46)
    X = rng.standard_normal((4000, n, 45))
    y = X @ c + 0.5 * rng.standard_normal((4000, n))
    b = np.zeros((4000, 45))
    if p:
        b[:, :p] = (np.linalg.pinv(X[..., :p]) @ y[..., None])[..., 0]
    errors = ((b - c) ** 2).sum(1) + 0.25
    wanted = numerics.risk_of_first(n, p, c, 0.5)
    assert errors.mean() == pytest.approx(wanted, abs=5 * errors.std() / 4000**0.5 + 1e-12)


@pytest.mark.claim("double_descent.sample_wise")
@given(st.integers(4, 60), st.floats(0.05, 500.0))
def test_the_best_number_of_samples_is_found_by_search(d, snr):
    sizes = np.arange(1, d - 1)
    risks = np.r_[snr, numerics.risk(sizes, d, snr, 1.0)]
    best = numerics.best_sample_size(d, snr)
    assert risks[min(best, d - 2)] == pytest.approx(risks.min(), rel=1e-12)
    assert (best > 0) == (risks[1] < risks[0]) or snr == pytest.approx(d / (d - 2))


@given(st.integers(5, 60), st.lists(st.floats(0.0, 3.0), min_size=1, max_size=80), st.floats(0, 2))
def test_the_first_minimum_is_where_the_error_turns(n, coefficients, noise):
    at = numerics.first_minimum(n, coefficients, noise)
    most = min(len(coefficients), n - 2)
    errors = numerics.risk_of_first(n, np.arange(most + 1), coefficients, noise)
    assert (np.diff(errors[: at + 1]) < 0).all()
    assert at == most or errors[at + 1] >= errors[at]
    left = noise**2 + np.cumsum(np.square(coefficients)[::-1])[::-1]  # what acts as noise
    worth = np.square(coefficients)[:most] * (n - np.arange(most) - 1)
    assert (worth[:at] > left[:at] * (1 - 1e-9)).all()


def test_with_as_many_equal_inputs_as_samples_there_is_no_first_descent():
    for inputs, falls in ((29, True), (40, False), (400, False)):
        at = numerics.first_minimum(40, np.ones(inputs), 0.1)
        assert (at > 0) is falls


def test_large_sizes_have_the_known_limits():
    sizes = 10**7 * np.array([1, 2, 3])
    below, above = 0.25, 3.0
    found = numerics.risk(sizes, (below * sizes).astype(int), 2.0, 0.5)
    np.testing.assert_allclose(found, 0.25 * below / (1 - below), rtol=1e-6)
    found = numerics.risk(sizes, (above * sizes).astype(int), 2.0, 0.5)
    np.testing.assert_allclose(found, 2 * (1 - 1 / above) + 0.25 / (above - 1), rtol=1e-6)


def test_without_noise_the_length_has_no_peak():
    inputs = np.r_[1:39, 42:200]
    lengths = numerics.norm(40, inputs, 1.5, 0.0)
    np.testing.assert_allclose(lengths[:38], 1.5)
    assert (np.diff(lengths[38:]) < 0).all() and lengths.max() == 1.5


def test_bad_input_is_answered():
    for n, d in ((10, 9), (10, 10), (10, 11)):
        with pytest.raises(ValueError, match="infinite"):
            numerics.risk(n, d, 1.0, 1.0)
    with pytest.raises(ValueError, match="signal"):
        numerics.norm(10, 4, -1.0, 1.0)
    with pytest.raises(ValueError, match="three inputs"):
        numerics.best_sample_size(2, 1.0)
    with pytest.raises(ValueError, match="whole numbers from 0 to 3"):
        numerics.risk_of_first(10, 4, [1.0, 1.0, 1.0], 1.0)
