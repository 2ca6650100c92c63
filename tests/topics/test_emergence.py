"""Exact match, separable labellings and alternating labels against sampling and enumeration."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import emergence
from proofs_check.emergence import fits
from theory import derive
from theory import emergence as theory


@given(st.floats(0, 1), st.integers(1, 12))
def test_exact_match_is_a_product(eps, L):
    assert emergence.exact_match(eps, L) == pytest.approx(np.prod([1 - eps] * L), rel=1e-12)


def test_exact_match_of_tiny_errors_and_long_answers():
    assert emergence.exact_match(1e-18, 10**18) == pytest.approx(np.exp(-1), rel=1e-12)
    assert emergence.exact_match(1.0, 3) == 0 and emergence.exact_match(0.0, 10**9) == 1


@given(st.integers(1, 60), st.floats(0.1, 3), st.floats(0.5, 20))
def test_no_size_is_steeper_than_the_bound(L, a, c):
    N = np.geomspace(max(c ** (1 / a), 1e-3) * 1.0001, c ** (1 / a) * 1e4 ** (1 / a), 4001)
    match = emergence.exact_match(np.minimum(c * N**-a, 1), L)
    slopes = np.diff(match) / np.diff(np.log(N))
    bound = emergence.steepest(a, L)
    assert slopes.max() <= bound * (1 + 1e-9) and slopes.max() > 0.98 * bound


def test_longer_answers_are_less_steep():
    found = emergence.steepest(2.0, np.arange(1, 2000))
    assert (np.diff(found) < 0).all() and found[0] == 2
    assert emergence.steepest(2.0, 10**12) == pytest.approx(2 / np.e, rel=1e-9)


@pytest.mark.claim("emergence.width_of_the_rise")
def test_the_width_of_the_rise_is_that_of_long_answers():
    L, c = 10**6, 3.0
    sizes = [c / -np.expm1(np.log(P) / L) for P in (0.1, 0.9)]
    limit = float(derive(theory.width_of_the_rise)[3].result)
    assert sizes[1] / sizes[0] == pytest.approx(limit, rel=1e-5) and limit == pytest.approx(
        21.854345
    )


@pytest.mark.parametrize(("n", "m"), [(1, 1), (4, 2), (6, 3), (6, 5), (5, 7)])
def test_separable_labellings_are_counted(n, m):
    rng = np.random.default_rng([n, m])
    Z = rng.standard_normal((n, m))
    fitted = sum(fits(Z, np.array(signs)) for signs in product([-1.0, 1.0], repeat=n))
    assert emergence.separable(n, m) == pytest.approx(fitted / 2**n)


def test_half_as_many_features_as_labels_is_one_half():
    m = np.array([1, 7, 500, 10**6])
    np.testing.assert_allclose(emergence.separable(2 * m, m), 0.5, rtol=1e-9)
    gain = emergence.separable(2 * m, m + 1) - 0.5
    np.testing.assert_allclose(gain[2:] * np.sqrt(m[2:]), np.pi**-0.5, rtol=1e-3)


@pytest.mark.parametrize("T", [1, 2, 5, 8])
def test_the_best_of_all_sign_patterns(T):
    labels = (-1) ** np.arange(T + 1)
    patterns = np.array(list(product([-1, 1], repeat=T + 1)))
    changes, right = (np.diff(patterns) != 0).sum(1), (patterns == labels).sum(1)
    for m in range(T + 2):
        assert emergence.best_right(T, m) == right[changes <= m + 1].max()


@pytest.mark.parametrize(("T", "m"), [(6, 0), (6, 2), (9, 3), (9, 8), (9, 12)])
def test_a_zigzag_attains_it(T, m):
    t, j = np.arange(T + 1.0), np.arange(1, m + 1)
    f = 1 - 2 * t + 4 * ((-1.0) ** (j + 1) * np.maximum(t[:, None] - j, 0)).sum(1)
    assert (np.sign(f) == (-1) ** t).sum() == emergence.best_right(T, m)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="eps"):
        emergence.exact_match(1.5, 2)
    with pytest.raises(ValueError, match="L"):
        emergence.steepest(1.0, 0)
    with pytest.raises(ValueError, match="n"):
        emergence.separable(0, 1)
    with pytest.raises(ValueError, match="m"):
        emergence.best_right(3, -1)
