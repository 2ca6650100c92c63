"""Losses without slope against trained networks and least squares, bounds on gradients, limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import critical_point
from numerics import stationary_point as numerics


def test_where_newton_finds_no_slope_the_loss_is_that_outside_the_range():
    rng = np.random.default_rng(2)
    X = np.c_[rng.normal(size=(20, 2)), np.ones(20)]
    y = rng.normal(size=20)
    theta = rng.normal(size=(30, 8))
    many = np.broadcast_to(X, (30, *X.shape)), np.broadcast_to(y, (30, 20))
    seen, at = 0, theta.copy()
    for _ in range(300):  # Newton of our own: the ends are needed, not only their losses
        _, g, H = critical_point.loss_gradient_hessian(at, *many)
        values, vectors = np.linalg.eigh(H)
        along = (vectors.transpose(0, 2, 1) @ g[..., None])[..., 0] / np.maximum(
            np.abs(values), 1e-3
        )
        move = (vectors @ along[..., None])[..., 0]
        at -= move / np.maximum(np.linalg.norm(move, axis=1, keepdims=True) / 0.3, 1)
    loss, g, _ = critical_point.loss_gradient_hessian(at, *many)
    for k in np.flatnonzero(np.linalg.norm(g, axis=1) < 1e-9):
        w, a = at[k, :6].reshape(2, 3), at[k, 6:]
        h = np.tanh(X @ w.T)
        J = np.c_[h, *(((1 - h[:, [i]] ** 2) * a[i]) * X for i in range(2))]
        seen += 1
        assert numerics.stationary_loss(J, y) == pytest.approx(loss[k], rel=1e-5, abs=1e-9)
        assert numerics.reachable_share(J, h @ a - y) < 1e-6 or loss[k] < 1e-12
    assert seen > 5


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 8))
def test_what_is_left_is_what_least_squares_leaves(seed, n, p):
    rng = np.random.default_rng(seed)
    J, y = rng.normal(size=(n, p)), rng.normal(size=n)
    best = J @ np.linalg.lstsq(J, y, rcond=None)[0]
    wanted = ((y - best) ** 2).mean() / 2
    assert numerics.stationary_loss(J, y) == pytest.approx(wanted, abs=1e-12)
    share = numerics.reachable_share(J, y)
    assert 1 - share == pytest.approx(2 * n * wanted / (y @ y), abs=1e-9)


@given(st.integers(0, 10**6))
def test_the_gradient_is_at_least_the_least_singular_value_times_the_residual(seed):
    rng = np.random.default_rng(seed)
    J, e = rng.normal(size=(4, 7)), rng.normal(size=4)
    least = np.linalg.svd(J, compute_uv=False)[-1]
    assert ((J.T @ e) ** 2).sum() >= least**2 * (e @ e) * (1 - 1e-12)
    assert numerics.reachable_share(J, e) == pytest.approx(1)


def test_dying_units_lower_the_rank():
    J = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0]])
    assert numerics.reachable_share(J, [0, 0, 1, 0]) == 0
    assert numerics.stationary_loss(np.zeros((3, 2)), [1, 2, 2]) == pytest.approx(1.5)


def test_features_of_steep_units_between_the_inputs_have_full_rank():
    for n in (1, 2, 5):
        x, b = np.arange(n), np.arange(n) - 0.5
        det = np.linalg.det(np.tanh(50 * (x[:, None] - b)))
        assert det == pytest.approx(2 ** (n - 1))


def test_the_origin_of_a_tanh_network_is_a_saddle():
    X = np.array([[[1.0], [2.0]]])
    loss, g, H = critical_point.loss_gradient_hessian(np.zeros((1, 6)), X, np.array([[1.0, 3]]))
    assert loss[0] == 2.5
    assert np.abs(g).max() == 0
    assert np.linalg.eigvalsh(H[0])[0] < 0


def test_labels_at_random():
    assert numerics.random_loss([0, 5, 10], 10, 2.0) == pytest.approx([1, 0.5, 0])


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="nothing to reach"):
        numerics.reachable_share(np.eye(2), [0, 0])
    with pytest.raises(ValueError, match="0 to n is needed"):
        numerics.random_loss(3, 2, 1.0)
    with pytest.raises(ValueError, match="y has shape"):
        numerics.stationary_loss(np.eye(2), [1, 2, 3])
