"""Ratios of labels on data against loops, all orders of labels, theta functions and samples."""

from fractions import Fraction
from itertools import permutations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from numerics import filtered_label, sample_filter
from theory import derive
from theory import sample_filter as theory

LINE = np.subtract.outer(range(3), range(3)) ** 2.0
seeds = st.integers(0, 10_000)


def points(seed, n=7, d=2):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return cdist(X, X, "sqeuclidean"), rng.standard_normal(n)


def by_hand(labels, g):
    """The ratio at the points 0, 1, 2 in exact fractions."""
    rows = [[g ** ((i - j) ** 2) for j in range(3)] for i in range(3)]
    low = [sum(w * y for w, y in zip(row, labels, strict=True)) / sum(row) for row in rows]
    return sum(v * v for v in low) / sum(Fraction(y) ** 2 for y in labels)


@pytest.mark.claim("sample_filter.three_points")
def test_three_points_fall_and_exceed_one():
    half = Fraction(1, 2)
    assert by_hand([1, Fraction(5, 4), 1], half) > 1
    assert by_hand([1, 0, 1], Fraction(4, 5)) < Fraction(2, 3) < by_hand([1, 0, 1], Fraction(1, 5))
    formula = derive(theory.three_points)[0].function(theory.g)
    for g in (Fraction(4, 5), half):
        s = np.sqrt(-2 * np.log(float(g)))
        for labels in ([1, 0, 1], [1, 1.25, 1]):
            wanted = float(by_hand([Fraction(y) for y in labels], g))
            found = sample_filter.smoothed_ratio(LINE, labels, s)
            assert found == pytest.approx(wanted, rel=1e-14)
        assert formula(float(g)) == pytest.approx(float(by_hand([1, 0, 1], g)), rel=1e-14)


@given(seeds, st.floats(0.05, 20.0))
def test_ratios_are_bounded_by_column_sums_and_weights(seed, s):
    D2, y = points(seed)
    S = sample_filter.smoother(D2, s)
    assert (S @ y) @ (S @ y) <= (S.sum(0) * y**2).sum() * (1 + 1e-12)
    assert 0 <= sample_filter.smoothed_ratio(D2, y, s, weighted=True) <= 1 + 1e-12


@given(seeds)
def test_uneven_columns_let_a_ratio_exceed_one(seed):
    D2, _ = points(seed)
    S = sample_filter.smoother(D2, 1.0)
    y = 1 + 1e-3 * (S.sum(0) - 1)
    assert sample_filter.smoothed_ratio(D2, y, 1.0) > 1


def test_the_ratio_is_that_of_the_smoother():
    D2, y = points(3)
    S = sample_filter.smoother(D2, 0.8)
    np.testing.assert_allclose(S.sum(1), 1)
    both = np.stack([y, y**2], 1)
    wanted = ((S @ both) ** 2).sum() / (both**2).sum()
    assert sample_filter.smoothed_ratio(D2, both, 0.8) == pytest.approx(wanted)
    wide, narrow = sample_filter.smoothed_ratio(D2, y, [1e-9, 1e9])
    assert wide == pytest.approx(len(y) * y.mean() ** 2 / (y @ y)) and narrow == 1


def test_random_labels_have_the_mean_over_all_orders():
    D2, y = points(5, n=6)
    y = y - y.mean()
    for s in (0.3, 1.0, 3.0):
        found = [sample_filter.smoothed_ratio(D2, list(order), s) for order in permutations(y)]
        assert filtered_label.null_ratio(D2, s) == pytest.approx(np.mean(found), rel=1e-12)


@pytest.mark.parametrize("delta", [0.01, 0.2, 0.5, 1.0, 3.0])
def test_eigenvalues_of_a_circle_are_theta_functions(delta):
    n = 8
    found = sample_filter.circle_eigenvalue(n, np.arange(n), delta)
    with mpmath.workdps(60):
        q = mpmath.exp(-((2 * mpmath.pi / n) ** 2) / (2 * mpmath.mpf(delta) ** 2))
        for k in range(n):
            wanted = mpmath.jtheta(3, mpmath.pi * k / n, q) / mpmath.jtheta(3, 0, q)
            assert found[k] == pytest.approx(float(wanted), rel=1e-12, abs=1e-300)


@given(st.integers(2, 40), st.integers(0, 40), st.floats(0.02, 3.0), st.floats(1.01, 2.0))
def test_eigenvalues_of_a_circle_fall_with_the_width(n, k, delta, factor):
    narrow, wide = sample_filter.circle_eigenvalue(n, k, [delta, delta * factor])
    assert 0 <= wide <= narrow * (1 + 1e-12) <= 1 + 1e-11


def test_linear_labels_are_denoised():
    rng, a, s = np.random.default_rng(0), 0.7, 1.3
    H, Z = a * rng.standard_normal(400_000), rng.standard_normal(400_000)
    noisy = H + Z / s
    slope = (H @ noisy) / (noisy @ noisy)
    assert filtered_label.linear_ratio(a, s) == pytest.approx(slope**2, rel=0.01)
    np.testing.assert_allclose(
        filtered_label.linear_ratio(2.0, [1e-9, 1e9]), [16e-36, 1], rtol=1e-9
    )


def test_the_ratio_of_a_linear_label_rises_fastest_where_a_quarter_is_left():
    s = np.geomspace(0.1, 100, 20_001)
    ratio = filtered_label.linear_ratio(0.5, s)
    at = np.gradient(ratio, s).argmax()
    assert s[at] == pytest.approx(2, rel=1e-3) and ratio[at] == pytest.approx(0.25, rel=1e-3)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="zero diagonal"):
        sample_filter.smoothed_ratio(np.ones((3, 3)), [1, 0, 1], 1.0)
    with pytest.raises(ValueError, match="symmetric"):
        sample_filter.smoother([[0, 1], [2, 0]], 1.0)
    with pytest.raises(ValueError, match="Y has shape"):
        sample_filter.smoothed_ratio(LINE, [1, 0], 1.0)
    with pytest.raises(ValueError, match="Y is all zero"):
        sample_filter.smoothed_ratio(LINE, [0, 0, 0], 1.0)
    with pytest.raises(ValueError, match="at least two points"):
        filtered_label.null_ratio([[0.0]], 1.0)
    with pytest.raises(ValueError, match="integers"):
        sample_filter.circle_eigenvalue(8, 0.5, 1.0)


def test_ratio_of_linear_labels_lacks_two_over_the_square_where_it_is_close_to_one():
    """Also where the formula gives way to its first term: an error there is 2 parts in 10^12."""
    widths = np.array([1e4, 9e5, 1.1e6, 3e6])
    lacking = (1 - filtered_label.linear_ratio(1.0, widths)) * widths**2
    np.testing.assert_allclose(lacking, 2, rtol=1e-3)
