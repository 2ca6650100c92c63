"""Claims about linear algebra, counts and piecewise linear functions against enumeration, matrices
and networks that are built.

One function for each claim computes what the claim says in another way (``routes.route``).
"""

import math
from itertools import pairwise, product

import mpmath
import numpy as np
import sympy as sp
import torch
from routes import measuring, quadrature, route, slope
from scipy.interpolate import BarycentricInterpolator
from scipy.linalg import solve_banded
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm


def relu(z):
    return np.maximum(z, 0)


def growth(f):
    """The exponent of f(m) between two large widths."""
    return math.log(f(1e9) / f(1e6)) / math.log(1e3)


def a_limit(relation):
    """Does it speak about a limit for large widths?"""
    return relation.has(sp.Limit)


PLANE = {"gamma": (0.2, 2.5), "gammaprime": (-1.5, 1.5)}


@route("capacity.boundary_derivation", pick=measuring(a_limit), **PLANE)
def test_where_the_capacity_of_grown_weights_grows(gamma, gammaprime):
    return {"measured": growth(lambda m: m * m**-gamma / m**-gammaprime) > 0}


@route("capacity.capacity", rel=1e-4, gamma=(0.2, 2.5))
def test_capacity_near_the_start(gamma):
    pull = 2 * quadrature(lambda s: s * norm.pdf(s), 0)
    return growth(lambda m: m * m**-gamma * pull * quadrature(lambda z: z * norm.pdf(z), 0))


@route("capacity.capacity_bound", alpha=(0.5, 2.0), m=(2, 20))
def test_capacity_of_grown_output_weights(alpha, m, rng):
    beta_1, beta_2 = rng.uniform(0.2, 2, 2)
    units = {"kappa": beta_1 * beta_2 / alpha, "kappaprime": beta_1 / beta_2}
    return {**units, "value": m * np.mean(abs(beta_2 * rng.standard_normal(9999))) * beta_2 / alpha}


@route("capacity.capacity_implies", 0, pick=measuring(lambda r: not a_limit(r)), gamma=(0.2, 2.5))
def test_what_capacity_asks_of_gamma(gamma):
    return {"measured": growth(lambda m: m * m**-gamma) >= 0}


@route("capacity.condensed_capacity", pick=measuring(lambda r: not a_limit(r)), **PLANE)
def test_where_both_capacities_vanish(gamma, gammaprime):
    small = growth(lambda m: m * m**-gamma) < 0
    return {"measured": small and growth(lambda m: m * m**-gamma / m**-gammaprime) < 0}


@route("descent_in_context.layers_are_steps", k=(1, 4), s=(0.1, 1.0))
def test_a_layer_more_is_a_step_more(k, s, rng):
    N, d = 4, 2
    x, y, w = rng.standard_normal((N, d)), rng.standard_normal(N), rng.standard_normal(d)
    weights = torch.tensor(w, requires_grad=True)
    ((torch.tensor(x) @ weights - torch.tensor(y)).square().sum() / (2 * N)).backward()
    stepped = w - s * weights.grad.numpy()
    return {"N": N, "d": d, "x": x, "y": y, "w": w, "value": y[k - 1] - x[k - 1] @ stepped}


@route("distillation.same_inputs", i=(1, 2))
def test_a_student_at_the_rows_of_its_teacher(i, rng):
    basis = np.linalg.qr(rng.standard_normal((6, 4)))[0]
    labels, few = rng.standard_normal(6), basis[:, :2]
    teacher = basis @ np.linalg.lstsq(basis, labels, rcond=None)[0]
    own = np.linalg.lstsq(few, labels, rcond=None)[0]
    return {"c": own, "value": np.linalg.lstsq(few, teacher, rcond=None)[0][i - 1]}


@route("double_descent.signal_then_noise", 1, rel=0.05, n=(14, 18), p=(2, 4), sigma=(0.5, 2.0))
def test_price_of_an_empty_input(n, p, sigma, rng):
    X = rng.standard_normal((30_000, n, p + 1))

    def error(x):
        return np.trace(np.linalg.inv(np.swapaxes(x, 1, 2) @ x), axis1=1, axis2=2)

    return sigma**2 * np.mean(error(X) - error(X[:, :, :p]))


