"""The law of networks of random features against draws of them, limits and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import random_feature as numerics
from numerics.minimum_norm import kernel_interpolant

RNG = np.random.default_rng(8)
N, Q, DRAWS = 8, 3, 20_000
ROOT = RNG.standard_normal((N + Q, 20)) / 20**0.5
K = ROOT @ ROOT.T
DATA, NEW, OPEN = K[:N, :N], K[N:, :N], np.diag(K)[N:]
Y = RNG.standard_normal(N)


def draws(k):
    """Predictions (draws, q) and squared lengths of the weights of networks of k features."""
    features = ROOT @ RNG.standard_normal((DRAWS, 20, k))
    weights = (np.linalg.pinv(features[:, :N]) @ Y[:, None])[..., 0]
    return (features[:, N:] @ weights[..., None])[..., 0], (weights**2).sum(1)


@pytest.mark.parametrize("k", [14, 20, 40])
def test_moments_of_networks_of_gaussian_features(k):
    found, lengths = draws(k)
    spread = numerics.interpolant_spread(DATA, NEW, OPEN, Y, k)
    np.testing.assert_allclose(
        found.mean(0), spread.mean, atol=5 * (spread.variance.max() / DRAWS) ** 0.5
    )
    np.testing.assert_allclose(found.var(0), spread.variance, rtol=0.2 if k == 14 else 0.1)
    assert lengths.mean() == pytest.approx(spread.norm, rel=0.05)


@pytest.mark.parametrize("k", [N, N + 1, N + 2, 14])
def test_half_of_all_networks_are_off_by_more(k):
    found, _ = draws(k)
    centre = kernel_interpolant(DATA, Y, NEW)
    wanted = numerics.typical_deviation(DATA, NEW, OPEN, Y, k)
    np.testing.assert_allclose(np.median(np.abs(found - centre), 0), wanted, rtol=0.05)


def test_at_the_threshold_the_deviation_is_known_without_tables():
    H = Y @ np.linalg.solve(DATA, Y)
    left = OPEN - (NEW @ np.linalg.solve(DATA, NEW.T)).diagonal()
    for more, share in ((0, 1.0), (1, 3**-0.5)):
        found = numerics.typical_deviation(DATA, NEW, OPEN, Y, N + more)
        np.testing.assert_allclose(found, share * np.sqrt(left * H), rtol=1e-9)


@given(st.integers(N + 2, 200), st.integers(1, 100))
def test_the_variance_falls_with_the_features_beyond_the_data(k, more):
    one, other = (numerics.interpolant_spread(DATA, NEW, OPEN, Y, w) for w in (k, k + more))
    ratio = (k - N - 1) / (k + more - N - 1)
    np.testing.assert_allclose(other.variance, one.variance * ratio, rtol=1e-12)
    assert other.norm == pytest.approx(one.norm * ratio)
    np.testing.assert_array_equal(one.mean, other.mean)


def test_nothing_is_left_open_at_the_data():
    spread = numerics.interpolant_spread(DATA, DATA[:2], np.diag(DATA)[:2], Y, 20)
    np.testing.assert_allclose(spread.mean, Y[:2], atol=1e-10)
    np.testing.assert_allclose(spread.variance, 0, atol=1e-10)


def test_a_second_difference_is_a_linear_functional():
    weights = np.array([1.0, -2.0, 1.0])
    row, left = weights @ NEW, weights @ K[N:, N:] @ weights
    spread = numerics.interpolant_spread(DATA, row[None], [left], Y, 30)
    found, _ = draws(30)
    assert (found @ weights).var() == pytest.approx(spread.variance[0], rel=0.06)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="at least 10 features"):
        numerics.interpolant_spread(DATA, NEW, OPEN, Y, N + 1)
    with pytest.raises(ValueError, match="positive definite"):
        numerics.typical_deviation(np.ones((2, 2)), np.ones((1, 2)), [1.0], [0.0, 1.0], 4)
    with pytest.raises(ValueError, match="less than the data explain"):
        numerics.typical_deviation(DATA, NEW, OPEN / 100, Y, 20)
