"""Claims about frequencies, chances, layers and exponents against sums, samples and small flows.

One function for each claim computes what the claim says in another way (``routes.route``).
"""

import math
from itertools import combinations, pairwise, permutations, product

import numpy as np
import sympy as sp
import torch
from routes import quadrature, route, slope
from scipy.integrate import solve_ivp
from scipy.special import comb, zeta
from scipy.stats import beta as beta_law
from scipy.stats import norm


@route("arc_cosine_kernel.bias_angle", h=(0.01, 0.9))
def test_half_angle_of_inputs_with_a_bias(h, rng):
    theta = 2 * math.asin(math.sqrt(h))
    p_1, p_2 = rng.uniform(0.1, 1.4, 2)  # angles by which the bias turns the inputs
    one = np.array([math.cos(p_1), 0, math.sin(p_1)])
    other = np.array(
        [math.cos(p_2) * math.cos(theta), math.cos(p_2) * math.sin(theta), math.sin(p_2)]
    )
    halves = {"c_1": math.cos(p_1 / 2), "c_2": math.cos(p_2 / 2), "s_1": math.sin(p_1 / 2)}
    turned = {"s_2": math.sin(p_2 / 2), "p_1": math.cos(p_1), "p_2": math.cos(p_2)}
    return {**halves, **turned, "value": np.sum((one - other) ** 2) / 4}


@route("early_stopping.filter_of_a_mode", t=(0.1, 2.0), **{"lambda": (0.2, 3.0)})
def test_fraction_of_a_mode(t, **at):
    rate = at["lambda"]
    return solve_ivp(lambda _, c: rate * (1 - c), (0, t), [0.0], rtol=1e-10, atol=1e-12).y[0, -1]


@route("edge_of_stability.amplification", 4, z=(-2.5, -0.1))
def test_a_step_of_rk4(z):
    k = [1.0]
    for part in (0.5, 0.5, 1.0):
        k.append(1 + part * z * k[-1])
    return 1 + z * (k[0] + 2 * k[1] + 2 * k[2] + k[3]) / 6


@route("edge_of_stability.flow_sharpness", 0, rel=1e-4, q=(-2.0, 2.0))
def test_sharpness_at_the_end_of_the_flow(q):
    x = math.sqrt(1 + max(q, 0))

    def flow(_, s):
        return (1 - s[0] * s[1]) * s[::-1]

    end = solve_ivp(flow, (0, 40), [x, math.sqrt(x**2 - q)], rtol=1e-9, atol=1e-12).y[:, -1]

    def loss(s):
        return (1 - s[0] * s[1]) ** 2 / 2

    bent = torch.autograd.functional.hessian(loss, torch.tensor(end.copy()))
    return torch.linalg.eigvalsh(bent)[-1].item()


@route("frequency_content.low_frequency_ratio", 0, s=(0.5, 3.0))
def test_energy_that_a_filter_leaves(s, rng):
    sizes, w = rng.uniform(0.3, 1, 3), np.array([1.0, 2.0, 3.0])
    x = TAU * np.arange(64) / 64
    f = 0.4 + np.cos(np.outer(x, w)) @ sizes
    u = TAU * np.arange(-64 * 20, 64 * 20) / 64 / 8  # the filter has the standard deviation 1 / s
    bell = norm.pdf(u, scale=1 / s) * (u[1] - u[0])
    filtered = [bell @ (0.4 + np.cos(np.outer(at - u, w)) @ sizes) for at in x]
    energies = np.r_[0.16, sizes**2 / 2] / np.mean(f**2)
    left = np.mean(np.square(filtered)) / np.mean(f**2)
    return {"N": 3, "w": w, "p": energies[1:], "p_0": energies[0], "value": left}


TAU = 2 * math.pi


@route("frequency_content.shape_of_the_ratio", 0, rel=1e-5, s=(0.5, 3.0))
def test_density_of_the_ratio(s, rng):
    w, p = rng.uniform(0.5, 2, 3), rng.dirichlet(np.ones(3))
    return {"N": 3, "w": w, "p": p, "value": slope(lambda at: p @ np.exp(-((w / at) ** 2)), s)}


@route("frequency_peak.two_waves", 2, rel=1e-4, r=(1.5, 3.0))
def test_slope_of_the_level_at_its_turn(r):
    def level(y):  # the logarithm of the ratio of energies at which the density is flat
        return y * (r**2 - 1) + math.log((3 - 2 * y) / (r**2 * (2 * r**2 * y - 3)))

    turn = 3 * (r**2 + 1) / (4 * r**2)
    return slope(level, turn, 1e-6)


