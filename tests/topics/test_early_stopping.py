"""The filter, its risk and its best times against direct computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from numerics.early_stopping import fitted_fraction, optimal_time, optimal_time_of_a_mode, risk
from proofs_check import early_stopping as checks

positive = st.floats(0.05, 20)
spectra = st.lists(st.tuples(positive, positive), min_size=1, max_size=6)


@given(positive, positive, positive)
def test_the_best_time_of_a_mode_is_where_a_minimiser_finds_it(rate, coefficient, noise):
    best = float(optimal_time_of_a_mode(rate, coefficient, noise))
    found = minimize_scalar(
        lambda t: risk(t, [rate], [coefficient], noise),
        bounds=(0, 40 / rate),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert risk(best, [rate], [coefficient], noise) <= found.fun * (1 + 1e-9)
    assert risk(best, [rate], [coefficient], noise) == pytest.approx(
        coefficient**2 * noise**2 / (coefficient**2 + noise**2)
    )


@given(spectra, positive)
def test_no_time_of_a_fine_grid_beats_the_common_best_time(modes, noise):
    rates, coefficients = np.array(modes).T
    best = optimal_time(rates, coefficients, noise)
    grid = np.geomspace(1e-4 / rates.max(), 1e3 / rates.min(), 3000)
    assert risk(best, rates, coefficients, noise) <= risk(
        grid, rates, coefficients, noise
    ).min() * (1 + 1e-12)


def test_the_risk_is_the_mean_squared_error_of_flows_with_drawn_noise():
    rates, coefficients, noise, rng = (
        np.array([2.0, 0.5, 0.1]),
        np.array([1.0, -0.7, 0.3]),
        0.4,
        np.random.default_rng(0),
    )
    errors = []
    for _ in range(400):
        data = coefficients + noise * rng.standard_normal(3)
        c = solve_ivp(lambda t, c, y=data: -rates * (c - y), (0, 3), np.zeros(3), rtol=1e-8).y[
            :, -1
        ]
        errors.append(((c - coefficients) ** 2).sum())
    assert np.mean(errors) == pytest.approx(
        risk(3.0, rates, coefficients, noise), abs=4 * np.std(errors) / 20
    )


def test_the_fraction_fitted_broadcasts_and_starts_at_zero():
    assert fitted_fraction(0.0, [1.0, 2.0]).tolist() == [0.0, 0.0]
    assert fitted_fraction(np.array([[1.0], [2.0]]), [1.0, 2.0]).shape == (2, 2)
    assert fitted_fraction(1.0, 1.0) == pytest.approx(0.632120558828557)


def test_limits_of_the_best_time():
    assert optimal_time([1.0, 2.0], [1.0, 1.0], 0.0) == np.inf
    assert optimal_time([1.0, 2.0], [0.0, 0.0], 1.0) == 0.0
    # a mode that never moves does not matter
    assert optimal_time([1.0, 0.0], [1.0, 5.0], 1.0) == pytest.approx(np.log(2))
    assert optimal_time([1.0], [3.0], 1.0) == pytest.approx(np.log(10))
    # the time at which bias and noise are equal is another one
    assert abs(optimal_time([1.0], [3.0], 1.0) - np.log(9) / 2) > 1


def test_the_risk_at_the_edges():
    assert risk(0.0, [1.0], [3.0], 0.5) == 9 and risk(5.0, [0.0], [3.0], 0.5) == 9
    assert risk(np.array([[0.0, np.inf]]), [1.0], [3.0], 0.5).tolist() == [
        [9.0, 0.25]
    ] and isinstance(risk(1.0, [1.0], [3.0], 0.5), float)


def test_training_twice_as_long_as_best_hurts_only_if_noise_is_there():
    assert risk(20.0, [1.0], [1.0], 0.5) > risk(optimal_time([1.0], [1.0], 0.5), [1.0], [1.0], 0.5)
    assert risk(20.0, [1.0], [1.0], 0.0) < 1e-15


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="one of each per mode"):
        risk(1.0, [1.0, 2.0], [1.0], 0.1)
    with pytest.raises(ValueError, match=r"rates has shape \(1, 1\)"):
        risk(1.0, [[1.0]], [[1.0]], 0.1)
    for noise in (-0.1, np.inf, np.nan):
        with pytest.raises(ValueError, match="noise"):
            optimal_time([1.0], [1.0], noise)
    for rate in (-1.0, np.inf):
        with pytest.raises(ValueError, match="rates"):
            optimal_time([rate], [1.0], 0.1)
    with pytest.raises(ValueError, match="times"):
        risk(-1.0, [1.0], [1.0], 0.1)


def test_the_predicted_rise_needs_noise_and_both_kernels():
    assert checks.predicted_rise() == pytest.approx(0.666, abs=2e-3)
    rates, coefficients = checks.modes()
    assert coefficients @ coefficients == pytest.approx(12) and coefficients[
        rates < 0.04
    ] == pytest.approx(0)
