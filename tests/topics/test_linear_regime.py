"""The bound on the drift in the linear region: no flow exceeds it, and it has the law of the
drift.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics import phase_diagram as pd
from numerics.core.fit import log_slope
from numerics.linear_regime import drift_bound

CORNERS = np.pi * np.array([0.0, 2 / 3, 4 / 3])
TRIANGLE = np.c_[np.cos(CORNERS), np.sin(CORNERS)], np.array([0.5, -0.5, 0.25])


@settings(max_examples=12)
@given(st.floats(0.2, 1.3), st.floats(0.05, 1), st.sampled_from([1e6, 1e9, 1e12]))
def test_no_flow_exceeds_the_bound_that_is_derived(gamma, beyond, m):
    gamma_p = max(gamma - 1, (gamma - 1) / 2) + beyond  # where a carries the flow
    bound = drift_bound(m, gamma, gamma_p, *TRIANGLE)
    assume(np.isfinite(bound) and bound > 1e-12)
    flow = pd.relative_distance(
        m, gamma, gamma_p, *TRIANGLE, nodes=512, tol=1e-10, supremum=True, rtol=0.03
    )
    assert flow.value + flow.error < bound


@given(st.floats(1.05, 2.5), st.floats(0.05, 1), st.sampled_from([1e6, 1e12, 1e20]))
def test_no_bound_is_claimed_in_the_condensed_region(gamma, beyond, m):
    assert drift_bound(m, gamma, gamma - 1 - beyond, *TRIANGLE) == np.inf


@pytest.mark.parametrize("seed", range(3))
def test_no_sampled_network_exceeds_it_either(seed):
    for cell in ((0.5, 0.0), (0.8, 0.4), (1.2, 0.5)):
        found = pd.relative_distance(
            10_000, *cell, *TRIANGLE, sampled=True, seed=seed, tol=1e-8, supremum=True, rtol=0.1
        )
        assert 0 < found.value < drift_bound(10_000, *cell, *TRIANGLE)


@pytest.mark.parametrize(
    ("cell", "m"),
    [((0.5, 0.0), 1e12), ((0.8, 0.4), 1e10), ((0.5, -0.4), 1e20), ((1.2, 0.5), 1e12)],
)
def test_the_bound_has_the_law_of_the_drift(cell, m):
    widths = (m, 10 * m)  # wide enough for the law, and the bound is above rounding
    bounds = [drift_bound(width, *cell, *TRIANGLE) for width in widths]
    assert log_slope(widths, bounds) == pytest.approx(pd.input_exponent(*cell), abs=0.002)


def test_the_bound_refuses_where_its_argument_does_not_close():
    assert drift_bound(1e20, 1.4, 0.0, *TRIANGLE) == np.inf  # condensed
    assert drift_bound(100, 0.5, 0.0, *TRIANGLE) == np.inf  # too narrow
    parallel = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([1.0, -1.0])
    assert drift_bound(1e20, 0.5, 0.0, *parallel) == np.inf
    with pytest.raises(ValueError, match="failure"):
        drift_bound(1e20, 0.5, 0.0, *TRIANGLE, failure=1.0)
