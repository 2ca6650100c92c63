"""What the bounds leave of the exponents is what the flow shows, and no more is claimed."""

import numpy as np
import pytest

from numerics import phase_diagram as pd
from numerics.core.fit import log_slope
from theory import derive, drift_exponent, tied_drift
from theory.core.decision import counterexample
from theory.drift_exponent import S_a, S_w
from theory.notation import gamma, gamma_p

WIDTHS = (1e11, 1e12)


@pytest.mark.parametrize("cell", [(1.2, 0.4), (1.4, 0.7), (0.7, -0.3), (0.7, 0.4), (0.5, 0.0)])
def test_the_flow_has_exponents_that_are_proved(cell):
    slopes = {}
    for name, symbol in (("w", S_w), ("a", S_a)):
        drifts = [
            pd.relative_distance(m, *cell, layer=name, tol=1e-12, rtol=1e-2).value for m in WIDTHS
        ]
        slopes[symbol] = log_slope(WIDTHS, drifts)
    at = {gamma: cell[0], gamma_p: cell[1]}
    square, by_a, by_w = (float(e.subs(at)) for e in drift_exponent.ABOVE["aw"[cell[1] < 0]])
    assert slopes[S_w] < max(square, by_a) + 0.02 and slopes[S_a] < max(square, by_w) + 0.02
    if cell[0] > 1:
        assert slopes[S_a] == pytest.approx(cell[0] - 1, abs=0.02)
        assert slopes[S_w] == pytest.approx(2 * (cell[0] - 1 - cell[1]), abs=0.02)
    else:
        assert max(slopes.values()) == pytest.approx(cell[0] - 1, abs=0.02)


@pytest.mark.parametrize("cell", [(1.75, 0.0), (1.6, -0.3), (1.6, 0.3)])
def test_both_layers_grow_alike_in_the_condensed_region(cell):
    slopes = [
        log_slope(
            WIDTHS, [pd.relative_distance(m, *cell, layer=name, tol=1e-12).value for m in WIDTHS]
        )
        for name in "aw"
    ]
    assert slopes[0] - slopes[1] == pytest.approx(cell[1], abs=0.02)


def test_conservation_and_the_fit_hold_on_a_flow():
    """The inequalities of tied_drift, at the end of a sampled flow over both copies."""
    from numerics import gradient_flow

    X, y = pd.four_point_problem()
    for cell, seed in (((1.75, 0.0), 0), ((1.2, 0.5), 1), ((0.7, -0.3), 2), ((1.2, -0.4), 3)):
        m = 300
        kappa, kappa_p = m ** -cell[0], m ** -cell[1]
        a, W, _ = gradient_flow.start(m, 2, sampled=True, seed=seed)
        run = gradient_flow.solve(X, y, kappa, kappa_p, a, W, tol=1e-10, rtol=0.01)
        size_a, size_w = np.linalg.norm(a), np.linalg.norm(W)
        left = kappa_p**2 * size_a**2 * run.rd_a
        right = size_w**2 * run.rd_w
        assert left * (run.rd_a - 2) <= right * (run.rd_w + 2) * (1 + 1e-6)
        assert right * (run.rd_w - 2) <= left * (run.rd_a + 2) * (1 + 1e-6)
        sigma = np.linalg.svd(X, compute_uv=False)[0]
        both = run.rd_a * (1 + run.rd_w) + run.rd_w
        assert np.linalg.norm(y) <= kappa * sigma * size_a * size_w * both * (1 + 1e-6)
    assert derive(tied_drift.drift_of_either_layer)[0].states[1] == "<="


def test_the_bounds_do_not_decide_the_layer_that_moves_less():
    """Why RATIO is named: at (1/2, 1/2) a smaller S_w violates nothing that is derived."""
    from sympy import And, Eq, Implies, Rational

    facts = [
        derivation.result
        for claim in (
            drift_exponent.exponents_from_above,
            drift_exponent.exponents_from_a_fit,
            drift_exponent.exponents_of_conservation,
        )
        for derivation in derive(claim)
    ]
    half = Rational(1, 2)
    there = And(Eq(gamma, half), Eq(gamma_p, half), *facts)
    assert counterexample(Implies(there, Eq(S_a, -half))) is None
    assert counterexample(Implies(there, Eq(S_w, -3 * half))) is not None
