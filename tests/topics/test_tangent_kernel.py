"""Kernels against Gaussian samples and quadrature, the linearised flow against a matrix
exponential, limits and bad input.
"""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.special import erf

from numerics.tangent_kernel import (
    arc_cosine,
    gram_fluctuation,
    interpolant_deviation,
    least_eigenvalue,
    linearised_flow,
    nngp,
    ntk,
    predictions,
    sufficient_width,
    two_layer_kernel,
)
from proofs_check import verdict_of
from proofs_check.tangent_kernel import CHECKS
from theory import derive
from theory import tangent_kernel as theory

RNG = np.random.default_rng(3)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((4, 3))
W = RNG.standard_normal((400_000, 3))


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_arc_cosine_kernels_are_the_means_of_feature_products(degree):
    def feature(A):
        before = W @ A.T
        return np.where(before > 0, before, 0) ** degree * (before > 0)

    found, spread = (
        feature(X).T @ feature(Z) / len(W),
        np.sqrt((feature(X) ** 2).T @ feature(Z) ** 2 / len(W)) / len(W) ** 0.5,
    )
    assert (np.abs(found - arc_cosine(X, Z, degree=degree)) < 5 * spread).all()


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_the_diagonal_is_exact(degree):
    moments = {0: 1 / 2, 1: 1 / 2, 2: 3 / 2}
    np.testing.assert_allclose(
        np.diag(arc_cosine(X, degree=degree)),
        moments[degree] * (X * X).sum(1) ** degree,
        rtol=1e-14,
    )


@given(st.floats(1e-9, 1e-3))
def test_close_inputs_are_told_apart(angle):
    pair = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    gap = 1 / 2 - arc_cosine(pair, degree=0)[0, 1]
    assert gap == pytest.approx(angle / (2 * np.pi), rel=1e-5, abs=1e-16)


def test_the_two_layer_kernel_is_that_of_sampled_neurons():
    m, kappa, kappa_p = 200_000, 0.7, 0.4
    W, a = RNG.standard_normal((m, 3)), RNG.standard_normal(m)
    before = W @ X.T
    features, gates = np.maximum(before, 0), (before > 0) * a[:, None]
    sampled = kappa**2 * (features.T @ features / kappa_p + kappa_p * (gates.T @ gates) * (X @ X.T))
    np.testing.assert_allclose(
        sampled,
        two_layer_kernel(X, m=m, kappa=kappa, kappa_p=kappa_p),
        rtol=0.02,
        atol=2e-3 * sampled.max(),
    )


