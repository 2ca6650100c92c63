"""What a fit forces: no fitted flow lies below the bound, which has the law of the drift."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics import gradient_flow
from numerics import phase_diagram as pd
from numerics.core.fit import log_slope
from numerics.forced_drift import drift_lower_bound
from theory import capacity, condensed_regime, derive, forced_drift

CORNERS = np.pi * np.array([0.0, 2 / 3, 4 / 3])
TRIANGLE = np.c_[np.cos(CORNERS), np.sin(CORNERS)], np.array([0.5, -0.5, 0.25])
FOUR = pd.four_point_problem()


@settings(max_examples=15)
@given(
    st.floats(0.5, 2.2),
    st.floats(-0.8, 0.8),
    st.sampled_from([1e4, 1e8, 1e12]),
    st.sampled_from([FOUR, TRIANGLE]),
)
def test_no_fitted_flow_lies_below_the_bound(gamma, gamma_p, m, data):
    flow = pd.relative_distance(
        m, gamma, gamma_p, *data, nodes=512, tol=1e-10, supremum=True, rtol=0.03
    )
    assume(np.isfinite(flow.error))
    left = np.sqrt(2 * len(data[1]) * 1e-10) / np.linalg.norm(data[1])
    assert flow.value + flow.error > drift_lower_bound(m, gamma, gamma_p, *data, left=left)


@settings(max_examples=8)
@given(st.floats(1.2, 2), st.floats(-0.5, 0.5), st.integers(0, 9), st.floats(0.1, 0.9))
def test_no_sampled_network_lies_below_it_at_any_loss(gamma, gamma_p, seed, left):
    """Both copies together, stopped as soon as the part ``left`` of |y| is left."""
    X, y, m = *TRIANGLE, 200
    a, W, _ = gradient_flow.start(m, 2, sampled=True, seed=seed)
    tol = left**2 * (y @ y) / (2 * len(y))
    run = gradient_flow.solve(X, y, m**-gamma, m**-gamma_p, a, W, tol=tol, rtol=0.03)
    bound = drift_lower_bound(m, gamma, gamma_p, X, y, left=left, failure=0.01)
    assert run.sup_rd_w * (1 + run.error) > bound


@pytest.mark.parametrize("cell", [(1.75, 0.0), (1.6, -0.3), (2.0, -0.5), (1.6, 0.3)])
def test_the_bound_is_loose_by_a_small_factor(cell):
    """1.4 on three points of the circle, 2.8 on the four points, from 1e8 neurons on."""
    for data, factor in ((TRIANGLE, 1.6), (FOUR, 4.0)):
        flow = pd.relative_distance(1e8, *cell, *data, nodes=512, tol=1e-10, supremum=True)
        assert 1.4 < flow.value / drift_lower_bound(1e8, *cell, *data) < factor


@given(st.floats(1.1, 2), st.floats(-0.9, 0.9))
def test_the_bound_has_the_derived_exponent(gamma, gamma_p):
    assume(gamma - 1 - gamma_p > 0.1 and abs(gamma - 1 + gamma_p) > 0.1)
    widths = (1e50, 1e60)
    bounds = [drift_lower_bound(m, gamma, gamma_p) for m in widths]
    law = derive(condensed_regime.drift_exponent_bound)[0].function(
        capacity.gamma, capacity.gamma_p
    )
    assert log_slope(widths, bounds) == pytest.approx(float(law(gamma, gamma_p)), abs=2e-3)


@given(st.floats(0, 1), st.floats(-1, 1), st.sampled_from([1.0, 1e3, 1e9]))
def test_nothing_is_forced_before_the_boundary_at_large_width(gamma, gamma_p, m):
    assert drift_lower_bound(1e30 * m, gamma - 0.01, max(gamma_p, 0.0)) == 0


@given(st.floats(1.2, 2), st.floats(-0.5, 0.1), st.floats(0, 0.9), st.floats(0.01, 0.9))
def test_more_is_forced_by_a_closer_fit_and_less_is_claimed_with_more_certainty(g, p, left, fail):
    bound = drift_lower_bound(1e9, g, p, left=left, failure=fail)
    assert drift_lower_bound(1e9, g, p, left=left / 2, failure=fail) >= bound
    assert drift_lower_bound(1e9, g, p, left=left, failure=fail / 2) <= bound


@given(st.floats(0.01, 100))
def test_the_size_of_targets_acts_as_kappa(factor):
    """Targets c y at kappa train as y at kappa / c (``theory.initialisation.target_size``)."""
    X, y = TRIANGLE
    shift = np.log(factor) / np.log(1e6)
    assert drift_lower_bound(1e6, 1.7, 0.1, X, factor * y) == pytest.approx(
        drift_lower_bound(1e6, 1.7 + shift, 0.1, X, y), rel=1e-9
    )


def test_both_forms_of_the_root_agree_and_neither_cancels():
    P, root, s = forced_drift.P, forced_drift.root, forced_drift.s
    plain, _, stable = derive(forced_drift.lower_bound)[2].states
    for share, square in ((0.3, 2.0), (3.0, 2.0), (1.0, 1e-3)):
        at = {s: share, P: square, root: np.sqrt((1 - share) ** 2 + 4 * square)}
        assert float(plain.subs(at)) == pytest.approx(float(stable.subs(at)))
    # kappa' = 1e18, where 1 - s + root has lost all its digits: w alone must grow
    assert drift_lower_bound(1e12, 2.0, -1.5) == pytest.approx(
        drift_lower_bound(1e12, 2.0, -1.6), rel=1e-9
    )
    assert drift_lower_bound(1e200, 2.0, -1.5) == 0.0  # numbers without a value claim nothing


def test_bad_input_is_refused_and_no_inputs_force_nothing():
    with pytest.raises(ValueError, match="left"):
        drift_lower_bound(100, 1.5, 0.0, left=1.0)
    with pytest.raises(ValueError, match="failure"):
        drift_lower_bound(100, 1.5, 0.0, failure=0.0)
    with pytest.raises(ValueError, match="width"):
        drift_lower_bound(0.5, 1.5, 0.0)
    assert drift_lower_bound(100, 1.5, 0.0, np.zeros((2, 1)), np.zeros(2)) == 0
    assert drift_lower_bound(100, 3.0, 0.0, TRIANGLE[0], np.zeros(3)) == 0


@pytest.mark.claim("random_start.typical_start")
@pytest.mark.parametrize("failure", [0.02, 0.1, 0.5])
def test_both_hypotheses_on_the_start_share_the_failure(failure):
    m, gamma, gamma_p = 1e4, 3.0, 1.0  # kappa' so small that a adds nothing to what w must do
    X, y = FOUR
    found = drift_lower_bound(m, gamma, gamma_p, failure=failure)
    P = ((2 * (1 + found) ** 2 - 1) ** 2 - 1) / 4
    need = m ** (gamma - 1) / 2 * m**-gamma_p * np.linalg.norm(y) / np.linalg.norm(X, 2)
    # Chebyshev for the mean of 2 m squares of normal numbers, whose variance is 2
    size = 2 * (1 + np.sqrt(2 / (2 * m * failure / 2)))
    assert np.sqrt(P) == pytest.approx(need / size, rel=1e-4)
