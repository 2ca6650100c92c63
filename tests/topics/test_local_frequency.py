"""Local frequencies of waves, local times of separate places, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from numerics import local_frequency
from theory import derive
from theory import local_frequency as theory


@given(st.floats(1, 5), st.floats(0, 6), st.integers(1, 3))
def test_whole_periods_have_the_frequency_of_the_wave(omega, phase, periods):
    width = 2 * np.pi * periods / omega
    x = np.linspace(-width / 2, width / 2, 801)
    found = local_frequency.local_frequency(x, np.sin(omega * x + phase), width)
    assert found[400] == pytest.approx(omega, rel=1e-3)


@pytest.mark.claim("local_frequency.frequency_of_a_window")
def test_half_a_period_is_too_quick_by_the_derived_factor():
    omega, phi, m = 3.0, 0.4, 2
    end = (2 * m - 1) * np.pi / omega

    def over(f):
        return quad(f, 0, end)[0]

    mean = over(lambda x: np.sin(omega * x + phi)) / end
    squared = over(lambda x: (omega * np.cos(omega * x + phi)) ** 2) / over(
        lambda x: (np.sin(omega * x + phi) - mean) ** 2
    )
    half = derive(theory.frequency_of_a_window)[1]
    value = half.function(theory.omega, theory.phi, theory.m)(omega, phi, m)
    assert value == pytest.approx(squared, rel=1e-9)
    assert value > omega**2


def test_a_short_window_sees_a_line():
    x = np.linspace(-0.5, 0.5, 1001)
    found = local_frequency.local_frequency(x, x, 0.2)
    assert found[500] == pytest.approx(np.sqrt(12) / 0.2, rel=0.01)


def test_places_at_the_ends_of_a_window_belong_to_it_to_rounding():
    at, f = np.arange(6.0), np.array([0.0, 1.0, 3.0, 2.0, 2.5, 7.0])
    whole = local_frequency.local_frequency(at, f, 4.0)
    # 0.3 - 0.1 is more than 0.2 in the usual precision
    tenth = local_frequency.local_frequency(0.1 * at, f, 0.4)
    np.testing.assert_allclose(tenth, 10 * whole, rtol=1e-9)
    with pytest.raises(ValueError, match="three"):
        local_frequency.local_frequency(at, f, 4.0 * (1 - 1e-11))  # the first has two


def test_places_that_do_not_meet_have_their_own_time():
    K, x = np.diag([3.0, 3.0, 1.0]), np.array([0.0, 0.1, 5.0])
    found = local_frequency.local_times(K, x, np.ones(3), 0.5)
    np.testing.assert_allclose(found, np.log(10) / 2 * np.array([1, 1, 3.0]), rtol=1e-6)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="rise"):
        local_frequency.local_frequency([0, 0, 1], [1, 2, 3], 1.0)
    with pytest.raises(ValueError, match="three"):
        local_frequency.local_frequency([0, 1, 2], [1, 2, 3], 0.5)
    with pytest.raises(ValueError, match="constant"):
        local_frequency.local_frequency([0, 1, 2], [1, 1, 1], 9.0)
    with pytest.raises(ValueError, match="width"):
        local_frequency.local_times(np.eye(2), [0, 1], [1, 1], 0.0)
