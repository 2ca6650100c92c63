"""Results on the noise of minibatches against direct computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import derive
from theory import gradient_noise as theory

positive = st.floats(0.05, 20)


@given(st.lists(st.tuples(positive, st.floats(-5, 5)), min_size=1, max_size=6), st.floats(0, 5))
def test_alignment_is_the_cosine_of_the_matrices_and_has_a_least_value(modes, noise):
    rates, far = np.array(modes).T
    H, kappa = np.diag(rates), noise**2 + rates @ far**2
    C = kappa * H + np.outer(rates * far, rates * far)
    size = np.linalg.norm(C) * np.linalg.norm(H)
    if size < 1e-9:
        return
    found = derive(theory.noise_of_least_squares)[0].function(
        theory.h, theory.p, theory.q, theory.kappa
    )((rates**2).sum(), rates**3 @ far**2, rates**2 @ far**2, kappa)
    assert found == pytest.approx((C * H).sum() / size)
    assert found >= 2 * 2**0.5 / 3 - 1e-9


def test_covariance_of_least_squares_gradients_is_the_one_that_is_quoted():
    rng, rates, far, noise = np.random.default_rng(1), np.array([3.0, 1.0]), [0.5, -1.0], 0.4
    X = rng.standard_normal((400_000, 2)) * rates**0.5
    gradients = X * (X @ far - noise * rng.standard_normal(400_000))[:, None]
    kappa = noise**2 + rates @ np.square(far)
    expected = kappa * np.diag(rates) + np.outer(rates * far, rates * far)
    assert np.cov(gradients.T) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("batch", [1, 4])
def test_imbalance_of_a_product_falls_at_the_derived_rate(batch):
    rng, eta, noise, steps = np.random.default_rng(2), 0.05, 0.5, 1000
    x, y = np.full(4000, 2.0), np.full(4000, 0.5)
    rate = derive(theory.imbalance_under_noise)[2].function(
        theory.eta, theory.s, theory.B, theory.l
    )
    expected = start = np.log(4 - 0.25)
    for _ in range(steps):
        residual = x * y - 1 - noise / batch**0.5 * rng.standard_normal(4000)
        x, y = x - eta * residual * y, y - eta * residual * x
        expected -= rate(eta, noise, batch, np.sqrt(4 + np.exp(2 * expected)))
    fall = start - np.log((x**2 - y**2).mean())
    assert fall == pytest.approx(start - expected, rel=0.05)
