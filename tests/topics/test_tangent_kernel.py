"""Tangent kernels against samples, quadrature and 50 digits; blocks, tensors and bad input."""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.tangent_kernel import nngp, ntk, two_layer_kernel

RNG = np.random.default_rng(3)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((4, 3))


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


def test_a_network_with_its_output_layer_trained_has_the_covariance_as_kernel():
    weights = RNG.standard_normal((200_000, 3)) * np.sqrt(2 / 3)
    features = np.maximum(weights @ X.T, 0)
    np.testing.assert_allclose(
        nngp(X), 2 * features.T @ features / len(weights), rtol=0.05, atol=0.01
    )


def test_bad_input_is_answered():
    assert (ntk(np.zeros((2, 3))) == 0).all()  # the limit, without biases
    with pytest.raises(ValueError, match="not finite"):
        ntk([[np.nan, 1.0]])
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
