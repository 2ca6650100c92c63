"""Results on the fluctuation of weights against direct computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import weight_fluctuation as numerics


@pytest.mark.parametrize("curvature", [0.01, 0.3, 3.0])
def test_reshuffled_variance_is_that_of_noise_that_sums_to_zero(curvature):
    eta, batches, noise = 0.2, 8, 1.7
    a = 1 - eta * curvature
    covariance = noise * (np.eye(batches) * batches - 1) / (batches - 1)
    assert np.allclose(covariance.sum(0), 0) and np.allclose(np.diag(covariance), noise)

    def added(count):
        powers = a ** np.arange(count)[::-1]
        return eta**2 * powers @ covariance[:count, :count] @ powers

    begin = added(batches) / (1 - a ** (2 * batches))
    for count in range(1, batches + 1):
        expected = a ** (2 * count) * begin + added(count)
        assert numerics.reshuffled_variance(curvature, noise, eta, batches, count) == pytest.approx(
            expected
        )
    assert expected == pytest.approx(begin)
    assert numerics.reshuffled_variance(curvature, noise, eta, batches, 0) == pytest.approx(begin)


@given(st.floats(0.05, 1.9), st.floats(0, 5), st.integers(1, 20))
def test_the_stationary_variance_is_where_steps_end(curvature, noise, batch):
    V, eta = 0.0, 1.0
    for _ in range(2000):
        V = (1 - eta * curvature) ** 2 * V + eta**2 * noise / batch
    found = numerics.stationary_variance(curvature, noise, eta, batch)
    assert found == pytest.approx(V, abs=1e-12)


@pytest.mark.parametrize(("eta", "batch"), [(0.1, 1), (0.6, 4), (1.0, 16)])
def test_least_squares_ends_where_its_second_moments_do(eta, batch):
    rates, sigma, V = np.array([0.1, 0.5, 1.2]), 0.7, np.zeros(3)
    for _ in range(3000):  # of a Gaussian the fourth moments are sums over pairings
        spread = rates * (sigma**2 + rates @ V) + rates**2 * V
        V = (1 - eta * rates) ** 2 * V + eta**2 * spread / batch
    found = numerics.least_squares_variance(rates, sigma, eta, batch)
    assert found == pytest.approx(V)


@given(st.floats(0.1, 1.8))
def test_the_slope_is_that_of_two_near_curvatures(curvature):
    h = 1e-5
    ends = [curvature * np.exp(sign * h) for sign in (1, -1)]
    up, down = (numerics.stationary_variance(l, l, 1.0, 3) for l in ends)
    found = numerics.variance_slope(curvature, 1.0)
    assert found == pytest.approx(np.log(up / down) / (2 * h), rel=1e-6)


@given(st.floats(0.01, 0.99), st.integers(1, 30))
def test_the_variance_of_an_average_is_the_sum_of_all_covariances(a, T):
    apart = np.abs(np.subtract.outer(np.arange(T), np.arange(T)))
    assert numerics.averaged_variance(a, T) == pytest.approx((a**apart).mean())


def test_a_long_average_forgets_the_step():
    l, noise, batch, T = 0.5, 2.0, 4, 10**6
    for eta in (0.1, 1.0):
        V = numerics.stationary_variance(l, noise, eta, batch)
        found = V * numerics.averaged_variance(1 - eta * l, T)
        assert found == pytest.approx(noise / (batch * l**2 * T), rel=1e-4)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: numerics.stationary_variance([1.0, 2.0], 1.0, 1.0, 1), "curvature\\[1\\] = 2"),
        (lambda: numerics.least_squares_variance([0.9] * 5, 1.0, 1.0, 2), "mean square grows"),
        (lambda: numerics.reshuffled_variance(1.0, 1.0, 0.1, 4, 5), "j = 5"),
        (lambda: numerics.reshuffled_variance(1e-3, 1.0, 0.1, 4, 1), "curvatures above 0.025"),
        (lambda: numerics.averaged_variance(1.0, 3), "a = 1"),
    ],
)
def test_what_has_no_meaning_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
