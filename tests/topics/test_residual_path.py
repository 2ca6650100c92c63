"""Laws of path lengths against sums over all subsets, random matrices, and searches."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from numerics import depth
from numerics.residual_path import path_law, path_share, tilt_interval

factors = st.lists(st.floats(0, 50), min_size=1, max_size=7)


@given(factors)
def test_the_law_is_the_energy_of_all_subsets(alpha):
    energy = np.zeros(len(alpha) + 1)
    for chosen in product((False, True), repeat=len(alpha)):
        energy[sum(chosen)] += np.prod([a for a, taken in zip(alpha, chosen, strict=True) if taken])
    np.testing.assert_allclose(path_law(alpha), energy / energy.sum(), rtol=1e-12)


@given(st.integers(1, 300), st.floats(1e-3, 1e3))
def test_equal_blocks_are_binomial(n, alpha):
    law = path_law(np.full(n, alpha))
    np.testing.assert_allclose(law, binom.pmf(np.arange(n + 1), n, alpha / (1 + alpha)), atol=1e-12)
    assert law @ np.arange(n + 1) == pytest.approx(n * alpha / (1 + alpha))


def test_untilted_paths_are_counted():
    np.testing.assert_allclose(path_law(np.ones(9)), [comb(9, k) / 2**9 for k in range(10)])


def test_random_blocks_have_this_law():
    rng, D, alpha = np.random.default_rng(4), 40, [2.0, 0.5, 0.1, 1.0]
    energy = np.zeros(5)
    for _ in range(400):
        apart = np.zeros((5, D))
        apart[0] = rng.standard_normal(D)
        for a in alpha:
            apart[1:] += apart[:-1] @ (rng.standard_normal((D, D)) * (a / D) ** 0.5)
        energy += (apart**2).sum(1)
    np.testing.assert_allclose(energy / energy.sum(), path_law(alpha), rtol=0.06)


@given(st.integers(2, 60), st.data())
def test_roots_bound_where_a_range_has_the_share(n, data):
    low = data.draw(st.integers(0, n))
    high = data.draw(st.integers(low, n))
    grid = np.geomspace(1e-4, 1e4, 300)
    shares = np.array([path_share(path_law(np.full(n, a)), low, high) for a in grid])
    if shares.max() < 0.51:
        return
    left, right = tilt_interval(n, low, high, 0.5)
    np.testing.assert_array_equal(shares > 0.5, (left < grid) & (grid < right))
    for end in (left, right):
        if 0 < end < np.inf:
            assert path_share(path_law(np.full(n, end)), low, high) == pytest.approx(0.5, abs=1e-9)


def test_short_paths_of_54_blocks():
    left, right = tilt_interval(54, 5, 17, 0.9)
    share = binom.cdf(17, 54, [v / (1 + v) for v in (left, right)])
    share -= binom.cdf(4, 54, [v / (1 + v) for v in (left, right)])
    np.testing.assert_allclose(share, 0.9, atol=1e-10)
    assert 0.15 < left < 0.2 and 0.3 < right < 0.35
    assert path_share(path_law(np.ones(54)), 5, 17) < 0.01


def test_ends_of_the_range():
    assert tilt_interval(5, 0, 5, 0.5) == (0.0, np.inf)
    assert tilt_interval(5, 0, 0, 0.5)[0] == 0.0 and tilt_interval(5, 5, 5, 0.5)[1] == np.inf
    assert tilt_interval(1, 0, 0, 0.25) == (0.0, pytest.approx(3.0))


def test_the_functions_are_found_under_depth():
    assert depth.path_law is path_law and depth.tilt_interval is tilt_interval


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: path_law([0.5, -0.1]), r"alpha\[1\]"),
        (lambda: path_share([0.5, 0.4], 0, 1), "adds up to 0.9"),
        (lambda: path_share([0.5, 0.5], 2, 1), "low = 2"),
        (lambda: tilt_interval(9, 2, 10, 0.5), "at most n = 9"),
        (lambda: tilt_interval(54, 20, 21, 0.9), "more than any alpha"),
        (lambda: tilt_interval(2000, 2, 3, 0.5), "1000"),
        (lambda: tilt_interval(9, 2, 3, 1.0), "share = 1"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
