"""Limits of kappa, output weights against what a neuron keeps, and the figure's points."""

import numpy as np
import pytest

from numerics import gradient_flow
from numerics.phase_diagram import four_point_problem
from proofs_check import phase_diagram
from proofs_check import width_limit as checks
from theory import capacity, derive, width_limit


def test_the_points_of_the_figure_are_those_that_were_published():
    assert checks.PUBLISHED_WIDTHS == width_limit.WIDTHS
    for name, _, distances in width_limit.PANELS:
        np.testing.assert_allclose(
            np.array(distances) / 1e5, phase_diagram.PUBLISHED_RD[float(name)]
        )
        points = np.log(phase_diagram.PUBLISHED_RD[float(name)])
        fitted = np.polyfit(np.log(width_limit.WIDTHS), points, 1)[0]
        assert checks.derived_slope(float(name)) == pytest.approx(fitted, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_w_grows_by_what_a_grows(seed):
    X, y = four_point_problem()
    a, W, _ = gradient_flow.start(50, 2, sampled=True, seed=seed)
    kappa_p = 0.3
    flow = gradient_flow.solve(X, y, 50**-1.0, kappa_p, a, W, tol=1e-8)
    grown = kappa_p**2 * ((flow.a**2).mean() - (a**2).mean())  # in units of beta_2^2
    assert (flow.W**2).sum(1).mean() - (W**2).sum(1).mean() == pytest.approx(grown, abs=1e-6)


def test_where_the_larger_capacity_grows():
    gamma, gamma_p = capacity.gamma, capacity.gamma_p
    for g, p in np.random.default_rng(1).uniform(-3, 3, (200, 2)):
        exponent = max(1 - g, 1 - g + p)
        values = {gamma: g, gamma_p: p}
        assert bool(capacity.LINEAR.subs(values)) == (exponent > 0)
        assert bool(capacity.CONDENSED.subs(values)) == (exponent < 0)


def test_limits_at_a_large_width():
    for derivation in derive(width_limit.limits):
        size = derivation.steps[-1].lhs.args[0].subs({width_limit.c: 3, width_limit.r: 1})
        found = float(size.subs(width_limit.m, 10**9))
        limit = float(derivation.result)
        assert found > 1e8 if limit == float("inf") else found == pytest.approx(limit, abs=1e-6)


def test_planted_a_flow_whose_output_weights_reach_beta_2_is_seen():
    inside = checks.size_exponent(range(3), 1.0, 0.5)
    condensed = checks.size_exponent(range(3), 2.0, 0.5)
    assert inside.max() < -0.25 < 0 < condensed.min()
