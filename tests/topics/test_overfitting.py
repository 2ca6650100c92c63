"""Errors of nested fits, of ridge and of two speeds against samples and searches, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import polynomial

from numerics import early_stopping, overfitting
from numerics.double_descent import risk
from theory import derive
from theory import overfitting as theory

sizes = st.floats(0.01, 10.0)


@pytest.mark.parametrize("p", [1, 4, 9])
def test_the_gap_on_the_same_points_is_that_of_fits(p):
    rng, x = np.random.default_rng(p), np.linspace(-1, 1, 10)
    basis = np.linalg.qr(polynomial.polyvander(x, p - 1))[0]
    noise, new = 0.5 * rng.standard_normal((2, 20_000, 10))
    y, fresh = np.cos(3 * x) + noise, np.cos(3 * x) + new
    fit = y @ basis @ basis.T
    gaps = ((fresh - fit) ** 2 - (y - fit) ** 2).mean(1)
    formula = derive(theory.gap_on_the_same_points)[2].function(theory.sigma, theory.n, theory.p)
    assert gaps.mean() == pytest.approx(formula(0.5, 10, p), abs=5 * gaps.std() / 20_000**0.5)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8, unique=True))
def test_variance_between_nodes_is_an_integral(nodes):
    nodes = np.array(nodes)
    gaps = np.abs(nodes[:, None] - nodes)[~np.eye(len(nodes), dtype=bool)]
    if gaps.min(initial=1) < 0.05:
        return
    points, weights = np.polynomial.legendre.leggauss(len(nodes))
    others = [np.delete(nodes, at) for at in range(len(nodes))]
    values = [
        np.prod((points[:, None] - o) / (x - o), 1) for x, o in zip(nodes, others, strict=True)
    ]
    wanted = float((weights * np.square(values).sum(0)).sum() / 2)
    assert overfitting.lagrange_variance(nodes) == pytest.approx(wanted, rel=1e-6)


def test_equispaced_nodes_have_known_variances():
    found = [overfitting.lagrange_variance(np.linspace(-1, 1, n)) for n in (8, 12)]
    np.testing.assert_allclose(found, [2.1947707, 34.0927396], rtol=1e-7)


@pytest.mark.claim("overfitting.best_ridge")
@pytest.mark.parametrize(("n", "d"), [(6, 4), (4, 6)])
def test_ridge_risk_is_that_of_sampled_coefficients(n, d):
    rng = np.random.default_rng([n, d])
    X, signal, noise = rng.standard_normal((n, d)), 2.0, 0.5
    beta = rng.standard_normal((40_000, d)) * (signal / d) ** 0.5
    y = beta @ X.T + noise * rng.standard_normal((40_000, n))
    penalty = noise**2 * d / signal
    for factor in (1.0, 0.3, 3.0):
        inverse = np.linalg.inv(X.T @ X + factor * penalty * np.eye(d))
        errors = ((y @ X @ inverse - beta) ** 2).sum(1)
        wanted = overfitting.ridge_risk(X, signal, noise)
        spread = 5 * errors.std() / 40_000**0.5
        assert errors.mean() > wanted - spread
        if factor == 1:
            assert errors.mean() == pytest.approx(wanted, abs=spread)


@given(st.integers(1, 8), st.integers(1, 30), sizes, sizes, st.integers(0, 99))
def test_with_the_best_ridge_every_sample_helps(d, n, signal, noise, seed):
    X = np.random.default_rng(seed).standard_normal((n + 1, d))
    with_all, without = (overfitting.ridge_risk(rows, signal, noise) for rows in (X, X[:-1]))
    assert with_all <= without * (1 + 1e-9) <= signal * (1 + 1e-8)


def test_with_the_best_ridge_there_is_no_peak():
    rng, d = np.random.default_rng(0), 20
    mean = [
        np.mean([overfitting.ridge_risk(rng.standard_normal((n, d)), 4.0, 1.0) for _ in range(200)])
        for n in (10, 18, 22, 40)
    ]
    assert (np.diff(mean) < 0).all() and max(mean) < 4
    peaked = risk([10, 18, 22, 40], d, 4.0, 1.0)
    assert peaked.argmax() in (1, 2) and (peaked > mean).all()


@given(sizes, sizes, sizes, sizes)
def test_levels_are_those_of_separate_speeds(fast, slow, fast_noise, slow_noise):
    rates, noise = np.array([1.0, 1e-9]), np.sqrt([fast_noise, slow_noise])
    coefficients = np.sqrt([fast, slow])
    times = np.r_[0.0, np.geomspace(1e-3, 1e12, 40_000)]
    path = sum(
        np.asarray(early_stopping.risk(times, [r], [c], s))
        for r, c, s in zip(rates, coefficients, noise, strict=True)
    )
    early = times < 1e5
    found = path[early].min(), path[early][-1], path[~early].min(), path[-1]
    wanted = overfitting.two_speed_levels(fast, slow, fast_noise, slow_noise)
    np.testing.assert_allclose(found, wanted, rtol=2e-3)


def test_the_plateau_is_above_the_end_iff_slow_inputs_are_worth_their_noise():
    for signal in (0.3, 0.35):
        end = risk(100, 70, 1.0, 1.0)  # 10 slow inputs more, B (100 - 71) against 10
        assert (overfitting.plateau(100, 60, signal, 1.0) > end) is (signal * 29 > 10)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="equal"):
        overfitting.lagrange_variance([0.0, 0.0])
    with pytest.raises(ValueError, match="rounding"):
        overfitting.lagrange_variance(np.linspace(-1, 1, 60))
    with pytest.raises(ValueError, match="at least 12 samples"):
        overfitting.plateau(11, 10, 1.0, 1.0)
    with pytest.raises(ValueError, match="noise"):
        overfitting.ridge_risk(np.eye(2), 1.0, 0.0)
