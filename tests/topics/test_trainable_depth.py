"""Cosines and scatter along plain networks against samples, and what a patch sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.trainability import gradient_correlation
from numerics.trainable_depth import correlation, critical_depth
from theory import derive
from theory import trainable_depth as theory


@given(st.floats(0.05, 3.0), st.integers(0, 40))
def test_cosines_are_those_of_the_angles(theta, L):
    angles = gradient_correlation(theta, L)[1]
    assert correlation(np.cos(theta), L) == pytest.approx(np.cos(angles[-1]), abs=1e-12)


def test_cosines_are_those_of_wide_layers():
    rng, rho = np.random.default_rng(0), np.array([-1.0, -0.5, 0.0, 0.9])
    x = np.array([1.0, 0.0])
    found = []
    for cosine in rho:
        h = np.stack([x, [cosine, (1 - cosine**2) ** 0.5]])
        for _ in range(3):
            W = rng.standard_normal((h.shape[1], 1500), dtype=np.float32)
            h = np.maximum(h @ W, 0) * (2 / 1500) ** 0.5
        found.append(h[0] @ h[1] / np.linalg.norm(h[0]) / np.linalg.norm(h[1]))
    np.testing.assert_allclose(correlation(rho, 3), found, atol=0.05)


def test_inputs_merge_as_the_square_of_the_depth():
    for L in (10_000, 20_000):
        lost = 1 - correlation(0.3, L)
        assert lost * L**2 == pytest.approx(9 * np.pi**2 / 2, rel=1.5e-2)
    assert correlation(1.0, 50) == 1.0
    np.testing.assert_allclose(correlation([0.2, -1.0], 0), [0.2, -1.0], rtol=1e-14)


def test_fourth_moments_are_those_of_networks():
    rng, D, L, draws = np.random.default_rng(5), 12, 3, 20_000
    h = np.ones((draws, 1, D))
    for _ in range(L):
        h = np.maximum(h @ rng.standard_normal((draws, D, D), dtype=np.float32), 0) * (2 / D) ** 0.5
    square = (h[:, 0] ** 2).sum(1)
    growth = derive(theory.fourth_moment)[1].function(theory.D, theory.L)
    assert (square**2).mean() / square.mean() ** 2 == pytest.approx(growth(D, L), rel=0.08)
    # the critical depth is where this is e
    assert growth(D, critical_depth(D)) == pytest.approx(np.e, rel=1e-12)


def test_the_critical_depth_is_a_fifth_of_the_width():
    for D in (1e3, 1e9, 1e18):
        assert critical_depth(D) == pytest.approx(D / 5 + 0.5, rel=1e-5 if D < 1e6 else 1e-12)
    assert critical_depth([1, 5]).shape == (2,)


@pytest.mark.claim("trainable_depth.receptive_field")
def test_patches_see_what_counting_says():
    strided, plain = (each for each in derive(theory.receptive_field))
    for k, S, L in ((3, 2, 4), (5, 3, 2)):
        low, high = 0, 0  # places in the picture that one unit of the top layer sees
        for _ in range(L):
            low, high = low * S, high * S + k - 1
        assert strided.function(theory.k, theory.S, theory.L)(k, S, L) == high - low + 1
    assert plain.function(theory.k, theory.L)(3, 10) == 21


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: correlation(1.1, 2), "rho = 1.1"),
        (lambda: correlation(0.5, -1), "L = -1"),
        (lambda: critical_depth(0.5), "D = 0.5"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
