"""The derived variances and divergences against steps that are carried out, and other formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import symbols

from numerics import noise_temperature as numerics
from proofs_check import noise_temperature as simulation
from theory import derive
from theory import noise_temperature as theory


def test_the_variance_at_rest_is_reproduced_by_a_step():
    at = symbols("C", positive=True)
    variance = derive(theory.noise_temperature)[0].function(theory.eta, theory.lam, theory.B, at)
    eta, lam, size, noise = 0.3, 1.7, 4.0, 2.5
    V = variance(eta, lam, size, noise) / eta
    assert (1 - eta * lam) ** 2 * V + eta**2 * noise / size == pytest.approx(V)


def test_noise_without_replacement_ends_with_the_full_batch():
    fresh = numerics.stationary_variance([1.0, 2.0], 0.1, 4, 3.0)
    np.testing.assert_allclose(fresh, 0.1 * 3 / (4 * np.array([1.9, 3.6])))
    some = numerics.stationary_variance([1.0, 2.0], 0.1, 4, 3.0, examples=10)
    np.testing.assert_allclose(some / fresh, 6 / 9)
    assert numerics.stationary_variance(1.0, 0.1, 10, 3.0, examples=10) == 0


@given(st.floats(1e-3, 10), st.floats(0.1, 5))
def test_the_divergence_is_that_of_two_normal_laws(tau, s_0):
    spread, theta = np.array([0.5, 2.0, 3.0]), np.array([0.3, -0.2, 0.1])
    of_each = tau * spread / s_0**2 - 1 - np.log(tau * spread / s_0**2) + theta**2 / s_0**2
    assert numerics.kl(tau, spread, theta, s_0) == pytest.approx(of_each.sum() / 2)


def test_no_temperature_is_better_than_the_best():
    H, spread = np.array([3.0, 1.0]), np.array([1.0, 0.5])
    traces = float(H @ spread), float(spread.sum())
    best = numerics.best_temperature(2, 40.0, *traces, 0.7)
    around = best * np.linspace(0.5, 2, 301)
    bound = around * traces[0] / 2 + numerics.kl(around, spread, [0.0, 0.0], 0.7) / 40
    assert around[bound.argmin()] == pytest.approx(best, rel=0.01)


def test_noise_of_fresh_examples_is_noticed(monkeypatch):
    (check,) = (c for c in simulation.CHECKS if c.name == "batches_of_many_are_quieter")
    low, high = check.band()
    assert low < check.measure((0,))[0] < high
    centred = simulation._centres()
    monkeypatch.setattr(simulation, "_centres", lambda: (7 / 6) ** 0.5 * centred)
    assert not low < check.measure((0,))[0] < high


def test_the_portrait_shows_the_curve_and_its_rival():
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    simulation.portrait(axes)
    assert len(axes.get_legend().get_texts()) == 3


def test_only_curvatures_below_the_edge_have_a_stationary_variance():
    assert numerics.stationary_variance(0.5, 3.0, 1, 1.0) > 0  # eta lambda = 3 / 2
    for curvature in (0.0, 1.0):
        with pytest.raises(ValueError, match="between 0 and 2 / eta"):
            numerics.stationary_variance(curvature, 3.0, 1, 1.0)