def _by_quadrature(X, depth, v, b):
    """The recursion with its Gaussian means from 200 x 200 Gauss-Hermite nodes: another route to
    both means.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    weights = weights / weights.sum()
    Sigma = v * X @ X.T / X.shape[1] + b
    Theta = Sigma.copy()
    for _ in range(depth - 1):
        product, gate = np.empty_like(Sigma), np.empty_like(Sigma)
        for i in range(len(X)):
            for j in range(len(X)):
                s, c = np.sqrt(Sigma[i, i]), Sigma[i, j] / np.sqrt(Sigma[i, i])
                one = s * nodes[:, None]
                two = c * nodes[:, None] + np.sqrt(max(Sigma[j, j] - c * c, 0)) * nodes
                product[i, j] = weights @ (np.maximum(one, 0) * np.maximum(two, 0)) @ weights
                gate[i, j] = weights @ ((one > 0) * (two > 0)) @ weights
        Theta = v * product + b + Theta * v * gate
        Sigma = v * product + b
    return Theta


@pytest.mark.parametrize(
    ("depth", "v", "b"), [(1, 2.0, 0.0), (2, 2.0, 0.0), (3, 2.0, 0.1), (4, 1.5, 0.2)]
)
def test_the_recursion_agrees_with_quadrature(depth, v, b):
    found = ntk(X[:3], depth=depth, weight_variance=v, bias_variance=b)
    np.testing.assert_allclose(found, _by_quadrature(X[:3], depth, v, b), rtol=0.03, atol=0.02)


@given(st.integers(1, 6))
def test_unit_inputs_have_the_depth_on_the_diagonal(depth):
    unit = X / np.linalg.norm(X, axis=1)[:, None] * np.sqrt(3 / 2)  # 2 x.x / D = 1
    np.testing.assert_allclose(np.diag(ntk(unit, depth=depth)), depth, rtol=1e-12)


def test_kernels_between_two_sets_are_blocks_of_the_whole():
    both = ntk(np.r_[X, Z], depth=3, bias_variance=0.3)
    np.testing.assert_allclose(ntk(X, Z, depth=3, bias_variance=0.3), both[:6, 6:], rtol=1e-12)


def _digits(x, z, depth, b):
    """The recursion at 50 digits, for v = 2."""
    with mpmath.workdps(50):
        x, z = ([mpmath.mpf(float(entry)) for entry in point] for point in (x, z))

        def first(p, q):
            return 2 * mpmath.fdot(p, q) / len(p) + mpmath.mpf(b)

        A, B, C = first(x, x), first(z, z), first(x, z)
        Theta = C
        for _ in range(depth - 1):
            angle = mpmath.acos(C / mpmath.sqrt(A * B))
            product = (
                mpmath.sqrt(A * B)
                * (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle))
                / (2 * mpmath.pi)
            )
            C = 2 * product + b
            Theta = C + Theta * 2 * (mpmath.pi - angle) / (2 * mpmath.pi)
            A, B = A + b, B + b
        return Theta


@pytest.mark.parametrize("depth", [2, 5])
@pytest.mark.parametrize("b", [0.0, 0.25])
@pytest.mark.parametrize("turned", [1.0, 1.7, -1.0])
def test_kernels_keep_their_digits_at_close_and_opposite_inputs(depth, b, turned):
    x, move = RNG.standard_normal((2, 40))
    for size in (0, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 0.3):
        z = turned * x + size * move
        scale = np.sqrt(
            ntk(x[None], depth=depth, bias_variance=b) * ntk(z[None], depth=depth, bias_variance=b)
        )[0, 0]
        assert (
            abs(
                float(
                    ntk(x[None], z[None], depth=depth, bias_variance=b)[0, 0]
                    - _digits(x, z, depth, b)
                )
            )
            < 5e-15 * scale
        )


@given(st.floats(1e-12, 3.1))
def test_angles_are_exact_to_fourteen_digits(angle):
    pair = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    with mpmath.workdps(50):
        exact = mpmath.atan2(mpmath.mpf(float(pair[1, 1])), mpmath.mpf(float(pair[1, 0])))
    assert abs(np.pi - 2 * np.pi * arc_cosine(pair, degree=0)[0, 1] - float(exact)) <= 1e-14


@given(st.integers(1, 500), st.integers(1, 3), st.integers(0, 10**6))
def test_blocks_and_threads_change_nothing(n, workers, seed):
    A = np.random.default_rng(seed).standard_normal((n, 3))
    whole = ntk(A, depth=3, bias_variance=0.1)
    np.testing.assert_array_equal(whole, ntk(A, depth=3, bias_variance=0.1, workers=workers))
    np.testing.assert_array_equal(whole, whole.T)
    place = np.random.default_rng(seed).integers(n, size=2)
    alone = ntk(A[place[:1]], A[place[1:]], depth=3, bias_variance=0.1)[0, 0]
    assert whole[tuple(place)] == pytest.approx(alone, rel=1e-14)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"depth": 4, "bias_variance": 0.2},
        {"depth": 3, "activation": "erf"},
        {"activation": "sine"},
    ],
)
def test_tensors_come_back_as_tensors_with_finite_gradients(options):
    # a duplicate and an opposite
    points = torch.tensor(np.r_[X, X[:1], -X[:1]], requires_grad=True)
    K = ntk(points, **options)
    np.testing.assert_allclose(
        K.detach().numpy(), ntk(points.detach().numpy(), **options), rtol=1e-13
    )
    weights = torch.as_tensor(RNG.standard_normal(K.shape))
    (gradient,) = torch.autograd.grad((weights * K).sum(), points)
    assert gradient.isfinite().all()

    def value(row, step):
        moved = points.detach().numpy().copy()
        moved[row, 1] += step
        return float((weights.numpy() * ntk(moved, **options)).sum())

    slope = (value(3, 1e-6) - value(3, -1e-6)) / 2e-6  # a point without duplicate: no kink
    assert float(gradient[3, 1]) == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert ntk(points.float(), **options).dtype == torch.float32


@pytest.mark.parametrize("activation", ["erf", "sine"])
@pytest.mark.parametrize("b", [0.0, 0.3])
def test_smooth_kernels_agree_with_quadrature(activation, b):
    phi, slope = {
        "erf": (erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-(z**2))),
        "sine": (np.sin, np.cos),
    }[activation]
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    weights = np.outer(weights, weights) / weights.sum() ** 2
    Sigma = X @ X.T / 3 + b
    Theta = Sigma
    for _ in range(2):
        product, gate = np.empty_like(Sigma), np.empty_like(Sigma)
        for i in range(len(X)):
            for j in range(len(X)):
                first = np.sqrt(Sigma[i, i]) * nodes[:, None]
                share = Sigma[i, j] / np.sqrt(Sigma[i, i])
                second = share * nodes[:, None] + np.sqrt(max(Sigma[j, j] - share**2, 0)) * nodes
                product[i, j], gate[i, j] = (
                    (weights * f(first) * f(second)).sum() for f in (phi, slope)
                )
        Sigma = product + b
        Theta = Sigma + Theta * gate
    np.testing.assert_allclose(
        ntk(X, depth=3, activation=activation, bias_variance=b), Theta, rtol=1e-6
    )
    np.testing.assert_allclose(
        nngp(X, depth=3, activation=activation, bias_variance=b), Sigma, rtol=1e-6
    )


def test_a_network_with_its_output_layer_trained_has_the_covariance_as_kernel():
    weights = RNG.standard_normal((200_000, 3)) * np.sqrt(2 / 3)
    features = np.maximum(weights @ X.T, 0)
    np.testing.assert_allclose(
        nngp(X), 2 * features.T @ features / len(weights), rtol=0.05, atol=0.01
    )


def test_predictions_are_the_moments_of_linear_models():
    starts = np.linalg.cholesky(
        nngp(np.r_[X, Z], depth=3, bias_variance=0.1)
    ) @ RNG.standard_normal((10, 40_000))
    y, options = np.arange(6.0), {"depth": 3, "bias_variance": 0.1}
    K, across = ntk(X, **options), ntk(Z, X, **options)
    for time in (0.0, 2.0, np.inf):
        mean, covariance = predictions(X, y, Z, time, **options)
        outputs = np.stack(
            [
                linearised_flow(K, y, time, f[:6], K_new=across, f0_new=f[6:])[0]
                for f in starts[:, :4000].T
            ]
        )
        np.testing.assert_allclose(mean[0], outputs.mean(0), atol=5 * outputs.std() / 4000**0.5)
        np.testing.assert_allclose(
            covariance[0], np.cov(outputs.T), rtol=0.15, atol=0.1 * np.trace(covariance[0]) / 4
        )
    assert not predictions(X, y, Z, antisymmetric=True)[1].any()


def test_predictions_decompose_one_matrix_at_any_number_of_times(monkeypatch):
    calls, eigh = [], np.linalg.eigh
    monkeypatch.setattr(np.linalg, "eigh", lambda K: calls.append(K.shape) or eigh(K))
    mean, covariance = predictions(X, np.arange(6.0), Z, [0.0, 1.0, np.inf], depth=3)
    assert mean.shape == (3, 4) and covariance.shape == (3, 4, 4) and calls == [(6, 6)]


def test_interpolants_of_sampled_neurons_scatter_as_derived():
    y, m, kappa_p = np.array([1.0, -1.0, 0.5]), 4000, 0.6
    points, new = X[:3], X[3:5]
    ends = []
    for _ in range(400):
        w, a = RNG.standard_normal((m, 3)), RNG.standard_normal(m)
        both = np.r_[points, new]
        before = w @ both.T
        gates = (before > 0) * a[:, None]
        K = (
            np.maximum(before, 0).T @ np.maximum(before, 0) / kappa_p
            + kappa_p * (gates.T @ gates) * (both @ both.T)
        ) / m
        ends.append(K[3:, :3] @ np.linalg.solve(K[:3, :3], y))
    np.testing.assert_allclose(
        np.std(ends, axis=0), interpolant_deviation(points, y, new, m=m, kappa_p=kappa_p), rtol=0.12
    )


def test_the_least_eigenvalue_is_enclosed():
    low, high = least_eigenvalue(X)
    K = (X @ X.T) * arc_cosine(X, degree=0)
    found = np.linalg.eigvalsh(K)[0]
    # of the oracle: rounding of the entries, and the backward error of eigvalsh
    rounding = (8 + len(K)) * np.finfo(float).eps * np.linalg.norm(K)
    assert low - rounding < found < high + rounding and high - low < 1e-7 * high
    with pytest.raises(ValueError, match="parallel"):
        least_eigenvalue(np.r_[X, 2 * X[:1]])


def test_the_sufficient_width_scales_as_derived():
    circle = np.c_[np.cos(2 * np.pi * np.arange(5) / 5), np.sin(2 * np.pi * np.arange(5) / 5)]
    width = sufficient_width(circle, 2.0, 0.2)
    assert width == pytest.approx(512 * 5**5 * 4 / (np.pi * 0.01 * 0.3**4), rel=1e-6)
    assert sufficient_width(circle, 1.0, 0.2) == pytest.approx(width / 4, rel=1e-12)
    assert sufficient_width(circle, 1e-6, 0.2) == pytest.approx(4 * 25 / (0.1 * 0.09), rel=1e-6)
    with pytest.raises(ValueError, match="length 1"):
        sufficient_width(2 * circle, 1.0)
    with pytest.raises(ValueError, match="probability"):
        sufficient_width(circle, 1.0, 1.5)


@given(st.floats(0.0, 20.0))
def test_the_linearised_flow_is_a_matrix_exponential(time):
    y, f0 = np.arange(6.0) - 2, np.cos(np.arange(6.0))
    K = ntk(X)
    left = expm(-K * time / 6)
    np.testing.assert_allclose(linearised_flow(K, y, time, f0)[0], y + left @ (f0 - y), atol=1e-11)
    elsewhere = 0.5 + ntk(Z, X) @ np.linalg.solve(K, (np.eye(6) - left) @ (y - f0))
    np.testing.assert_allclose(
        linearised_flow(K, y, time, f0, K_new=ntk(Z, X), f0_new=0.5)[0], elsewhere, atol=1e-8
    )


def test_the_flow_starts_at_the_start_and_ends_at_the_data():
    y = np.arange(6.0)
    path = linearised_flow(ntk(X), y, [0.0, 1e9], 1.0)
    np.testing.assert_allclose(path[0], 1.0, atol=1e-13)
    np.testing.assert_allclose(path[1], y, atol=1e-8)


def test_fluctuation_of_an_entry():
    means = (
        (np.maximum(W @ X.T, 0)[:, :, None] * np.maximum(W @ X.T, 0)[:, None])
        .reshape(4000, 100, 6, 6)
        .mean(1)
    )
    np.testing.assert_allclose(means.std(0), gram_fluctuation(X, 100), rtol=0.08)


def test_five_points_on_the_circle():
    angle = 2 * np.pi * np.arange(5) / 5
    points = np.c_[np.cos(angle), np.sin(angle)]
    K = (points @ points.T) * arc_cosine(points, degree=0)
    assert np.linalg.eigvalsh(K)[0] == pytest.approx(
        float(derive(theory.five_points_on_the_circle)[1].result), abs=1e-14
    )


@given(st.floats(0.01, 2.0), st.floats(0.1, 5.0))
def test_descent_is_ahead_of_the_flow_by_the_derived_gap(rate, time):
    steps = 100_000
    slope = float(derive(theory.step_of_descent)[1].result.subs({theory.lam: rate, theory.t: time}))
    z = rate * time
    found = np.expm1(steps * np.log1p(-z / steps) + z) * np.exp(-z) * steps / time
    assert found == pytest.approx(slope, rel=1e-2, abs=1e-7)


def test_the_statements_that_need_no_simulation():
    expected = {
        "phase-linear-if-only-a-trained": "PROVED",
        "phase-random-feature-limit": "PROVED",
        "phase-linearisation-error-order": "PROVED",
        "phase-linear-definition-own-parameter": "REFUTED",
    }
    for statement, verdict in expected.items():
        assert verdict_of(statement).verdict.name == verdict


def test_every_check_names_its_rival():
    assert len({check.name for check in CHECKS}) == len(CHECKS) and all(
        check.rival_why for check in CHECKS
    )


def test_bad_input_is_answered():
    assert (ntk(np.zeros((2, 3))) == 0).all()  # the limit, without biases
    with pytest.raises(ValueError, match="not finite"):
        ntk([[np.nan, 1.0]])
    with pytest.raises(ValueError, match="expected \\(n, D\\)"):
        arc_cosine(np.ones(3), degree=1)
    with pytest.raises(ValueError, match="degree = 3"):
        arc_cosine(X, degree=3)
    with pytest.raises(ValueError, match="depth = 0"):
        ntk(X, depth=0)
    with pytest.raises(ValueError, match="columns"):
        ntk(X, np.ones((2, 2)))
    with pytest.raises(ValueError, match="v > 0"):
        ntk(X, weight_variance=-1.0)
    with pytest.raises(ValueError, match="relu, erf, sine"):
        ntk(X, activation="tanh")
    assert np.isfinite(ntk(np.zeros((2, 3)), bias_variance=0.1)).all()
    with pytest.raises(ValueError, match="positive finite"):
        two_layer_kernel(X, m=10, kappa=0.0)
    with pytest.raises(ValueError, match="symmetric"):
        linearised_flow(np.array([[1.0, 2.0], [0.0, 1.0]]), np.ones(2), 1.0)
    with pytest.raises(ValueError, match="not negative"):
        linearised_flow(np.eye(2), np.ones(2), -1.0)
    with pytest.raises(ValueError, match="shape"):
        linearised_flow(np.eye(3), np.ones(2), 1.0)
    with pytest.raises(ValueError, match="K_new"):
        linearised_flow(np.eye(2), np.ones(2), 1.0, K_new=np.ones(2))
