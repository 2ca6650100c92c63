"""The mean of all orders of the units by counting them, and what it does to fits."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import fitted_loss as numerics


def outputs(a, W, X):
    return np.maximum(X @ W.T, 0) @ a


@given(st.integers(0, 1000), st.integers(1, 4))
def test_the_mean_of_all_orders_is_that_of_counted_ones(seed, m):
    rng = np.random.default_rng(seed)
    a, W, X = rng.normal(size=m), rng.normal(size=(m, 2)), rng.normal(size=(5, 2))
    orders = list(permutations(range(m)))
    mean_a = np.mean([a[list(order)] for order in orders], 0)
    mean_W = np.mean([W[list(order)] for order in orders], 0)
    change = outputs(mean_a, mean_W, X) - outputs(a, W, X)
    assert numerics.permutation_midpoint(a, W, X) == pytest.approx(change)


def test_equal_units_change_nothing_and_opposite_ones_lose_a_fit():
    X = np.array([[1.0], [-1.0]])
    assert numerics.permutation_midpoint([1, 1], [[0.5], [0.5]], X) == pytest.approx(0)
    assert numerics.permutation_midpoint([1, 1], X, X) == pytest.approx(-1)


def test_one_weight_is_fitted_from_the_right_and_trapped_on_the_left():
    ends = []
    for w in (1.1, 2.5, -1.3, -0.9):
        for _ in range(20000):
            w -= 1e-3 * (w**3 - 3 * w - 3) * (3 * w**2 - 3)
        ends.append((w**3 - 3 * w - 3) ** 2 / 2)
    assert ends == pytest.approx([0, 0, 0.5, 0.5], abs=1e-8)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="W has shape"):
        numerics.permutation_midpoint([1, 1], [[1.0]], [[1.0]])
    with pytest.raises(ValueError, match="X has shape"):
        numerics.permutation_midpoint([1], [[1.0]], [[1.0, 2.0]])
