"""Results on flat minima against direct computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import derive
from theory import flat_minimum as theory

positive = st.floats(0.05, 20)


def test_excess_of_least_squares_does_not_depend_on_the_curvatures():
    rng, n, dim, noise = np.random.default_rng(0), 20, 5, 0.7
    formula = derive(theory.least_squares_excess)[0].function(theory.sigma, theory.N, theory.n)
    scales = np.geomspace(1, 1e3, dim)  # curvatures from 1 to 1e6
    X = rng.standard_normal((4000, n, dim)) * scales
    y = noise * rng.standard_normal((4000, n, 1))
    error = np.linalg.solve(X.mT @ X, X.mT @ y)[:, :, 0]
    excess = (error**2 * scales**2).sum(1)
    assert excess.mean() == pytest.approx(formula(noise, dim, n), abs=4 * excess.std() / 4000**0.5)


@given(positive, positive)
def test_no_rescaling_has_a_smaller_trace_than_the_derived_one(of_a, of_w):
    least = derive(theory.rescaling_of_a_neuron)[4].steps[1].rhs
    least = float(least.subs({theory.T_a: of_a, theory.T_w: of_w}))
    c = np.geomspace(1e-2, 1e2, 4001)
    assert (of_w / c**2 + c**2 * of_a).min() == pytest.approx(least, rel=1e-4)
