"""Learning curves, constants and envelopes against sums and samples, limits, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from numerics import scaling_law as laws

MODES = np.arange(1, 3001.0)
L, V = MODES**-2.0, MODES**-2.5
some = st.lists(st.floats(1e-6, 10.0), min_size=3, max_size=12)


@given(some, st.floats(0.01, 0.99), st.floats(0, 2))
def test_the_fixed_point_is_one(spectrum, part, ridge):
    l = np.array(spectrum)
    n = part * len(l)
    kappa = laws.fixed_point(l, n, ridge)
    total = (l / (l + kappa)).sum() + ridge / kappa
    assert total == pytest.approx(n, rel=1e-12)


def test_the_fixed_point_is_accurate_near_its_ends():
    equal = np.full(10, 2.0)  # l / (l + kappa) = n / 10
    for n in (1e-9, 5.0, 10 - 2.0**-40):
        wanted = 2 * (10 - n) / n
        assert laws.fixed_point(equal, n) == pytest.approx(wanted, rel=1e-12)
    assert laws.fixed_point(equal, 10) == laws.fixed_point(equal, 12) == 0


def test_equal_modes_are_least_squares():
    n, sigma = np.array([20.0, 80.0]), 0.5
    few, many = laws.learning_curve(n, np.ones(50), np.full(50, 0.02), sigma)
    assert few == pytest.approx((1 - 20 / 50) + sigma**2 * (1 + 20 / 30))  # Hastie et al.
    assert many == pytest.approx(sigma**2 * (1 + 50 / 30))


def test_a_ridge_is_that_of_samples():
    rng, l, v = np.random.default_rng(0), np.array([3.0] * 40 + [0.2] * 120), np.full(160, 0.01)
    ridge, sigma, found = 4.0, 0.3, []
    for _ in range(60):
        X = rng.standard_normal((60, 160)) * l**0.5
        w = (v / l) ** 0.5 * rng.choice([-1.0, 1.0], 160)
        y = X @ w + sigma * rng.standard_normal(60)
        fit = X.T @ np.linalg.solve(X @ X.T + ridge * np.eye(60), y)
        found.append((l * (fit - w) ** 2).sum() + sigma**2)
    assert laws.learning_curve(60, l, v, sigma, ridge) == pytest.approx(np.mean(found), rel=0.03)


@given(st.floats(5, 2000), st.floats(0, 1), st.floats(0, 1))
def test_the_local_slope_is_a_difference(n, noise, ridge):
    ends = n * np.array([1 - 1e-4, 1 + 1e-4])
    low, high = np.log(laws.learning_curve(ends, L, V, noise, ridge))
    difference = (high - low) / np.log(ends[1] / ends[0])
    assert laws.local_slope(n, L, V, noise, ridge) == pytest.approx(difference, abs=1e-5)


@pytest.mark.parametrize(("alpha", "beta"), [(1.5, 1.8), (2.0, 2.5), (2.0, 4.0), (2.0, 6.5)])
def test_constants_are_limits(alpha, beta):
    k = np.arange(1, 40_001.0)
    l, v = k**-alpha, k**-beta
    n = 60.0
    data = laws.learning_curve(n, l, v) * n ** laws.data_exponent(alpha, beta)
    features = laws.feature_curve(None, n, l, v) * n ** laws.feature_exponent(alpha, beta)
    assert laws.data_constant(alpha, beta) == pytest.approx(data, rel=0.1)
    assert laws.feature_constant(alpha, beta) == pytest.approx(features, rel=0.15)


def test_features_join_the_kernel_and_peak_at_the_samples():
    n, few, many = 200, np.array([20.0, 190.0, 210.0]), 1e12
    errors = laws.feature_curve(n, few, L, V, 0.1)
    assert errors[1] > errors[0] and errors[1] > 5 * laws.learning_curve(n, L, V, 0.1)
    assert errors[2] > laws.feature_curve(n, 400, L, V, 0.1)
    limit = laws.learning_curve(n, L, V, 0.1)
    assert laws.feature_curve(n, many, L, V, 0.1) == pytest.approx(limit, rel=1e-8)
    unlimited = laws.feature_curve(None, 20, L, V, 0.1)
    assert laws.feature_curve(1e9, 20, L, V, 0.1) == pytest.approx(unlimited, rel=1e-6)


def test_features_are_those_of_samples():
    rng, l, v, errors = np.random.default_rng(3), MODES[:400] ** -2.0, MODES[:400] ** -1.8, []
    for _ in range(100):
        X = rng.standard_normal((80, 400))
        c = v**0.5 * rng.choice([-1.0, 1.0], 400)
        G = l[:, None] ** 0.5 * rng.standard_normal((400, 40))
        fit = G @ np.linalg.lstsq(X @ G, X @ c, rcond=None)[0]
        errors.append(((fit - c) ** 2).sum())
    assert laws.feature_curve(80, 40, l, v) == pytest.approx(np.mean(errors), rel=0.07)


def test_the_joint_law_is_a_sum_for_large_sizes():
    alpha, beta, k = 1.5, 1.8, np.arange(1, 200_001.0)
    tail = 200_000.5**-0.8 / 0.8
    for N, t in ((300, 30.0), (300, 3000.0), (300, 3e6)):
        kept = (k[:N] ** -beta * np.exp(-2 * t * k[:N] ** -alpha)).sum()
        total = kept + (k[N:] ** -beta).sum() + tail
        assert laws.joint_law(N, t, alpha, beta) == pytest.approx(total, rel=0.01)
    slow = laws.joint_law(1e9, 1e4, alpha, beta) * 1e4 ** (0.8 / 1.5)
    assert laws.time_constant(alpha, beta) == pytest.approx(slow, rel=1e-3)


@given(st.floats(1.1, 4), st.floats(1.2, 4), st.floats(1e3, 1e8))
def test_the_envelope_is_the_least_of_all_sizes(alpha, beta, C):
    best = laws.best_size(C, alpha, beta)
    found = minimize_scalar(
        lambda log_N: np.log(laws.joint_law(np.exp(log_N), C / np.exp(log_N), alpha, beta)),
        bounds=(np.log(best) - 2, np.log(best) + 2),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert laws.envelope(C, alpha, beta) == pytest.approx(np.exp(found.fun), rel=1e-9)
    assert np.exp(found.x) == pytest.approx(best, rel=1e-3)
    assert laws.envelope(C, alpha, beta) < laws.two_term_envelope(C, alpha, beta)
    slope = np.log(laws.envelope(10 * C, alpha, beta) / laws.envelope(C, alpha, beta)) / np.log(10)
    assert slope == pytest.approx(-(beta - 1) / (1 + alpha), rel=1e-9)


def test_two_terms_are_added():
    alpha, beta, C = 1.5, 1.8, 1e5
    N = np.geomspace(1, 1e4, 20_001)
    time = laws.time_constant(alpha, beta) * (C / N) ** (-0.8 / 1.5)
    assert laws.two_term_envelope(C, alpha, beta) == pytest.approx((N**-0.8 / 0.8 + time).min())


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="two laws meet"):
        laws.data_constant(2.0, 5.0)
    with pytest.raises(ValueError, match="alpha"):
        laws.feature_constant(1.0, 2.0)
    with pytest.raises(ValueError, match="infinite"):
        laws.learning_curve(3, np.ones(3), np.ones(3), 1.0)
    with pytest.raises(ValueError, match="fewer samples than modes"):
        laws.local_slope(3, np.ones(3), np.ones(3), 1.0)
    with pytest.raises(ValueError, match="infinite"):
        laws.feature_curve(4, 4, L, V)
    with pytest.raises(ValueError, match="range of floats"):
        laws.joint_law(1e300, 1.0, 1.5, 4.0)
    with pytest.raises(ValueError, match="spectrum"):
        laws.fixed_point([1.0, 0.0], 1)
