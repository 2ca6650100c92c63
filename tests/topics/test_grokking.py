"""Formulas of the linear teacher against its flow, steps of decay against a loop, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from numerics import grokking as numerics
from proofs_check import grokking as simulation
from proofs_check.training.late import Path
from theory import derive
from theory import grokking as theory

ratios, scales = st.floats(0.02, 0.98), st.floats(0.1, 1e3)


@pytest.mark.claim("grokking.modes")
def test_a_mode_is_that_of_the_flow():
    mode = derive(theory.modes)[0].function(
        theory.t, theory.s, theory.lam, theory.beta, theory.c, theory.g
    )
    path = solve_ivp(
        lambda t, w: -2 * (w - 0.7) - 0.3 * w, (0, 3), [5 * 0.4], rtol=1e-10, atol=1e-12
    )
    assert mode(3.0, 2.0, 0.3, 0.7, 5.0, 0.4) == pytest.approx(path.y[0, -1], rel=1e-8)


@pytest.mark.parametrize("t", [0.0, 150.0, 300.0, 600.0])
def test_the_cosine_is_that_of_a_sample(t):
    rng, n, d, c, decay = np.random.default_rng(0), 300, 1200, 20.0, 0.01
    X, beta, g = rng.standard_normal((n, d)), *rng.standard_normal((2, d))
    beta, g = beta / np.linalg.norm(beta), g / np.linalg.norm(g)
    P = np.linalg.pinv(X) @ X
    w = P @ beta + c * np.exp(-decay * t) * (g - P @ g)
    wanted = w @ beta / np.linalg.norm(w)
    assert numerics.alignment(t, c, n / d, decay) == pytest.approx(wanted, abs=0.06)


@pytest.mark.claim("grokking.accuracy")
def test_accuracy_is_that_of_samples():
    X = np.random.default_rng(1).standard_normal((200_000, 2))
    for angle in (0.3, 1.5, 3.0):
        right = ((X[:, 0] > 0) == (X @ [np.cos(angle), np.sin(angle)] > 0)).mean()
        assert numerics.accuracy(np.cos(angle)) == pytest.approx(right, abs=0.005)


@given(ratios, st.floats(1.0, 1e6), st.floats(1e-6, 1.0))
def test_half_of_the_gain_is_there_at_the_jump(rho, scale, decay):
    t = numerics.jump_time(scale, rho, decay)
    if t == 0:
        return
    now = numerics.accuracy(numerics.alignment(t, scale, rho, decay))
    end = numerics.accuracy(rho**0.5)
    assert now == pytest.approx((0.5 + end) / 2, abs=1e-9)
    left = scale * np.exp(-decay * t)
    assert numerics.jump_norm(rho) ** 2 == pytest.approx(rho + left**2 * (1 - rho), rel=1e-6)


@given(ratios, scales)
def test_without_decay_nothing_changes(rho, scale):
    early, late = numerics.alignment(np.array([0.0, 1e9]), scale, rho, 0.0)
    assert early == late


def test_for_large_starts_the_delay_is_the_ratio_of_the_rates():
    rho, decay = 0.25, 0.01
    ratio = numerics.jump_time(1e300, rho, decay) / numerics.fitting_time(1e300, 1e-2, rho, decay)
    formula = derive(theory.fit)[1].function(theory.rho, theory.lam)
    assert ratio == pytest.approx(formula(rho, decay), rel=0.02)


@given(st.floats(1.0, 100.0), st.floats(1e-3, 1.0), st.floats(1e-4, 0.9))
def test_steps_of_decay_are_those_of_a_loop(ratio, rate, decay):
    steps = numerics.decay_steps(ratio, 1.0, rate, decay)
    before, after = (
        ratio * (1 - rate * decay) ** k for k in (np.floor(steps), np.floor(steps) + 1)
    )
    assert after <= 1 * (1 + 1e-9) and before >= 1 * (1 - 1e-9)


def test_steps_of_small_decay_keep_their_digits():
    assert numerics.decay_steps(np.e, 1.0, 1e-9, 1e-9) == pytest.approx(1e18, rel=1e-12)


def test_moments_are_read_off_a_path():
    held = np.array([0.1, 0.3, 0.3, 0.5, 0.9, 0.9, 0.8])
    fitted = np.array([0.2, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0])
    norm = np.arange(7.0)
    path = Path(10 * np.arange(7), *(v[None, None] for v in (fitted, held, norm)))
    assert [float(v[0, 0]) for v in path.moments()] == [20.0, 40.0, 4.0]
    never = Path(10 * np.arange(7), *(v[None, None] for v in (fitted / 2, held, norm)))
    assert np.isinf([v[0, 0] for v in never.moments()]).all()
    flat = Path(10 * np.arange(7), *(v[None, None] for v in (fitted, 0 * held, norm)))
    assert np.isinf(flat.moments()[1]).all()


def test_the_teacher_is_learned_by_descent():
    path = simulation.linear_teacher((5,), (3.0,), 0.05, 60)
    rng = np.random.default_rng([5, 71])
    X = rng.standard_normal((simulation.SAMPLES, simulation.INPUTS))
    beta, g = rng.standard_normal((2, simulation.INPUTS))
    beta, g = beta / np.linalg.norm(beta), g / np.linalg.norm(g)
    w = 3.0 * g
    for step in range(41):
        if step == path.steps[2]:
            assert path.norm[0, 0, 2] == pytest.approx(np.linalg.norm(w), rel=1e-9)
        slope = X.T @ (X @ (w - beta)) / simulation.SAMPLES
        w = w - simulation.STEP * (slope + 0.05 * w)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="rho"):
        numerics.jump_norm(1.0)
    with pytest.raises(ValueError, match="scale"):
        numerics.jump_time(0.0, 0.5, 0.1)
    with pytest.raises(ValueError, match="decay"):
        numerics.jump_time(2.0, 0.5, 0.0)
    with pytest.raises(ValueError, match="cosine"):
        numerics.accuracy(1.1)
    with pytest.raises(ValueError, match="end is above start"):
        numerics.decay_steps(1.0, 2.0, 0.1, 0.1)
    with pytest.raises(ValueError, match="rate times decay"):
        numerics.decay_steps(2.0, 1.0, 2.0, 0.5)
    with pytest.raises(ValueError, match="broadcast"):
        numerics.alignment(np.ones(2), np.ones(3), 0.5, 0.1)
