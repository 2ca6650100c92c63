"""The integrator against a slow reference, a matrix exponential, and cases that can be solved by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from numerics.gradient_flow import boost, decay, reference, solve, start

X = np.array([[-0.5, 1], [-1 / 6, 1], [1 / 6, 1], [0.5, 1]])
Y = X[:, 0] ** 2
small = st.floats(-2, 2)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(small, small, small, st.floats(0.001, 1.5), st.floats(-3, 3))
def test_a_boost_is_the_exponential_of_its_generator(A, v1, v2, rapidity, angle):
    u = rapidity * np.array([np.cos(angle), np.sin(angle)])
    generator = -np.block([[np.zeros((1, 1)), u[None]], [u[:, None], np.zeros((2, 2))]])
    expected = expm(generator) @ [A, v1, v2] - [A, v1, v2]
    dA, dV = boost(np.array([A]), np.array([[v1, v2]]), u[None])
    assert np.allclose([dA[0], *dV[0]], expected, rtol=1e-12, atol=1e-12)


def test_a_boost_of_tiny_rapidity_keeps_its_digits():
    dA, _ = boost(np.array([1.0]), np.array([[0.0, 0.0]]), np.array([[1e-9, 0.0]]))
    assert dA[0] == pytest.approx(5e-19, rel=1e-9)


def test_decay_is_the_exponential_and_its_integral():
    rng = np.random.default_rng(0)
    root = rng.standard_normal((4, 3))
    K, e = root @ root.T, rng.standard_normal(4)  # one zero eigenvalue
    impulse, after = decay(K, 0.7, e)
    assert np.allclose(after, expm(-0.7 * K) @ e, rtol=1e-12)
    assert np.allclose(K @ impulse, e - after, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("gamma", "gamma_p"), [(0.5, 0.0), (1.0, 0.0), (1.4, 0.0), (1.1, 0.4)])
def test_the_boosts_follow_the_slow_reference(gamma, gamma_p):
    m, inputs, targets = 40, np.array([[-1.0, 1.0], [0.3, 1.0], [1.5, 1.0]]), np.array([1.0, -0.5, 0.8])
    a, W, _ = start(m, 2, sampled=True, seed=3)
    fast = solve(inputs, targets, m**-gamma, m**-gamma_p, a, W, rtol=1e-3, tol=1e-12)
    slow = reference(inputs, targets, m**-gamma, m**-gamma_p, a, W, courant=5e-3, tol=1e-12, max_steps=300_000)
    assert slow.converged and fast.rd_w == pytest.approx(slow.rd_w, rel=3e-3)  # the reference is of first order in 5e-3
    assert fast.rd_a == pytest.approx(slow.rd_a, rel=3e-3)


def test_every_neuron_keeps_its_invariant_to_rounding():
    a, W, weight = start(1e6, 2, nodes=256)
    flow = solve(X, Y, 1e-9, 1.0, a, W, weight=weight, rtol=1e-2)
    assert flow.rd_w > 10 and flow.invariant_error < 1e-11


def test_the_trajectory_is_recorded():
    a, W, _ = start(50, 2, sampled=True, seed=2)
    flow = solve(X, 1 + X[:, 0], 50**-1.75, 1.0, a, W, rtol=0.05, tol=1e-8, record=True)  # a target that one direction fits
    assert flow.orientations.shape == (flow.steps, 2) and flow.t.shape == flow.losses.shape == (flow.steps,)
    assert (np.diff(flow.t) > 0).all() and flow.losses[-1] == flow.loss and flow.rds[-1] == flow.rd_w
    lengths = np.linalg.norm(flow.orientations, axis=1)
    assert lengths[0] < 0.9 < lengths[-1] <= 1 + 1e-12  # condensation


def test_the_order_of_neurons_does_not_matter():
    a, W, _ = start(30, 2, sampled=True)
    order = np.random.default_rng(1).permutation(len(a))
    one, two = (solve(X, Y, 0.1, 1.0, a[o], W[o]) for o in (np.arange(len(a)), order))
    assert np.allclose(one.W[order], two.W, rtol=1e-8, atol=1e-10)


def test_moving_scale_from_w_to_a_is_a_change_of_kappa_prime():
    a, W, _ = start(30, 2, sampled=True)
    c = 3.0
    one, two = solve(X, Y, 0.1, 1.0, a, W), solve(X, Y, 0.1, c**2, a / c, W * c)
    assert np.allclose(one.W * c, two.W, rtol=1e-8)


def test_one_neuron_follows_the_solution_by_hand():
    # f = a w on x = 1: the flow ends on a w = y, on the hyperbola through the start
    flow = solve(np.array([[1.0]]), np.array([2.0]), 1.0, 1.0, np.array([1.0]), np.array([[0.5]]), tol=1e-20)
    a, w = flow.a[0], flow.W[0, 0]
    assert a * w == pytest.approx(2.0, rel=1e-8) and a**2 - w**2 == pytest.approx(0.75, rel=1e-10)


def test_a_quadrature_start_resolves_distances_far_below_rounding_of_the_weights():
    a, W, weight = start(1e12, 2)
    lazy = solve(X, Y, 1.0, 1.0, a, W, weight=weight)
    assert 0 < lazy.rd_w < 1e-11 and lazy.converged


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": np.empty((0, 2)), "y": np.empty(0)}, "n >= 1"),
        ({"y": Y[:3]}, "one target per row"),
        ({"kappa": 0.0}, "kappa = 0.0"),
        ({"kappa_p": -1.0}, "kappa_p = -1.0"),
        ({"y": np.array([1.0, np.nan, 0, 0])}, r"y is not finite at index \(1,\)"),
        ({"W0": np.ones((4, 3))}, "do not fit"),
        ({"X": np.ones((4, 2))}, "no network can fit both"),
        ({"W0": -np.ones((4, 2))}, "cannot be fitted"),
    ],
)
def test_bad_input_is_named(change, message):
    good = {"X": X, "y": Y, "kappa": 0.1, "kappa_p": 1.0, "a0": np.ones(4), "W0": np.eye(4, 2) + 0.1}
    with pytest.raises(ValueError, match=message):
        solve(**(good | change))


def test_a_run_that_is_cut_short_says_so():
    a, W, _ = start(30, 2, sampled=True)
    with pytest.warns(UserWarning, match="max_steps"):
        assert not solve(X, Y, 0.01, 1.0, a, W, max_steps=2).converged


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 20), st.floats(0.1, 0.9), st.floats(0.5, 1.6))
def test_a_neuron_split_into_two_rescaled_copies_leaves_the_path_unchanged(seed, share, gamma):
    """(a, w) into (c a, c w) and (s a, s w) with c^2 + s^2 = 1: a property of positively homogeneous networks."""
    a, W, _ = start(20, 2, sampled=True, seed=seed)
    c, s = share, np.sqrt(1 - share**2)
    whole = solve(X, Y, 20**-gamma, 1.0, a, W, rtol=0.1, tol=1e-7)
    split = solve(X, Y, 20**-gamma, 1.0, np.r_[c * a[:1], a[1:], s * a[:1]], np.r_[c * W[:1], W[1:], s * W[:1]], rtol=0.1, tol=1e-7)
    assert split.rd_w == pytest.approx(whole.rd_w, rel=1e-6)
    assert np.allclose(split.W[0] / c, whole.W[0], rtol=1e-5, atol=1e-8) and np.allclose(split.W[1:-1], whole.W[1:], rtol=1e-5, atol=1e-8)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 20), st.floats(0.5, 1.6), st.floats(0.1, 10))
def test_a_factor_of_the_residuals_is_a_unit_of_time(seed, gamma, c):
    """Targets c y at c kappa: the loss is c^2 times as large, the path the same, walked c^2 times as fast."""
    a, W, _ = start(20, 2, sampled=True, seed=seed)
    one = solve(X, Y, 20**-gamma, 1.0, a, W, rtol=0.1, tol=1e-7)
    other = solve(X, c * Y, c * 20**-gamma, 1.0, a, W, rtol=0.1, tol=1e-7 * c**2)
    assert other.rd_w == pytest.approx(one.rd_w, rel=1e-6) and other.time * c**2 == pytest.approx(one.time, rel=1e-6)
