"""The share of downward directions, Newton's method on networks, and the two readings of "no local
minima".
"""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.critical_point import critical_points, index_share, loss_gradient_hessian
from proofs_check import Standing, run, verdict_of
from proofs_check import critical_point as simulation


@pytest.mark.parametrize("p", [2, 3, 6])
def test_the_share_is_that_of_shifted_gaussian_matrices(p):
    rng, N = np.random.default_rng(p), 400
    noise = rng.normal(size=(N, N))
    # off-diagonal variance p (p - 1) / N
    goe = (noise + noise.T) / np.sqrt(2) * np.sqrt(p * (p - 1) / N)
    eigenvalues = np.linalg.eigvalsh(goe)
    for e in (-2.0, -0.8, 0.0, 0.3, 1.1, 3.0):
        assert index_share(e, p) == pytest.approx((eigenvalues < p * e).mean(), abs=0.015)


@given(st.floats(2, 20), st.floats(-3, 3))
def test_the_share_grows_and_is_symmetric(p, e):
    assert index_share(e, p) + index_share(-e, p) == pytest.approx(1)
    assert index_share(e + 0.1, p) >= index_share(e, p)
    end = 2 * np.sqrt((p - 1) / p)
    assert index_share(end * 1.001, p) == 1 and index_share(end * 0.99, p) < 1


def test_a_random_cubic_has_this_share_at_any_height():
    for height in (-1.0, 0.0, 0.8):
        found = np.mean([simulation.negative_share(seed, height) for seed in range(8)])
        assert found == pytest.approx(index_share(height, 3), abs=0.03)


def test_loss_gradient_and_hessian_are_those_of_autograd():
    rng = np.random.default_rng(0)
    theta, X, y = rng.normal(size=(2, 12)), rng.normal(size=(2, 7, 3)), rng.normal(size=(2, 7))
    loss, gradient, hessian = loss_gradient_hessian(theta, X, y)
    for row in range(2):
        inputs, labels = torch.tensor(X[row]), torch.tensor(y[row])

        def value(v, inputs=inputs, labels=labels):
            return ((torch.tanh(inputs @ v[:9].reshape(3, 3).T) @ v[9:] - labels) ** 2).mean() / 2

        point = torch.tensor(theta[row], requires_grad=True)
        assert float(value(point).detach()) == pytest.approx(loss[row])
        np.testing.assert_allclose(
            torch.autograd.grad(value(point), point)[0].numpy(),
            gradient[row],
            rtol=1e-9,
            atol=1e-12,
        )
        np.testing.assert_allclose(
            torch.autograd.functional.hessian(value, point).numpy(),
            hessian[row],
            rtol=1e-9,
            atol=1e-12,
        )


def test_newton_finds_saddles_and_descent_finds_minima():
    rng = np.random.default_rng(1)
    X = np.broadcast_to(np.c_[rng.normal(size=(20, 1)), np.ones(20)], (40, 20, 2))
    y = np.broadcast_to(np.tanh(X[0] @ [2.0, 0.5]), (40, 20))
    start = rng.normal(size=(40, 3))
    loss, size, values, _ = critical_points(start, X, y, np.full(40, 60), steps=90)
    assert (
        (size < 1e-6).mean() > 0.8 and np.median(loss) < 1e-10 and np.median(values[:, 0]) > -1e-6
    )
    loss, size, values, _ = critical_points(start, X, y, np.zeros(40, dtype=int))
    ok = size < 1e-6
    assert ((values[ok] < -1e-5).any(1) & (loss[ok] > 1e-3)).any()  # the zero function is a saddle


def test_the_wrong_singular_direction_is_a_saddle_and_the_right_one_a_minimum():
    rng = np.random.default_rng(3)
    M = rng.normal(size=(3, 3))
    U, s, V = np.linalg.svd(M)

    def loss(v):
        return ((torch.outer(v[:3], v[3:]) - torch.tensor(M)) ** 2).sum() / 2

    for which, signs in ((0, True), (1, False), (2, False)):
        point = torch.tensor(np.r_[U[:, which], V[which]] * np.sqrt(s[which]))
        assert torch.autograd.functional.jacobian(loss, point).abs().max() < 1e-10
        least = torch.linalg.eigvalsh(torch.autograd.functional.hessian(loss, point))[0]
        assert (least > -1e-10) == signs
        if not signs:  # the derived direction has curvature 2 s (s - s_1) over |direction|^2 = 2 s
            assert float(least) <= s[which] - s[0] + 1e-10


def test_the_relu_units_leave_when_they_start_on_both_sides():
    assert (
        simulation.trapped_loss((0, 1, 2), sides=(1, -1)).max()
        < 1e-10
        < 0.24
        < simulation.trapped_loss((0, 1, 2)).min()
    )


def check_named(name):
    return next(check for check in simulation.CHECKS if check.name == name)


def test_the_text_is_right_and_the_caption_wrong():
    names = ("downward_directions_by_height", "critical_points_of_a_random_cubic")
    results = [run(check_named(name)) for name in names]
    assert verdict_of("udl-fig208-caption-sign", results).verdict is Standing.REFUTED
    assert verdict_of("udl-gaussian-critical-point-index", results).verdict is Standing.CONFIRMED


def test_no_local_minima_holds_for_linear_networks_only():
    result = run(check_named("linear_networks_reach_the_best_rank"))
    judged = verdict_of("udl-baldi-hornik-shallow-no-local-minima", [result])
    assert judged.verdict is Standing.SCOPED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="degree"):
        index_share(0.0, 1)
    with pytest.raises(ValueError, match="descent has shape"):
        critical_points(np.zeros((2, 3)), np.zeros((2, 4, 2)), np.zeros((2, 4)), np.zeros(3))
