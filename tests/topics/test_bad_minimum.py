"""Chances against counted draws and flows, limits in the width, bad input."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import bad_minimum as numerics


@pytest.mark.claim("bad_minimum.surviving_unit")
@given(st.floats(0.05, 20), st.integers(1, 12))
def test_the_chance_is_that_of_drawn_starts(ratio, m):
    rng = np.random.default_rng(7)
    a, w = rng.normal(size=(2, 4000, m)) * np.array([ratio, 1])[:, None, None]
    stays = a + np.abs(w) > 0
    missed = ~(stays & (w > 0)).any(1) | ~(stays & (w < 0)).any(1)
    assert numerics.stuck_probability(m, ratio, 1.0) == pytest.approx(missed.mean(), abs=0.04)


def test_a_unit_stays_as_the_flow_says():
    rng = np.random.default_rng(8)
    a, w = rng.normal(size=(2, 200)) * 0.05
    w = np.abs(w)
    start = a + w
    for _ in range(4000):  # a constant pull
        a, w = a + 2e-3 * w * (w > 0), w + 2e-3 * a * (w > 0)
    assert ((w > 0) == (start > 0))[np.abs(start) > 1e-3].all()


def test_wide_networks_are_stuck_rarely_and_no_better():
    m = np.array([1, 2, 4, 8, 16])
    chance, loss = numerics.stuck_probability(m, 1, 1), numerics.stuck_loss(m, 1, 1)
    assert (np.diff(chance) < 0).all()
    assert (np.diff(loss) < 0).all()
    assert loss[-1] == pytest.approx(0.25, abs=1e-4)
    assert (loss >= 0.25).all()
    assert chance[0] == 1
    assert chance * loss == pytest.approx((5 / 8) ** m / 2)


def test_limits_in_the_spreads():
    assert numerics.stuck_probability(3, 1e-9, 1) == pytest.approx(2 * 0.5**3)
    assert numerics.stuck_probability(3, 1e9, 1) == pytest.approx(2 * 0.75**3 - 0.5**3)


@given(st.integers(1, 12), st.integers(1, 6))
def test_a_half_space_as_often_as_counted(n, d):
    wanted = sum(comb(n - 1, k) for k in range(d)) / 2 ** (n - 1)
    assert numerics.dead_probability(n, d) == pytest.approx(wanted)


def test_signs_of_four_points_of_the_plane():
    points = np.array([[1.0, 0.1], [0.3, 1], [-0.7, 1], [-1, 0.2]])
    turn = np.linspace(0, 2 * np.pi, 4001)
    normals = np.c_[np.cos(turn), np.sin(turn)]
    inside = [
        ((points * np.array(signs)[:, None]) @ normals.T > 0).all(0).any()
        for signs in product((1, -1), repeat=4)
    ]
    assert np.mean(inside) == numerics.dead_probability(4, 2)


def test_all_units_off():
    assert numerics.off_probability([1, 2, 10]) == pytest.approx([0.5, 0.25, 2.0**-10])


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="positive spreads"):
        numerics.stuck_probability(3, 0, 1)
    with pytest.raises(ValueError, match="units"):
        numerics.stuck_loss(0, 1, 1)
    with pytest.raises(ValueError, match="at least one"):
        numerics.dead_probability(0, 1)
    with pytest.raises(ValueError, match="units"):
        numerics.off_probability(0.5)
