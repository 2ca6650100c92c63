"""Flows under weights against integration, bounds on what weights gain, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from numerics import hard_sample
from numerics.kernel_flow import linearised_flow
from theory import derive
from theory.equalising_weight import equalising_weight


def kernel(seed, n=6):
    rng = np.random.default_rng([seed, 41])
    A = rng.standard_normal((n, n + 3))
    return A @ A.T, rng.standard_normal(n), np.exp(rng.standard_normal(n))


@pytest.mark.claim("kernel_flow.digits_of_the_flow")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_flow_is_that_of_the_weighted_loss(seed):
    K, y, w = kernel(seed)
    times = np.array([0.1, 1.0, 3.0])
    run = solve_ivp(
        lambda t, f: -K @ (w * (f - y)) / len(y),
        (0, 3),
        np.zeros(len(y)),
        t_eval=times,
        rtol=1e-10,
        atol=1e-12,
        method="Radau",
    )
    np.testing.assert_allclose(hard_sample.weighted_flow(K, y, w, times), run.y.T, atol=1e-6)


@given(st.integers(0, 50), st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_a_weight_is_so_many_copies(seed, q):
    K, y, _ = kernel(seed, 4)
    rows = np.r_[np.zeros(q - 1, int), np.arange(4)]
    many = linearised_flow(K[np.ix_(rows, rows)], y[rows], 0.3 * len(rows) / 4)[0]
    weights = np.array([q, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(
        hard_sample.weighted_flow(K, y, weights, 0.3)[0], many[q - 1 :], atol=1e-8
    )


def test_weights_do_not_change_the_end_and_gain_no_more_than_themselves():
    K, y, _ = kernel(3)
    w = np.array([7.0, 1.0, 7.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(hard_sample.weighted_flow(K, y, w, np.inf)[0], y, atol=1e-8)
    ratio = np.linalg.eigvalsh(np.sqrt(w)[:, None] * K * np.sqrt(w)) / np.linalg.eigvalsh(K)
    assert (ratio > 1 - 1e-9).all()
    assert (ratio < 7 + 1e-9).all()


def test_sides_with_kernels_of_their_own():
    K, y = np.diag([4.0, 4.0, 1.0, 1.0]), np.ones(4)
    sides = np.array([[0, 0, 1.0, 1], [1, 1, 0, 0]])
    slow, quick = hard_sample.side_times(K, y, sides, np.ones(4), 0.01)
    assert quick == pytest.approx(np.log(10), rel=1e-6)  # rate 4 / 4, squared error 0.01
    assert slow == pytest.approx(4 * np.log(10), rel=1e-6)
    weight = hard_sample.equalising_weight(K, y, sides[0])
    assert weight == pytest.approx(4, rel=1e-4)
    assert float(hard_sample.ratio_of_times(1.0, 0.25, weight)) == pytest.approx(1, rel=1e-4)
    helped = hard_sample.side_times(K, y, sides, np.array([1, 1, 9.0, 9]), 0.01)
    hard, easy = hard_sample.gain(9.0, 0.5)
    mean = 5.0  # of the weights
    assert slow / (helped[0] * mean) == pytest.approx(hard, rel=1e-6)
    assert quick / (helped[1] * mean) == pytest.approx(easy, rel=1e-6)


@given(st.floats(1.01, 1e6), st.floats(0.01, 0.99))
def test_divided_weights_gain_less_than_one_over_the_share(w, share):
    hard, easy = hard_sample.gain(w, share)
    assert 1 < hard < 1 / share
    assert easy < 1
    assert hard / easy == pytest.approx(w)


def test_no_weight_equalises_a_side_that_cannot_move():
    K = np.diag([1.0, 1e-15])
    assert hard_sample.equalising_weight(K, [1.0, 1.0], [0.0, 1.0], most=50) == np.inf


def test_no_weight_beyond_the_largest_allowed_one_is_given():
    K = np.diag([1.0, 9.0])
    assert hard_sample.equalising_weight(K, [1.0, 1.0], [1.0, 0.0], most=8.9) == np.inf
    found = hard_sample.equalising_weight(K, [1.0, 1.0], [1.0, 0.0], most=9.1)
    assert found == pytest.approx(9, rel=1e-4)


def test_the_power_of_the_printed_weight():
    assert float(derive(equalising_weight)[3].result) == 20
    assert np.log(20) / np.log(5) < 2


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: hard_sample.weighted_flow(np.eye(2), [1, 1], [1, 0], 1.0), "weights"),
        (lambda: hard_sample.weighted_flow([[1, 2], [0, 1]], [1, 1], [1, 1], 1.0), "symmetric"),
        (lambda: hard_sample.side_times(np.eye(2), [1, 0], [[1, 0], [0, 1]], [1, 1]), "side"),
        (lambda: hard_sample.side_times(np.eye(2), [1, 1], [[1, 0]], [1, 1], 2.0), "share"),
        (
            lambda: hard_sample.equalising_weight(np.diag([2.0, 1]), [1, 1], [1, 0]),
            "other side",
        ),
        (lambda: hard_sample.gain(2.0, 1.0), "share"),
        (lambda: hard_sample.ratio_of_times(1.0, -1.0), "hard_rate"),
    ],
)
def test_bad_input_is_answered(call, what):
    with pytest.raises(ValueError, match=what):
        call()
