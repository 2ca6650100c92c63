"""Thresholds against companion matrices, maps against plain descent, the network against its flow:
each by another route.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import edge_of_stability as eos

steps = st.floats(0.01, 10)
momenta = st.floats(0, 0.95)


def companion(method, s, beta):
    """Matrix of (x_{t+1}, x_t) on the loss s x^2 / 2 with the step one."""
    if method == "nesterov":
        return np.array([[(1 + beta) * (1 - s), -beta * (1 - s)], [1, 0]])
    pull = s if method == "heavy ball" else (1 - beta) * s
    return np.array([[1 + beta - pull, -beta], [1, 0]])


@given(st.sampled_from(tuple(eos.MEMORY)), steps, momenta)
def test_a_method_with_momentum_is_stable_up_to_its_threshold(method, eta, beta):
    edge = eos.critical_sharpness(method, eta, beta) * eta
    for factor, stable in ((0.999, True), (1.001, False)):
        radius = np.abs(np.linalg.eigvals(companion(method, factor * edge, beta))).max()
        assert (radius < 1) == stable


@given(st.sampled_from(tuple(eos.EDGES)), steps)
def test_a_method_without_memory_is_stable_up_to_its_threshold(method, eta):
    edge = float(eos.critical_sharpness(method, eta)) * eta
    inside = np.linspace(1e-3, 1 - 1e-6, 200) * edge
    assert (np.abs(eos.amplification(method, -inside)) < 1).all()
    assert abs(eos.amplification(method, -1.001 * edge)) > 1
    leaves = {"descent": -1, "rk3": -1, "heun": 1, "rk4": 1}[method]
    assert eos.amplification(method, -edge) == pytest.approx(leaves, abs=1e-12)


def stage_by_stage(method, z):
    """One step from x = 1 on x' = z x with the step one, by the tableau of the method."""
    rows, weights = {
        "descent": ([[]], [1]),
        "heun": ([[], [1]], [1 / 2, 1 / 2]),
        "rk3": ([[], [1 / 2], [-1, 2]], [1 / 6, 4 / 6, 1 / 6]),
        "rk4": ([[], [1 / 2], [0, 1 / 2], [0, 0, 1]], [1 / 6, 2 / 6, 2 / 6, 1 / 6]),
    }[method]
    slopes = []
    for row in rows:
        slopes.append(z * (1 + np.dot(row, slopes)))
    return 1 + np.dot(weights, slopes)


@given(st.sampled_from(tuple(eos.EDGES)), st.floats(-5, 1))
def test_the_amplification_is_that_of_the_stages(method, z):
    assert eos.amplification(method, z) == pytest.approx(stage_by_stage(method, z), abs=1e-9)
    assert eos.amplification("implicit", z - 2) == pytest.approx(1 / (1 - (z - 2)))
    assert eos.amplification("flow", z) == pytest.approx((1 + z / 2**30) ** 2**30, rel=1e-6)


def plain_descent(x, y, eta, steps):
    path = [(x, y)]
    for _ in range(steps):
        r = 1 - x * y
        x, y = x + eta * r * y, y + eta * r * x
        path.append((x, y))
    return np.array(path).T


@given(st.floats(0.5, 2.5), st.floats(-0.5, 0.8), st.floats(0.02, 0.2))
def test_path_and_end_of_the_product_are_those_of_descent(x, y, eta):
    xs, ys = plain_descent(x, y, eta, 4000)
    path = eos.product_path(x, y, eta, 50)
    assert path == pytest.approx(np.stack([1 - xs * ys, xs**2 - ys**2], 1)[:51], abs=1e-9)
    end = xs[-1] ** 2 + ys[-1] ** 2
    if eta * end < 1.9 and abs(1 - xs[-1] * ys[-1]) < 1e-9:
        assert eos.product_end(x, y, eta) == pytest.approx(end, rel=1e-6)


@given(st.floats(0.3, 2.5), st.floats(0.05, 1))
def test_the_flow_of_the_product_ends_at_its_sharpness(x, y):
    from scipy.integrate import solve_ivp

    def slope(_, p):
        return (1 - p[0] * p[1]) * p[::-1]

    found = solve_ivp(slope, (0, 60), [x, y], rtol=1e-9, atol=1e-12).y[:, -1]
    assert eos.flow_sharpness(x, y) == pytest.approx((found**2).sum(), rel=1e-5)


@pytest.mark.claim("edge_of_stability.critical_sharpness_with_momentum")
def test_known_thresholds():
    assert eos.critical_sharpness("averaged", 1.0, 0.9) == pytest.approx(38)
    assert eos.critical_sharpness("adam", 1.0, 0.9) == pytest.approx(38)
    assert eos.critical_sharpness("rk3", 1.0) == pytest.approx(2.5127453266183286)
    assert eos.critical_sharpness("rk4", 1.0) == pytest.approx(2.785293563405282)
    assert eos.critical_sharpness("flow", [1.0, 2.0]).tolist() == [np.inf, np.inf]
    for method in eos.MEMORY:  # without momentum all are descent
        assert eos.critical_sharpness(method, 0.5) == pytest.approx(4)


