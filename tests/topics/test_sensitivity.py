"""Sensitivity along random directions against draws, waves against their zeros, and what the checks
of trained networks count.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check import sensitivity as checks
from proofs_check.adversarial_example import flipped
from theory import derive
from theory import sensitivity as theory


@pytest.mark.parametrize("d", [1, 7, 64])
def test_random_directions_of_a_smooth_function(d):
    rng = np.random.default_rng(d)
    g, length = rng.standard_normal(d), 1e-4
    way = rng.standard_normal((50_000, d))
    way *= length / np.linalg.norm(way, axis=1, keepdims=True)
    change = np.sin(way @ g)
    random, steepest, ratio = derive(theory.random_direction)
    B, G = theory.B, theory.G
    wanted = random.function(B, G, theory.d)(length**2, np.linalg.norm(g), d)
    assert (change**2).mean() == pytest.approx(wanted, rel=0.03)
    along = np.sin(length * np.linalg.norm(g))
    assert along == pytest.approx(steepest.function(B, G)(length**2, np.linalg.norm(g)), rel=1e-6)
    assert along / (change**2).mean() ** 0.5 == pytest.approx(ratio.function(theory.d)(d), rel=0.02)


@given(st.floats(0.1, 50), st.floats(-3, 3), st.floats(-5, 5))
def test_a_wave_has_both_signs_within_half_a_period(omega, phase, start):
    t = start + np.linspace(0, np.pi / omega, 400)
    values = np.cos(omega * t + phase)
    assert values.min() <= 1e-6 and values.max() >= -1e-6
    if abs(values[0]) > 1e-6:
        assert values[0] * values[-1] < 0


def test_a_wave_of_random_phase_changes_its_sign_five_times_on_ten_flip_distances():
    rng, found = np.random.default_rng(3), []
    for phase in rng.uniform(0, 2 * np.pi, 400):
        first = (np.pi / 2 - phase) % np.pi  # to the first zero of cos(t + phase)
        signs = np.cos(np.linspace(0, 10 * first, 20_001) + phase) > 0
        found.append((signs[1:] != signs[:-1]).sum())
    assert np.mean(found) == pytest.approx(5, abs=0.6)


def test_five_times_as_sensitive_from_26_inputs_on():
    ratio = derive(theory.random_direction)[2].function(theory.d)
    assert ratio(25) == 5 and ratio(26) > 5


def test_on_the_line_the_margin_starts_at_one_and_vanishes_at_the_step():
    seeds = (0, 1)
    counted = flipped(seeds, "digits", "ReLU")[1]
    lines = checks.on_the_line(seeds, "digits", "ReLU", reach=1.0)
    assert lines.shape == (2, checks.POINTS, 100)
    np.testing.assert_allclose(lines[:, 0], 1)
    ends = lines[:, -1][counted]
    assert np.abs(ends).max() < 1e-2


def test_changes_of_sign_are_counted(monkeypatch):
    waves = np.cos(np.linspace(0, 7 * np.pi, checks.POINTS))[None, :, None]  # seven zeros
    monkeypatch.setattr(checks, "on_the_line", lambda *_: waves)
    monkeypatch.setattr(checks, "flipped", lambda *_: (None, np.array([[True]])))
    np.testing.assert_array_equal(checks.sign_changes((0,), "digits", "ReLU"), [7])
