"""Distances and accuracies of two Gaussian classes against draws, attacks and limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import robust_accuracy as numerics
from theory import derive
from theory import robust_accuracy as theory

sizes = st.floats(0.05, 5.0)
means = st.lists(st.floats(-2, 2), min_size=1, max_size=6).filter(lambda v: max(map(abs, v)) > 0.1)


@pytest.mark.parametrize(("mu", "s", "d"), [(2.0, 1.0, 64), (0.5, 2.0, 3), (4.0, 0.5, 10)])
def test_the_ratio_and_the_cosine_are_those_of_pairs(mu, s, d):
    rng = np.random.default_rng(d)
    up, down = s * rng.standard_normal((2, 40_000, d))
    up[:, 0] += mu
    down[:, 0] -= mu
    way = up - down
    far = np.sqrt((way**2).sum(1).mean())
    ratio = numerics.gaussian_ratio(mu, s, d)
    assert mu / far == pytest.approx(ratio, rel=0.01)
    cosine = derive(theory.distance_of_classes)[1].function(theory.r, theory.s, theory.d)
    assert way[:, 0].mean() / far == pytest.approx(cosine(mu, s, d), rel=0.02)


@given(sizes, sizes, st.integers(1, 10**6))
def test_the_boundary_is_at_most_half_way(mu, s, d):
    ratio = numerics.gaussian_ratio(mu, s, d)
    assert 0 < ratio < 0.5
    assert numerics.gaussian_ratio(mu, s, d + 1) < ratio
    assert numerics.gaussian_ratio(1e200 * mu, 1e200 * s, d) == pytest.approx(ratio, rel=1e-12)


@given(means, sizes, st.floats(0, 3), st.integers(0, 99))
def test_accuracy_under_attack_is_that_of_attacked_draws(mu, s, eps, seed):
    mu, rng = np.array(mu), np.random.default_rng(seed)
    X = mu + s * rng.standard_normal((20_000, len(mu)))
    for norm, attack in (("L2", eps * mu / np.linalg.norm(mu)), ("Linf", eps * np.sign(mu))):
        found = ((X - attack) @ mu > 0).mean()
        assert numerics.robust_accuracy(mu, s, eps, norm) == pytest.approx(found, abs=0.016)
    assert numerics.standard_accuracy(mu, s) == pytest.approx((X @ mu > 0).mean(), abs=0.016)


@given(means, sizes, st.floats(0, 3))
def test_steps_in_each_input_cost_at_least_as_much(mu, s, eps):
    long, flat = (numerics.robust_accuracy(mu, s, eps, norm) for norm in ("L2", "Linf"))
    assert flat <= long * (1 + 1e-12)
    assert long <= numerics.standard_accuracy(mu, s)
    assert numerics.robust_accuracy(mu, s, 0.0, "Linf") == numerics.standard_accuracy(mu, s)


@given(st.integers(1, 400), st.floats(0.01, 0.5), sizes)
def test_equal_inputs_exchange_right_and_wrong(d, eta, s):
    mu = np.full(d, eta)
    robust = numerics.robust_accuracy(mu, s, 2 * eta, "Linf")
    assert robust == pytest.approx(1 - numerics.standard_accuracy(mu, s), rel=1e-6, abs=1e-12)


def test_small_shares_keep_their_digits():
    from scipy.special import log_ndtr

    found = numerics.robust_accuracy([1.0], 0.1, 3.0, "L2")
    assert np.log(found) == pytest.approx(log_ndtr(-20.0), rel=1e-12)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="different places"):
        numerics.standard_accuracy([0.0, 0.0], 1.0)
    with pytest.raises(ValueError, match="L2 or Linf"):
        numerics.robust_accuracy([1.0], 1.0, 0.1, "max")
    with pytest.raises(ValueError, match="not negative"):
        numerics.robust_accuracy([1.0], 1.0, -0.1, "L2")
    with pytest.raises(ValueError, match="positive"):
        numerics.gaussian_ratio(0.0, 1.0, 3)
