"""Bounds by the norm against networks, sampled and extreme, and bad input."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import weight_norm

sizes = st.floats(0.01, 100.0)


def slopes(weights, x):
    """Gradient of a ReLU network by its inputs."""
    slope = np.eye(len(x))
    for w in weights[:-1]:
        before = x @ w
        slope, x = slope @ w * (before > 0), np.maximum(before, 0)
    return slope @ weights[-1]


@given(st.integers(1, 5), st.integers(0, 99), st.floats(0.1, 5.0))
def test_no_network_is_steeper(layers, seed, scale):
    rng = np.random.default_rng(seed)
    widths = [3, *rng.integers(1, 6, layers - 1), 1]
    weights = [scale * rng.standard_normal(pair) for pair in pairwise(widths)]
    norm = np.sqrt(sum((w**2).sum() for w in weights))
    product = np.prod([np.linalg.norm(w, 2) for w in weights])
    steepest = max(np.linalg.norm(slopes(weights, x)) for x in rng.standard_normal((20, 3)))
    assert steepest <= product * (1 + 1e-9)
    assert product <= weight_norm.lipschitz_bound(norm, layers) * (1 + 1e-9)


@given(st.integers(1, 6), sizes)
def test_single_weights_in_a_row_reach_the_bound(layers, norm):
    slope = (norm / layers**0.5) ** layers
    assert weight_norm.lipschitz_bound(norm, layers) == pytest.approx(slope, rel=1e-12)


@pytest.mark.claim("weight_norm.too_small")
@given(st.integers(1, 6), sizes, sizes)
def test_the_needed_norm_is_just_enough(layers, distance, labels):
    norm = weight_norm.needed_norm(layers, distance, labels)
    assert weight_norm.lipschitz_bound(norm, layers) * distance == pytest.approx(labels, rel=1e-9)
    assert weight_norm.least_error(0.9 * norm, layers, distance, labels) > 0
    assert weight_norm.least_error(1.1 * norm, layers, distance, labels) == 0


@given(st.integers(1, 4), st.floats(0.1, 2.0), sizes, sizes)
def test_the_least_error_is_the_least_one(layers, norm, distance, labels):
    reach = weight_norm.lipschitz_bound(norm, layers) * distance
    apart = np.linspace(-reach, reach, 201)  # of the outputs; their middle is free
    wanted = ((labels - apart) ** 2 / 2).min()
    found = weight_norm.least_error(norm, layers, distance, labels)
    assert found == pytest.approx(wanted, rel=1e-9, abs=reach**2 / 1e4 + 1e-12)


def test_extreme_arguments():
    assert weight_norm.lipschitz_bound(0.0, 3) == 0
    assert weight_norm.lipschitz_bound(1e200, 9) == np.inf
    assert weight_norm.least_error(1e200, 9, 1.0, 5.0) == 0
    assert weight_norm.least_error(1e200, 9, 0.0, 3.0) == pytest.approx(4.5)
    found = weight_norm.least_error(np.array([[0.0], [9.0]]), 2, 1.0, np.array([1.0, 2.0]))
    np.testing.assert_allclose(found, [[0.5, 2.0], [0.0, 0.0]])


def test_names_of_all_its_topics_can_be_had():
    assert all(callable(getattr(weight_norm, name)) for name in weight_norm.__all__)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="norm"):
        weight_norm.lipschitz_bound(-1.0, 2)
    with pytest.raises(ValueError, match="at least one layer"):
        weight_norm.lipschitz_bound(1.0, 0)
    with pytest.raises(ValueError, match="distance"):
        weight_norm.least_error(1.0, 2, -1.0, 1.0)
    with pytest.raises(ValueError, match="positive"):
        weight_norm.needed_norm(2, 0.0, 1.0)
    with pytest.raises(ValueError, match="broadcast"):
        weight_norm.lipschitz_bound(np.ones(2), np.array([1, 2, 3]))