def in_units(formula):
    """The sentence about roots, with its conditions on their sum and product as measured."""
    sentence = next(part for part in formula.args if isinstance(part, sp.Equivalent))
    both = measuring(lambda r: any(len(e.free_symbols) == 2 for e in r.atoms(sp.Mul)))
    return both(sentence)


@route("edge_of_stability.two_multipliers", 0, pick=in_units, m=(-1.3, 1.3), n=(-1.3, 1.3))
def test_two_real_multipliers(m, n):
    before, now = 1.0, 0.3
    for _ in range(400):
        before, now = now, (m + n) * now - m * n * before
    return {"measured": abs(now) < 1e-2}


@route("few_parameters.kinks_between_points", 2, n=(1, 5))
def test_determinant_of_kinks_between_points(n, rng):
    gaps = rng.uniform(0.2, 1, 2 * n)
    places = np.cumsum(gaps)
    kinks, points = places[::2], places[1::2]
    return {"h": points - kinks, "value": np.linalg.det(relu(np.subtract.outer(points, kinks)))}


@route("few_parameters.zigzag", 2, k=(1, 4))
def test_value_on_a_piece(k, rng):
    z = np.cumsum(rng.uniform(0.5, 1.5, 5))
    kinks = (z[1:] + z[:-1]) / 2
    ends = np.r_[z[0] - 1, kinks, z[-1] + 1]
    t = rng.uniform(ends[k - 1], ends[k])
    units = sum(2 * (-1) ** (j + 1) * relu(t - kink) for j, kink in enumerate(kinks))
    return {"t": t, "z": z, "value": t - z[0] + units}


@route(
    "flatness_measure.all_rise_together",
    pick=lambda f: f.args[1],
    a_1=(0.1, 2.0),
    a_2=(0.1, 2.0),
    b_1=(0.1, 2.0),
    b_2=(0.1, 2.0),
)
def test_three_measures(a_1, a_2, b_1, b_2, rng):
    turn = np.linalg.qr(rng.standard_normal((2, 2)))[0]
    one, other = (turn @ np.diag(d) @ turn.T for d in ((a_1, a_2), (b_1, b_2)))
    measures = (lambda H: np.linalg.eigvalsh(H)[-1], np.linalg.det, np.trace)
    return {"value": all(measure(one) < measure(other) for measure in measures)}


@route("hardness.half_spaces_of_a_splitting", 0, pick=lambda f: f.args[1], n=(2, 8))
def test_sets_that_are_split(n, rng):
    own = rng.random(n) < 0.5  # elements of the set, on which side each is
    b = rng.uniform(0.1, 0.9)
    held = np.where(own, -1, n).sum() + b > 0
    return {"b": b, "m": int(own.sum()), "r": int((~own).sum()), "value": bool(held)}


@route("inductive_bias.shift_average", 0, p=(1, 4))
def test_kernel_averaged_over_shifts(p, rng):
    shift = np.roll(np.eye(4), 2, axis=0)
    root = rng.standard_normal((4, 4))
    K = root @ root.T
    K = (K + shift @ K @ shift.T) / 2  # shifts of both inputs change nothing
    even = K + K @ shift  # functions that the shift keeps, and no others
    rate, phi = np.linalg.eigh(even)[0][-1] / 2, np.linalg.eigh(even)[1][:, -1]
    averaged = (K + K @ shift) / 2
    return {"phi": phi, "lambda": float(phi @ K @ phi), "value": (averaged @ phi)[p - 1]} | (
        {} if math.isclose(rate, phi @ K @ phi) else {"lambda": math.nan}
    )


@route("initialisation.alpha_rule", 0, gamma=(0.2, 2.0), m=(10, 1000))
def test_gamma_by_the_rule_for_alpha(gamma, m):
    beta = 0.7
    return -math.log(beta * beta / (beta**2 * m**gamma)) / math.log(m)


