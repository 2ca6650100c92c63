"""The zigzag against its labels, Cover's count against all labellings, kept weights; bad input."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from numerics import few_parameters
from proofs_check.training import forty_three
from proofs_check.training.networks import mlp, mlp_start

LABELS = st.lists(st.sampled_from([-1.0, 1.0]), min_size=1, max_size=30)


@given(LABELS, st.integers(0, 10**6))
def test_a_zigzag_has_all_labels_with_a_unit_for_each_change(labels, seed):
    rng = np.random.default_rng(seed)
    t, y = rng.standard_normal(len(labels)), np.array(labels)
    a, theta, constant = few_parameters.zigzag_weights(t, y)
    changes = few_parameters.label_changes(t[:, None], y, [1.0])
    outputs = np.maximum(t[:, None] - theta, 0) @ a + constant
    assert np.all(outputs * y > 0)
    assert len(a) == len(theta) == changes
    assert changes == np.count_nonzero(np.diff(y[np.argsort(t)]))


def test_changes_are_those_of_the_projection():
    X = np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 2.5]])
    y = np.array([1.0, -1, -1, 1])
    assert few_parameters.label_changes(X, y, [1.0, 0.0]) == 2
    assert few_parameters.label_changes(X, y, [0.0, 1.0]) == 1


def test_numbers_of_a_zigzag_are_counted():
    t, y = np.arange(7.0), np.array([1.0, 1, -1, -1, 1, 1, -1])
    a, theta, _ = few_parameters.zigzag_weights(t, y)
    assert few_parameters.zigzag_numbers(4, 3) == 4 + len(a) + len(theta) + 1


def separates(X, y):
    found = linprog(np.zeros(X.shape[1]), -y[:, None] * X, -np.ones(len(y)), bounds=(None, None))
    return found.status == 0


@pytest.mark.parametrize(("n", "N"), [(4, 2), (5, 2), (6, 3), (5, 4)])
def test_the_share_of_separable_labellings_is_that_of_all(n, N):
    X = np.random.default_rng(n).standard_normal((n, N))
    count = [separates(X, np.array(y)) for y in product((-1.0, 1.0), repeat=n)]
    assert few_parameters.separable_probability(n, N) == pytest.approx(np.mean(count))


@given(st.integers(1, 300), st.integers(1, 300))
def test_half_of_all_at_twice_as_many_points_and_less_beyond(N, more):
    assert few_parameters.separable_probability(2 * N, N) == pytest.approx(0.5)
    assert few_parameters.separable_probability(N, N) == 1
    assert few_parameters.separable_probability(2 * N + more, N) < 0.5


def test_both_ways_to_count_agree():
    found = few_parameters.separable_probability([60, 61, 62], 20)
    assert np.all(np.diff(found) < 0)
    again = 0.5 * (
        few_parameters.separable_probability(60, 20) + few_parameters.separable_probability(60, 19)
    )
    assert found[1] == pytest.approx(again)


def test_kept_weights_are_those_of_the_network():
    with np.load(forty_three.KEPT) as kept:
        assert set(kept) == set(forty_three.RUNS)
        sizes = {name: kept[name].shape for name in kept}
    start = mlp_start([0], forty_three.WIDTHS, "he", bias=0.0)
    count = sum(p.numel() for p in start)
    assert set(sizes.values()) == {(count,)} == {(4095,)}
    assert mlp(forty_three.WIDTHS, "relu") is not None


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="labels 1 and -1"):
        few_parameters.zigzag_weights([0.0, 1.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="one each"):
        few_parameters.zigzag_weights([0.0, 1.0], [1.0])
    with pytest.raises(ValueError, match="another w"):
        few_parameters.label_changes([[0.0, 1.0], [0.0, 2.0]], [1.0, -1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="entries"):
        few_parameters.label_changes([[0.0, 1.0]], [1.0], [1.0])
    with pytest.raises(ValueError, match="inputs"):
        few_parameters.zigzag_numbers(0, 1)
    with pytest.raises(ValueError, match="at least one"):
        few_parameters.separable_probability(0, 1)
