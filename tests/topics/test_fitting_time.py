"""Loss of gradient flow on labels against matrix exponentials and all permutations, bad input."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from numerics import fitting_time
from numerics.depth import epochs_to


def kernel(n, seed=0, rank=None):
    A = np.random.default_rng(seed).standard_normal((n, rank or n + 2))
    return A @ A.T


def left(K, y, t):
    e = expm(-K * t / len(K)) @ y
    return (e**2).sum() / (2 * len(K))


LABELS = np.array([1.0, -1.0, 2.0, 0.5, 0.5])


@pytest.mark.claim("fitting_time.equal_rates")
@pytest.mark.parametrize("t", [0.0, 0.3, 4.0])
def test_the_flow_is_a_matrix_exponential_and_its_mean_that_of_all_permutations(t):
    K = kernel(5)
    assert fitting_time.label_flow(K, LABELS, t) == pytest.approx(left(K, LABELS, t))
    mean = np.mean([left(K, np.array(each), t) for each in permutations(LABELS)])
    assert fitting_time.permuted_label_flow(K, LABELS, t) == pytest.approx(mean)


def test_classes_add_up():
    K, Y = kernel(6), np.eye(3)[[0, 1, 2, 0, 1, 1]]
    parts = [fitting_time.label_flow(K, column, [0.5, 1.0]) for column in Y.T]
    assert fitting_time.label_flow(K, Y, [0.5, 1.0]) == pytest.approx(np.sum(parts, 0))
    parts = [fitting_time.permuted_label_flow(K, column, 0.5) for column in Y.T]
    assert fitting_time.permuted_label_flow(K, Y, 0.5) == pytest.approx(np.sum(parts))


def test_random_labels_are_those_of_samples():
    K, rng = kernel(6), np.random.default_rng(1)
    found = [left(K, rng.choice([-1.0, 1.0], 6), 0.4) for _ in range(3000)]
    spread = 5 * np.std(found) / 3000**0.5
    assert fitting_time.random_label_flow(K, 0.4) == pytest.approx(np.mean(found), abs=spread)


def test_noise_makes_true_and_permuted_labels_alike():
    rng, rows = np.random.default_rng(2), []
    for _ in range(2000):
        X = rng.standard_normal((5, 3))
        K = X @ X.T
        rows.append(
            [
                fitting_time.label_flow(K, LABELS, 0.7),
                fitting_time.permuted_label_flow(K, LABELS, 0.7),
            ]
        )
    true, mean = np.transpose(rows)
    assert abs((true - mean).mean()) < 5 * (true - mean).std() / 2000**0.5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 20))
def test_equal_eigenvalues_are_fastest(seed, t):
    K = kernel(5, seed)
    equal = np.trace(K) / 5 * np.eye(5)
    assert fitting_time.random_label_flow(K, t) >= fitting_time.random_label_flow(equal, t) - 1e-12
    assert fitting_time.majorises(np.linalg.eigvalsh(K), np.ones(5))


def test_what_majorises_is_slower():
    a, b = np.array([5.0, 2.0, 1.0]), np.array([4.0, 3.0, 1.0])
    times = np.geomspace(0.01, 20, 30)
    slow, fast = (fitting_time.random_label_flow(np.diag(v), times) for v in (a, b))
    assert fitting_time.majorises(a, 7 * b)
    assert not fitting_time.majorises(b, a)
    assert np.all(slow >= fast)


def test_the_time_is_that_of_the_loss():
    K, y = kernel(6), np.array([1.0, 1, -1, 1, -1, -1])
    assert fitting_time.time_to(K, y, 0.1) == pytest.approx(epochs_to(K, y, 0.1))
    time = fitting_time.time_to(K, y, 0.3, permuted=True)
    start = fitting_time.permuted_label_flow(K, y, 0.0)
    assert fitting_time.permuted_label_flow(K, y, time) == pytest.approx(0.3 * start)


def test_what_has_no_rate_is_never_fitted():
    K = np.diag([2.0, 0.0])
    assert fitting_time.time_to(K, [1.0, 1.0], 0.4) == np.inf
    assert fitting_time.time_to(K, [1.0, 0.0], 0.5) == pytest.approx(np.log(2) / 2)


@pytest.mark.parametrize("share", [1e-8, 1e-150, 1e-300])
def test_the_smallest_shares_are_reached(share):
    K = np.diag([4.0, 1.0])
    assert fitting_time.time_to(K, [0.0, 1.0], share) == pytest.approx(-np.log(share))


def test_bad_input_is_answered():
    K = kernel(3)
    with pytest.raises(ValueError, match="symmetric"):
        fitting_time.label_flow([[1.0, 2.0], [0.0, 1.0]], [1.0, 2.0], 1.0)
    with pytest.raises(ValueError, match="below zero"):
        fitting_time.random_label_flow(-K, 1.0)
    with pytest.raises(ValueError, match="y"):
        fitting_time.label_flow(K, [1.0, 2.0], 1.0)
    with pytest.raises(ValueError, match="negative"):
        fitting_time.label_flow(K, [1.0, 2.0, 3.0], -1.0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        fitting_time.time_to(K, [1.0, 2.0, 3.0], 1.0)
    with pytest.raises(ValueError, match="all labels are zero"):
        fitting_time.time_to(K, [0.0, 0.0, 0.0], 0.5)
    with pytest.raises(ValueError, match="permutations"):
        fitting_time.permuted_label_flow([[1.0]], [1.0], 0.5)
    with pytest.raises(ValueError, match="as many"):
        fitting_time.majorises([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="no shares"):
        fitting_time.majorises([0.0], [1.0])
