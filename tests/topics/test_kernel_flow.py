"""The linearised flow against a matrix exponential and sampled starts, limits and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from numerics.kernel_flow import linearised_flow, predictions
from numerics.tangent_kernel import nngp, ntk
from theory import derive
from theory import kernel_flow as theory

RNG = np.random.default_rng(3)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((4, 3))


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


@given(st.floats(0.01, 2.0), st.floats(0.1, 5.0))
def test_descent_is_ahead_of_the_flow_by_the_derived_gap(rate, time):
    steps = 100_000
    slope = float(derive(theory.step_of_descent)[1].result.subs({theory.lam: rate, theory.t: time}))
    z = rate * time
    found = np.expm1(steps * np.log1p(-z / steps) + z) * np.exp(-z) * steps / time
    assert found == pytest.approx(slope, rel=1e-2, abs=1e-7)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="symmetric"):
        linearised_flow(np.array([[1.0, 2.0], [0.0, 1.0]]), np.ones(2), 1.0)
    with pytest.raises(ValueError, match="not negative"):
        linearised_flow(np.eye(2), np.ones(2), -1.0)
    with pytest.raises(ValueError, match="shape"):
        linearised_flow(np.eye(3), np.ones(2), 1.0)
    with pytest.raises(ValueError, match="K_new"):
        linearised_flow(np.eye(2), np.ones(2), 1.0, K_new=np.ones(2))
