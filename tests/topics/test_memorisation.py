"""Decay, dropout, rates and batches against all labellings, masks, descent and draws; bad input."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import memorisation


def kernel(n, seed=0, more=2):
    A = np.random.default_rng(seed).standard_normal((n, n + more))
    return A @ A.T


ALL = np.array(list(product((-1.0, 1.0), repeat=6)))


@pytest.mark.parametrize("seed", range(4))
def test_every_labelling_survives_up_to_the_largest_decay_and_one_is_lost_beyond(seed):
    K = kernel(6, seed)
    border = memorisation.largest_decay(K)
    for decay, kept in ((0.999 * border, True), (1.001 * border, False)):
        f = np.linalg.solve(K + decay * np.eye(6), K)
        assert np.all(ALL * (ALL @ f) > 0) == kept


def test_orthogonal_inputs_keep_every_label_at_every_decay_and_equal_ones_none():
    assert memorisation.largest_decay(np.eye(4)) == np.inf
    assert memorisation.largest_decay(np.ones((3, 3))) == 0.0


def test_what_decay_leaves_is_what_ridge_regression_leaves():
    A = np.random.default_rng(5).standard_normal((5, 8))
    y, lam = np.array([1.0, -1, 1, 1, -1]), 0.7
    w = np.linalg.solve(A.T @ A + lam * np.eye(8), A.T @ y)
    assert memorisation.fit_matrix(A @ A.T, lam) @ y == pytest.approx(y - A @ w)


def test_the_share_of_lost_labels_is_that_of_draws():
    rng = np.random.default_rng(3)
    A = rng.standard_normal((80, 30))
    K, y = A @ A.T, rng.choice([-1.0, 1.0], (80, 2000))
    f = y - memorisation.fit_matrix(K, 20.0) @ y
    assert memorisation.fit_error(K, 20.0) == pytest.approx((f * y < 0).mean(), abs=0.01)
    assert memorisation.fit_error(kernel(5), 1e-9) < 1e-12


@pytest.mark.claim("memorisation.dropout_decay")
@pytest.mark.parametrize("q", [0.2, 0.5, 0.8])
def test_dropout_is_a_decay(q):
    rng = np.random.default_rng(4)
    x, w, y = rng.standard_normal(4), rng.standard_normal(4), 0.7
    whole = 0.0
    for mask in product((0, 1), repeat=4):
        chance = np.prod([1 - q if kept else q for kept in mask])
        whole += chance * (y - (x * mask / (1 - q)) @ w) ** 2
    penalty = memorisation.decay_of_dropout(q) * ((x * w) ** 2).sum()
    assert whole == pytest.approx((y - x @ w) ** 2 + penalty)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.95))
def test_a_larger_rate_is_faster_up_to_the_middle_of_both_ends(seed, part):
    K = kernel(4, seed, 6)
    sizes = np.linalg.eigvalsh(K)
    best = 2 / (sizes[0] + sizes[-1])
    slow, fast = memorisation.rate(K, [part * best * 0.9, part * best])
    assert fast < slow <= 1
    assert memorisation.rate(K, 2.01 / sizes[-1]) > 1
    step = np.eye(4) - part * best * K
    assert fast == pytest.approx(np.abs(np.linalg.eigvals(step)).max())


def test_batches_of_orthogonal_inputs_clear_their_labels():
    rng, found = np.random.default_rng(6), []
    for _ in range(4000):
        left = np.ones(10)
        for _ in range(3):
            left[rng.permutation(10)[:4]] = 0
        found.append(left.mean())
    assert memorisation.share_after_batches(4, 10, 3) == pytest.approx(np.mean(found), abs=0.01)
    assert memorisation.share_after_batches(10, 10, 1) == 0


def test_chance_is_that_of_any_answer():
    rng = np.random.default_rng(7)
    answers, labels = np.full(20_000, 3), rng.integers(0, 5, 20_000)
    assert memorisation.chance(5) == pytest.approx((answers == labels).mean(), abs=0.015)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="symmetric"):
        memorisation.fit_matrix([[1.0, 2.0], [0.0, 1.0]], 1.0)
    with pytest.raises(ValueError, match="none below zero"):
        memorisation.largest_decay(-np.eye(2))
    with pytest.raises(ValueError, match="positive"):
        memorisation.fit_error(np.eye(2), 0.0)
    with pytest.raises(ValueError, match="below one"):
        memorisation.decay_of_dropout(1.0)
    with pytest.raises(ValueError, match="eta"):
        memorisation.rate(np.eye(2), 0.0)
    with pytest.raises(ValueError, match="at most n"):
        memorisation.share_after_batches(4, 3, 1)
    with pytest.raises(ValueError, match="classes"):
        memorisation.chance(0)
