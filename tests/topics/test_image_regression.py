"""Filters of images against flows in steps, projections and random images, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.image_regression import (
    band_errors,
    cut_off,
    decoder_gain,
    grey_images,
    half_times,
    high_share,
    image_flow,
    response,
)
from numerics.tangent_kernel import ntk
from proofs_check import image_regression as simulation
from theory import derive, detail_time

positive = st.floats(1e-6, 1e6)
constants = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).filter(lambda c: max(c) > 1e-9)
EDGES = (0.0, 2.0, 4.0, 6.0)


def test_the_response_is_what_a_flow_shows():
    A, B, step = 0.3, 0.7, 1e-4
    xi = np.array([0.8, 1.0, 1.7])
    shown = np.zeros(3)
    for _ in range(2000):
        shown += step * (A / xi**5 + B / xi**3) * (1 - shown)
    np.testing.assert_allclose(response(0.2, xi, A, B), shown, rtol=2e-4)


def test_the_ends_of_the_response():
    assert response(0.0, 1e-200, 1.0, 1.0) == 0
    assert response([1.0, np.inf], [1e-200, 1e50], 0.0, 1.0) == pytest.approx([1, 1])
    assert response(1e-30, 1.0, 0.0, 1.0) == pytest.approx(1e-30, rel=1e-15)
    assert response(1.0, 1e60, 2.0, 3.0) == pytest.approx(3e-180, rel=1e-12)


@given(st.floats(1e-250, 1e250), constants)
def test_half_is_shown_at_the_cut_off(t, both):
    xi = cut_off(t, *both)
    if 1e-40 < xi < 1e60:
        assert response(t, xi, *both) == pytest.approx(0.5, rel=1e-11)


@given(positive, constants)
def test_twice_the_detail_takes_8_to_32_times_the_time(t, both):
    xi = cut_off(t, *both)
    for factor, fits in ((7.9, False), (32.1, True)):
        assert (cut_off(factor * t, *both) >= 2 * xi) is fits


def test_one_constant_leaves_a_root():
    assert cut_off(5.0, 0.0, 0.2) == pytest.approx((1 / np.log(2)) ** (1 / 3), rel=1e-14)
    assert cut_off(5.0, 0.2, 0.0) == pytest.approx((1 / np.log(2)) ** (1 / 5), rel=1e-14)


@given(st.integers(0, 10**6), st.floats(0.01, 100), st.floats(0, 8), st.floats(0.1, 6))
def test_falling_rates_smooth_every_image(seed, t, radius, power):
    rng = np.random.default_rng(seed)
    spectrum = np.fft.fft2(rng.standard_normal((12, 12)))
    one = np.fft.fftfreq(12, 1 / 12)
    radii = np.hypot(one[:, None], one)
    falling = np.sort(rng.exponential(size=200))[::-1][np.rint(10 * radii).astype(int)]
    for rates in (falling, 1 / (1 + radii) ** power):
        energy = np.abs(spectrum) ** 2
        shown = energy * (1 - np.exp(-t * rates)) ** 2
        high = radii > radius
        share, before = shown[high].sum() / shown.sum(), energy[high].sum() / energy.sum()
        assert share <= before * (1 + 1e-12)
        later = energy * (1 - np.exp(-2 * t * rates)) ** 2
        assert later[high].sum() / later.sum() >= share * (1 - 1e-12)


def test_rising_rates_sharpen():
    wave = np.cos(2 * np.pi * np.arange(12) / 12)
    image = wave[:, None] + np.cos(8 * np.pi * np.arange(12) / 12)
    before, after = high_share(image, 0.2 * wave[:, None] + image, 2.5)
    assert after < before
    before, after = high_share(image, image - 0.2 * wave[:, None], 2.5)
    assert after > before


def test_the_flow_is_that_of_the_kernel():
    image = grey_images(8)[1]
    one = (np.arange(8) + 0.5) / 4 - 1
    places = np.stack(np.meshgrid(one, one, indexing="ij"), -1).reshape(-1, 2)
    K = np.asarray(ntk(places, depth=3, bias_variance=0.5))
    output = np.zeros(64)
    for _ in range(4000):
        output += 1e-3 * K @ (image.ravel() - output) / 64
    found = image_flow(image, [0.0, 4.0, np.inf], 3, 0.5)
    assert (found[0] == 0).all()
    np.testing.assert_allclose(found[1].ravel(), output, atol=2e-3)
    np.testing.assert_allclose(found[2], image, atol=1e-6)


def test_errors_of_rings():
    image = grey_images(12)[0]
    found = band_errors(image, np.stack([image, 0 * image, 0.5 * image, image + 3]), EDGES)
    np.testing.assert_allclose(found, [[0] * 3, [1] * 3, [0.5] * 3, [0] * 3], atol=1e-12)
    assert band_errors(image, 2 * image, EDGES).shape == (3,)


def test_details_are_halved_late_and_at_the_half():
    image = grey_images(10)[2]
    times = half_times(image, EDGES[:-1])
    assert (np.diff(times) > 0).all()
    for ring, time in enumerate(times):
        error = band_errors(image, image_flow(image, time), EDGES[:-1])[0, ring]
        assert error == pytest.approx(0.5, abs=1e-9)


def test_the_decoder_shows_a_projection():
    n = 32
    U = np.zeros((n, n // 2))
    for j in range(n // 2):
        U[2 * j, j], U[2 * j + 1, j], U[2 * j - 1, j] = 1, 0.5, 0.5
    projection = U @ np.linalg.pinv(U)
    for periods in range(n // 2 + 1):
        wave = np.exp(2j * np.pi * periods * np.arange(n) / n)
        part = np.linalg.norm(projection @ wave) ** 2 / n
        assert decoder_gain(2 * np.pi * periods / n) == pytest.approx(part, abs=1e-12)
    both = np.kron(projection, projection)
    waves = [np.exp(2j * np.pi * periods * np.arange(n) / n) for periods in (3, 11)]
    part = np.linalg.norm(both @ np.kron(*waves)) ** 2 / n**2
    assert part == pytest.approx(np.prod(decoder_gain(np.array([6, 22]) * np.pi / n)), abs=1e-12)


@pytest.mark.claim("detail_time.loss_exponent")
def test_the_loss_falls_as_the_power_that_is_derived():
    loss, exponent = (each.result for each in derive(detail_time.loss_exponent))
    alpha, power, T, B = detail_time.alpha, detail_time.power, detail_time.T, detail_time.B
    xi = np.geomspace(1e-4, 1e6, 200_001)
    found = []
    for t in (10.0, 11.0):
        density = xi**-1.5 * np.exp(-2 * t * 0.7 * xi**-3.0)
        found.append(np.trapezoid(density * xi, np.log(xi)))
        known = loss.subs({alpha: 2.5, power: 3, T: t, B: 0.7})
        assert found[-1] == pytest.approx(float(known), rel=2e-3)
    slope = np.log(found[1] / found[0]) / np.log(1.1)
    assert slope == pytest.approx(float(exponent.subs({alpha: 2.5, power: 3})), abs=5e-3)


def test_images_are_images():
    found = grey_images(16)
    assert found.shape == (3, 16, 16)
    np.testing.assert_allclose(found.mean((1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(found.std((1, 2)), 1, atol=1e-12)
    # they are no noise: neighbours are alike
    assert all(np.corrcoef(i[1:].ravel(), i[:-1].ravel())[0, 1] > 0.4 for i in found)


def test_what_is_measured_counts_a_ring_that_is_never_halved_as_halved_at_the_end(monkeypatch):
    errors = np.ones((4, 2, 4))
    errors[1:, :, 0] = 0.2
    errors[3:, 0, 3] = 0.2
    seen = simulation.Course(np.array([0, 5, 10, 15]), errors, np.zeros((2, 16, 16)))
    monkeypatch.setattr(simulation, "course", lambda seeds, **setting: seen)
    np.testing.assert_allclose(simulation.lateness((0, 1)), np.log([2, 2]))


def test_bad_input_is_answered():
    image = grey_images(8)[0]
    with pytest.raises(ValueError, match="nothing is ever shown"):
        response(1.0, 1.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="positive times"):
        cut_off(0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="constant"):
        high_share(image, 0 * image, 1.0)
    with pytest.raises(ValueError, match="do not rise"):
        band_errors(image, image, (1.0, 1.0))
    with pytest.raises(ValueError, match="wider rings"):
        band_errors(image, image, (1.1, 1.2))
    with pytest.raises(ValueError, match="48 are the most"):
        image_flow(np.eye(50), 1.0)
    with pytest.raises(ValueError, match="at least 4"):
        image_flow(np.eye(3), 1.0)
    with pytest.raises(ValueError, match=r"\[0, pi\]"):
        decoder_gain(4.0)
    with pytest.raises(ValueError, match="4 to 213"):
        grey_images(300)