@given(st.lists(st.floats(0.1, 5), min_size=2, max_size=6), st.data())
def test_the_growth_of_minibatches_is_the_mean_over_all_of_them(curvatures, data):
    from itertools import combinations

    batch = data.draw(st.integers(1, len(curvatures)))
    eta = data.draw(st.floats(0.05, 2))
    every = [(1 - eta * np.mean(drawn)) ** 2 for drawn in combinations(curvatures, batch)]
    assert eos.sgd_growth(curvatures, batch, eta) == pytest.approx(np.mean(every), abs=1e-9)
    edge = eos.sgd_edge(curvatures, batch)
    assert eos.sgd_growth(curvatures, batch, edge) == pytest.approx(1)
    assert edge <= 2 / np.mean(curvatures) * (1 + 1e-12)


@pytest.mark.claim("edge_of_stability.product_step")
@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.01, 0.5))
def test_the_map_of_the_product_is_descent(x, y, eta):
    r = 1 - x * y
    x_1, y_1 = x + eta * r * y, y + eta * r * x
    assert eos.product_step(r, x**2 - y**2, eta) == pytest.approx(
        (1 - x_1 * y_1, x_1**2 - y_1**2), abs=1e-12
    )


@given(st.floats(1.2, 2.5), st.floats(0.05, 0.8), st.floats(0.02, 0.3))
def test_descent_on_the_product_ends_flatter_than_the_flow(x, y, eta):
    if eta * (x**2 + y**2) < 1.9:
        assert eos.product_end(x, y, eta) <= eos.flow_sharpness(x, y) * (1 + 1e-12)


def test_the_shrinkage_is_of_first_order_in_the_step():
    errors = []
    for eta in (0.02, 0.01, 0.005):
        q = (eos.product_end(2.0, 0.1, eta) ** 2 - 4) ** 0.5
        errors.append(np.log(q / 3.99) / eta - eos.first_order_shrinkage(2.0, 0.1))
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.05)


def test_the_error_of_the_mirror_is_of_third_order():
    (_, one), (_, two) = eos.mirror(2.05), eos.mirror(2.1)
    assert two / one == pytest.approx(8, rel=0.1)
    assert eos.mirror(2.1)[0] == pytest.approx(2 - 0.1 - 2 / 300)


@pytest.mark.claim("edge_of_stability.flip_coefficient")
@pytest.mark.parametrize("above", [1e-3, 1e-4])
def test_the_cycle_of_log_cosh_has_the_derived_size(above):
    eta = 2 + above
    size = (above / eos.flip_coefficient(1.0, 0.0, -2.0, 2.0)) ** 0.5
    x, other = eos.two_cycle(np.tanh, eta, float(size))
    assert other == pytest.approx(-x) and 2 * x == pytest.approx(eta * np.tanh(x))
    assert x == pytest.approx(size, rel=2 * above)
    with pytest.raises(ValueError, match="no cycle"):
        eos.two_cycle(np.tanh, 1.9, 0.5)


@given(st.floats(-2, 2), st.floats(-4, 4))
def test_the_cycle_of_any_valley_has_the_derived_size(f3, f4):
    c, above = eos.flip_coefficient(1.0, f3, f4, 2.0), 1e-4
    if c > 0.2:  # half the distance of the two points, for they need not lie around the minimum
        ends = eos.two_cycle(
            lambda x: x + f3 * x**2 / 2 + f4 * x**3 / 6, 2 + above, float((above / c) ** 0.5)
        )
        assert abs(ends[0] - ends[1]) / 2 == pytest.approx((above / c) ** 0.5, rel=0.03)


@given(st.floats(0.01, 0.1), st.floats(0.5, 2), st.floats(0, 2), st.floats(0.3, 1.5))
def test_the_reduced_path_is_descent_on_the_reduced_loss(alpha, b, c, eta):
    x, u = 0.05, 0.02  # u: along the slope of the sharpness, y = sqrt(b) u
    path = eos.reduced_path(alpha, b, c, eta, x, b**0.5 * u, 8)
    for seen in path:
        assert (x, b**0.5 * u) == pytest.approx(tuple(seen), rel=1e-6, abs=1e-9)
        S = 2 / eta + b**0.5 * u
        by_x = S * x - c / eta * x**3
        by_u = b**0.5 * x**2 / 2 - alpha / b**0.5
        x, u = x - eta * by_x, u - eta * by_u


