"""The wedge: one input is solved, and the end that the drift approaches depends on the target."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Symbol

from numerics import gradient_flow
from numerics import phase_diagram as pd
from numerics.core.fit import log_slope
from theory import derive, wedge

WIDTHS = (1e9, 1e12)
CELLS = [(1.2, -0.4), (1.2, -0.8), (1.3, -0.9)]
ONE = np.array([[1.5, 1.0]]), np.array([0.7])
LINE = np.array([[-1.0, 1.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0.5, 1.0, 1.5])
CORNER = LINE[0], np.array([1.0, 0.0, 1.0])


def slope(cell, data):
    drifts = [pd.relative_distance(m, *cell, *data, nodes=1024, tol=1e-8) for m in WIDTHS]
    assert all(drift.error < 0.05 * drift.value for drift in drifts)
    return log_slope(WIDTHS, [drift.value for drift in drifts])


@pytest.mark.parametrize("cell", CELLS)
def test_one_input_is_at_the_lower_end(cell):
    assert slope(cell, ONE) == pytest.approx(pd.drift_bounds(*cell)[0], abs=0.01)


@pytest.mark.parametrize("data", [LINE, CORNER])
def test_so_are_targets_that_a_part_of_order_one_of_the_neurons_can_build(data):
    assert slope(CELLS[1], data) == pytest.approx(pd.drift_bounds(*CELLS[1])[0], abs=0.02)


def test_four_points_of_a_parabola_are_not():
    """Their neurons turn into one direction: the distance grows by another power, if an uncertain
    one; at (1.2, -0.8) the ends are 0.2 and 0.5.
    """
    cell = CELLS[0]
    near, far = (pd.relative_distance(m, *cell, nodes=1024, tol=1e-8) for m in (1e6, 1e12))
    least = (far.value - far.error) / (near.value + near.error)
    assert np.log(least) / np.log(1e6) > pd.drift_bounds(*cell)[0] + 0.05


@settings(max_examples=10)
@given(st.floats(0.2, 3), st.floats(0.2, 3), st.integers(0, 9), st.floats(1.05, 1.4))
def test_neurons_that_see_one_input_walk_the_derived_path(size, target, seed, gamma):
    """At one rapidity, found from a neuron, all others are where the closed form puts them."""
    m, gamma_p = 50, -0.3
    a, W, _ = gradient_flow.start(m, 1, sampled=True, seed=seed)
    X, y, kappa_p = np.array([[size]]), np.array([target]), m**-gamma_p
    run = gradient_flow.solve(X, y, m**-gamma, kappa_p, a, W, tol=1e-12, rtol=1e-3)
    on = (W[:, 0] > 0) & (run.W[:, 0] > 1e-9 * W[:, 0].max())
    w_path, a_path = (
        np.vectorize(
            lambda xi, a0, w0, e=expr: float(
                e.subs({wedge.Xi: xi, wedge.a_0: a0, wedge.w_0: w0, wedge.kappa_p: kappa_p})
            )
        )
        for expr in (wedge.W_PATH, wedge.A_PATH)
    )
    # the sum of both factors of a hyperbolic rotation grows by exp(xi)
    grown = (kappa_p * run.a + run.W[:, 0]) / (kappa_p * a + W[:, 0])
    pushed = on & (a > 0)
    xi = float(np.log(grown[pushed][0]))
    np.testing.assert_allclose(w_path(xi, a[on], W[on, 0]), run.W[on, 0], rtol=2e-3, atol=1e-6)
    np.testing.assert_allclose(a_path(xi, a[on], W[on, 0]), run.a[on], rtol=2e-3, atol=1e-6)
    # and no flow gets further than the derived rapidity
    share = float((a[pushed] ** 2).sum()) / (2 * m)
    names = {s.name: s for s in wedge.LEVEL.free_symbols}
    level = wedge.LEVEL.subs(
        {
            names["Y"]: target,
            names["q"]: m ** (gamma - 1) / 2,
            names["l"]: size,
            names["kappaprime"]: kappa_p,
            names["p"]: share,
        }
    )
    assert isinstance(names["p"], Symbol) and xi <= float(level) * (1 + 1e-3)


def test_the_end_is_proved_from_both_sides():
    law, bound = derive(wedge.single_input)
    assert law.grade() == bound.grade() == 3
    assert any("Fit" in hypothesis for hypothesis in law.given)
