"""Crossing times, distances at the start, steps of the kernel and its slopes against integration,
random networks, matrix exponentials and differences.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from numerics import deep_frequency_principle as numerics
from numerics import effective_target
from numerics.tangent_kernel import ntk

ANGLES = 2 * np.pi * np.arange(4096) / 4096


def on_the_circle(depth, angles):
    """Tangent kernel of unit inputs at these angles from the first of them."""
    X = 2**0.5 * np.c_[np.cos(angles), np.sin(angles)]
    return ntk(X[:1], X, depth=depth)[0] / ntk(X[:1], depth=depth)[0, 0] * depth


@pytest.mark.parametrize(("N", "s", "u0"), [(1, 2.0, 0.3), (4, 3.0, 0.5), (3, 0.5, 1.4)])
def test_the_crossing_is_that_of_the_flow(N, s, u0):
    sigma = 1.3

    def arrives(t, u):
        return u[0] - 1

    arrives.terminal = True
    run = solve_ivp(
        lambda t, u: sigma**2 * u ** (N - 1) * (s - u**N),
        (0, 50),
        [u0],
        events=arrives,
        rtol=1e-10,
        atol=1e-12,
    )
    found = effective_target.crossing_time(N, s, u0, sigma)
    assert found == pytest.approx(run.t_events[0][0], rel=1e-7)


@given(st.floats(1.0001, 50.0), st.floats(1e-6, 0.999), st.floats(0.1, 10.0))
def test_two_layers_cross_at_the_closed_time(s, u0, sigma):
    v = u0**2
    wanted = (np.log(s - v) - np.log(v) - np.log(s - 1)) / (2 * s * sigma**2)
    found = effective_target.crossing_time(2, s, u0, sigma)
    assert found == pytest.approx(wanted, rel=1e-9)


def test_layers_of_a_weak_target_never_cross():
    assert effective_target.crossing_time(3, 0.9, 0.5, 1.0) == np.inf
    assert effective_target.crossing_time(3, 1.0, 0.5, 1.0) == np.inf
    assert effective_target.crossing_time(3, 2.0, 1.5, 1.0) == np.inf
    assert effective_target.crossing_time(3, 2.0, 1.0, 1.0) == 0


@pytest.mark.parametrize(("activation", "v", "b"), [("relu", 2.0, 0.0), ("erf", 9.0, 0.5)])
def test_distances_are_those_of_wide_networks(activation, v, b):
    from scipy.special import erf

    rng, width = np.random.default_rng(1), 2000
    X = rng.standard_normal((4, 5))
    h, found = X, numerics.layer_distances(X, 3, activation, v, b)
    for layer in range(3):
        w = rng.standard_normal((h.shape[1], width)) * (v / h.shape[1]) ** 0.5
        z = h @ w + b**0.5 * rng.standard_normal(width)
        h = np.maximum(z, 0) if activation == "relu" else erf(z)
        D2 = ((h[:, None] - h) ** 2).mean(2)
        np.testing.assert_allclose(found[layer], D2, rtol=0.25, atol=0.03)


@given(st.integers(0, 1000))
@settings(max_examples=20)
def test_relu_brings_all_inputs_closer(seed):
    X = np.random.default_rng(seed).standard_normal((5, 3))
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    found = np.sqrt(numerics.layer_distances(X, 4, "relu"))
    assert (np.diff(found, axis=0) <= 1e-12).all()


def test_close_inputs_lose_their_square_over_three_pi():
    gap = 1e-3
    X = 2**0.5 * np.array([[1.0, 0.0], [np.cos(gap), np.sin(gap)]])
    D = np.sqrt(numerics.layer_distances(X, 6, "relu")[:, 0, 1] * 2 / 2)
    # features have the mean square one
    growth = np.diff(1 / D) * 3 * np.pi
    np.testing.assert_allclose(growth, 1, rtol=0.05)


@pytest.mark.parametrize("protocol", ["common", "largest"])
def test_the_loss_is_met_at_the_time(protocol):
    x = np.linspace(-1, 1, 9)
    y = np.cos(3 * x)
    K = ntk(x[:, None], depth=3, bias_variance=1.0) / len(x)
    time = numerics.steps_to_loss(x, y, 3, 0.1, protocol)
    scale = np.linalg.eigvalsh(K)[-1] if protocol == "largest" else 1.0
    left = expm(-K * time / scale) @ y
    assert (left @ left) / (y @ y) == pytest.approx(0.1, rel=1e-6)


def test_what_the_kernel_does_not_see_takes_for_ever():
    assert numerics.steps_to_loss([[1.0], [1.0]], [1.0, -1.0], 2, 0.5) == np.inf


def test_deeper_kernels_need_less_time():
    x = np.linspace(-np.pi, np.pi, 48)
    y = np.cos(3 * x) + np.cos(5 * x)
    for protocol in ("common", "largest"):
        times = [numerics.steps_to_loss(x, y, depth, 0.1, protocol) for depth in (2, 3, 4, 5)]
        assert (np.diff(times) < 0).all()


@pytest.mark.parametrize("d", [2, 3, 5])
def test_slopes_at_equal_and_opposite_inputs(d):
    gap = 1e-5
    near = on_the_circle(d, [0.0, gap])
    assert (d - near[1]) / gap == pytest.approx(numerics.cusp(d), rel=1e-3)
    far = on_the_circle(d, [0.0, np.pi - gap, np.pi])
    assert (far[2] - far[1]) / gap * np.pi == pytest.approx(numerics.antipodal(d), rel=1e-3)


@pytest.mark.parametrize("d", [2, 3, 6])
def test_the_spectrum_of_the_circle_is_that_of_the_slopes(d):
    spectrum = np.fft.rfft(on_the_circle(d, ANGLES)).real / len(ANGLES)
    for k in (32, 33):
        wanted = (numerics.cusp(d) + (-1) ** k * numerics.antipodal(d) / np.pi) / (np.pi * k**2)
        assert spectrum[k] == pytest.approx(wanted, rel=0.03, abs=2e-6)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="protocol"):
        numerics.steps_to_loss([0.0, 1.0], [1.0, 0.0], 2, 0.5, "tuned")
    with pytest.raises(ValueError, match="y is all zero"):
        numerics.steps_to_loss([0.0, 1.0], [0.0, 0.0], 2, 0.5)
    with pytest.raises(ValueError, match="tol"):
        numerics.steps_to_loss([0.0, 1.0], [1.0, 0.0], 2, 1.5)
    with pytest.raises(ValueError, match="hidden layer"):
        numerics.layer_distances([[1.0]], 0, "relu")
    with pytest.raises(ValueError, match="at least two layers"):
        numerics.antipodal(1)
    with pytest.raises(ValueError, match="u0"):
        effective_target.crossing_time(2, 2.0, -1.0, 1.0)
