"""Claims about gradient flow and its networks against flows that SciPy follows, derivatives that
torch takes, and iterations that are run.

One function for each claim computes what the claim says in another way (``routes.route``).
"""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np
import sympy as sp
import torch
from routes import measuring, quadrature, route, slope
from scipy.integrate import solve_ivp
from scipy.linalg import expm, null_space
from scipy.optimize import brentq, minimize_scalar


def decaying(formula):
    """The formula for paths exp(-2 t)."""
    return of_functions(formula, lambda t: sp.exp(-2 * t))


def with_tanh(formula):
    """The formula with tanh for every function that it leaves open."""
    return of_functions(formula, sp.tanh)


def of_functions(formula, function):
    """The formula with this function for every function that it leaves open."""
    for open_function in {e.func for e in formula.atoms(sp.core.function.AppliedUndef)}:
        formula = formula.replace(open_function, function)
    return formula


def relu(z):
    return np.maximum(z, 0)


@cache
def small_flow(seed, T=1.5, inputs=3):
    """A flow of eight ReLU neurons from an antisymmetric start, for the time T: what it starts and
    ends with, its rapidity, and by how much the features of a hold the residual up at least.
    """
    rng = np.random.default_rng(seed)
    kappa, kappaprime = rng.uniform(0.2, 0.6), rng.uniform(0.5, 2)
    M, D = 8, 2
    a0, w0 = rng.standard_normal(M // 2), rng.standard_normal((M // 2, D))
    a0, w0 = np.r_[a0, -a0], np.r_[w0, w0]
    x, y = rng.standard_normal((inputs, D)), rng.standard_normal(inputs)
    sigma = np.linalg.norm(x, 2)

    def parts(state):
        a, w = state[:M], state[M : M + M * D].reshape(M, D)
        z = w @ x.T
        return a, w, z, kappa * a @ relu(z) - y

    def rates(_, state):
        a, _, z, e = parts(state)
        move_a = -kappa / (kappaprime * inputs) * relu(z) @ e
        move_w = -kappa * kappaprime / inputs * a[:, None] * (((z > 0) * e) @ x)
        return np.r_[move_a, move_w.ravel(), kappa * sigma * np.linalg.norm(e) / inputs]

    found = solve_ivp(rates, (0, T), np.r_[a0, w0.ravel(), 0.0], rtol=1e-7, atol=1e-9)
    a, w, z, e = parts(found.y[:, -1])
    held = [np.sum((relu(z) @ e) ** 2) / (e @ e) for _, _, z, e in map(parts, found.y.T)]
    return SimpleNamespace(
        a0=a0, w0=w0, a=a, w=w, z=z, e=e, x=x, Y=np.linalg.norm(y), sigma=sigma, M=M, D=D,
        n=inputs, Xi=found.y[-1, -1], held=min(held), kappa=kappa, kappaprime=kappaprime,
        units={"kappa": kappa, "kappaprime": kappaprime},
    )  # fmt: skip


RANGES = {"seed": (0, 1)}


@route("forced_drift.layers_at_the_fit", 0, rel=1e-4, **RANGES)
def test_conservation_over_all_neurons(seed):
    flow = small_flow(seed)
    lengths = {"W": np.linalg.norm(flow.w, axis=1), "W_0": np.linalg.norm(flow.w0, axis=1)}
    return {**flow.units, **lengths, "A_0": flow.a0, "M": flow.M, "value": flow.a @ flow.a}


@route("forced_drift.product_of_layers", 0, **RANGES)
def test_what_a_fit_needs(seed):
    flow = small_flow(seed)
    sizes = np.abs(flow.a) @ np.linalg.norm(flow.w, axis=1)
    left = np.linalg.norm(flow.e) / flow.Y
    return {**flow.units, "Y": flow.Y, "rho": left, "F_1": flow.kappa * flow.sigma * sizes}


@route("tied_drift.change_of_output", 0, **RANGES)
def test_what_a_fit_needs_of_the_changes(seed):
    flow = small_flow(seed)
    moved = np.linalg.norm(flow.a - flow.a0) * np.linalg.norm(flow.w)
    moved += np.linalg.norm(flow.a0) * np.linalg.norm(flow.w - flow.w0)
    left = np.linalg.norm(flow.e) / flow.Y
    return {**flow.units, "Y": flow.Y, "rho": left, "F_2": flow.kappa * flow.sigma * moved}


def inequality(formula):
    """The part of a formula that has no sums over neurons, which are equal but for rounding."""
    return next(part for part in formula.args if not part.has(sp.Sum))


@route("tied_drift.conserved_drifts", 1, pick=inequality, **RANGES)
def test_a_follows_w(seed):
    flow = small_flow(seed)
    A_0, W_0 = np.linalg.norm(flow.a0), np.linalg.norm(flow.w0)
    R_a, R_w = np.linalg.norm(flow.a - flow.a0) / A_0, np.linalg.norm(flow.w - flow.w0) / W_0
    return {**flow.units, "A_0": A_0, "W_0": W_0, "R_a": R_a, "R_w": R_w}


@route("rapidity.boosts", 0, **RANGES)
def test_way_of_a_neuron_at_a_rapidity(seed):
    flow = small_flow(seed)
    ways = np.linalg.norm(flow.w - flow.w0, axis=1)
    k = np.argmax(ways)
    start = {"a_0": abs(flow.a0[k]), "w_0": np.linalg.norm(flow.w0[k])}
    return {**flow.units, **start, "Xi": flow.Xi, "P": lambda _: ways[k]}


@route("rapidity.drift_by_rapidity", 1, **RANGES)
def test_way_of_all_w_at_a_rapidity(seed):
    flow = small_flow(seed)
    start = {"A_0": np.linalg.norm(flow.a0), "W_0": np.linalg.norm(flow.w0)}
    reached = {"Xi": flow.Xi, "epsilon": flow.Xi, "D_w": np.linalg.norm(flow.w - flow.w0)}
    return {**flow.units, **start, **reached}


@route("tied_drift.drift_of_either_layer", **RANGES)
def test_what_a_fit_needs_of_the_drifts(seed):
    flow = small_flow(seed)
    starts = np.linalg.norm(flow.a0), np.linalg.norm(flow.w0)
    R_a = np.linalg.norm(flow.a - flow.a0) / starts[0]
    R_w = np.linalg.norm(flow.w - flow.w0) / starts[1]
    allowed = starts[0] * starts[1] / flow.M * (R_a * (1 + R_w) + R_w)
    moved = flow.Y - np.linalg.norm(flow.e)
    return {"U": allowed, "value": moved / (flow.M * flow.kappa) / flow.sigma}


@route("wedge.single_input", 1, seed=(0, 3))
def test_drift_with_one_input(seed):
    flow = small_flow(seed, T=40, inputs=1)
    W_0 = np.linalg.norm(flow.w0)
    start = {"W_0": W_0, "omega_1": W_0 / math.sqrt(flow.M)}
    start["alpha_2"] = np.linalg.norm(flow.a0) / math.sqrt(flow.M)
    moved = np.linalg.norm(flow.w - flow.w0) / W_0
    return {**flow.units, **start, "epsilon": flow.Xi, "R_w": moved}


@route("rapidity.rapidity_of_a_flow", 0, **RANGES)
def test_rapidity_of_a_whole_flow(seed):
    flow = small_flow(seed, T=40, inputs=2)
    sizes = {"n": flow.n, "M": flow.M, "e": flow.e, "g": flow.z > 0, "z": flow.z}
    return {
        **flow.units,
        **sizes,
        "Lambda": flow.held,
        "Xi": flow.Xi,
        "Y": flow.Y,
        "sigma": flow.sigma,
    }


@route("rapidity.speeds", 0, **RANGES)
def test_speed_of_w(seed):
    flow = small_flow(seed)
    k, rate = 0, flow.kappa * flow.sigma * np.linalg.norm(flow.e) / flow.n
    speed = flow.kappa * flow.kappaprime / flow.n * flow.a[k] * ((flow.z[k] > 0) * flow.e) @ flow.x
    return {**flow.units, "a": flow.a[k], "rho": rate, "v": speed, "D": flow.D}


@route("feature_change.features_of_a", 1, n=(2, 5), D=(1, 3))
def test_change_of_the_features_of_a_neuron(n, D, rng):
    x, w, dw, e = (rng.standard_normal(shape) for shape in ((n, D), D, D, n))
    change = {"b": relu(x @ (w + dw)) - relu(x @ w), "dw": dw, "e": e}
    return {**change, "sigma": np.linalg.norm(x, 2)}


@route("feature_change.features_of_w", 1, n=(2, 5), D=(1, 3))
def test_change_of_the_gates_of_a_neuron(n, D, rng):
    x, w, dw, e = (rng.standard_normal(shape) for shape in ((n, D), D, D, n))
    near = abs(x @ w) <= np.linalg.norm(dw) * np.linalg.norm(x, axis=1)
    gates = {"g": x @ w > 0, "b": 1.0 * (x @ (w + dw) > 0) - (x @ w > 0), "near": near}
    return {**gates, "e": e, "x": x, "sigma": np.linalg.norm(x, 2)}


@route("kernel_motion.motion_of_neurons", 2, n=(1, 4), m=(2, 9))
def test_speed_of_a_neuron_of_a_wide_network(n, m, rng):
    x, e = np.full((n, 1), 1.0), rng.uniform(0.5, 1, n)  # equal inputs: the bound is the speed
    return {"e": e, "value": np.sum((e @ x) ** 2) / m * (1 - 1e-9)}


@route("wide_network_convergence.start_of_the_kernel", 1, rel=0.1, n=(2, 4), m=(5, 20))
def test_distance_of_the_kernel_from_its_limit(n, m, rng):
    on = rng.standard_normal((20_000, m)) > 0  # gates of n equal inputs
    return n**2 * np.mean((on.mean(axis=1) - 0.5) ** 2)


@route("gate_crossing.bend_of_a_neuron", 0, z=(0.1, 1.0), dz=(-2.0, -0.1))
def test_bend_of_a_neuron(z, dz):
    return relu(z + dz) - relu(z) - dz


@route("wedge.one_input", 2, Xi=(0.1, 2.0), a_0=(-1.0, 1.0), w_0=(0.1, 1.0), kappaprime=(0.5, 2.0))
def test_gain_of_a_neuron_that_sees_one_input(Xi, a_0, w_0, kappaprime):
    def boost(_, s):
        return [s[1] / kappaprime, kappaprime * s[0]]

    a, w = solve_ivp(boost, (0, Xi), [a_0, w_0], rtol=1e-10, atol=1e-12).y[:, -1]
    return a * w - a_0 * w_0


@route("wedge.rapidity_of_one_input", **RANGES)
def test_rapidity_with_one_input(seed):
    flow = small_flow(seed, T=40, inputs=1)
    up = flow.a0 * np.sign(-flow.e[0]) > 0  # y above f: those push it upwards
    active = flow.w0 @ flow.x[0] > 0
    p = np.sum(flow.a0[up & active] ** 2) / flow.M
    at = {
        **flow.units,
        "Xi": flow.Xi,
        "Y": flow.Y,
        "q": 1 / (flow.M * flow.kappa),
        "l": flow.sigma,
        "p": p,
    }
    return at if p > 0 else {**at, "p": 1e-9}


@route("gradient_flow.lorentz_invariant", kappa=(0.2, 0.6))
def test_a_boost_keeps_its_invariant(kappa, rng):
    pushes = rng.standard_normal((2, 3))

    def boost(t, s):
        v = pushes[0] * math.sin(3 * t) + pushes[1]
        return np.r_[-kappa * s[1:] @ v, -kappa * s[0] * v]

    start = rng.standard_normal(4)
    end = solve_ivp(boost, (0, 2), start, rtol=1e-10, atol=1e-12).y[:, -1]
    return (end[0] ** 2 - end[1:] @ end[1:]) - (start[0] ** 2 - start[1:] @ start[1:])


@route("gradient_flow.boost_form", 1, kappa=(0.2, 0.6), A=(-1.0, 1.0), q=(1, 3))
def test_boost_is_symmetric(kappa, A, q, rng):
    v = rng.standard_normal(3)
    generator = np.zeros((4, 4))
    generator[0, 1:] = generator[1:, 0] = -kappa * v
    return {"v": v, "value": (generator @ np.r_[A, np.zeros(3)])[q]}


@route("gradient_flow.frozen_residual", 1, h=(0.1, 2.0), **{"lambda": (0.2, 3.0)})
def test_impulse_of_an_eigenmode(h, **at):
    return quadrature(lambda t: expm(np.array([[-at["lambda"] * t]]))[0, 0], 0, h)


@route("gradient_flow.least_push", 0, g=(0.2, 2.0), l=(0.5, 2.0), v_off=(-1.0, -0.01))
def test_least_push(g, l, v_off):
    return minimize_scalar(lambda alpha: (alpha * g * l**2 + v_off) ** 2, (-1, 1)).x


@route("gradient_flow.second_order", 1, h=(0.2, 1.0), r=(0.5, 2.0), lambda_2=(0.5, 2.0))
def test_step_with_an_extrapolated_kernel(h, r, lambda_2):
    def kernel(t):
        return 1.3 - 0.4 * t + lambda_2 * t**2 / 2

    back = (kernel(0) - kernel(-h * r)) / (h * r)  # its slope from the step before
    return quadrature(kernel, 0, h) - quadrature(lambda t: kernel(0) + back * t, 0, h)


@route("gradient_flow.sliding_weight", 0, z_off=(0.1, 2.0), z_on=(-2.0, -0.1))
def test_weight_on_a_kink(z_off, z_on):
    return brentq(lambda share: share * z_on + (1 - share) * z_off, 0, 1)


@route("gradient_flow.time_unit", pick=decaying, c=(0.5, 2.0), s=(0.1, 1.0))
def test_a_factor_of_the_loss_is_a_unit_of_time(c, s):
    return slope(lambda t: math.exp(-2 * c * t), s)


@route("gradient_flow.turning_back", A=(-1.0, 1.0), c=(0.5, 2.0), rho=(0.1, 2.0), s=(-1.0, 1.0))
def test_slope_of_a_preactivation_during_a_boost(A, c, rho, s):
    generator = np.array([[0.0, -1.0], [-1.0, 0.0]])  # of the output weight and s, along the push

    def moved(r):
        return c * (expm(r * generator) @ [A, s])[1]

    return slope(moved, rho)


@route(
    "condensation.copies",
    2,
    rel=1e-5,
    pick=with_tanh,
    N=(2, 9),
    a=(0.5, 2.0),
    z_1=(-1.0, 1.0),
    z_2=(-1.0, 1.0),
)
def test_kernel_of_copies_in_the_input_weights(N, a, z_1, z_2):
    each = slope(lambda z: a / N * math.tanh(z), z_1) * slope(lambda z: a / N * math.tanh(z), z_2)
    return N * each


@route("condensation.initial_flow", 0, rel=1e-5, n=(2, 5))
def test_loss_of_a_small_output(n, rng):
    F, y = rng.standard_normal((2, n))
    return {"F": F, "y": y, "value": slope(lambda s: np.sum((s * F - y) ** 2) / (2 * n), 0.0)}


@route("deep_linear.balanced_speed", 1, rel=1e-5, N=(2, 5), T=(0.5, 3.0), s=(0.2, 2.0))
def test_speed_of_equal_factors(N, T, s):
    w = torch.full((N,), s ** (1 / N), dtype=torch.float64, requires_grad=True)
    loss = (T - w.prod()) ** 2 / 2
    (of_loss,) = torch.autograd.grad(loss, w)
    (of_product,) = torch.autograd.grad(w.prod(), w)
    return -float(of_product @ of_loss)


def network(rng, alpha):
    """A tanh network of three neurons on two inputs, its targets at four points, in torch."""
    shapes = ((3,), (3, 2), (4, 2), (4,))
    a, w, x, y = (torch.tensor(rng.standard_normal(shape)) for shape in shapes)
    a.requires_grad_(), w.requires_grad_()
    f = torch.tanh(x @ w.T) @ a / alpha
    sizes = {"m": 3, "d": 2, "n": 4, "p": 2, "q": 1, "i": 3}
    return (
        f,
        a,
        w,
        {**{k: v.detach().numpy() for k, v in zip("awxy", (a, w, x, y), strict=True)}, **sizes},
    )


@route("nondimensionalisation.gradient_flow", 1, pick=with_tanh, alpha=(0.5, 2.0))
def test_flow_of_an_input_weight(alpha, rng):
    f, _, w, at = network(rng, alpha)
    loss = torch.sum((f - torch.tensor(at["y"])) ** 2) / 8
    return {**at, "value": -float(torch.autograd.grad(loss, w)[0][1, 0])}


@route("nondimensionalisation.input_weight_gradient", 0, pick=with_tanh, alpha=(0.5, 2.0))
def test_slope_by_an_input_weight(alpha, rng):
    f, _, w, at = network(rng, alpha)
    return {**at, "value": float(torch.autograd.grad(f[2], w)[0][1, 0])}


@route("nondimensionalisation.gradient_depends_on_w", 0, pick=with_tanh, alpha=(0.5, 2.0))
def test_curvature_by_an_input_weight(alpha, rng):
    f, _, w, at = network(rng, alpha)
    (first,) = torch.autograd.grad(f[2], w, create_graph=True)
    return {**at, "value": float(torch.autograd.grad(first[1, 0], w)[0][1, 0])}


@route("nondimensionalisation.bias_absorption", d=(1, 4), k=(1, 3), i=(1, 3))
def test_bias_as_a_coordinate(d, k, i, rng):
    layer = torch.nn.Linear(d, 3).double()
    x = rng.standard_normal((3, d))
    said = float(layer(torch.tensor(x[i - 1]))[k - 1].detach())
    rows = np.c_[layer.weight.detach().numpy(), layer.bias.detach().numpy()]
    return {"w": rows, "x": x, "value": said}


@route("lazy_training.linear_in_output_weights", 1, rel=1e-6)
def test_random_features_are_linear(rng):
    f, a, _, at = network(rng, 1.0)
    (first,) = torch.autograd.grad(f[2], a)
    da, phi = rng.standard_normal(3), np.tanh(at["w"] @ at["x"][2])
    return (at["a"] + da) @ phi - at["a"] @ phi - float(first @ torch.tensor(da))


@route("lazy_training.linear_by_definition", 0, dA=(-1.0, 1.0), dz=(-1.0, 1.0))
def test_a_product_is_not_linear(dA, dz):
    u, v = torch.tensor([0.7, -0.4], dtype=torch.float64, requires_grad=True)
    first = (v * dA + u * dz).item()  # by the slopes v and u
    return ((u + dA) * (v + dz) - u * v).item() - first


@route("fixed_norm.loss_at_small_norm", 1, rel=1e-5, C=(2, 5), y=(1, 2))
def test_slope_of_cross_entropy_at_norm_zero(C, y, rng):
    z = rng.standard_normal(C)

    def loss(t):
        return math.log(np.sum(np.exp(t * z))) - t * z[y - 1]

    return {"z": z, "value": slope(loss, 0.0)}


@route("fixed_norm.loss_at_small_norm", 2, rel=1e-4, C=(2, 5))
def test_bend_of_cross_entropy_at_norm_zero(C, rng):
    z = rng.standard_normal(C)
    return {"z": z, "value": slope(lambda t: slope(lambda u: loss_of(z, u), t, 1e-3), 0.0, 1e-3)}


def loss_of(z, t):
    return math.log(np.sum(np.exp(t * z)))


@route("fitted_loss.strict_minimum", 2, rel=1e-4)
def test_bend_at_minus_one():
    def loss(w):
        return (w**3 - 3 * w - 3) ** 2 / 2

    return slope(lambda w: slope(loss, w, 1e-3), -1.0, 1e-3)


@route("straight_line.product_on_the_line", 2, rel=1e-5, g=(0.1, 2.0), l=(0.1, 0.9), s=(0.1, 0.9))
def test_slope_of_a_product_on_the_line(g, l, s):
    p, q = 0.8, -0.5

    def along(t):  # a and w go straight from t = 0, where their sum and difference are p and q
        up, down = p * (1 + g * t), q * (1 - l * t)
        return (up + down) / 2 * (up - down) / 2

    return {"p": p, "q": q, "value": slope(along, s)}


@route("minimum_norm.end_of_momentum", 2, mu=(0.1, 0.9), h=(0.1, 1.0), s=(0.5, 1.5))
def test_step_of_the_heavy_ball(mu, h, s, rng):
    f, b, c = rng.standard_normal(3)
    start = torch.tensor([c], dtype=torch.float64, requires_grad=True)
    loss = (s * start - f).square().sum() / 2
    loss.backward()
    after = c + mu * (c - b) - h * start.grad.item()
    return {"f": f, "b": b, "c": c, "value": after - f / s}


@route("minimum_norm.rescaling_changes_the_end")
def test_descent_on_rescaled_parameters():
    theta, scale = np.zeros(2), np.array([2.0, 1.0])
    for _ in range(400):
        theta -= 0.1 * scale**2 * (theta.sum() - 1)
    return theta @ theta


@route("minimum_norm.ridge_limit", 1, f=(-1.0, 1.0), s=(0.5, 2.0))
def test_vanishing_penalty(f, s):
    return {"c_0": 0.3, "value": minimize_scalar(lambda c: (s * c - f) ** 2, (-2, 2)).x}


@route("minimum_norm.the_row_space_is_never_left", 1, c=(-1.0, 1.0), mu=(0.1, 0.9), k=(1, 6))
def test_no_momentum_across_the_rows(c, mu, k):
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([theta], lr=1.0, momentum=mu)
    rule.state[theta]["momentum_buffer"] = torch.tensor([0.0, -c], dtype=torch.float64)
    for _ in range(k):
        before = theta.detach().clone()
        rule.zero_grad()
        ((theta[0] - 1) ** 2 / 2).backward()
        rule.step()
    return (theta.detach() - before)[1].item()


@route("minimum_norm.underdetermined", 0, N=(1, 4))
def test_a_null_vector(N, rng):
    rows = rng.standard_normal((N, N + 1))
    return (rows @ null_space(rows)[:, 0])[0]


@route("sgd_regularisation.linear_end_point", 1, n=(1, 2), d=(3, 5))
def test_nearest_in_the_norm_of_the_preconditioner(n, d, rng):
    X, p, a = rng.standard_normal((n, d)), rng.uniform(0.5, 2, d), rng.standard_normal(n)
    r = null_space(X) @ rng.standard_normal(d - n)  # to another solution
    far = np.linalg.solve(np.diag(np.sqrt(p)), p * (X.T @ a) + r)
    return {"X": X, "p": p, "a": a, "r": r, "value": far @ far}


@route("hard_sample.weights_under_adam", 0, rel=1e-5, k=(1, 5))
def test_a_factor_on_the_loss_under_adam(k, rng):
    pulls, lr, first, second = rng.standard_normal(k), 0.1, 0.9, 0.99
    theta = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.Adam([theta], lr=lr, betas=(first, second), eps=0)
    for pull in pulls:
        before = theta.item()
        theta.grad = torch.tensor([7.0 * pull], dtype=torch.float64)
        rule.step()
    back = k - np.arange(1, k + 1)
    u = (1 - first) * first**back / (1 - first**k)
    v = (1 - second) * second**back / (1 - second**k)
    return {"g": pulls, "u": u, "v": v, "a": lr, "value": before - theta.item()}


@route("hard_sample.gain_of_a_mode", w=(1.5, 4.0))
def test_gain_of_a_mode(w, rng):
    root, weight = rng.standard_normal((5, 5)), np.where(rng.random(5) < 0.5, 1.0, w)
    half = np.sqrt(weight)
    plain = np.linalg.eigvalsh(root @ root.T)
    heavy = np.linalg.eigvalsh(half[:, None] * (root @ root.T) * half)
    k = int(rng.integers(5))
    ends = {"m": weight.min(), "M": weight.max(), "lambda_w": heavy[k] * (1 + 1e-12)}
    return {**ends, "lambda": plain[k]}


def of_the_factor(relation):
    """Does it speak about the factor of a step, and not about the sharpness alone?"""
    return not (relation.lhs.is_Symbol or relation.rhs.is_Symbol)


@route("edge_of_stability.flow_has_no_edge", 1, pick=measuring(of_the_factor), eta=(0.2, 1.0))
def test_descent_below_its_edge(eta, rng):
    sharp, x = rng.uniform(0.2, 1.8) * 2 / eta, 1.0
    for _ in range(300):
        x -= eta * sharp * x
    return {"lambda": sharp, "measured": abs(x) < 1}


@route("edge_of_stability.frozen_preconditioner", eta=(0.1, 0.5), d=(2, 4), i=(1, 2))
def test_step_with_a_frozen_preconditioner(eta, d, i, rng):
    root, p, u = rng.standard_normal((d, d)), rng.uniform(0.5, 2, d), rng.standard_normal(d)
    H = root @ root.T
    x = u / np.sqrt(p)
    return {"H": H, "p": p, "u": u, "value": ((x - eta * (H @ x) / p) * np.sqrt(p))[i - 1]}


@route("law_of_robustness.enough", 0, n=(2, 9), D=(1, 5))
def test_parameters_of_bumps(n, D):
    bumps = torch.nn.ParameterDict({"centre": torch.zeros(n, D), "height": torch.zeros(n)})
    return sum(parameter.numel() for parameter in bumps.parameters())
