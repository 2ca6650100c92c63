"""The phase diagram: limits, properties over the plane, and the flow against the derived
exponents.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import gradient_flow
from numerics import phase_diagram as pd
from numerics.core import nodes
from numerics.core.fit import log_slope
from theory import capacity, derive
from theory import phase_diagram as theory
from theory.notation import gamma as gamma_
from theory.notation import gamma_p as gamma_p_

plane = st.tuples(st.floats(0, 2), st.floats(-1, 1))


def boundary_distance(gamma, gamma_p):
    return (
        abs(gamma - 1)
        if gamma_p <= 0
        else abs(gamma_p - gamma + 1) / np.sqrt(2)
        if gamma >= 1
        else np.hypot(1 - gamma, min(gamma_p, 0))
    )


@given(plane)
def test_the_sign_of_the_exponent_is_the_regime(cell):
    gamma, gamma_p = cell
    low, high = pd.drift_bounds(gamma, gamma_p)
    if gamma < 1 or gamma_p > gamma - 1:
        assert high < 0 or np.isclose(high, 0)
    elif gamma > 1 and gamma_p < gamma - 1:
        assert low > 0 or np.isclose(low, 0)
    assert low <= high + 1e-12


@given(plane)
def test_exchanging_the_layers_exchanges_the_exponents_where_both_kernels_may_carry_the_fit(cell):
    gamma, gamma_p = cell
    if gamma <= 1:
        assert pd.input_exponent(gamma, gamma_p) == pytest.approx(
            pd.output_exponent(gamma, -gamma_p)
        )


@given(plane)
def test_the_layers_share_the_product_in_the_condensed_region(cell):
    gamma, gamma_p = cell
    if gamma > 1 + abs(gamma_p):
        assert pd.input_exponent(gamma, gamma_p) + pd.output_exponent(
            gamma, gamma_p
        ) == pytest.approx(gamma - 1)


def test_the_wedge_has_no_exponent_but_bounds():
    assert np.isnan(pd.input_exponent(1.2, -0.4)) and np.isnan(pd.output_exponent(1.2, -0.4))
    assert pd.drift_bounds(1.2, -0.4) == pytest.approx((0.2, 0.3))
    assert np.isfinite(pd.input_exponent([1.0, 1.4, 1.2], [-0.4, -0.4, 0.0])).all()


def test_exponents_broadcast_and_refuse_what_is_not_a_number():
    assert pd.input_exponent(np.linspace(0, 2, 5)[:, None], np.linspace(-1, 1, 3)).shape == (5, 3)
    with pytest.raises(ValueError, match="gamma = nan is not allowed"):
        pd.input_exponent(np.nan, 0)
    with pytest.raises(ValueError, match="antisymmetric"):
        pd.input_exponent(1, 0, start="other")


@pytest.mark.claim("phase_diagram.independent_start")
def test_an_independent_start_pays_for_its_initial_function():
    assert pd.input_exponent(0.25, 0.0, start="independent") == pytest.approx(-0.5)
    assert pd.input_exponent(0.25, 0.3, start="independent") == pytest.approx(-1.1)
    assert pd.input_exponent(0.75, 0.0, start="independent") == pd.input_exponent(0.75, 0.0)


@pytest.mark.parametrize(
    ("gamma", "gamma_p"),
    [(0.5, 0), (0.75, 0), (0.7, -0.3), (0.7, 0.4), (1.2, 0.4), (1.75, 0), (1.6, -0.3), (1.5, 0.1)],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_flow_has_the_derived_exponent_at_huge_width(gamma, gamma_p, seed):
    distances = [
        pd.relative_distance(m, gamma, gamma_p, seed=seed, rtol=1e-2, tol=1e-12)
        for m in (1e11, 1e12)
    ]
    slope = log_slope((1e11, 1e12), [distance.value for distance in distances])
    assert slope == pytest.approx(pd.input_exponent(gamma, gamma_p), abs=0.01)


CONDENSED = [(1.75, 0.0), (1.6, -0.3), (1.4, 0.1), (2.0, 0.5), (1.3, -0.2)]


@pytest.mark.parametrize("cell", CONDENSED)
@pytest.mark.parametrize("m", [1e6, 1e9, 1e12])
def test_the_error_covers_what_many_more_nodes_find(cell, m):
    reference = pd.relative_distance(m, *cell, nodes=16384, seed=99, rtol=1e-3, tol=1e-12)
    assert reference.error < 2e-3 * reference.value
    for count, known, seeds in ((16, 0.2, 3), (2048, 0.03, 3), (8192, 0.01, 2)):
        for seed in range(seeds):
            found = pd.relative_distance(m, *cell, nodes=count, seed=seed, tol=1e-12)
            assert abs(found.value - reference.value) < found.error + reference.error
            assert found.error < known * found.value


@pytest.mark.claim("gradient_flow.moment_of_a_kink")
def test_evenly_spread_nodes_of_another_kind_agree(monkeypatch):
    """Sobol points on the whole sphere, without arcs: the winners are the same."""
    graded = pd.relative_distance(1e9, 1.75, 0.0, tol=1e-12)
    monkeypatch.setattr(nodes, "PER_ARC", 0)
    even = pd.relative_distance(1e9, 1.75, 0.0, nodes=65536, tol=1e-12)
    assert abs(graded.value - even.value) < graded.error + even.error < 5e-3 * even.value


def test_a_flow_that_rests_has_no_error_that_is_known():
    X, y = np.array([[0.5], [1.0]]), np.array([1.0, -1.0])  # no line through 0 fits both
    with pytest.warns(UserWarning, match="came to rest"):
        found = pd.relative_distance(1e3, 1.0, 0.0, X, y, nodes=64, tol=1e-8)
    assert found.error == np.inf


def test_one_network_is_known_to_the_error_of_its_steps():
    rough, fine = (
        pd.relative_distance(200, 1.75, 0.0, sampled=True, rtol=rtol, tol=1e-10)
        for rtol in (0.1, 1e-4)
    )
    assert abs(rough.value - fine.value) < rough.error < 0.1 * rough.value


def test_the_output_weights_have_theirs():
    for gamma, gamma_p in ((0.7, 0.3), (1.2, 0.4), (0.7, -0.3)):
        distances = [
            pd.relative_distance(m, gamma, gamma_p, rtol=1e-2, tol=1e-12, layer="a").value
            for m in (1e11, 1e12)
        ]
        assert log_slope((1e11, 1e12), distances) == pytest.approx(
            pd.output_exponent(gamma, gamma_p), abs=0.01
        )


@pytest.mark.parametrize(("gamma", "gamma_p"), [(0.5, 0.0), (0.8, 0.1), (0.7, 0.4), (0.7, -0.3)])
def test_the_lazy_closed_form_is_the_flow_where_the_kernel_stands_still(gamma, gamma_p):
    for layer in ("w", "a"):
        # the closed form leaves out a few times RD of either layer: less than 1e-3 at this width
        exact = pd.lazy_relative_distance(1e20, gamma, gamma_p, layer=layer)
        for seed in range(5):
            flow = pd.relative_distance(1e20, gamma, gamma_p, seed=seed, tol=1e-18, layer=layer)
            assert abs(flow.value - exact) < flow.error < 0.3 * exact
            assert abs(flow.value - exact) < 5e-3 * exact


def test_the_lazy_form_with_one_point_is_the_derived_scalar():
    X, y, m = np.array([[3.0]]), np.array([1.7]), 1e4
    of_w, of_a = (
        d.function(theory.q, theory.kappa_p, theory.g_a, theory.g_w)
        for d in derive(theory.lazy_drift)
    )
    for gamma_p in (-0.3, 0.0, 0.4):
        # q for this target, and E relu^2 = E x^2 1 = 9/2
        arguments = (
            m**-0.3 / 2 * 1.7,
            m**-gamma_p,
            4.5,
            4.5,
        )
        assert pd.lazy_relative_distance(m, 0.7, gamma_p, X, y) == pytest.approx(
            of_w(*arguments) * np.sqrt(4.5)
        )
        assert pd.lazy_relative_distance(m, 0.7, gamma_p, X, y, layer="a") == pytest.approx(
            of_a(*arguments) * np.sqrt(4.5)
        )


def test_the_local_exponent_crosses_over_to_the_derived_one():
    slopes = [pd.local_exponent(m, 0.8, 0.1) for m in (1e4, 1e11, 1e40)]
    assert slopes[0] > -0.31 and slopes[0] > slopes[1] > slopes[2]
    assert slopes[2] == pytest.approx(pd.input_exponent(0.8, 0.1), abs=1e-3)


@given(st.floats(0.3, 3), st.floats(0.1, 10), st.floats(0.1, 10), st.integers(0, 10))
def test_equal_kappas_and_draws_give_equal_paths_whatever_the_triple(beta_2, kappa, kappa_p, seed):
    """Euler steps in the original variables (alpha, beta_1, beta_2) against normalised ones."""
    X, y = pd.four_point_problem()
    a, W, _ = gradient_flow.start(5, 2, sampled=True, seed=seed)
    beta_1, h = kappa_p * beta_2, 0.01 / (kappa**2 * 10 * (kappa_p + 1 / kappa_p))
    alpha = beta_1 * beta_2 / kappa
    raw_a, raw_W, norm_a, norm_W = beta_1 * a, beta_2 * W, a.copy(), W.copy()
    for _ in range(20):
        Z = raw_W @ X.T
        e = raw_a @ np.maximum(Z, 0) / alpha - y
        step = h * beta_1 * beta_2 / alpha / 4
        raw_a, raw_W = (
            raw_a - step * np.maximum(Z, 0) @ e,
            raw_W - step * raw_a[:, None] * ((Z > 0) * e @ X),
        )
        Z = norm_W @ X.T
        e = kappa * norm_a @ np.maximum(Z, 0) - y
        norm_a, norm_W = (
            norm_a - h * kappa / kappa_p / 4 * np.maximum(Z, 0) @ e,
            norm_W - h * kappa * kappa_p / 4 * norm_a[:, None] * ((Z > 0) * e @ X),
        )
    np.testing.assert_allclose(raw_a / beta_1, norm_a, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(raw_W / beta_2, norm_W, rtol=1e-9, atol=1e-12)


@settings(max_examples=6)
@given(st.floats(0.4, 0.8), st.floats(-0.3, 0.4))
def test_sampled_networks_show_the_slope_of_their_own_width(gamma, gamma_p):
    """Away from gamma = 1 the lazy closed form predicts the slope between 256 and 4096 neurons."""
    widths = (256, 4096)
    found = [
        [
            pd.relative_distance(m, gamma, gamma_p, sampled=True, seed=s, tol=1e-7, rtol=0.1).value
            for s in range(5)
        ]
        for m in widths
    ]
    predicted = log_slope(widths, pd.lazy_relative_distance(np.array(widths), gamma, gamma_p))
    spread = np.std(np.log(found[0]), ddof=1) / np.log(16)
    # moves the kernel
    lag = pd.lazy_relative_distance(256, gamma, gamma_p) + pd.lazy_relative_distance(
        256, gamma, gamma_p, layer="a"
    )
    assert abs(np.median(log_slope(widths, found)) - predicted) < 3 * spread + lag / np.log(16)


@given(st.integers(0, 5), st.floats(0.4, 1.2))
def test_neurons_may_be_permuted(seed, gamma):
    X, y = pd.four_point_problem()
    a, W, _ = gradient_flow.start(30, 2, sampled=True, seed=seed)
    order = np.random.default_rng(seed).permutation(60)
    one, two = (
        gradient_flow.solve(X, y, 30**-gamma, 1.0, a[o], W[o], tol=1e-8, rtol=0.1)
        for o in (slice(None), order)
    )
    np.testing.assert_allclose(one.W[order], two.W, rtol=1e-6, atol=1e-9)


def test_the_distance_of_a_sample_approaches_that_of_the_nodes():
    limit = pd.relative_distance(1000, 1.0, 0.0, tol=1e-8, rtol=0.05)
    sampled = [
        pd.relative_distance(1000, 1.0, 0.0, sampled=True, seed=s, tol=1e-8, rtol=0.05).value
        for s in range(7)
    ]
    spread = np.std(sampled, ddof=1)
    # t_6 at 99.7 %, error of a median, nodes
    assert abs(np.median(sampled) - limit.value) < 4.8 * 1.25 * spread / np.sqrt(7) + limit.error


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="both X and y"):
        pd.relative_distance(100, 1, 0, X=np.ones((3, 2)))
    with pytest.raises(ValueError, match="layer"):
        pd.relative_distance(100, 1, 0, layer="b")
    with pytest.raises(ValueError, match="beta_1"):
        pd.locate(100, -1, 1)
    with pytest.raises(ValueError, match="width"):
        pd.locate(1, 1, 1)
    with pytest.raises(ValueError, match="widths"):
        log_slope([1.0], [2.0])


@given(st.floats(2, 1e6), st.floats(0.2, 1.8), st.floats(-0.9, 0.9))
def test_a_network_is_located_where_it_was_put(m, gamma, gamma_p):
    kappa, kappa_p = m**-gamma, m**-gamma_p
    found = pd.locate(m, kappa_p * 0.3, 0.3, kappa_p * 0.09 / kappa)
    assert (found.gamma, found.gamma_p) == pytest.approx((gamma, gamma_p), abs=1e-9)


def test_he_initialisation_is_in_the_linear_region_and_fast_output_weights_move_it():
    he = pd.locate(1000, np.sqrt(2 / 1000), np.sqrt(2 / 10))
    assert he.regime == "linear"
    assert pd.locate(1000, np.sqrt(2 / 1000), np.sqrt(2 / 10), eta_a=4.0).kappa_p == pytest.approx(
        he.kappa_p / 2
    )
    assert (
        pd.locate(1000, 1, 1, 1000**1.75).regime == "condensed"
        and pd.locate(1000, 1, 1, 1000).regime == "critical"
    )


def test_the_symbolic_regions_are_the_ones_the_numbers_use():
    linear = capacity.LINEAR.subs({gamma_: 1.2, gamma_p_: 0.5})
    assert linear == True and pd.input_exponent(1.2, 0.5) < 0  # noqa: E712
