"""Lines of linear networks against their flow, thresholds by scanning, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import straight_line as numerics
from theory.straight_line import END

START = np.array([0.0, 1, 1])


def two(theta, h):
    a, w_1, w_2 = theta
    return ((a * w_1 - 1) ** 2 + h * (a * w_2) ** 2) / 2


@given(st.integers(0, 10**6), st.integers(1, 5), st.floats(-3, 3))
def test_one_direction_of_the_data_never_rises(seed, m, y):
    start = np.random.default_rng(seed).normal(size=2 * m)
    theta, step = start.copy(), 2e-3
    for _ in range(1500):
        a, w = theta[:m], theta[m:]
        e = y - a @ w
        theta = theta + step * e * np.concatenate([w, a])
    losses = numerics.line_losses(start, theta, lambda v: (y - v[:m] @ v[m:]) ** 2 / 2, 41)
    assert numerics.largest_rise(losses) <= 1e-3 * max(losses[0], 1e-2)


@given(st.floats(0, 1), st.floats(0.1, 200))
def test_the_loss_of_the_line_is_that_of_its_points(s, h):
    end = np.array([float(END), 1 / float(END), 0])
    assert numerics.bump_loss(s, h) == pytest.approx(two(START + s * (end - START), h))


def test_the_threshold_by_scanning():
    s, limit = np.linspace(0, 1, 20001), numerics.bump_threshold()
    assert numerics.bump_loss(s, limit * 0.9999).max() <= 0.5
    assert numerics.bump_loss(s, limit * 1.0001).max() > 0.5
    assert limit == pytest.approx(21.6894, abs=1e-4)


@pytest.mark.parametrize("h", [1.0, 5.0, 50.0])
def test_the_flow_ends_there_whatever_the_curvature(h):
    theta = START.copy()
    for _ in range(40_000):
        a, w_1, w_2 = theta
        e, f = a * w_1 - 1, h * a * w_2
        theta = theta - 1e-3 * np.array([e * w_1 + f * w_2, e * a, f * a])
    assert theta == pytest.approx([float(END), 1 / float(END), 0], abs=2e-2)


def test_largest_rise():
    assert numerics.largest_rise([[3, 2, 1], [1, 3, 2], [2, 1, 1.5]]) == pytest.approx([0, 2, 0.5])


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="two points"):
        numerics.line_losses([1.0], [2.0], np.sum, 1)
    with pytest.raises(ValueError, match="end has shape"):
        numerics.line_losses([1.0], [2.0, 3.0], np.sum, 3)
    with pytest.raises(ValueError, match="places"):
        numerics.bump_loss(1.5, 1.0)
    with pytest.raises(ValueError, match="positive variances"):
        numerics.bump_loss(0.5, 0.0)