@route("initialisation.per_layer_rates", 0, eta_a=(0.2, 3.0), eta_w=(0.2, 3.0))
def test_rates_act_as_a_start(eta_a, eta_w, rng):
    beta_1, beta_2 = rng.uniform(0.5, 2, 2)
    # weights a / sqrt(eta_a) and w / sqrt(eta_w) have the rate one, and these spreads at the start
    draws = rng.standard_normal(3)
    first, last = beta_1 * draws / math.sqrt(eta_a), beta_2 * draws / math.sqrt(eta_w)
    return {"beta_1": beta_1, "beta_2": beta_2, "value": np.std(first) / np.std(last)}


@route("joint_error.hardness_of_a_beta_law", 0, N=(50, 200), e=(0.05, 0.4), n=(0.5, 5.0))
def test_joint_misses_of_a_beta_law(N, e, n):
    return N * beta_law(n * e, n * (1 - e)).moment(3)


@route("joint_error.hardness_of_two_kinds", 0, rel=1e-5, N=(50, 200), e=(0.2, 0.4))
def test_joint_misses_of_two_kinds(N, e):
    h = 0.5  # the share of hard samples; each is missed with probability p
    p = e / h
    return {"J": N * h * p**3, "value": N * h * p**2}


@route("linear_frequency_principle.kernels_on_the_line", 3, L=(2.0, 5.0), r=(0.5, 1.0))
def test_kernel_of_a_flat_bias(L, r, rng):
    y, z = rng.uniform(-1, 1, 2)

    def units(b):
        return max(0, b + r * y) * max(0, b + r * z)

    edges = sorted([-L, -r * y, -r * z, L])
    pieces = pairwise(edges)
    total = sum(quadrature(units, *piece) for piece in pieces)
    # the claim is written for y below z
    return {"y": min(y, z), "z": max(y, z), "value": total / (2 * L)}


@route("linear_region.deep_upper_bound", L=(1, 4), d=(1, 3), n=(2, 6))
def test_upper_bound_for_deep_networks(L, d, n):
    return math.prod(sum(comb(n, j, exact=True) for j in range(d + 1)) for _ in range(L))


