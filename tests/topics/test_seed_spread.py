"""Spread over seeds against draws of features, starts and answers, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import seed_spread as numerics
from proofs_check import seed_spread as checks
from theory import derive
from theory import seed_spread as theory

RNG = np.random.default_rng(12)
D, N = 9, 5
X, Y, NEW = RNG.standard_normal((N, D)), RNG.standard_normal(N), RNG.standard_normal((3, D))
OFF = NEW - NEW @ np.linalg.pinv(X) @ X  # orthogonal to the data
H = Y @ np.linalg.solve(X @ X.T, Y)


def outputs(inputs, k, draws=20_000):
    """Shortest fits of k random linear features, (draws, q)."""
    w = RNG.standard_normal((draws, D, k))
    weights = np.linalg.pinv(X @ w) @ Y[:, None]
    return ((inputs @ w) @ weights)[..., 0]


@pytest.mark.claim("seed_spread.off_the_data")
def test_linear_features_vary_with_the_squared_distance_from_the_data():
    k = 14
    found = outputs(NEW, k).var(0)
    formula = derive(theory.off_the_data)[2].function(theory.V, theory.H, theory.k, theory.n)
    np.testing.assert_allclose(found, formula((OFF**2).sum(1), H, k, N), rtol=0.12)
    by_kernel = numerics.seed_variance(X @ X.T, NEW @ X.T, (NEW**2).sum(1), Y, k)
    np.testing.assert_allclose(by_kernel, formula((OFF**2).sum(1), H, k, N), rtol=1e-9)
    inside = RNG.standard_normal((2, N)) @ X
    on = numerics.seed_variance(X @ X.T, inside @ X.T, (inside**2).sum(1), Y, k)
    np.testing.assert_allclose(on, 0, atol=1e-9)


def test_white_corruption_adds_what_is_orthogonal_to_the_data():
    k, tau = 12, 0.6
    noisy = NEW[0] + tau * RNG.standard_normal((4000, D))
    found = numerics.seed_variance(X @ X.T, noisy @ X.T, (noisy**2).sum(1), Y, k).mean()
    at = theory.V, theory.tau, theory.D, theory.n, theory.H, theory.k
    formula = derive(theory.white_corruption)[1].function(*at)
    assert found == pytest.approx(formula((OFF[0] ** 2).sum(), tau, D, N, H, k), rel=0.06)


def test_descent_keeps_what_is_orthogonal_to_the_data():
    w = 0.8 * RNG.standard_normal((4000, D))
    rate = 1 / np.linalg.norm(X, 2) ** 2
    for _ in range(3000):
        w = w - rate * (w @ X.T - Y) @ X
    np.testing.assert_allclose(w @ X.T, np.tile(Y, (4000, 1)), atol=1e-3)
    formula = derive(theory.kept_start)[0].function(theory.sigma, theory.V)
    np.testing.assert_allclose((w @ NEW.T).var(0), formula(0.8, (OFF**2).sum(1)), rtol=0.1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_independent_answers_spread_least_of_one_accuracy_where_they_are_sure(p):
    spread = numerics.independent_spread(p)
    mean = np.mean(p)
    assert spread**2 <= mean * (1 - mean) / len(p) + 1e-12
    assert numerics.independent_spread([*p, *p]) == pytest.approx(spread / 2**0.5)
    assert numerics.independent_spread(np.round(p)) == 0


def test_accuracy_of_independent_and_of_equal_answers():
    p = np.array([0.1, 0.5, 0.9, 0.6])
    draws = RNG.random((200_000, 4)) < p
    assert draws.mean(1).std() == pytest.approx(numerics.independent_spread(p), rel=0.01)
    equal = (RNG.random((200_000, 1)) < 0.3).repeat(50, 1)
    assert equal.mean(1).std() == pytest.approx(
        50**0.5 * numerics.independent_spread([0.3] * 50), rel=0.02
    )


def test_a_network_without_biases_answers_a_darker_image_alike():
    w, a = RNG.standard_normal((D, 20)), RNG.standard_normal((20, 4))
    for contrast in (1e-3, 0.3, 7.0):
        found = np.maximum(contrast * NEW @ w, 0) @ a
        np.testing.assert_array_equal(found.argmax(1), (np.maximum(NEW @ w, 0) @ a).argmax(1))


# ---------------------------------------------------------------- what the checks measure


def test_independent_networks_have_no_spread_beyond_their_accuracy(monkeypatch):
    rng = np.random.default_rng(13)
    clean = rng.random((40, 16, 500)) < 0.95
    corrupted = rng.random((40, 16, 500)) < rng.random(500)
    monkeypatch.setattr(checks, "_both", lambda *_: (corrupted, clean))
    assert np.median(checks.beyond_accuracy((0,), "")) == pytest.approx(0, abs=0.1)
    assert np.median(checks.correlation((0,), "")) < 0.35
    together = rng.random((40, 16, 1)) * np.ones(500) > rng.random((40, 16, 500))
    monkeypatch.setattr(checks, "_both", lambda *_: (together, clean))
    assert np.median(checks.beyond_accuracy((0,), "")) > 1.5
    monkeypatch.setattr(checks, "_both", lambda *_: (clean, clean))
    np.testing.assert_allclose(checks.spread_ratio((0,), ""), 0)
    np.testing.assert_allclose(checks.correlation((0,), ""), 1)


def test_the_spread_of_independent_networks_is_known_from_their_chances():
    p = np.random.default_rng(14).random(500)
    right = np.random.default_rng(15).random((60, 16, 500)) < p
    wanted = numerics.independent_spread(p)
    assert checks.spread_alone(right).mean() == pytest.approx(wanted, rel=0.02)
    assert (checks.spread(right) ** 2).mean() ** 0.5 == pytest.approx(wanted, rel=0.1)


def test_corruptions_change_what_they_should():
    image = np.arange(64.0)[None]
    _, shift = checks.SETUPS["digits, shift"]
    _, cover = checks.SETUPS["digits, occlusion"]
    moved = shift(image).reshape(8, 8)
    np.testing.assert_array_equal(moved[:, 1:], image.reshape(8, 8)[:, :-1])
    assert not moved[:, 0].any()
    assert (cover(image) != image).sum() == 16
    np.testing.assert_array_equal(image, np.arange(64.0)[None])


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="probabilities"):
        numerics.independent_spread([0.5, 1.5])
    with pytest.raises(ValueError, match="at least 7 features"):
        numerics.seed_variance(X @ X.T, NEW @ X.T, (NEW**2).sum(1), Y, 6)
