"""The integrator against a slow reference, a matrix exponential, and cases that can be solved by
hand.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.optimize import brentq, lsq_linear

from numerics import gradient_flow
from numerics.core import neurons
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


def test_a_decaying_loss_is_met_at_its_time():
    rng = np.random.default_rng(0)
    rates, c = np.array([0.0, 0.05, 0.3, 1.0, 20.0]), np.r_[0.0, rng.standard_normal(4)]
    loss = lambda time: float(np.exp(-2 * rates * time) @ c**2) / 10  # noqa: E731
    for share in (0.9, 0.1, 1e-6):
        tol = share * loss(0.0)
        assert gradient_flow._landing(rates, c, 1e3, tol) == pytest.approx(
            brentq(lambda t, tol=tol: loss(t) - tol, 0, 1e3), rel=1e-6
        )
    assert gradient_flow._landing(rates, c, 0.1, 1e-6) == 0.1


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
    m, inputs, targets = (
        40,
        np.array([[-1.0, 1.0], [0.3, 1.0], [1.5, 1.0]]),
        np.array([1.0, -0.5, 0.8]),
    )
    a, W, _ = start(m, 2, sampled=True, seed=3)
    # time is known 10 times less well than distances
    fast = solve(inputs, targets, m**-gamma, m**-gamma_p, a, W, rtol=3e-4, tol=1e-12)
    slow = reference(
        inputs, targets, m**-gamma, m**-gamma_p, a, W, courant=5e-3, tol=1e-12, max_steps=300_000
    )
    # the reference is of first order in 5e-3
    assert slow.converged and fast.rd_w == pytest.approx(slow.rd_w, rel=3e-3)
    assert fast.rd_a == pytest.approx(slow.rd_a, rel=3e-3) and fast.sup_rd_w == pytest.approx(
        slow.sup_rd_w, rel=3e-3
    )
    assert fast.time == pytest.approx(slow.time, rel=1e-2)


def test_every_neuron_keeps_its_invariant_to_rounding():
    a, W, weight = start(1e6, 2, nodes=256)
    flow = solve(X, Y, 1e-9, 1.0, a, W, weight=weight, rtol=1e-2)
    assert flow.rd_w > 10 and flow.invariant_error < 1e-11


def test_the_trajectory_is_recorded():
    a, W, _ = start(50, 2, sampled=True, seed=2)
    # a target that one direction fits
    flow = solve(X, 1 + X[:, 0], 50**-1.75, 1.0, a, W, rtol=0.05, tol=1e-8, record=True)
    assert flow.orientations.shape == (flow.steps, 2) and flow.t.shape == flow.losses.shape == (
        flow.steps,
    )
    assert (
        (np.diff(flow.t) > 0).all() and flow.losses[-1] == flow.loss and flow.rds[-1] == flow.rd_w
    )
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
    flow = solve(
        np.array([[1.0]]), np.array([2.0]), 1.0, 1.0, np.array([1.0]), np.array([[0.5]]), tol=1e-20
    )
    a, w = flow.a[0], flow.W[0, 0]
    assert a * w == pytest.approx(2.0, rel=1e-8) and a**2 - w**2 == pytest.approx(0.75, rel=1e-10)


def test_a_quadrature_start_resolves_distances_far_below_rounding_of_the_weights():
    a, W, weight = start(1e12, 2)
    lazy = solve(X, Y, 1.0, 1.0, a, W, weight=weight)
    assert 0 < lazy.rd_w < 1e-11 and lazy.converged


def on_the_hyperbola(product, invariant):
    """a and |w| with a |w| = product and a^2 - w^2 = invariant."""
    w = np.sqrt((np.sqrt(invariant**2 + 4 * product**2) - invariant) / 2)
    return product / w, w


def test_a_neuron_is_pushed_onto_its_kink_and_stops_there():
    with pytest.warns(UserWarning, match="rest"):
        flow = solve(
            np.array([[1.0]]), np.array([-1.0]), 1.0, 1.0, np.array([1.0]), np.array([[0.5]])
        )
    assert flow.stationary and not flow.converged and abs(flow.W[0, 0]) < 1e-15
    assert (
        flow.a[0] == pytest.approx(np.sqrt(0.75), rel=1e-14)
        and flow.loss == pytest.approx(0.5)
        and flow.steps < 30
    )


def test_a_neuron_crosses_its_kink_where_another_sample_takes_over():
    X, y = np.array([[1.0], [-1.0]]), np.array([-1.0, 2.0])  # both samples share the kink w = 0
    with pytest.warns(UserWarning, match="rest"):
        flow = solve(X, y, 1.0, 1.0, np.array([1.0]), np.array([[0.5]]))
    # what is left at rest is counted, not allowed for
    a, w = on_the_hyperbola(2.0 + flow.residual[1], 0.75)
    assert flow.a[0] == pytest.approx(a, rel=1e-10) and flow.W[0, 0] == pytest.approx(-w, rel=1e-10)
    assert (
        flow.stationary
        and flow.loss == pytest.approx(0.25)
        and np.allclose(flow.residual, [1.0, 0.0], atol=1e-6)
    )


@pytest.mark.parametrize("along", [0.0, 0.3])  # on the kink from the start, and coming to it
def test_a_neuron_slides_along_a_kink_that_attracts_from_both_sides(along):
    # off: the second pulls it on; on: the first pushes it off
    X, y = (
        np.array([[1.0, 0.0], [0.5, 1.0]]),
        np.array([-3.0, 2.0]),
    )
    with pytest.warns(UserWarning, match="rest"):
        flow = solve(X, y, 1.0, 1.0, np.array([1.0]), np.array([[along, 0.4]]))
    # what is left at rest is counted, not allowed for
    a, w = on_the_hyperbola(2.0 + flow.residual[1], 1 - along**2 - 0.4**2)
    assert flow.a[0] == pytest.approx(a, rel=1e-8) and flow.W[0, 1] == pytest.approx(w, rel=1e-8)
    # where the residual overshoots the plane lets go
    assert abs(flow.residual[1]) < 1e-6 and abs(flow.W[0, 0]) < 1e-7
    assert flow.stationary and flow.loss == pytest.approx(9 / 4) and flow.steps < 40


@pytest.mark.parametrize("y", [2.0, 0.3])
def test_time_is_that_of_the_logistic_equation(y):
    # a = w on x = 1: u = a^2 obeys du/dt = 2 u (y - u)
    u, tol = 1.0, 1e-10
    flow = solve(
        np.array([[1.0]]),
        np.array([y]),
        1.0,
        1.0,
        np.array([1.0]),
        np.array([[1.0]]),
        tol=tol,
        rtol=1e-5,
    )
    end = y + np.sign(u - y) * np.sqrt(2 * flow.loss)
    expected = np.log((y - u) * end / ((y - end) * u)) / (2 * y)
    assert flow.time == pytest.approx(expected, rel=1e-3) and 0.9 * tol < flow.loss <= tol


def test_a_start_on_the_logistic_equation_converges_at_second_order():
    local = 0.05 * 2.0 ** -np.arange(8)
    X, mass = np.array([[1.0]]), np.ones(1)
    problem = gradient_flow._Problem(X, np.array([2.0]), 1.0, mass)
    steps, errors = [], []
    for tolerance in local:
        path = gradient_flow._follow(
            problem, np.array([0.1]), np.array([[0.1]]), mass, tolerance, 1e-2, 10_000, False
        )
        end = 2.0 - np.sqrt(2 * path.loss)
        steps.append(path.steps)
        errors.append(abs(path.time - np.log((2 - 0.01) * end / ((2 - end) * 0.01)) / 4))
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert -3 < slope < -1.7


def test_dead_neurons_stay_and_twins_of_samples_change_nothing():
    a, W, _ = start(20, 2, sampled=True, seed=4)
    W[3] = [0.0, -2.0]
    one, twice = (
        solve(X, Y, 20**-1.5, 1.0, a, W, tol=1e-9),
        solve(np.r_[X, X], np.r_[Y, Y], 20**-1.5, 1.0, a, W, tol=1e-9),
    )
    assert one.moved_a[3] == 0 and (one.moved_W[3] == 0).all()
    assert twice.rd_w == pytest.approx(one.rd_w, rel=1e-6) and twice.time == pytest.approx(
        one.time, rel=1e-4
    )


@pytest.mark.parametrize(
    ("d", "n", "m", "antisymmetric", "size"),
    [
        (1, 2, 20, False, 1.0),
        (3, 6, 40, True, 1.0),
        (20, 10, 12, False, 1.0),
        (2, 4, 40, True, 300.0),
    ],
)
def test_more_dimensions_more_samples_other_starts_and_targets_of_many_sizes(
    d, n, m, antisymmetric, size
):
    rng = np.random.default_rng(d)
    X, y = (
        np.c_[rng.standard_normal((n, d)), np.ones(n)],
        rng.standard_normal(n) * np.geomspace(1, size, n),
    )
    a, W, _ = start(m, d + 1, sampled=True, seed=1, antisymmetric=antisymmetric)
    tol = 2e-2 * float(y @ y) / (2 * n)
    fast = solve(X, y, 0.3, 1.5, a, W, tol=tol, rtol=1e-3)
    coarse, fine = (
        reference(X, y, 0.3, 1.5, a, W, courant=c, tol=tol, max_steps=10_000) for c in (4e-2, 2e-2)
    )
    assert (
        fine.converged
        and fast.rd_w == pytest.approx(2 * fine.rd_w - coarse.rd_w, rel=2e-3)
        and fast.error < 1e-3
    )


@pytest.mark.parametrize("leak", [0.2, -1.0, 1.0])
def test_leaky_activations_follow_the_slow_reference(leak):
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((5, 3)), rng.standard_normal(5)
    X, y = np.r_[X, -X[:1]], np.r_[y, -leak * y[0]]  # two samples on one line, on opposite sides
    y = X @ rng.standard_normal(3) if leak == 1 else y  # a linear network fits linear targets only
    a, W, _ = start(30, 3, sampled=True, seed=2)
    tol = 2e-2 * float(y @ y) / (2 * len(y))
    fast = solve(X, y, 0.3, 1.2, a, W, leak=leak, rtol=1e-3, tol=tol)
    coarse, fine = (
        reference(X, y, 0.3, 1.2, a, W, leak=leak, courant=c, tol=tol, max_steps=20_000)
        for c in (4e-2, 2e-2)
    )
    assert fine.converged and fast.converged and fast.error < 1e-3
    assert fast.rd_w == pytest.approx(2 * fine.rd_w - coarse.rd_w, rel=2e-3)
    assert (
        fast.rd_a == pytest.approx(2 * fine.rd_a - coarse.rd_a, rel=2e-3)
        and fast.invariant_error < 1e-11
    )


def test_who_is_off_everywhere_stays_without_a_leak_and_moves_with_one():
    # the last on a kink from which it would be driven on
    X, W = (
        np.eye(2),
        np.array([[0.5, 0.1], [-0.3, -0.4], [0.0, -0.4]]),
    )
    a = np.array([1.0, 0.7, -0.8])
    for leak, moves in ((0.0, [True, False, False]), (0.2, [True, True, True])):
        flow = solve(X, np.array([0.1, 0.4]), 1.0, 1.0, a, W, leak=leak, tol=1e-10, rows=slice(1))
        slow = reference(
            X, np.array([0.1, 0.4]), 1.0, 1.0, a, W, leak=leak, tol=1e-10, courant=1e-3
        )
        assert (np.abs(flow.moved_W).max(1) > 0).tolist() == moves and np.allclose(
            flow.W, slow.W, atol=1e-3
        )
        assert flow.rd_w == pytest.approx(
            np.linalg.norm(flow.moved_W[0]) / np.linalg.norm(W[0]), rel=1e-12
        )


def test_the_kernel_of_a_leaky_network_is_that_of_its_definition():
    rng = np.random.default_rng(1)
    X, V, A, c = (
        rng.standard_normal((6, 2)),
        rng.standard_normal((8, 2)),
        rng.standard_normal(8),
        0.3,
    )
    leaky = gradient_flow._Problem(X, np.zeros(6), 1.0, np.ones(8), c)
    S, gates = np.maximum(V @ X.T, c * (V @ X.T)), np.where(V @ X.T > 0, 1.0, c)
    expected = (S.T @ S + ((gates * (A**2)[:, None]).T @ gates) * (X @ X.T)) / 6
    Z = V @ leaky.normals.T
    assert np.allclose(
        leaky.kernel(A, Z, Z > 0, np.zeros(Z.shape, dtype=bool)), expected
    ) and np.allclose(leaky.features(Z), S)


def test_a_target_out_of_reach_ends_at_rest_where_descent_finds_no_way_on():
    x = np.c_[np.linspace(-1, 1, 8), np.ones(8)]
    zigzag = np.array([1.0, -1.0] * 4)
    a, W, _ = start(4, 2, sampled=True, seed=1)
    with pytest.warns(UserWarning, match="cannot fit"):
        flow = solve(x, zigzag, 0.5, 1.0, a, W, tol=1e-8, rtol=0.03)
    further = reference(x, zigzag, 0.5, 1.0, flow.a, flow.W, courant=0.02, tol=1e-8, max_steps=3000)
    assert flow.stationary and not flow.converged and flow.steps < 500
    assert flow.loss == pytest.approx(further.loss, rel=1e-3) and further.rd_w < 1e-2


@pytest.mark.parametrize(("gamma", "gamma_p"), [(0.5, 0.0), (1.2, -0.4), (1.75, 0.0)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_error_is_what_was_asked_for(gamma, gamma_p, seed):
    a, W, _ = start(100, 2, sampled=True, seed=seed)
    tight, loose = (
        solve(X, Y, 100**-gamma, 100**-gamma_p, a, W, tol=1e-9, rtol=r) for r in (1e-3, 1e-2)
    )
    assert loose.rd_w == pytest.approx(tight.rd_w, rel=1e-2) and loose.rd_a == pytest.approx(
        tight.rd_a, rel=1e-2
    )
    assert loose.error <= 1e-2 / 3 and tight.error <= 1e-3 / 3


@pytest.mark.parametrize(("gamma", "gamma_p"), [(0.5, 0.0), (1.2, -0.4)])
def test_the_estimated_error_is_not_below_the_true_one(gamma, gamma_p):
    """The estimate is a third of the difference of two passes; the true error may be all of the
    difference, but no more.
    """
    a, W, _ = start(100, 2, sampled=True, seed=0)
    tight, loose = (
        solve(X, Y, 100**-gamma, 100**-gamma_p, a, W, tol=1e-9, rtol=r) for r in (1e-5, 0.1)
    )
    assert abs(loose.rd_w / tight.rd_w - 1) <= 3 * loose.error


def test_passes_that_take_the_same_steps_do_not_confirm_each_other():
    a, W, _ = start(100, 2, sampled=True, seed=0)
    tight, loose = (
        solve(np.eye(2), np.array([1.0, -1.0]), 100**-0.3, 1.0, a, W, tol=1e-2, rtol=r)
        for r in (1e-5, 0.1)
    )
    assert loose.passes == 2 and 1e-7 < abs(loose.rd_w / tight.rd_w - 1) <= 3 * loose.error < 1e-3


def test_passes_that_do_not_agree_are_reported(monkeypatch):
    monkeypatch.setattr(gradient_flow, "MAX_PASSES", 1)
    a, W, _ = start(20, 2, sampled=True)
    with pytest.warns(UserWarning, match="passes"):
        assert solve(X, Y, 0.1, 1.0, a, W, tol=1e-6).converged


@settings(max_examples=60, deadline=None, derandomize=True)
@given(small, small, st.floats(0.01, 2), small, small)
def test_the_moment_of_a_kink_is_the_first_zero_on_the_way(A, along, rho, slope, level):
    def on_the_way(share):
        return level + slope * (along * (np.cosh(share * rho) - 1) - A * np.sinh(share * rho))

    first = neurons.first_zero(A, along, slope, level)
    found = 2 * np.arctanh(first) / rho if first < 1 else np.inf
    grid = np.linspace(1e-6, 1, 400)
    values = on_the_way(grid)
    change = np.flatnonzero(values[:-1] * values[1:] < 0)
    if len(change) and abs(level) > 1e-3:
        assert found == pytest.approx(
            brentq(on_the_way, grid[change[0]], grid[change[0] + 1]), rel=1e-7, abs=1e-9
        )
    elif found < 1 and abs(level) > 1e-3:
        assert abs(on_the_way(found)) < 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_shares_on_several_planes_are_those_of_the_least_push(seed):
    rng = np.random.default_rng(seed)
    X = np.c_[rng.standard_normal((5, 6)), np.ones(5)]
    problem = gradient_flow._Problem(X, np.zeros(5), 1.0, np.ones(1))
    E = np.abs(rng.standard_normal(5))  # A > 0: every plane attracts
    E[3:] = rng.standard_normal(2) * 3
    held, share = np.array([True, True, True, False, False]), np.array([0.0, 0, 0, 1, 1])
    jump, base = problem.drive(E)
    rest = neurons.settle(2.0, share, held, problem.normals, jump, base)
    expected = lsq_linear((jump[:3, None] * X[:3]).T, -(jump[3:] @ X[3:]), (0, 1), tol=1e-14).x
    assert np.allclose(share[:3], expected, atol=1e-5) and share[3:].tolist() == [1, 1] and not rest
    assert (held[:3] == ((share[:3] > 0) & (share[:3] < 1))).all() and not held[3:].any()


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_moment_of_a_kink_keeps_its_digits_close_to_it(sign):
    found = 2 * np.arctanh(neurons.first_zero(1.0, 0.0, sign * 1.0, sign * 1e-13))
    assert found == pytest.approx(1e-13, rel=1e-9)


@pytest.mark.parametrize(("other", "side"), [(1.0, 1.0), (-2.0, 0.0), (-0.4, 1.0), (-0.6, 0.0)])
def test_a_plane_that_repels_lets_go_to_the_side_to_which_the_neuron_is_driven(other, side):
    X = np.array([[1.0, 0.0], [1.0, 1.0]])
    problem = gradient_flow._Problem(X, np.zeros(2), 2.0, np.ones(1))  # kappa / n = 1
    jump, base = problem.drive(np.array([1.0, other]))
    share, held = np.array([0.0, 1.0]), np.array([True, False])
    rest = neurons.settle(-1.0, share, held, problem.normals, jump, base)
    assert share[0] == side and not held.any() and not rest  # off: moves by other, on: by other + 1


def walked(A, V, Z, held, normals, jump, base, on=None):
    """State after a walk in two parts: increments of A and V, then Z, on, held, and the rapidity of
    the way.
    """
    V, Z, held, gone = (
        np.array(V, dtype=float),
        np.array(Z, dtype=float),
        np.array(held),
        np.empty(len(V)),
    )
    on, normals, small = (
        Z > 0 if on is None else np.array(on),
        np.array(normals, dtype=float),
        np.full(3, 1e-10),
    )
    jumps, bases = np.outer([0.3, 0.7], jump), np.outer([0.3, 0.7], base)
    gone_A, way = neurons.walk(A, V, Z, on, held, normals, jumps, bases, small, gone)
    return gone_A, gone, Z, on, held, way


def test_a_neuron_at_the_origin_that_finds_no_consistent_side_rests():
    rng = np.random.default_rng(0)
    normals, jump, base = rng.standard_normal((4, 3)), rng.standard_normal(4), np.zeros(3)
    found = 0
    for signs in np.array(np.meshgrid(*[[-1, 1]] * 4)).reshape(4, -1).T:
        held, share = np.ones(4, dtype=bool), np.zeros(4)
        if neurons.settle(1.0, share, held, normals, signs * jump, base):
            found += 1
            gone_A, gone, *_, way = walked(
                1.0, np.zeros(3), np.zeros(4), [True] * 4, normals, signs * jump, base
            )
            assert held.all() and gone_A == 0 and (gone == 0).all() and way == 0
    assert found > 0


def test_a_neuron_at_the_origin_is_held_where_all_planes_attract_and_dies_where_one_repels():
    # driven onto the plane from both sides
    *_, on, held, _ = walked(1.0, [0.0], [0.0], [True], [[1.0]], [1.0], [-0.5])
    assert held.tolist() == [True] and on.tolist() == [False]
    # off nothing drives it
    *_, on, held, way = walked(1.0, [0.0], [0.0], [False], [[1.0]], [-1.0], [0.0], on=[False])
    assert not held.any() and not on.any() and way == 0


def test_the_rapidity_of_a_way_is_that_of_all_its_parts():
    _, _, Z, on, _, way = walked(
        1.0, [0.2, 1.0], [0.2, 1.0], [False, False], np.eye(2), [0.0, 0.0], [0.5, 0.0]
    )
    assert way == pytest.approx(0.5, rel=1e-14) and Z[0] < 0 and on.tolist() == [False, True]


def test_a_plateau_on_which_small_neurons_grow_is_not_a_rest():
    a, W, weight = start(1e9, 2, nodes=64)
    # rests at the best constant for long
    flow = solve(X, Y, 1e9**-1.6, 1e9**0.3, a, W, weight=weight, rtol=0.1, tol=1e-6)
    assert flow.converged and flow.rd_w > 3000


def test_a_neuron_that_is_held_leaves_the_kernel_by_projection():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 3))
    problem = gradient_flow._Problem(X, np.zeros(4), 0.7, np.array([2.0]))
    A, Z = np.array([1.3]), np.array([[0.0, 0.0, 0.8, -0.2]])
    held = np.array([[True, True, False, False]])
    across = np.eye(3) - np.linalg.pinv(X[:2]) @ X[:2]
    S, on = np.maximum(Z, 0), (Z > 0) * 1.0
    expected = 0.7**2 / 4 * 2.0 * (np.outer(S, S) + A**2 * np.outer(on, on) * (X @ across @ X.T))
    assert np.allclose(problem.kernel(A, Z, Z > 0, held), expected, atol=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_a_step_with_a_residual_of_fixed_direction_may_be_cut_anywhere(seed):
    """Kinks, slides and neurons that turn back are exact then, however long the step."""
    rng = np.random.default_rng(seed)
    X, A, V = (
        np.c_[rng.standard_normal((4, 2)), np.ones(4)],
        0.5 * rng.standard_normal(200),
        rng.standard_normal((200, 3)),
    )
    problem = gradient_flow._Problem(X, np.zeros(4), 1.0, np.ones(200))
    E, Z = rng.standard_normal(4), V @ X.T

    def cut(parts):
        now = gradient_flow._State(A, V, Z, Z > 0, np.zeros(Z.shape, dtype=bool), E, np.eye(4))
        for _ in range(parts):
            dA, dV, *sides, _, _ = gradient_flow._move(
                problem, now, (E / parts / 3, E / parts * 2 / 3)
            )
            now = gradient_flow._State(now.A + dA, now.V + dV, *sides, E, np.eye(4))
        return now

    whole, pieces = cut(1), cut(7)
    assert np.allclose(whole.A, pieces.A, atol=1e-9) and np.allclose(whole.V, pieces.V, atol=1e-9)
    assert (
        np.allclose(whole.Z, whole.V @ X.T, atol=1e-9)
        and (whole.on == pieces.on).all()
        and whole.held.any()
    )


def test_a_preactivation_that_dips_and_would_come_back_within_a_step_is_seen():
    X = np.eye(2)
    problem = gradient_flow._Problem(X, np.zeros(2), 1.0, np.ones(1))
    A, V, E = np.array([0.3]), np.array([[0.005, 1.0]]), np.array([0.48, 1.6])
    now = gradient_flow._State(A, V, V, V > 0, np.zeros((1, 2), dtype=bool), E, np.eye(2))
    dA, _, Z, on, *_ = gradient_flow._move(problem, now, (E / 2, E / 2))
    # off the first sample nothing moves it back
    assert A[0] + dA[0] < 0 and abs(Z[0, 0]) < 1e-15 and on[0].tolist() == [False, True]


def test_a_neuron_that_slides_into_the_origin_dies_as_in_descent():
    a, W, _ = start(200, 2, sampled=True, seed=1)
    kappa, kappa_p = 200**-1.2, 200**0.4
    flow = solve(X, Y, kappa, kappa_p, a, W, tol=1e-5, rtol=1e-3)
    slow = reference(X, Y, kappa, kappa_p, a, W, courant=0.05, tol=1e-5, max_steps=20_000)
    assert slow.converged and flow.rd_w == pytest.approx(slow.rd_w, rel=7e-4)


def test_samples_on_one_line_share_a_plane():
    X = np.array([[1.0, 2.0], [-2.0, -4.0], [0.5, 1.0], [1.0, 0.0], [0.0, 0.0]])
    problem = gradient_flow._Problem(X, np.zeros(5), 1.0, np.ones(1))
    assert problem.plane.tolist() == [0, 0, 0, 1, 2] and problem.opposite.tolist() == [
        False,
        True,
        False,
        False,
        False,
    ]
    V = np.array([[0.3, -0.4], [1.0, 1.0]])
    assert np.allclose(problem.features(V @ problem.normals.T), np.maximum(V @ X.T, 0))
    E = np.arange(1.0, 6.0)
    jump, base = problem.drive(E)
    on = (V @ problem.normals.T > 0) * 1.0
    assert np.allclose(on @ (jump[:, None] * problem.normals) + base, ((V @ X.T > 0) * E) @ X / 5)


def test_a_quadrature_that_no_longer_reaches_the_target_says_so():
    a, W, weight = start(1e12, 2, nodes=256)
    with pytest.warns(UserWarning, match="rest"):
        flow = solve(X, Y, 1e12**-1.6, 1e12**0.4, a, W, weight=weight)
    # the best constant
    assert flow.stationary and flow.steps < 200 and flow.loss == pytest.approx(1 / 162, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": np.empty((0, 2)), "y": np.empty(0)}, "none of it empty"),
        ({"y": Y[:3]}, r"y has shape \(3,\): expected \(4,\)"),
        ({"kappa": 0.0}, "kappa = 0: a positive"),
        ({"kappa_p": -1.0}, "kappa_p = -1: a positive"),
        ({"y": np.array([1.0, np.nan, 0, 0])}, r"y\[1\] = nan"),
        ({"W0": np.ones((4, 3))}, "W0 has 3 columns where X has 2"),
        ({"X": np.ones((4, 2))}, "no network can fit both"),
        ({"W0": -np.ones((4, 2))}, "cannot be fitted"),
        ({"leak": 1.5}, "leak = 1.5"),
    ],
)
def test_bad_input_is_named(change, message):
    good = {
        "X": X,
        "y": Y,
        "kappa": 0.1,
        "kappa_p": 1.0,
        "a0": np.ones(4),
        "W0": np.eye(4, 2) + 0.1,
    }
    with pytest.raises(ValueError, match=message):
        solve(**(good | change))


def test_a_run_that_is_cut_short_says_so():
    a, W, _ = start(30, 2, sampled=True)
    with pytest.warns(UserWarning, match="max_steps"):
        assert not solve(X, Y, 0.01, 1.0, a, W, max_steps=2).converged


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 20), st.floats(0.1, 0.9), st.floats(0.5, 1.6))
def test_a_neuron_split_into_two_rescaled_copies_leaves_the_path_unchanged(seed, share, gamma):
    """(a, w) into (c a, c w) and (s a, s w) with c^2 + s^2 = 1: a property of positively
    homogeneous networks.
    """
    a, W, _ = start(20, 2, sampled=True, seed=seed)
    c, s = share, np.sqrt(1 - share**2)
    whole = solve(X, Y, 20**-gamma, 1.0, a, W, rtol=0.1, tol=1e-7)
    split = solve(
        X,
        Y,
        20**-gamma,
        1.0,
        np.r_[c * a[:1], a[1:], s * a[:1]],
        np.r_[c * W[:1], W[1:], s * W[:1]],
        rtol=0.1,
        tol=1e-7,
    )
    assert split.rd_w == pytest.approx(whole.rd_w, rel=1e-6)
    assert np.allclose(split.W[0] / c, whole.W[0], rtol=1e-5, atol=1e-8) and np.allclose(
        split.W[1:-1], whole.W[1:], rtol=1e-5, atol=1e-8
    )


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 20), st.floats(0.5, 1.6), st.floats(0.1, 10))
def test_a_factor_of_the_residuals_is_a_unit_of_time(seed, gamma, c):
    """Targets c y at c kappa: the loss is c^2 times as large, the path the same, walked c^2 times
    as fast.
    """
    a, W, _ = start(20, 2, sampled=True, seed=seed)
    one = solve(X, Y, 20**-gamma, 1.0, a, W, rtol=0.1, tol=1e-7)
    other = solve(X, c * Y, c * 20**-gamma, 1.0, a, W, rtol=0.1, tol=1e-7 * c**2)
    assert other.rd_w == pytest.approx(one.rd_w, rel=1e-6) and other.time * c**2 == pytest.approx(
        one.time, rel=1e-6
    )
