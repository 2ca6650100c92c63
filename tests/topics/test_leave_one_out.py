"""Samples left out against refits, the high-pass part of a smoother, neighbours by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import leave_one_out
from numerics.sample_filter import smoother


@given(st.integers(0, 100), st.integers(2, 7))
@settings(deadline=None)
def test_one_inverse_does_what_refits_do(seed, n):
    rng = np.random.default_rng([seed, 42])
    A = rng.standard_normal((n, n + 2))
    K, Y = A @ A.T + 0.1 * np.eye(n), rng.standard_normal((n, 2))
    found = leave_one_out.leave_one_out(K, Y)
    for i in range(n):
        rest = np.delete(np.arange(n), i)
        fit = K[i, rest] @ np.linalg.solve(K[np.ix_(rest, rest)], Y[rest])
        np.testing.assert_allclose(found[i], Y[i] - fit, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(leave_one_out.leave_one_out(K, Y[:, 0]), found[:, 0])


def test_the_high_pass_part_is_the_error_left_out_times_what_a_sample_lacks_of_itself():
    rng = np.random.default_rng(4)
    X, labels = rng.standard_normal((30, 3)), rng.integers(3, size=30)
    D2 = ((X[:, None] - X) ** 2).sum(2)
    S, Y = smoother(D2, 1.5), np.eye(3)[labels]
    high = Y - S @ Y
    for i in range(30):
        rest = np.delete(np.arange(30), i)
        share = leave_one_out.neighbour_disagreement(
            X[rest], labels[rest], X[i : i + 1], labels[i : i + 1], delta=1 / 1.5
        )
        assert high[i, labels[i]] == pytest.approx((1 - S[i, i]) * share[0], rel=1e-9)


def test_neighbours_by_number():
    X, labels = [[0.0], [1.0], [2.0], [10.0]], [0, 1, 1, 0]
    found = leave_one_out.neighbour_disagreement(X, labels, [[0.1], [9.0]], [0, 0], k=2)
    np.testing.assert_allclose(found, [0.5, 0.5])
    one = leave_one_out.neighbour_disagreement(X, labels, [[0.1], [9.0]], [0, 0], delta=1e-3)
    np.testing.assert_allclose(one, [0, 0])  # the nearest alone, far beyond what exp can hold
    far = leave_one_out.neighbour_disagreement(X, labels, [[0.1]], [0], delta=1e6)
    assert far[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: leave_one_out.leave_one_out(np.ones((2, 2)), [1, 2]), "invertible"),
        (lambda: leave_one_out.leave_one_out(np.eye(2), [1, 2, 3]), "shape"),
        (lambda: leave_one_out.neighbour_disagreement([[0.0]], [1], [[0.0]], [1]), "k, delta"),
        (lambda: leave_one_out.neighbour_disagreement([[0.0]], [1], [[0.0]], [1], k=2), "k = 2"),
        (
            lambda: leave_one_out.neighbour_disagreement([[0.0]], [1], [[0.0]], [1], delta=0.0),
            "delta",
        ),
    ],
)
def test_bad_input_is_answered(call, what):
    with pytest.raises(ValueError, match=what):
        call()
