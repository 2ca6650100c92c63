"""Closed expressions against quadrature, transforms against known ones, and the two networks that
other topics use.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.interpolate import CubicSpline

from numerics.frequency_principle import (
    gaussian_filter,
    nearest_to_the_low_wave,
    principal_coordinate,
    pulls,
    relative_errors,
    spectrum,
    spectrum_slope,
)
from proofs_check import Standing, verdict_of
from proofs_check import frequency_principle as checks
from theory import derive
from theory import frequency_principle as theory


@given(st.floats(0.2, 6), st.floats(0.3, 5), st.floats(-2, 2), st.floats(-2, 2))
def test_the_pulls_are_integrals_of_the_slope_of_tanh(k, w, a, b):
    def part(f, wave):
        return quad(
            lambda x: f(x) * wave(k * x) / np.cosh(w * x + b) ** 2,
            -b / w - 20 / w,
            -b / w + 20 / w,
            limit=200,
        )[0]

    def against(f):
        return np.hypot(part(f, np.cos), part(f, np.sin))

    expected = (
        w / k * against(lambda x: 1),
        abs(a) * against(lambda x: 1),
        abs(a) * against(lambda x: x),
    )
    np.testing.assert_allclose(pulls(k, w, a, b), expected, rtol=1e-6, atol=1e-9)


@given(st.floats(0.05, 20), st.floats(0.1, 10), st.floats(1.01, 10))
def test_two_pulls_fall_with_frequency_whatever_the_weight(k, w, factor):
    low, high = pulls(np.array([k, factor * k]), w).T
    assert np.all(high[:2] <= low[:2])


@pytest.mark.parametrize(
    ("b", "falls"), [(np.pi / 12**0.5 + 1e-3, True), (np.pi / 12**0.5 - 1e-2, False), (0.0, False)]
)
def test_the_bias_from_which_on_the_third_pull_falls(b, falls):
    third = pulls(np.linspace(0.01, 10, 4000), 1.0, 1.0, b)[2]
    assert (np.diff(third) < 0).all() == falls


def test_for_small_weights_the_higher_frequency_vanishes_beside_the_lower_one():
    for w in (0.5, 0.25, 0.1):
        low, high = pulls(np.array([1.0, 2.0]), w, 1.0, 0.2).T
        assert (high / low < 4 * 2 * np.exp(-np.pi / (2 * w))).all()


def test_the_mean_squared_slope_of_random_waves():
    rng = np.random.default_rng(0)
    xi, A, phase = np.array([[1, 2], [3, 0], [2, -5]]), rng.normal(size=3), rng.uniform(0, 6, 3)
    grid = np.stack(np.meshgrid(*[np.arange(32) / 32] * 2), -1).reshape(-1, 2)
    slopes = -(A * np.sin(2 * np.pi * grid @ xi.T + phase)) @ (2 * np.pi * xi)
    found = theory.slope_energy().result.subs({theory.N: 3, theory.d: 2}).doit()
    numbers = {theory.A[i + 1]: A[i] for i in range(3)} | {
        theory.xi[i + 1, j + 1]: int(xi[i, j]) for i in range(3) for j in range(2)
    }
    assert float(found.subs(numbers)) == pytest.approx((slopes**2).sum(1).mean())


def test_the_low_wave_alone_is_met_only_if_the_rates_differ():
    assert nearest_to_the_low_wave(1) == pytest.approx(0.5**0.5, abs=1e-9)
    t = np.linspace(0, 20, 200_001)
    for rho in (5, 25):
        assert nearest_to_the_low_wave(rho) == pytest.approx(
            np.sqrt(np.exp(-2 * rho * t) + (1 - np.exp(-t)) ** 2).min(), abs=1e-5
        )


def test_the_bound_on_the_share_is_used_up_by_pure_powers():
    bound = derive(theory.share_of_the_loss_change)[0].result
    values = {theory.D: 2, theory.E: 3, theory.p: 3, theory.eta: 1.5, theory.g: 7}
    expected = quad(lambda xi: 2 * 2 * 3 * (2 * np.pi * xi) ** -4, 1.5, np.inf)[0] / 7
    assert float(bound.subs(values)) == pytest.approx(expected)


def test_on_a_grid_the_transform_is_the_discrete_one():
    y = np.random.default_rng(1).normal(size=16)
    np.testing.assert_allclose(
        spectrum(np.arange(16) / 16, y, np.arange(16)), np.fft.fft(y) / 16, atol=1e-14
    )


def test_errors_of_phase_count():
    x = np.arange(32) / 32
    target = np.sin(2 * np.pi * x)
    assert relative_errors(x, np.cos(2 * np.pi * x), target, np.array([1]))[0] == pytest.approx(
        2**0.5
    )
    assert relative_errors(x, target, target, np.array([1]))[0] == 0


def test_the_filter_keeps_constants_and_damps_waves():
    x = np.linspace(0, 1, 400, endpoint=False)
    # chords are arcs for a narrow filter
    circle = np.stack([np.cos(2 * np.pi * x), np.sin(2 * np.pi * x)], 1) / (2 * np.pi)
    G = gaussian_filter(circle, 0.02**2)
    np.testing.assert_allclose(G.sum(1), 1)
    for k in (1, 5):
        wave = np.sin(2 * np.pi * k * x)
        assert (G @ wave) @ wave / (wave @ wave) == pytest.approx(
            np.exp(-((2 * np.pi * k * 0.02) ** 2) / 2), rel=5e-3
        )


def test_the_principal_coordinate_is_the_direction_of_largest_variance():
    rng = np.random.default_rng(2)
    along = rng.uniform(-1, 1, 300)
    found = principal_coordinate(np.outer(along, [3, 4]) + 0.01 * rng.normal(size=(300, 2)))
    assert abs(np.corrcoef(found, along)[0, 1]) > 0.999 and found.min() == 0 and found.max() == 1


@pytest.mark.parametrize("slope", [0.0, -2.0, -3.0])
def test_the_slope_of_a_made_up_spectrum(slope):
    rng = np.random.default_rng(3)
    one = np.fft.fftfreq(256, 1 / 256)
    radius = np.maximum(np.hypot(*np.meshgrid(one, one)), 1)
    fields = np.fft.ifft2(np.fft.fft2(rng.normal(size=(20, 256, 256))) * radius ** (slope / 2)).real
    assert spectrum_slope(fields[:, :128, :128]).mean() == pytest.approx(slope, abs=0.2)


def test_a_smooth_target_has_a_smaller_share_above_the_median():
    x = np.sort(np.random.default_rng(4).uniform(size=500))
    smooth = CubicSpline([0, 0.3, 0.7, 1], [0, 1, -1, 0])(x)[:, None]
    noise = np.random.default_rng(5).normal(size=(500, 1))
    assert checks.energy_above(x, smooth) < 0.1 < 0.35 < checks.energy_above(x, noise)


def test_statements_of_the_theory():
    assert verdict_of("highfrequency-is-input-sensitivity").verdict is Standing.PROVED
    assert verdict_of("lowfrequency-dominates-gradient").verdict is Standing.SCOPED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="positive input weight"):
        pulls(1.0, -1.0)
    with pytest.raises(ValueError, match="at least as fast"):
        nearest_to_the_low_wave(0.5)
    with pytest.raises(ValueError, match=r"y has shape \(4,\): expected \(..., 3\)"):
        spectrum(np.zeros(3), np.zeros(4), np.arange(2))
    with pytest.raises(ValueError, match="no meaning"):
        relative_errors(np.arange(8) / 8, np.ones(8), np.ones(8), np.array([1]))
    with pytest.raises(ValueError, match="principal component"):
        principal_coordinate(np.ones((5, 2)))
    with pytest.raises(ValueError, match=r"expected \(n, d\)"):
        principal_coordinate(np.ones(5))
    with pytest.raises(ValueError, match="positive width"):
        gaussian_filter(np.ones((2, 2)), 0.0)
    with pytest.raises(ValueError, match="squares"):
        spectrum_slope(np.ones((4, 4)))
