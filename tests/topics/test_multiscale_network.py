"""The derived rates against matrices and random features built without them, and the networks
against their own definition.
"""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import multiscale_network as numerics
from proofs_check import Standing, verdict_of
from proofs_check import multiscale_network as simulation
from theory import derive
from theory import multiscale_network as theory

CIRCLE = np.arange(64) / 64 * 2 * np.pi


@pytest.mark.parametrize("order", [1, 2])
def test_a_derivative_loss_multiplies_the_rates_on_a_circle(order):
    gap = CIRCLE[:, None] - CIRCLE
    kernel = np.exp(np.cos(gap))  # any stationary kernel
    squares = np.fft.fftfreq(64, 1 / 64) ** 2
    weight = np.real(
        np.fft.ifft((1 + squares)[:, None] ** order * np.fft.fft(np.eye(64), axis=0), axis=0)
    )
    for k in (1, 3, 5):
        wave = np.sin(k * CIRCLE)
        rates = [wave @ kernel @ e / (wave @ wave) for e in (wave, weight @ wave)]
        assert rates[1] / rates[0] == pytest.approx(numerics.derivative_factor(k, order), rel=1e-9)
        assert rates[1] / rates[0] != pytest.approx((1 + k**2) ** (order / 2), rel=0.1)


@pytest.mark.parametrize("output", [0.0, 0.7])
@pytest.mark.parametrize("c", [1.0, 2.0, 4.0])
def test_the_rate_of_scaled_relu_neurons_is_the_energy_of_their_features(c, output):
    xi, bound = 3.0, 4.5 * c  # kinks cover the packet, which has no low frequencies
    x = np.linspace(-4, 4, 1601)
    packet = np.cos(2 * np.pi * xi * x) * np.exp(-(x**2))
    biases = np.linspace(-bound, bound, 3001)
    before = c * x[:, None] + biases  # w = 1
    energy = np.sum(
        (packet @ np.maximum(before, 0)) ** 2 + output**2 * (packet @ (before > 0)) ** 2
    )
    found = energy * (x[1] - x[0]) ** 2 * (biases[1] - biases[0])
    waves = np.fft.fftfreq(2**15, x[1] - x[0])
    power = np.abs(np.fft.fft(packet, 2**15) * (x[1] - x[0])) ** 2
    wanted = (
        np.sum(numerics.mixture_rate(np.abs(waves[1:]), (c,), (1.0,), a=output) * power[1:])
        * waves[1]
    )
    assert found == pytest.approx(wanted, rel=0.01)


@given(st.floats(0.2, 5), st.floats(0.5, 8), st.floats(0, 2))
def test_scaling_inputs_scales_the_frequency_axis(xi, c, output):
    assert numerics.mixture_rate(xi, (c,), (1.0,), a=output) == pytest.approx(
        numerics.mixture_rate(xi / c, (1.0,), (1.0,), a=output) / c, rel=1e-9
    )


def test_a_mixture_of_scales_lies_between_its_parts():
    xi = np.linspace(0.5, 4, 9)
    parts = [numerics.mixture_rate(xi, (c,), (1.0,), a=0.5) for c in (1, 4)]
    np.testing.assert_allclose(
        numerics.mixture_rate(xi, (1, 4), (0.25, 0.75), a=0.5), 0.25 * parts[0] + 0.75 * parts[1]
    )


def test_the_derived_rate_of_scaled_relu_neurons_is_that_of_larger_weights():
    derived = derive(theory.scaled_rate)[1].function(theory.xi, theory.c, theory.r, theory.out)
    assert derived(0.7, 3.0, 1.5, 0.4) == pytest.approx(
        numerics.mixture_rate(0.7, (3.0,), (1.0,), w=1.5, a=0.4)
    )


