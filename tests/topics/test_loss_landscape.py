"""Least curvatures against differences of the loss, thresholds of convexity, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import loss_landscape as numerics
from theory import derive
from theory import loss_landscape as theory

places = st.floats(-3, 3)


def loss(a, b, lam):
    return (a * b - 1) ** 2 / 2 + lam * (a**2 + b**2) / 2


@given(places, places, st.floats(0, 5))
def test_the_least_curvature_is_that_of_second_differences(a, b, lam):
    turn, h = np.linspace(0, np.pi, 2001), 1e-3
    u, v = h * np.cos(turn), h * np.sin(turn)
    second = (loss(a + u, b + v, lam) - 2 * loss(a, b, lam) + loss(a - u, b - v, lam)) / h**2
    assert numerics.least_curvature(a, b, lam) == pytest.approx(second.min(), abs=2e-3)


@given(places, places, st.floats(0.1, 4))
def test_no_place_within_a_radius_is_bent_down_by_more(a, b, R):
    length = np.hypot(a, b)
    scale = min(1, R / length) if length else 1
    found = numerics.least_curvature(a * scale, b * scale)
    assert found >= numerics.product_least_curvature(R) - 1e-9


def test_the_bound_is_attained_and_the_penalty_makes_up_for_it():
    R = np.array([0.5, 1, 2, 10])
    worst = numerics.least_curvature(R / 2**0.5, -R / 2**0.5)
    assert worst == pytest.approx(numerics.product_least_curvature(R))
    lam = -numerics.product_least_curvature(R)
    assert numerics.least_curvature(R / 2**0.5, -R / 2**0.5, lam) == pytest.approx(0, abs=1e-12)


@given(places, places, st.floats((1 + 3**0.5) / 2, 10))
def test_the_penalised_loss_is_convex_where_it_is_low(a, b, lam):
    if loss(a, b, lam) <= 0.5:
        assert numerics.least_curvature(a, b, lam) >= -1e-12


def test_with_less_than_one_there_are_two_minima_and_with_more_only_the_origin():
    for lam in (0.2, 0.9):
        a = (1 - lam) ** 0.5
        assert loss(a, a, lam) < loss(0, 0, lam)
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 50))
    for _ in range(4000):
        e = a * b - 1
        a, b = a - 0.02 * (e * b + 1.2 * a), b - 0.02 * (e * a + 1.2 * b)
    assert np.abs([a, b]).max() < 1e-3


def test_the_curvature_of_a_direction_rises_by_the_coefficient():
    whole = derive(theory.shifted_curvature)[0]
    assert whole.result == theory.lam


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="lam"):
        numerics.least_curvature(1, 1, -1)
    with pytest.raises(ValueError, match="R = 0"):
        numerics.product_least_curvature(0)
    with pytest.raises(ValueError, match="broadcast"):
        numerics.least_curvature([1, 2], [1, 2, 3])