@given(st.floats(0, 3), st.floats(0.2, 3), st.floats(0.2, 2), st.floats(0.01, 2))
def test_the_balance_holds_where_the_jacobian_of_the_map_contracts(c, b, eta, alpha):
    def moved(u):
        x = np.exp(u[0] / 2)
        x, y = eos.reduced_path(alpha, b, c, eta, float(x), float(u[1]), 1)[1]
        return np.array([np.log(x**2), y])

    rest, h = np.array([np.log(2 * alpha / b), 2 * alpha * c / (b * eta)]), 1e-5
    assert moved(rest) == pytest.approx(rest, abs=1e-9)
    J = np.stack([(moved(rest + h * v) - moved(rest - h * v)) / (2 * h) for v in np.eye(2)], 1)
    radius = np.abs(np.linalg.eigvals(J)).max()
    if abs(radius - 1) > 1e-4:
        assert eos.hovers(c, b, eta, alpha) == (radius < 1)


def test_a_large_rate_of_sharpening_upsets_what_the_cubic_term_holds():
    assert eos.hovers(2.0, 1.0, 1.0) and not eos.hovers(2.0, 1.0, 1.0, 0.5)


@pytest.mark.claim("edge_of_stability.linear_net_flow")
def test_the_linear_network_ends_where_its_flow_does():
    rates, teacher = [1.0, 0.1, 0.05], [1.0, -2.0, 1.0]
    pull = np.multiply(rates, teacher)
    start = 1e-3 * np.r_[1, pull / np.linalg.norm(pull)]
    parameters, sharpness = eos.linear_net_flow(rates, teacher, start, [0.0, 2000.0])
    assert parameters[-1, 0] * parameters[-1, 1:] == pytest.approx(teacher, abs=1e-6)
    assert parameters[-1, 0] ** 2 == pytest.approx(np.linalg.norm(teacher), rel=1e-5)
    assert sharpness[-1] == pytest.approx(eos.linear_net_end(rates, teacher), rel=1e-5)


def test_the_flow_of_the_linear_network_is_that_of_its_layers():
    rates, teacher = np.array([1.0, 0.3]), np.array([1.0, -0.7])
    pull = rates * teacher / np.linalg.norm(rates * teacher)
    a, units = 0.3 * np.ones(4) / 2, np.ones(4) / 2
    W = np.outer(units, 0.3 * pull)  # balanced, all units along one direction
    steps, eta = 40000, 1e-4
    for _ in range(steps):
        e = rates * (a @ W - teacher)
        a, W = a - eta * W @ e, W - eta * np.outer(a, e)
    parameters, sharpness = eos.linear_net_flow(
        rates, teacher, np.r_[0.3, 0.3 * pull], [0.0, steps * eta]
    )
    assert parameters[-1] == pytest.approx(np.r_[np.linalg.norm(a), units @ W], abs=1e-3)

    def slope(p):
        A, w = p[0], p[1:]
        return np.r_[(rates * w * (A * w - teacher)).sum(), rates * A * (A * w - teacher)]

    p, h = parameters[-1], 1e-6
    H = np.stack([(slope(p + h * v) - slope(p - h * v)) / (2 * h) for v in np.eye(3)])
    assert sharpness[-1] == pytest.approx(np.linalg.eigvalsh(H)[-1], rel=1e-6)


def test_arrival_is_when_the_flow_has_that_sharpness():
    rates, teacher, eta = [1.0, 0.02, 0.02], [1.0, 2.0, 2.0], 0.75
    start = 0.05 * np.r_[1, np.multiply(rates, teacher) / np.linalg.norm([1, 0.04, 0.04])]
    time = eos.arrival_time(rates, teacher, eta, 0.05)
    _, sharpness = eos.linear_net_flow(rates, teacher, start, [time])
    assert sharpness[0] == pytest.approx(2 / eta, rel=1e-6)
    assert eos.arrival_time(rates, teacher, 0.5, 0.05) == np.inf  # the flow ends below the edge


@given(st.floats(0.05, 1))
def test_the_first_mode_sharpens_by_the_two_means(share):
    teacher = [share, (1 - share**2) ** 0.5]
    grown = eos.linear_net_end([1.0, 1e-9], teacher) / (2 * share)
    assert grown == pytest.approx((share + 1 / share) / 2, rel=1e-6) and grown >= 1 - 1e-9


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="nearest is 'nesterov'"):
        eos.critical_sharpness("nesterow", 1.0)
    with pytest.raises(ValueError, match="no momentum"):
        eos.critical_sharpness("rk4", 1.0, 0.5)
    with pytest.raises(ValueError, match="among flow"):
        eos.amplification("heavy ball", -1.0)
    with pytest.raises(ValueError, match="positive mean"):
        eos.sgd_edge([-1.0, 0.5], 1)
    with pytest.raises(ValueError, match="leaves all bounds"):
        eos.product_end(5.0, 0.1, 1.0)
    with pytest.raises(ValueError, match="teacher"):
        eos.linear_net_end([1.0, 2.0], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"x\^2 unlike y\^2"):
        eos.first_order_shrinkage(1.0, 1.0)
