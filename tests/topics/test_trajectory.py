"""Shares of walks and flows against simulation and brute force, limits, bad input."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import trajectory
from proofs_check import trajectory as simulation
from theory import derive
from theory import trajectory as theory


@given(st.integers(2, 60))
def test_shares_of_a_walk_are_those_of_its_covariance(N):
    lower = np.tril(np.ones((N, N)), -1)[:, : N - 1]
    centred = (np.eye(N) - 1 / N) @ lower
    sizes = np.linalg.eigvalsh(centred @ centred.T)[::-1][: N - 1]
    np.testing.assert_allclose(trajectory.walk_shares(N), sizes / sizes.sum(), atol=1e-12)
    assert trajectory.walk_shares(N).sum() == pytest.approx(1)


def test_a_long_walk_has_shares_of_inverse_squares():
    k = np.arange(1, 6)
    found = trajectory.walk_shares(100_000)[:5]
    np.testing.assert_allclose(found, 6 / (np.pi * k) ** 2, rtol=1e-8)
    ten = float(mpmath.nsum(lambda i: 6 / (mpmath.pi * i) ** 2, [1, 10]))
    (claim,) = derive(theory.ten_directions)
    assert float(claim.result) == pytest.approx(ten) and 0.942 < ten < 0.943


@given(st.integers(2, 1000), st.integers(0, 1000))
def test_updates_of_a_walk_are_alike(N, q):
    assert trajectory.update_shares(N, q) == pytest.approx(min(q / (N - 1), 1))


def test_updates_and_straightness_against_a_walk():
    rng = np.random.default_rng(1)
    path = np.cumsum(rng.standard_normal((31, 40_000)), 0)
    share = simulation.of_updates(path[None], 10)[0]
    assert trajectory.update_shares(31, 10) == pytest.approx(share, rel=0.05)
    assert trajectory.walk_straightness(31) == pytest.approx(
        trajectory.straightness(path), rel=0.05
    )


def test_a_line_is_straight_and_a_turn_is_not():
    assert trajectory.straightness([[0.0, 0], [1, 1], [3, 3]]) == pytest.approx(1)
    assert trajectory.straightness([[0.0, 0], [1, 0], [0, 0]]) == 0


@given(
    st.lists(st.floats(0.05, 5), min_size=1, max_size=4),
    st.integers(2, 12),
)
def test_shares_of_a_flow_are_those_of_its_places(rates, count):
    h, times = np.array(rates), np.linspace(0, 3, count)
    c = np.arange(1.0, len(h) + 1)
    places = c * (1 - np.exp(-np.outer(times, h)))
    sizes = np.linalg.svd(places - places.mean(0), compute_uv=False) ** 2
    found = trajectory.trajectory_shares(h, c, times)
    kept = min(len(sizes), len(found))
    np.testing.assert_allclose(found[:kept], sizes[:kept] / sizes.sum(), atol=1e-9)


def test_equal_rates_are_one_direction():
    found = trajectory.trajectory_shares([2.0] * 3, [1.0, 2.0, 3.0], np.linspace(0, 4, 9))
    assert found[0] == pytest.approx(1)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="two places"):
        trajectory.walk_shares(1)
    with pytest.raises(ValueError, match="does not move"):
        trajectory.straightness(np.ones((3, 2)))
    with pytest.raises(ValueError, match="two places"):
        trajectory.straightness(np.ones((1, 2)))
    with pytest.raises(ValueError, match="does not move"):
        trajectory.trajectory_shares([0.0], [1.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="ways"):
        trajectory.trajectory_shares([1.0, 2.0], [1.0], [0.0, 1.0])
