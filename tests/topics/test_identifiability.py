"""The two parameters, read off paths of the flow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import gradient_flow
from numerics.phase_diagram import four_point_problem
from theory import derive, identifiability


@settings(max_examples=10)
@given(st.floats(0.05, 0.5), st.floats(0.3, 3.0), st.integers(0, 100))
def test_the_flow_of_a_network_tells_both_parameters(kappa, kappa_p, seed):
    X, y = four_point_problem()
    a, W, _ = gradient_flow.start(12, 2, sampled=True, seed=seed)
    flow = gradient_flow.solve(X, y, kappa, kappa_p, a, W, tol=1e-8, rtol=1e-3)
    grown = flow.a**2 - a**2
    lengthened = (flow.W**2).sum(1) - (W**2).sum(1)
    kept = derive(identifiability.parameters_from_the_path)[5].states[0]
    values = {identifiability.kappa_p: kappa_p}
    left = [
        float(kept.subs({**values, identifiability.grown: A, identifiability.lengthened: B}))
        for A, B in zip(grown, lengthened, strict=True)
    ]
    np.testing.assert_allclose(left, 0, atol=1e-6 * (1 + np.abs(grown).max()))
    outputs = np.maximum(X @ flow.W.T, 0) @ flow.a
    assert kappa * outputs == pytest.approx(y, abs=1e-3)
