"""Slopes of fits of noise against samples, bumps against searches, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import law_of_robustness as numerics


@pytest.mark.claim("law_of_robustness.linear_fits")
@pytest.mark.parametrize(("n", "D"), [(3, 12), (8, 30)])
def test_length_is_that_of_shortest_fits(n, D):
    rng = np.random.default_rng(n)
    X = rng.standard_normal((20_000, n, D)) / D**0.5
    w = np.linalg.pinv(X) @ (0.5 * rng.standard_normal((20_000, n, 1)))
    squares = (w**2).sum((1, 2))
    spread = 5 * squares.std() / 20_000**0.5
    assert numerics.shortest_length(n, D, 0.5) ** 2 == pytest.approx(squares.mean(), abs=spread)


@given(st.integers(0, 99), st.integers(1, 6))
def test_no_linear_fit_is_shorter_than_the_bound(seed, n):
    rng = np.random.default_rng(seed)
    X, z = rng.standard_normal((n, 8)), rng.standard_normal(n)
    w = np.linalg.lstsq(X, z, rcond=None)[0]
    assert np.linalg.norm(w) >= (z @ z) / np.linalg.norm(X.T @ z) * (1 - 1e-9)


@given(st.integers(2, 20), st.integers(1, 8), st.integers(2, 6))
def test_clusters_are_linear_fits_of_their_points(clusters, points, D):
    D += points
    found = numerics.cluster_slope(clusters * points, D, clusters * D, 2.0)
    assert found == pytest.approx(numerics.shortest_length(points, D, 2.0))
    rate = 2.0 * (clusters * points * D / (clusters * D)) ** 0.5
    assert found > rate


def bumps(X, y, at):
    gaps = np.linalg.norm(X[:, None] - X, axis=2)
    radius = gaps[~np.eye(len(X), dtype=bool)].min() / 2
    return np.maximum(1 - np.linalg.norm(at[:, None] - X, axis=2) / radius, 0) @ y


@given(st.integers(0, 99))
def test_bumps_fit_and_are_no_steeper(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    np.testing.assert_allclose(bumps(X, y, X), y, atol=1e-12)
    ends = X[rng.integers(0, 6, (2, 300))] + 0.3 * rng.standard_normal((2, 300, 3))
    rise = np.abs(bumps(X, y, ends[0]) - bumps(X, y, ends[1]))
    gap = np.linalg.norm(ends[0] - ends[1], axis=1)
    slope = numerics.bump_slope(X, y)
    assert (rise <= slope * gap * (1 + 1e-9)).all()
    top = int(np.abs(y).argmax())
    near = X[top] + np.array([[0.0, 0, 0], [1e-6, 0, 0]])
    assert abs(np.diff(bumps(X, y, near))[0]) == pytest.approx(slope * 1e-6, rel=1e-6)


def test_near_inputs_keep_their_digits():
    X = 1e6 + np.array([[0.0], [1e-6], [1.0]])
    assert numerics.bump_slope(X, [1.0, 1.0, 1.0]) == pytest.approx(
        2 / (X[1, 0] - X[0, 0]), rel=1e-12
    )


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="infinite"):
        numerics.shortest_length(9, 10, 1.0)
    with pytest.raises(ValueError, match="multiple of D"):
        numerics.cluster_slope(8, 16, 24, 1.0)
    with pytest.raises(ValueError, match="too small"):
        numerics.cluster_slope(64, 16, 64, 1.0)
    with pytest.raises(ValueError, match="equal rows"):
        numerics.bump_slope([[1.0], [1.0]], [0.0, 1.0])
    with pytest.raises(ValueError, match="two inputs"):
        numerics.bump_slope([[1.0]], [0.0])
    with pytest.raises(ValueError, match="noise"):
        numerics.shortest_length(2, 10, -1.0)
