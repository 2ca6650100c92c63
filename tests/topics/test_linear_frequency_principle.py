"""Rates and interpolants against integrals, splines and a frequency-sum solver."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.interpolate import CubicSpline

from numerics.activation_spectrum import transform_size, value
from numerics.linear_frequency_principle import (
    bias_density,
    crossover_frequency,
    decay_rate,
    input_weight_rate,
    interpolant,
    moments,
)
from proofs_check import Standing, verdict_of

X = np.array([-0.8, -0.6, -0.3, -0.06, 0.1])
Y = np.array([0.25, -0.25, -0.07, 0.15, -0.05])
ACTIVATIONS = ("relu", "tanh", "sigmoid", "gaussian", "ricker")


@given(st.floats(0.05, 5), st.floats(0.1, 3), st.floats(0, 2))
def test_the_relu_rate_is_the_sum_of_two_powers(xi, w, a):
    found = decay_rate(xi, w=w, a=a, density=0.2)
    assert found == pytest.approx(
        0.2 * (w**3 / (16 * np.pi**4 * xi**4) + a**2 * w / (4 * np.pi**2 * xi**2))
    )
    assert decay_rate(xi, w=w, a=a, density=0.2, train=("a",)) + decay_rate(
        xi, w=w, a=a, density=0.2, train=("b",)
    ) == pytest.approx(found)
    assert input_weight_rate(xi, w=w, a=a, density=0.2) == pytest.approx(
        0.2 * a**2 * w / (16 * np.pi**4 * xi**2)
    )


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_each_dimension_more_brings_a_power_and_a_smaller_sphere(d):
    area = {1: 2, 2: 2 * np.pi, 3: 4 * np.pi, 5: 8 * np.pi**2 / 3}[d]
    line, space = (decay_rate(np.array([0.5, 2.0]), w=1.3, a=0.7, density=1.0, d=k) for k in (1, d))
    np.testing.assert_allclose(space, line * 2 / area * np.array([0.5, 2.0]) ** (1 - d), rtol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gaussian", "ricker"])
def test_transforms_against_quadrature_of_the_slope(activation):
    """int sigma' exp(-i q x) dx has q times the size of the transform."""
    q, step = 1.7, 1e-5

    def slope(x):
        return (value(activation, x + step) - value(activation, x - step)) / (2 * step)

    parts = [
        quad(lambda x, f=f: slope(x) * f(q * x), -40, 40, limit=400, epsabs=1e-10)[0]
        for f in (np.cos, np.sin)
    ]
    assert np.hypot(*parts) == pytest.approx(q * transform_size(activation, q), rel=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("s", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("d", [1, 3])
def test_weights_whose_density_falls_make_rates_fall_for_every_activation(activation, s, d):
    r = (np.arange(4000) + 0.5) / 500
    density = r ** (d - 1) * np.exp(-(r**2) / 2)
    rates = decay_rate(
        np.linspace(0.05, 2, 40),
        w=r,
        a=1.0,
        weights=density / density.sum(),
        density=1.0,
        d=d,
        activation=activation,
        s=s,
    )
    assert (np.diff(rates) < 1e-12 * rates[0]).all()


def test_weights_of_one_size_need_not():
    rates = decay_rate(
        np.array([1.0, 5.0]) / (2 * np.pi), w=1.0, a=1.0, density=1.0, activation="ricker", s=0.1
    )
    assert rates[1] > 10 * rates[0]


def test_the_limits_are_the_natural_cubic_spline_and_the_broken_line():
    z = np.linspace(-0.8, 0.1, 91)
    np.testing.assert_allclose(
        interpolant(X, Y, cubic=2.0, linear=0.0)(z),
        CubicSpline(X, Y, bc_type="natural")(z),
        atol=1e-12,
    )
    np.testing.assert_allclose(
        interpolant(X, Y, cubic=0.0, linear=3.0)(z), np.interp(z, X, Y), atol=1e-12
    )


def test_beyond_the_data_it_is_straight():
    h = interpolant(X, Y, cubic=1.0, linear=0.1)
    for z in (np.linspace(0.1, 3, 7), np.linspace(-4, -0.8, 7)):
        np.testing.assert_allclose(np.diff(h(z), 2), 0, atol=1e-10)


@given(
    st.floats(0.01, 10), st.floats(0.01, 10), st.floats(-3, 3), st.floats(0.2, 4), st.floats(-2, 2)
)
def test_it_interpolates_moves_with_the_data_and_reproduces_lines(
    cubic, linear, shift, stretch, slope
):
    h = interpolant(X, Y, cubic=cubic, linear=linear)
    z = np.linspace(-1, 1, 9)
    np.testing.assert_allclose(h(X), Y, atol=1e-9)
    np.testing.assert_allclose(
        interpolant(X + shift, Y, cubic=cubic, linear=linear)(z + shift), h(z), atol=1e-7
    )
    np.testing.assert_allclose(
        interpolant(stretch * X, Y, cubic=cubic / stretch**2, linear=linear)(stretch * z),
        h(z),
        atol=1e-7,
    )
    np.testing.assert_allclose(
        interpolant(X, Y + slope * X, cubic=cubic, linear=linear)(z), h(z) + slope * z, atol=1e-7
    )


def test_a_sum_over_frequencies_comes_to_the_same_curve():
    """Waves of a long period with weights gamma^2, a small ridge and the highest frequencies cut
    off.
    """
    cubic, linear, period = 6.75, 0.005, 8.0
    q = 2 * np.pi * np.arange(1, 6401) / period
    scale = np.sqrt(2 / period * (cubic / q**4 + linear / q**2))

    def features(x):
        phase = np.outer(x, q)
        return np.c_[np.cos(phase) * scale, np.sin(phase) * scale, 1e2 * np.ones(len(x)), 1e2 * x]

    phi, z = features(X), np.linspace(-0.8, 0.1, 19)
    fit = features(z) @ phi.T @ np.linalg.solve(phi @ phi.T + 1e-10 * np.eye(5), Y)
    assert np.abs(fit - interpolant(X, Y, cubic=cubic, linear=linear)(z)).max() < 2e-3


def test_the_crossing_frequency_makes_both_parts_equal():
    cubic, linear = moments([0.5, 1.5], [1.0, 2.0])
    assert (cubic, linear) == (pytest.approx((0.125 + 3.375) / 2), pytest.approx((0.5 + 6.0) / 2))
    xi = crossover_frequency(cubic, linear)
    law = {"w": [0.5, 1.5], "a": [1.0, 2.0], "density": 1.0}
    assert decay_rate(xi, train=("a",), **law) == pytest.approx(decay_rate(xi, train=("b",), **law))
    assert decay_rate(xi / 2, train=("a",), **law) > decay_rate(xi / 2, train=("b",), **law)
    assert crossover_frequency(1.0, 0.0) == np.inf


def test_bias_densities():
    assert bias_density(std=2.0) == pytest.approx(1 / (2 * np.sqrt(2 * np.pi)))
    assert bias_density(half_width=4.0) == 0.125


def test_the_published_constant_is_refuted():
    assert verdict_of("lfp-published-constant").verdict is Standing.REFUTED


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decay_rate(0.0, w=1.0, a=1.0, density=1.0), "xi"),
        (lambda: decay_rate(1.0, w=0.0, a=1.0, density=1.0), "w = 0 is not"),
        (lambda: decay_rate(1.0, w=1.0, a=1.0, density=0.0), "density"),
        (lambda: decay_rate(1.0, w=1.0, a=1.0, density=1.0, train=("w",)), "train"),
        (lambda: decay_rate(1.0, w=1.0, a=1.0, density=1.0, d=0), "d = 0"),
        (lambda: decay_rate(1.0, w=[1.0, 2.0], a=1.0, density=1.0, weights=[1.0, 1.0]), "weights"),
        (lambda: decay_rate(1.0, w=1.0, a=1.0, density=1.0, activation="swish"), "activation"),
        (lambda: interpolant([0.0], [1.0], cubic=1.0, linear=1.0), "two points"),
        (lambda: interpolant([0.0, 0.0], [1.0, 2.0], cubic=1.0, linear=1.0), "different"),
        (lambda: interpolant([0.0, 1.0], [1.0, 2.0], cubic=0.0, linear=0.0), "moments"),
        (lambda: interpolant([0.0, 1.0], [np.nan, 2.0], cubic=1.0, linear=0.0), "finite"),
        (lambda: bias_density(), "either"),
        (lambda: bias_density(std=-1.0), "std"),
        (lambda: transform_size("tanh", 0.0), "q"),
        (lambda: transform_size("ricker", 1.0, s=0.0), "width"),
    ],
)
def test_bad_input_is_answered(call, message):
    with pytest.raises(ValueError, match=message):
        call()