@route("linear_region.folding", 1, L=(1, 3), d=(1, 2), n=(2, 6))
def test_lower_bound_for_deep_networks(L, d, n):
    folds = math.prod((n // d) ** d for _ in range(L - 1))
    return folds * sum(comb(n, j, exact=True) for j in range(d + 1))


@route("mode_connectivity.permuted_copy", m=(2, 5))
def test_half_way_to_a_permuted_copy(m, rng):
    a, w = rng.standard_normal((2, m))
    over = [
        np.mean([a, a[list(p)]], axis=0) @ np.mean([w, w[list(p)]], axis=0)
        for p in permutations(range(m))
    ]
    return {"a": a, "w": w, "value": np.mean(over)}


@route("nondimensionalisation.rescaled_flow", 1)
def test_normalised_flow_of_an_input_weight(rng):
    (alpha, beta_1, beta_2), a = rng.uniform(0.5, 2, 3), rng.standard_normal(3)
    w, x, y = (rng.standard_normal(shape) for shape in ((3, 2), (4, 2), 4))
    last = torch.tensor(beta_2 * w, requires_grad=True)
    f = torch.relu(torch.tensor(x) @ last.T) @ torch.tensor(beta_1 * a) / alpha
    ((f - torch.tensor(y)) ** 2).sum().div(8).backward()
    z = w @ x.T
    units = {"kappa": beta_1 * beta_2 / alpha, "kappaprime": beta_1 / beta_2}
    at = {"m": 3, "n": 4, "p": 2, "q": 1, "a": a, "x": x, "y": y, "h": np.maximum(z, 0), "g": z > 0}
    # weights are in units of their start, time in units of 1 / (beta_1 beta_2)
    return {**units, **at, "value": -last.grad[1, 0].item() / beta_2 * beta_1 * beta_2}


@route("parameter_count.required_width", 1)
def test_width_against_practice():
    return 10_000**4 * 2**2 / 400


@route("phase_diagram.lazy_drift", 0, q=(0.1, 1.0), kappaprime=(0.5, 2.0))
def test_lazy_drift_of_w(q, kappaprime, rng):
    M, (g_a, g_w) = 10, rng.uniform(0.5, 2, 2)
    kappa = 1 / (M * q)
    rate = M * kappa**2 * (g_a / kappaprime + kappaprime * g_w)
    way = quadrature(lambda t: kappa * kappaprime * math.exp(-rate * t), 0)
    return {"g_a": g_a, "g_w": g_w, "value": way}


@route("random_subspace.power_law", 0, b=(1.5, 4.0), **{"lambda": (0.01, 1.0)})
def test_dimensions_at_a_level(b, **at):
    return quadrature(lambda i: 1 / (1 + at["lambda"] * i**b), 0)


@route("residual_path.best_tilt", 0, rel=1e-5, alpha=(0.2, 2.0), n=(5, 8), B=(1, 2), q=(0, 2))
def test_slope_of_the_share_of_paths(alpha, n, B, q):
    def share(at):
        return sum(comb(n, k) * at**k for k in range(B, B + q + 1)) / (1 + at) ** n

    return slope(share, alpha)


@route("residual_path.path_energy", 1, n=(1, 5), z=(0.1, 2.0))
def test_energy_of_all_paths(n, z, rng):
    alpha = rng.uniform(0.2, 1, n)
    over = product((0, 1), repeat=n)
    return {"alpha": alpha, "value": sum(np.prod((z * alpha) ** np.array(path)) for path in over)}


def last_share(K, alpha, power):
    """The sum over modes of shares at an edge K, its tail as an integral."""
    k = np.arange(1.0, 400_000)
    tail = (k[-1] / K) ** (1 - power * alpha) / (power * alpha - 1)
    return np.sum(1 / ((k / K) ** alpha + 1) ** power) / K + tail


@route("scaling_law.edge", 0, rel=2e-3, alpha=(1.5, 3.0))
def test_samples_for_each_learned_mode(alpha):
    return last_share(2000.0, alpha, 1) + 1 / 4000


@route("scaling_law.edge", 1, rel=2e-3, alpha=(1.5, 3.0))
def test_sum_of_squared_shares(alpha):
    return last_share(2000.0, alpha, 2) + 1 / 4000


@route("scaling_law.feature_constant", 1, rel=2e-3, alpha=(1.5, 3.0), u=(0.4, 0.9))
def test_what_is_left_at_an_edge(alpha, u):
    K, k = 20_000.0, np.arange(1.0, 400_000)
    left = k ** (-u - 1) * (k / K) ** alpha / ((k / K) ** alpha + 1)
    return K**u * (np.sum(left) + zeta(u + 1, k[-1] + 1))


@route("sine_kernel.sine_at_any_size", 2, B=(0.1, 1.5), D=(-0.05, 1.0), r=(0.1, 1.0))
def test_squared_distance_in_the_next_layer_of_sines(B, D, r):
    A = B + D
    C = (A + B - r) / 2
    decay = math.exp(-(A + B) / 2)
    own = [math.exp(-v) * math.sinh(v) for v in (A, B)]
    return sum(own) - 2 * decay * math.sinh(C)


@route("tangent_kernel.tangent_kernel", rel=0.05, kappa=(0.3, 1.0), kappaprime=(0.5, 2.0))
def test_mean_of_the_tangent_kernel(kappa, kappaprime, rng):
    m, x = 40_000, rng.standard_normal((2, 2))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    a, z = rng.standard_normal(m), rng.standard_normal((m, 2)) @ x.T
    both = np.all(z > 0, axis=1)
    theta = math.acos(x[0] @ x[1])
    k_1 = (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / TAU
    means = {"m": m, "P": x[0] @ x[1], "k_0": (math.pi - theta) / TAU, "k_1": k_1}
    by_a = np.sum(np.prod(np.maximum(z, 0), axis=1)) / kappaprime
    by_w = kappaprime * np.sum(a**2 * both) * (x[0] @ x[1])
    return {**means, "value": kappa**2 * (by_a + by_w)}


def odds(A, B, n, q, e):
    """Log odds of the true task by the chances of what was seen: A inputs, B labels of n for it."""
    true = math.log(q**A * (1 - q) ** (n - A) * (1 - e) ** B * e ** (n - B))
    return true - math.log((1 - q) ** A * q ** (n - A) * e**B * (1 - e) ** (n - B))


@route("task_inference.log_odds", n=(3, 6), A=(0, 3), B=(0, 3), e=(0.05, 0.45), q=(0.55, 0.9))
def test_log_odds_of_the_true_task(n, A, B, e, q):
    return {"g": 0.3, "value": odds(A, B, n, q, e) + math.log(0.3 / 0.7)}


@route("task_inference.drift", 2, e=(0.05, 0.45), q=(0.55, 0.9))
def test_drift_with_flipped_labels(e, q):
    seen = product((0, 1), repeat=2)
    return sum((q if A else 1 - q) * (e if B else 1 - e) * odds(A, B, 1, q, e) for A, B in seen)


@route("walsh_kernel.inverse_of_the_kernel", 1, d=(2, 4))
def test_diagonal_of_the_inverse(d, rng):
    corners = np.array(list(product([1, -1], repeat=d)))
    kernel = np.exp(corners @ corners.T / d) + 0.5 * np.eye(2**d)
    products = [corners[:, :i].prod(axis=1) for i in range(d + 1)]
    rates = [chi @ kernel @ chi / 4**d for chi in products]
    at = {"N": 2**d, "lambda": FromZero(rates)}
    return {**at, "value": np.linalg.inv(kernel)[-1, -1]}


class FromZero:
    """A sequence that counts from 0, for ``routes.says``, which counts from 1."""

    def __init__(self, values):
        self.values = [*values[1:], values[0]]

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


def level(formula):
    """The positive number that is said to be an eigenvalue."""
    return min(e.rhs for e in formula.atoms(sp.Eq) if e.rhs.is_Rational and e.rhs > 0)


@route("wide_network_convergence.five_points_on_the_circle", 0, pick=level)
def test_least_eigenvalue_of_five_points():
    gaps = TAU / 5 * np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    theta = np.minimum(gaps, TAU - gaps)
    return np.linalg.eigvalsh(np.cos(theta) * (math.pi - theta) / TAU)[0]


def growth(f):
    """The exponent of f(m) between two large widths."""
    return math.log(f(1e60) / f(1e30)) / (30 * math.log(10))


@route("condensed_regime.drift_exponent_bound", 1, pick=lambda f: f.args[1].lhs, rel=1e-2)
def test_exponent_of_the_lower_bound(rng):
    gamma, gammaprime = rng.uniform(1.2, 2.5), rng.uniform(-1.0, 0.1)

    def bound(m):
        q, kp = m ** (gamma - 1), m**-gammaprime
        return math.sqrt(1 / (1 / (kp * q) + 1 / q**2))

    return {"gamma": gamma, "gammaprime": gammaprime, "value": growth(bound)}


def of_neurons(theta, f):
    """The mean of f(u, v) over the plane of two unit inputs at an angle, by its directions."""
    radius = quadrature(lambda r: r**3 * math.exp(-(r**2) / 2), 0)
    active = theta - math.pi / 2, math.pi / 2
    return radius * quadrature(lambda t: f(math.cos(t), math.cos(theta - t)) / TAU, *active)


@route("arc_cosine_kernel.next_angle", 1, h=(0.02, 0.95))
def test_next_half_angle(h):
    theta = 2 * math.asin(math.sqrt(h))
    cosine = of_neurons(theta, lambda u, v: u * v) / of_neurons(0, lambda u, v: u * v)
    return (1 - cosine) / 2


@route("smooth_kernel.erf_at_any_size", 2, h=(0.05, 0.9))
def test_mean_product_of_erf(h, rng):
    A, B = rng.uniform(0.2, 0.8, 2)
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    weight, erf = weight / math.sqrt(TAU), np.vectorize(math.erf)
    c = 1 - 2 * h
    second = math.sqrt(B) * (c * z[:, None] + math.sqrt(1 - c**2) * z)
    mean = weight @ (erf(math.sqrt(A) * z)[:, None] * erf(second)) @ weight
    y = c * math.sqrt(4 * A * B / ((1 + 2 * A) * (1 + 2 * B)))
    return {"y": y, "S": math.sqrt(1 - y**2), "value": mean}


@route("deep_frequency_principle.circle_spectrum", 0, rel=0.02, k=(40, 60))
def test_high_frequencies_on_the_circle(k):
    def kernel(theta):  # of two layers: its slopes are -c at equal and e at opposite inputs
        return ((math.pi - theta) * math.cos(theta) * 2 + math.sin(theta)) / math.pi

    theta = np.linspace(0, math.pi, 200_001)
    values = np.vectorize(kernel)(theta)
    rate = 2 * np.trapezoid(values * np.cos(k * theta), theta) / TAU
    ends = slope(kernel, 0.0), slope(kernel, math.pi)
    return {"c": -ends[0], "e": ends[1], "value": rate}


@route("distillation.second_order", 1, rel=1e-4, N=(2, 5), i=(1, 2))
def test_second_order_of_a_probability(N, i, rng):
    z = rng.standard_normal(N)
    z -= z.mean()

    def chance(u):
        return np.exp(u * z[i - 1]) / np.exp(u * z).sum()

    return {"z": z, "value": slope(lambda u: slope(chance, u, 1e-3), 0.0, 1e-3) / 2}


@route("inductive_bias.invariant_dimension", 1, l=(1, 4))
def test_products_of_signs_up_to_shifts(l):
    D = 5
    sets = {frozenset(chosen) for chosen in combinations(range(D), l)}
    shifts = {frozenset(frozenset((p + g) % D for p in one) for g in range(D)) for one in sets}
    return {"D": D, "value": len(shifts)}
