"""The kernel of pooled filters against filters, under shifts, and for one window; bad input."""

import numpy as np
import pytest

from numerics import random_filter
from numerics.arc_cosine_kernel import arc_cosine

RNG = np.random.default_rng(6)
X, Z = RNG.standard_normal((3, 7)), RNG.standard_normal((2, 7))


def test_it_is_the_mean_over_filters():
    w = RNG.standard_normal((3, 200_000))

    def pooled(V):
        return np.mean([np.maximum(np.roll(V, -s, 1)[:, :3] @ w, 0) for s in range(7)], 0)

    wanted = pooled(X) @ pooled(Z).T / w.shape[1]
    assert random_filter.conv_kernel(X, Z, 3) == pytest.approx(wanted, rel=0.03)


def test_shifts_change_nothing():
    plain = random_filter.conv_kernel(X, Z, 4)
    assert random_filter.conv_kernel(np.roll(X, 3, 1), Z, 4) == pytest.approx(plain)
    assert random_filter.conv_kernel(X, np.roll(Z, -2, 1), 4) == pytest.approx(plain)


def test_equal_places_are_one_window():
    flat = np.repeat(X[:, :1], 7, 1)
    wanted = arc_cosine(flat[:, :2], flat[:, :2], degree=1)
    assert random_filter.conv_kernel(flat, flat, 2) == pytest.approx(wanted)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="window"):
        random_filter.conv_kernel(X, Z, 8)
    with pytest.raises(ValueError, match="as many places"):
        random_filter.conv_kernel(X, Z[:, :5], 2)
