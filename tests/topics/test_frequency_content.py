"""Ratios and densities of waves against blurred samples, quadrature and counts of peaks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.ndimage import gaussian_filter1d
from scipy.signal import argrelmax

from numerics import frequency_content as content
from numerics import frequency_peak as read

GRID = np.geomspace(1e-2, 1e4, 2000)
waves = st.lists(st.tuples(st.floats(0.5, 20.0), st.floats(0.1, 1.0)), min_size=1, max_size=5).map(
    lambda pairs: tuple(np.array(pairs).T)
)


@pytest.mark.parametrize("s", [1.0, 3.0, 9.0])
def test_the_ratio_is_that_of_a_blurred_sample(s):
    points = 4096
    x = 2 * np.pi * np.arange(points) / points
    f = 0.5 + np.cos(3 * x + 0.2) + 2 * np.sin(7 * x)
    blurred = gaussian_filter1d(f, points / (2 * np.pi * s), mode="wrap", truncate=8)
    wanted = (blurred**2).mean() / (f**2).mean()
    found = content.low_frequency_ratio([0, 3, 7], [0.25, 0.5, 2.0], s)
    assert found == pytest.approx(wanted, rel=1e-5)


@given(waves, st.floats(0.0, 1.0))
def test_the_ratio_is_a_distribution_function(pairs, mean):
    w, energies = np.append(pairs[0], 0.0), np.append(pairs[1], mean)
    ratio = content.low_frequency_ratio(w, energies, GRID)
    assert (np.diff(ratio) >= -1e-15).all()
    share = mean / energies.sum()
    assert ratio[0] == pytest.approx(share, abs=1e-12) and ratio[-1] == pytest.approx(1, abs=1e-5)
    mass = quad(
        lambda t: np.exp(t) * content.ratio_density(w, energies, np.exp(t)), -6, 14, limit=200
    )[0]
    assert mass == pytest.approx(1 - share, abs=1e-6)


def test_the_density_is_the_slope_of_the_ratio():
    s, step = np.geomspace(0.5, 50, 40), 1e-5
    w, energies = [0, 2, 5], [1, 2, 3]
    ends = [content.low_frequency_ratio(w, energies, s * (1 + sign * step)) for sign in (1, -1)]
    slope = (ends[0] - ends[1]) / (2 * step * s)
    np.testing.assert_allclose(content.ratio_density(w, energies, s), slope, rtol=1e-6, atol=1e-9)


def test_extreme_widths_have_their_limits():
    s = [1e-300, 1e-3, 1e3, 1e300]
    np.testing.assert_allclose(
        content.low_frequency_ratio([0, 1], [1, 3], s), [0.25, 0.25, 1, 1], rtol=1e-5
    )
    assert content.ratio_density([1.0], [1e-300], s).tolist()[0] == 0.0
    assert content.ratio_density([1.0], [1.0], 1e3) == pytest.approx(2e-9, rel=1e-5)


def test_peak_median_and_order_of_waves():
    peaks = []
    for w in (1.0, 2.0, 4.0):
        ratio = content.low_frequency_ratio([w], [1.0], GRID)
        peaks.append(read.peak(GRID, ratio))
        assert read.level(GRID, ratio, 0.5) == pytest.approx(w / np.log(2) ** 0.5, rel=1e-4)
        assert read.level(GRID, ratio) == pytest.approx(w / np.log(4) ** 0.5, rel=1e-4)
    np.testing.assert_allclose(peaks, np.sqrt(2 / 3) * np.array([1, 2, 4]), rtol=1e-4)


def test_a_coarse_grid_is_refined():
    coarse = np.geomspace(0.1, 100, 40)
    peak = read.peak(coarse, content.low_frequency_ratio([3.0], [1.0], coarse))
    assert peak == pytest.approx(np.sqrt(6), rel=0.01)


@given(waves)
def test_the_mean_log_is_that_of_the_frequencies(pairs):
    w, energies = pairs
    found = read.geometric_mean_frequency(GRID, content.ratio_density(w, energies, GRID))
    wanted = np.exp((np.log(w) * energies).sum() / energies.sum())
    assert found == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("log", [False, True])
def test_peaks_part_at_the_ratio(log):
    s = np.geomspace(0.2, 20, 40_000)
    for factor, wanted in ((0.995, 1), (1.005, 2)):
        ratio = read.resolution_ratio(log) * factor
        density = content.ratio_density([1.0, ratio], [1, 1], s) * (s if log else 1)
        assert len(argrelmax(density)[0]) == wanted


@given(st.floats(1.0, 2.1), st.floats(0.001, 0.999))
def test_close_waves_of_any_energies_have_one_peak(ratio, share):
    s = np.geomspace(0.05, 50, 4000)
    density = content.ratio_density([1.0, ratio], [share, 1 - share], s)
    assert len(argrelmax(density)[0]) == 1


def test_beyond_the_limit_some_energies_show_two_peaks():
    s = np.geomspace(0.3, 5, 10_000)
    counts = [
        len(argrelmax(content.ratio_density([1.0, 2.4], [share, 1 - share], s))[0])
        for share in np.linspace(0.01, 0.99, 60)
    ]
    assert max(counts) == 2


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="energies are all zero"):
        content.low_frequency_ratio([1, 2], [0, 0], 1.0)
    with pytest.raises(ValueError, match="frequencies"):
        content.ratio_density([-1], [1], 1.0)
    with pytest.raises(ValueError, match="s = 0"):
        content.ratio_density([1], [1], 0.0)
    s = np.geomspace(1, 10, 30)
    with pytest.raises(ValueError, match="end of the grid"):
        read.peak(s, content.low_frequency_ratio([100.0], [1.0], s))
    with pytest.raises(ValueError, match="mass is missing"):
        read.geometric_mean_frequency(s, content.ratio_density([5.0], [1.0], s))
    with pytest.raises(ValueError, match="coarse"):
        few = np.geomspace(0.1, 1e3, 8)
        read.geometric_mean_frequency(few, content.ratio_density([5.0], [1.0], few))
    with pytest.raises(ValueError, match="within the grid"):
        read.level(s, content.low_frequency_ratio([100.0], [1.0], s))
    with pytest.raises(ValueError, match="that rise"):
        read.peak(s[::-1], s)
