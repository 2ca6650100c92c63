"""The limit of ridge regression against finite samples and its own quadratic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.double_descent import (
    feature_learning_curve,
    interpolant_spread,
    lagrange_variance,
    ridge_risk,
    two_speed_levels,
    two_speed_risk,
)
from numerics.learning_curve import feature_curve
from numerics.overfitting import ridge_risk as finite

SIZES = st.floats(1e-3, 1e3)


@given(SIZES, SIZES, SIZES)
def test_the_risk_solves_its_quadratic_and_is_no_more_than_the_signal(gamma, B, sigma):
    R, l = ridge_risk(gamma, B, sigma), gamma * sigma**2 / B
    m = R / (gamma * sigma**2)
    assert gamma * l * m**2 + (1 - gamma + l) * m == pytest.approx(1, rel=1e-5)
    assert 0 < R <= B * (1 + 1e-9)


@pytest.mark.parametrize("gamma", [0.2, 1.0, 3.0])
def test_large_samples_have_the_risk_of_the_limit(gamma):
    X = np.random.default_rng(0).standard_normal((600, int(600 * gamma)))
    assert ridge_risk(gamma, 2.0, 0.7) == pytest.approx(finite(X, 2.0, 0.7), rel=0.02)


def test_features_of_finitely_many_samples():
    l, v = np.arange(1.0, 60) ** -1.5, np.arange(1.0, 60) ** -2
    for k in (10, 40):
        limit = feature_learning_curve(20, k, l, v, 0.3, finite=False)
        assert limit == pytest.approx(feature_curve(20, k, l, v, 0.3))
        assert feature_learning_curve(20, k, l, v, 0.3) > limit
    far = feature_learning_curve(20, 58, l, v, 0.3), feature_curve(20, 58, l, v, 0.3)
    assert far[0] / far[1] < 1.05
    with pytest.raises(ValueError, match="k = 21"):
        feature_learning_curve(20, 21, l, v, 0.3)


def test_two_speeds_end_where_all_is_fitted():
    assert two_speed_risk(1e9, [1.0, 1e-4], [1.0, 2.0], 0.5) == pytest.approx(2 * 0.5**2)
    assert (
        callable(two_speed_levels) and callable(interpolant_spread) and callable(lagrange_variance)
    )


@pytest.mark.parametrize("bad", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 0.0)])
def test_what_has_no_meaning_is_refused(bad):
    with pytest.raises(ValueError, match="positive"):
        ridge_risk(*bad)