@route("initialisation.constants_drop_out", 0, rel=1e-6, gamma=(0.2, 2.0))
def test_a_constant_factor_keeps_gamma(gamma):
    return -growth(lambda m: 3.7 / m**gamma)


def jacobi(n, omega=1.0):
    """A damped sweep on n points between two walls, on the error."""
    laplace = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    return np.eye(n) - omega * laplace / 2, laplace


@route("jacobi_iteration.smoothing_factor", rel=0.03)
def test_factor_on_the_upper_half():
    n = 63
    sweep, _ = jacobi(n, 2 / 3)
    modes = np.sin(np.outer(np.arange(1, n + 1), np.arange(32, n + 1)) * math.pi / (n + 1))
    return np.max(np.linalg.norm(sweep @ modes, axis=0) / np.linalg.norm(modes, axis=0))


@route("jacobi_iteration.two_grid", 1, rel=0.01)
def test_two_grids():
    n = 31
    sweep, laplace = jacobi(n, 2 / 3)
    up = np.zeros((n, n // 2))
    for j in range(n // 2):
        up[2 * j : 2 * j + 3, j] = 0.5, 1, 0.5
    coarse = np.eye(n) - up @ np.linalg.solve(up.T @ laplace @ up, up.T @ laplace)
    return max(abs(np.linalg.eigvals(sweep @ coarse @ sweep)))


@route("jacobi_iteration.undamped_symbol", 1, n=(3, 20))
def test_undamped_sweep(n):
    return {"h": 1 / (n + 1), "value": np.linalg.eigvalsh(jacobi(n)[0])[-1]}


@route("linear_frequency_principle.natural_ends", rel=1e-5)
def test_straight_beyond_the_data(rng):
    x, A, B = np.sort(rng.standard_normal(5)), 1.3, 0.7
    across = np.linalg.qr(np.c_[np.ones(5), x], mode="complete")[0][:, 2:]
    c = across @ rng.standard_normal(3)

    def f(u):
        return 0.2 + 0.5 * u + np.sum(c * (A * abs(u - x) ** 3 / 12 - B * abs(u - x) / 2))

    return slope(lambda u: slope(f, u, 1e-3), 5.0, 1e-3)


@route("linear_region.equal_parameters", 1, k=(3, 5))
def test_pieces_of_composed_tents(k):
    x = np.linspace(0, 1, 2**10 + 1)
    for _ in range(k):
        x = 1 - abs(2 * x - 1)
    turns = np.diff(np.sign(np.diff(x)))
    return np.count_nonzero(turns) + 1


@route("linear_region.shared_parameters", 2, n=(2, 9))
def test_parameters_less_independent_pieces(n):
    shallow = torch.nn.Sequential(torch.nn.Linear(1, n), torch.nn.ReLU(), torch.nn.Linear(n, 1))
    return sum(p.numel() for p in shallow.parameters()) - (n + 1) * 2


@route("loss_landscape.only_minimum", 1, pick=lambda f: f.args[1], a=(-2.0, 2.0), b=(-2.0, 2.0))
def test_where_the_loss_is_convex(a, b, rng):
    lam = rng.uniform(0.1, 3)

    def loss(at):
        return (at[0] * at[1] - 1) ** 2 / 2 + lam * (at @ at) / 2

    bent = torch.autograd.functional.hessian(loss, torch.tensor([a, b], dtype=torch.float64))
    return {"lambda": lam, "value": bool(torch.linalg.eigvalsh(bent)[0] >= 0)}


@route("multiscale_network.first_layer_coefficients", 1, rel=1e-5)
def test_a_dense_layer_is_no_sum():
    return slope(lambda y: slope(lambda u: math.tanh(u + y), 1.0, 1e-4), 0.0, 1e-4)


@route("norm_and_curvature.trace", 1, rel=1e-5, j=(1, 3))
def test_an_entry_on_the_diagonal(j, rng):
    z, moves = rng.standard_normal(4), rng.standard_normal((4, 3))

    def loss(t):
        return math.log(np.sum(np.exp(z + t * moves[:, j - 1])))

    p = np.exp(z) / np.exp(z).sum()
    spread = [np.sum(p * (moves[:, i] - p @ moves[:, i]) ** 2) for i in range(3)]
    return {"G": spread, "value": slope(lambda t: slope(loss, t, 1e-3), 0.0, 1e-3)}


@route("overfitting.training_error", n=(3, 8))
def test_training_error_with_a_term_more(n, rng):
    r, term = rng.standard_normal(n), rng.standard_normal((n, 1)) * 0.1
    term[0] += 1
    left = r - term[:, 0] * np.linalg.lstsq(term, r, rcond=None)[0][0]
    return {"r": r, "value": left @ left}


def numbers(*modules):
    return sum(p.numel() for module in modules for p in module.parameters())


@route("parameter_count.convolution", k=(1, 4), g=(1, 3), b=(0, 1))
def test_parameters_of_a_convolution(k, g, b):
    layer = torch.nn.Conv2d(2 * g, 3 * g, k, groups=g, bias=bool(b), device="meta")
    return {"c": 2 * g, "o": 3 * g, "value": numbers(layer)}


@route("parameter_count.dense_layer", m=(1, 9), n=(1, 9), b=(0, 1))
def test_parameters_of_a_dense_layer(m, n, b):
    return numbers(torch.nn.Linear(m, n, bias=bool(b), device="meta"))


@route("parameter_count.dense_stack", 0, m=(1, 9), n=(1, 9), w=(1, 9), L=(1, 4), b=(0, 1))
def test_parameters_of_a_stack(m, n, w, L, b):
    widths = [m, *[w] * L, n]
    pairs = pairwise(widths)
    return numbers(*(torch.nn.Linear(*pair, bias=bool(b), device="meta") for pair in pairs))


@route("parameter_count.normalisation", c=(1, 9))
def test_parameters_of_a_normalisation(c):
    return numbers(torch.nn.BatchNorm1d(c, device="meta"))


@route("parameter_count.gpt3", 0)
def test_parameters_of_gpt3():
    width, made = 12_288, {"device": "meta"}
    layer = torch.nn.TransformerEncoderLayer(width, 96, 4 * width, **made)
    tables = torch.nn.Embedding(50_257, width, **made), torch.nn.Embedding(2048, width, **made)
    return 96 * numbers(layer) + numbers(*tables, torch.nn.LayerNorm(width, **made))


@route("parameter_count.possible_inputs", 1, q=(2, 4), n=(1, 5))
def test_values_of_independent_inputs(q, n):
    return sum(1 for _ in product(range(q), repeat=n))


@route("phase_diagram.a_dominates", rel=1e-5)
def test_ratio_of_lazy_drifts():
    def ratio(log_kp):
        kp, g_a, g_w, q = math.exp(log_kp), 0.7, 1.3, 0.01
        total = g_a / kp + g_w * kp
        return math.log(kp * q / total) - math.log(q / (kp * total))

    return slope(ratio, -0.4)


@route("phase_diagram.balanced_growth", 0, q=(0.5, 5.0), kappaprime=(0.3, 3.0))
def test_size_of_w_after_balanced_growth(q, kappaprime):
    start = kappaprime - 1 / kappaprime

    def kept(w2):
        return kappaprime * q**2 / w2 - w2 / kappaprime - start

    return brentq(kept, 1e-9, 1e3, xtol=1e-13)


@route("phase_diagram.crossover", rel=1e-5, gamma=(0.2, 0.9), gammaprime=(0.1, 1.0), m=(10, 1000))
def test_slope_of_the_lazy_drift(gamma, gammaprime, m):
    g = 0.6

    def drift(log_m):
        kp, q = math.exp(-gammaprime * log_m), math.exp((gamma - 1) * log_m)
        return math.log(kp * q / (g / kp + kp))

    return {"g": g, "value": slope(drift, math.log(m))}


def of_coupled(formula):
    """The sentence about two weights, with what is said of costs after retraining as measured."""
    said = measuring(lambda relation: "C" in map(str, relation.free_symbols))
    return said(formula.args[1])


@route(
    "pruning_order.magnitude",
    2,
    pick=of_coupled,
    theta_1=(0.1, 2.0),
    theta_2=(0.1, 2.0),
)
def test_order_of_two_weights(theta_1, theta_2, rng):
    root = rng.standard_normal((2, 3))
    H, theta = root @ root.T, np.array([theta_1, theta_2])

    def cost(gone):
        def loss(d):
            move = np.where(np.arange(2) == gone, -theta, d)
            return move @ H @ move / 2

        return minimize_scalar(loss).fun

    at = {"H_1": H[0, 0], "H_2": H[1, 1], "C": H[0, 1]}
    return {**at, "measured": bool(cost(0) < cost(1))}


@route("random_feature.prediction", s=(0.1, 1.0), k=(3, 6))
def test_prediction_of_random_features(s, k, rng):
    root, across = rng.standard_normal((3, 4)), rng.standard_normal(3)
    K, G, a, z = (
        root @ root.T,
        rng.standard_normal((3, k)),
        rng.standard_normal(k),
        rng.standard_normal(k),
    )
    phi = across @ np.linalg.solve(K, G) + s * z
    f_inf = across @ np.linalg.solve(K, G @ a)
    return {"a": a, "z": z, "f_inf": f_inf, "value": a @ phi}


@route("sample_filter.column_sums", 0, n=(2, 5))
def test_squares_of_smoothed_labels(n, rng):
    S = rng.random((n, n))
    S /= S.sum(axis=1, keepdims=True)
    y, w = 0.1 * rng.standard_normal(n), rng.random(n)
    return w @ (S @ y) ** 2 - (w @ S) @ y**2


@route(
    "seed_spread.contrast_is_no_corruption",
    pick=measuring(lambda r: "c" in map(str, r.free_symbols)),
    c=(0.1, 0.9),
)
def test_answer_to_a_darker_image(c, rng):
    layer, u, x = rng.standard_normal((5, 3)), rng.standard_normal(5), rng.standard_normal(3)
    return {"m": 5, "u": u, "h": layer @ x, "measured": bool(u @ relu(layer @ (c * x)) > 0)}


@route("standard_kernel.contrast", 1, rel=0.05)
def test_kernel_deep_down():
    theta, kernel, own = 1.0, math.cos(1.0), 1.0
    for _ in range(4000):
        c = (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / math.pi
        kernel, own = kernel * (math.pi - theta) / math.pi + c, own + 1
        theta = math.acos(min(c, 1))
    return kernel / own


@route("stationary_point.full_rank", 0)
def test_features_of_full_rank(rng):
    x = rng.standard_normal((4, 2))
    drawn = np.tanh(x @ rng.standard_normal((99, 2, 4)) + rng.standard_normal((99, 1, 4)))
    sizes = abs(np.linalg.det(drawn))
    return {"mu": np.mean(sizes < 1e-12), "Delta": np.mean(sizes**2)}


@route("stationary_point.gradient_bound", 0, n=(2, 4))
def test_gradient_and_residual(n, rng):
    J = 40 * np.linalg.qr(rng.standard_normal((6, n)))[0].T * rng.uniform(0.8, 1, n)[:, None]
    e, s = rng.standard_normal(n), np.linalg.svd(J, compute_uv=False)[-1]
    return {"E": e @ e, "s": s, "value": np.sum((J.T @ e) ** 2) / n**2}


@route("stationary_point.no_slope", 1, rel=1e-4)
def test_saddle_at_the_origin():
    def loss(at):
        return (at[0] * torch.tanh(at[1] * 0.3) - 0.4) ** 2 / 2

    origin = torch.zeros(2, dtype=torch.float64)
    return torch.linalg.det(torch.autograd.functional.hessian(loss, origin)).item()


@route("stationary_point.wide_layer", 0, l=(1, 3), g=(0.5, 1.0), w=(0.5, 2.0))
def test_gradient_of_a_layer_below_others(l, g, w, rng):
    n = 3
    F = 40 * np.linalg.qr(rng.standard_normal((5, n)))[0].T
    e = rng.standard_normal((n, 4))
    back = e
    for _ in range(l):
        turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
        back = (back @ turn) * w * g * rng.uniform(1, 1.05, (n, 4))
    s = np.linalg.svd(F, compute_uv=False)[-1]
    return {"n": n, "E": np.sum(e**2), "s": s, "value": np.sum((F.T @ back) ** 2) / n**2}


@route("tangent_kernel.antisymmetric_start", 0, m=(2, 5))
def test_kernel_of_a_mirrored_start(m, rng):
    a, w, x = rng.standard_normal(m), rng.standard_normal((m, 2)), rng.standard_normal((2, 2))
    weights = torch.tensor(np.r_[a, -a, w.ravel(), w.ravel()], requires_grad=True)

    def gradient(at):
        rows = weights[2 * m :].reshape(2 * m, 2)
        f = torch.tanh(rows @ torch.tensor(at)) @ weights[: 2 * m] / math.sqrt(2)
        return torch.autograd.grad(f, weights)[0]

    phi, psi = np.tanh(w @ x[0]), np.tanh(w @ x[1])
    chi = (1 - phi**2) * (1 - psi**2) * (x[0] @ x[1])
    at = {"a": a, "phi": phi, "psi": psi, "chi": chi}
    return {**at, "value": (gradient(x[0]) @ gradient(x[1])).item()}


@route("task_inference.posterior_of_linear_tasks", n=(1, 4), r=(0.2, 2.0))
def test_log_odds_of_two_tasks(n, r, rng):
    x, y, (w, o) = rng.standard_normal((n, 2)), rng.standard_normal(n), rng.standard_normal((2, 2))
    said = [norm.logpdf(y, x @ v, math.sqrt(r)).sum() for v in (w, o)]
    return {"d": 2, "x": x, "y": y, "w": w, "o": o, "value": said[0] - said[1]}


@route("trainability.propagation", 0, rel=0.05, v_w=(0.5, 2.0), v_b=(0.1, 1.0))
def test_second_moment_of_a_preactivation(v_w, v_b, rng):
    h = np.tanh(rng.standard_normal(50))
    W, b = rng.standard_normal((40_000, 50)), rng.standard_normal(40_000)
    q = np.mean((math.sqrt(v_w / 50) * W @ h + math.sqrt(v_b) * b) ** 2)
    return {"m_2": np.mean(h**2), "value": q}


@route("trainable_depth.critical_depth", 0, D=(5, 100))
def test_depth_at_which_gradients_spread(D):
    return brentq(lambda L: L * math.log1p(5 / D) - 1, 0, 1e3)


@route("trainable_depth.merging", 0, rel=0.02)
def test_inputs_merge():
    theta, L = 1.0, 20_000
    for _ in range(L):
        c = (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / math.pi
        theta = math.acos(c)
    return L**2 * (1 - math.cos(theta))


@route("universal_approximation.broken_line", 0, k=(1, 3))
def test_a_broken_line(k, rng):
    h, knots = 0.5, rng.standard_normal(6)
    x = rng.uniform(k * h, (k + 1) * h)
    at = {"f_0": knots[0], "h": h, "x": x}
    steep = np.diff(knots) / h
    return {**at, "d": Shifted(steep), "value": np.interp(x, h * np.arange(6), knots)}


class Shifted(np.ndarray):
    """A sequence that counts from 0."""

    def __new__(cls, values):
        return np.r_[values[1:], values[0]].view(cls)


@route("upsampling.decoder_kernel", 0, j=(0, 4), omega=(0.2, 3.0))
def test_answer_at_a_pixel_of_the_code(j, omega):
    code = np.exp(1j * omega * (2 * np.arange(-4, 14) + 0))  # pixels 2 k of the wave
    wave = np.exp(1j * omega * np.arange(-8, 28))
    down = wave[::2] + (np.roll(wave, 1)[::2] + np.roll(wave, -1)[::2]) / 2
    assert np.allclose(code, wave[::2])
    return complex(down[4 + j])


def chi(N):
    """Products of signs over the corners, by their bits."""
    return np.array([[(-1) ** bin(p & q).count("1") for q in range(N)] for p in range(N)])


@route("walsh_function.orthogonal_products", 1, l=(1, 8), o=(1, 8))
def test_products_over_the_corners(l, o):
    return {"N": 8, "value": (chi(8) @ chi(8))[l - 1, o - 1]}


@route("walsh_kernel.kernel_of_signs", 2, o=(1, 8), p=(1, 8))
def test_products_are_eigenvectors(o, p, rng):
    rates = rng.standard_normal(8)
    corners = np.array(list(product([1, -1], repeat=3)))
    signs = np.array(
        [[np.prod(c[[bool(s >> b & 1) for b in (2, 1, 0)]]) for c in corners] for s in range(8)]
    )
    K = signs.T @ np.diag(rates) @ signs
    at = {"N": 8, "Lambda": rates, "chi": signs}
    return {**at, "value": (K @ signs[o - 1])[p - 1]}


@route(
    "weak_solution.interface_slopes",
    0,
    a_minus=(0.5, 3.0),
    a_plus=(0.5, 3.0),
    l=(0.5, 1.5),
    r=(0.5, 1.5),
)
def test_slope_at_the_interface(a_minus, a_plus, l, r):
    n = 4000  # nodes of a finite-volume solution, and of that with equal coefficients
    left, right = np.linspace(-l, 0, n + 1), np.linspace(0, r, n + 1)[1:]
    x = np.r_[left, right]
    h, middle = np.diff(x), (x[1:] + x[:-1]) / 2
    bend = np.cos(2 * x)  # u'' on both sides

    def solved(a):
        flux = a / h
        mass = bend * np.gradient(x) * np.where(x < 0, a[0], a[-1])
        mass[n] = bend[n] * (a[0] * h[n - 1] + a[-1] * h[n]) / 2
        u = np.zeros(len(x))
        bands = np.zeros((3, len(x) - 2))
        bands[0, 1:] = bands[2, :-1] = flux[1:-1]
        bands[1] = -(flux[1:] + flux[:-1])
        u[1:-1] = solve_banded((1, 1), bands, mass[1:-1])
        return u

    sides = np.where(middle < 0, a_minus, a_plus)
    true, plain = solved(sides), solved(np.ones_like(sides))

    def steep(u, k):  # slope at the interface from the left, to second order
        return (3 * u[n] - 4 * u[n - k] + u[n - 2 * k]) / (2 * k * h[0])

    return {"p": steep(plain, 5), "value": steep(true, 5)}


def deviation(formula):
    """The deviation of the interpolant, as a function of X = x^2."""
    return max(formula.atoms(sp.Ge), key=lambda relation: relation.count_ops()).lhs


@route("runge_phenomenon.largest_deviation", pick=deviation, x=(0.0, 1.0))
def test_deviation_of_an_interpolant(x):
    nodes = np.linspace(-1, 1, 12)
    fit = BarycentricInterpolator(nodes, 1 / (1 + 25 * nodes**2))
    return {"X": x**2, "value": 1 / (1 + 25 * x**2) - float(fit(x))}


@route("capacity.necessary_condition", 1, pick=measuring(a_limit), **PLANE)
def test_one_of_both_capacities_is_there(gamma, gammaprime):
    here, grown = growth(lambda m: m * m**-gamma), growth(lambda m: m * m**-gamma / m**-gammaprime)
    return {"measured": here >= 0 or grown > 0}


@route("phase_diagram.open_wedge", 1, pick=measuring(a_limit), gammaprime=(-1.5, -0.5))
def test_upper_end_in_the_wedge(gammaprime, rng):
    gamma = rng.uniform(1.05, 1 - gammaprime - 0.05)
    upper = growth(lambda m: math.sqrt(m**-gammaprime * m ** (gamma - 1)))
    return {"gamma": gamma, "measured": upper > max(0, gamma - 1)}


@route("phase_diagram.self_consistency", 3, pick=measuring(a_limit), gammaprime=(-1.5, -0.5))
def test_the_start_is_not_forgotten_in_the_wedge(gammaprime, rng):
    gamma = rng.uniform(1.05, 1 - gammaprime - 0.05)
    need, start = (growth(lambda m, e=e: m**e) for e in (gamma - 1, -gammaprime))
    return {"gamma": gamma, "measured": need < start}


@route("parameter_count.images", 2)
def test_parameters_of_alexnet_for_each_image():
    made = {"device": "meta"}
    convolutions = (
        (3, 96, 11, 1),
        (96, 256, 5, 2),
        (256, 384, 3, 1),
        (384, 384, 3, 2),
        (384, 256, 3, 2),
    )
    layers = [torch.nn.Conv2d(c, o, k, groups=g, **made) for c, o, k, g in convolutions]
    layers += [torch.nn.Linear(m, n, **made) for m, n in pairwise((9216, 4096, 4096, 1000))]
    return numbers(*layers) / 1_281_167


def ratio_of_times(formula):
    """What is said to lie between 8 and 32."""
    relation = formula.args[0]
    return relation.lhs if relation.rhs.is_number else relation.rhs


@route("detail_time.cut_off", 3, pick=ratio_of_times, A_2=(0.1, 2.0), B_2=(0.1, 2.0), xi=(0.5, 3.0))
def test_time_for_twice_the_detail(A_2, B_2, xi):
    def half(k):  # of an amplitude that decays at its rate
        return brentq(lambda t: math.exp(-t * (A_2 / k**5 + B_2 / k**3)) - 0.5, 0, 1e5, xtol=1e-12)

    return half(2 * xi) / half(xi)


@route("frequency_peak.tail", rel=1e-3)
def test_tail_of_the_density(rng):
    w, shares = rng.uniform(0.5, 2, 3), rng.dirichlet(np.ones(3))
    s = 300.0
    density = slope(lambda at: shares @ np.exp(-((w / at) ** 2)), s, 1e-2)
    return s**3 * density - 2 * shares @ w**2


@route("frequency_principle.small_weights", 1, rel=0.01, delta=(0.2, 1.0), k=(0.5, 2.0))
def test_pulls_of_two_frequencies(delta, k):
    c = mpmath.mpf(4000)

    def bell(xi):  # the transform of sech^2, by residues
        return xi / mpmath.sinh(c * xi)

    by_bias = bell(k + delta) / bell(k)
    by_output = by_bias * k / (k + delta)
    by_weight = mpmath.diff(bell, k + delta, h=1e-8) / mpmath.diff(bell, k, h=1e-8)
    return float(mpmath.exp(2 * c * delta) * (by_output**2 + by_bias**2 + by_weight**2))


@route("task_inference.telling_format", 0, n=(5, 60), I=(0.05, 0.4), alpha=(0.3, 0.6))
def test_share_that_random_labels_keep(n, I, alpha, rng):
    beta = 1 - alpha  # each number is one or minus one, of mean I
    odds = np.where(rng.random((20_000, n)) < (1 + I) / 2, 1.0, -1.0).sum(axis=1)
    return {"beta": beta, "H_h": 1.0, "H_r": np.mean(np.sign(odds) + 1) / 2}


@route("least_squares.length_peaks", 1, pick=measuring(lambda r: "N" in str(r)), d=(2, 4))
def test_length_rises_towards_the_peak(d, rng):
    n = d + 10
    X, e = rng.standard_normal((20_000, n, d + 1)), rng.standard_normal((20_000, n, 1))
    lengths = [np.mean(np.sum((np.linalg.pinv(x) @ e) ** 2, axis=1)) for x in (X[:, :, :d], X)]
    return {"n": n, "measured": lengths[0] < lengths[1]}
