"""Results on the noise of minibatches against direct computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import solve_banded

from numerics import gradient_noise as numerics

positive = st.floats(0.05, 20)


@given(st.lists(st.tuples(positive, st.floats(-5, 5)), min_size=1, max_size=6), st.floats(0, 5))
def test_alignment_is_the_cosine_of_the_matrices_and_has_a_least_value(modes, noise):
    rates, far = np.array(modes).T
    H, kappa = np.diag(rates), noise**2 + rates @ far**2
    C = kappa * H + np.outer(rates * far, rates * far)
    size = np.linalg.norm(C) * np.linalg.norm(H)
    if size < 1e-9:
        return
    found = numerics.alignment(rates, far, noise)
    assert found == pytest.approx((C * H).sum() / size)
    assert found >= 2 * 2**0.5 / 3 - 1e-9


def test_covariance_of_least_squares_gradients_is_the_one_that_is_quoted():
    rng, rates, far, noise = np.random.default_rng(1), np.array([3.0, 1.0]), [0.5, -1.0], 0.4
    X = rng.standard_normal((400_000, 2)) * rates**0.5
    gradients = X * (X @ far - noise * rng.standard_normal(400_000))[:, None]
    kappa = noise**2 + rates @ np.square(far)
    expected = kappa * np.diag(rates) + np.outer(rates * far, rates * far)
    assert np.cov(gradients.T) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("l", "depth", "noise"), [(1.0, 1.0, 0.5), (4.0, 0.3, 1.0), (0.2, 2, 0.3)])
def test_the_exit_time_solves_its_equation(l, depth, noise):
    # -l x T' + D T'' = -1 on a grid, T = 0 at both rims
    x, h = np.linspace(-1, 1, 4001, retstep=True)
    rim = (2 * depth / l) ** 0.5
    x, h = rim * x[1:-1], rim * h
    middle = np.full(len(x), -2 * noise / h**2)
    right, left = noise / h**2 - l * x / (2 * h), noise / h**2 + l * x / (2 * h)
    A = np.zeros((3, len(x)))
    A[0, 1:], A[1], A[2, :-1] = right[:-1], middle, left[1:]
    T = solve_banded((1, 1), A, -np.ones(len(x)))
    found, error = numerics.escape(l, depth, noise)
    assert found == pytest.approx(T[len(x) // 2], rel=1e-5)
    assert error <= 1e-9 * found


def test_with_noise_like_curvature_a_sharper_well_is_left_sooner_than_its_curvature_says():
    like, same = (
        numerics.escape(4.0, 1.0, noise)[0] / numerics.escape(1.0, 1.0, 0.3)[0]
        for noise in (1.2, 0.3)
    )
    assert same == pytest.approx(1 / 4) and like < same / 4


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: numerics.alignment([1.0], [0.0], 0.0), "d and sigma are zero"),
        (lambda: numerics.alignment([1.0, 0.0], [0.0, 1.0], 0.0), "curvatures\\[1\\] = 0"),
        (lambda: numerics.escape(1.0, 1.0, 1e-3), "depth = 1 is more than 300 times"),
        (lambda: numerics.escape(1.0, 0.0, 1.0), "depth = 0"),
    ],
)
def test_what_has_no_meaning_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