def test_random_features_have_the_derived_kernel_and_spectrum():
    omega = 6 * np.random.default_rng(0).standard_normal(400_000)
    distance = np.linspace(0, 1, 5)
    np.testing.assert_allclose(
        [np.cos(omega * tau).mean() for tau in distance],
        numerics.feature_kernel(distance, 6.0),
        atol=6e-3,
    )
    near = [np.mean(np.abs(np.abs(omega) - k) < 0.25) for k in (1, 8)]
    assert near[1] / near[0] == pytest.approx(numerics.feature_ratio(8, 6.0), rel=0.05)


def test_a_wider_band_flattens_the_kernel():
    gap = CIRCLE[:, None] - CIRCLE
    ratios = [
        numerics.mode_ratio(numerics.feature_kernel(gap, s), CIRCLE, 20)
        for s in (2.0, 5.0, 10.0, 20.0)
    ]
    assert ratios == sorted(ratios) and ratios[0] < 0.01 and ratios[-1] > 0.5
    assert ratios[2] == pytest.approx(numerics.feature_ratio(20, 10.0), rel=0.1)


@given(st.floats(0.5, 20), st.floats(-3, 3))
def test_the_factor_of_a_slope_is_the_root_mean_square_of_random_steps(n, weight):
    steps = [
        n * ((1 / n + h * one) * (weight + h * two) - weight / n) / h
        for h in (1e-7,)
        for one in (1, -1)
        for two in (1, -1)
    ]
    assert numerics.slope_factor(n, weight) == pytest.approx(
        np.sqrt(np.mean(np.square(steps))), rel=1e-4
    )


@pytest.mark.parametrize(("copies", "inputs"), [(1, 1), (6, 1), (8, 1), (1, 40)])
def test_no_network_has_more_parameters_than_the_plain_one(copies, inputs):
    count = sum(p[0].numel() for p in simulation.start((0,), copies, inputs))
    assert 0.9 * simulation.PARAMETERS <= count <= simulation.PARAMETERS


def test_coefficients_on_block_structured_layers_give_the_sum_of_subnetworks():
    parameters, x = simulation.start((0, 1), 3), simulation.grid(7)
    scale = torch.tensor([1.0, 2.0, 4.0])
    whole = simulation.network(parameters, scale[:, None, None] * x, torch.tanh, torch.tanh)
    parts = sum(
        simulation.network(
            [p[:, j : j + 1] for p in parameters], c * x[None, None], torch.tanh, torch.tanh
        )
        for j, c in enumerate(scale)
    )
    torch.testing.assert_close(whole, parts)
    inside = simulation.network(
        [scale[:, None, None] * parameters[0], *parameters[1:]],
        x[None, None],
        torch.tanh,
        torch.tanh,
    )
    torch.testing.assert_close(whole, inside)


def test_a_seed_gets_the_same_start_in_any_batch():
    for alone, among in zip(simulation.start((3,)), simulation.start((1, 3, 5)), strict=True):
        torch.testing.assert_close(alone[0], among[1])


@pytest.mark.parametrize(
    "statement",
    [
        "derivative-multiplies-by-frequency",
        "mscale-radial-scaling-identity",
        "mscale-implementation-first-layer",
    ],
)
def test_the_identities_are_proved(statement):
    assert verdict_of(statement).verdict is Standing.PROVED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="positive"):
        numerics.mixture_rate(0.0, (1.0,), (1.0,))
    for scale in (-1.0, 0.0):
        with pytest.raises(ValueError, match="positive"):
            numerics.mixture_rate(1.0, (scale,), (1.0,))
    for shares in ((0.5, 0.6), (1.5, -0.5), (1.0,)):
        with pytest.raises(ValueError, match="share"):
            numerics.mixture_rate(1.0, (1, 2), shares)
    assert numerics.mixture_rate(1.0, (1, 2), (1.0, 0.0)) == numerics.mixture_rate(
        1.0, (1,), (1.0,), w=1.0, a=0.0, activation="relu", d=1
    )
    assert numerics.feature_kernel(0.0, 0.01) == 1
    with pytest.raises(ValueError, match="bandwidth"):
        numerics.feature_kernel(0.1, 0.0)
    with pytest.raises(ValueError, match="bandwidth"):
        numerics.feature_ratio(2, -1.0)
