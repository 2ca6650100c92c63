"""Claims against quadrature, enumeration and drawn numbers: kernels, spectra, statistics, counts.

One function for each claim computes what the claim says in another way (``routes.route``).
"""

import math
from itertools import permutations, product

import numpy as np
import sympy
import torch
from routes import quadrature, route, slope
from scipy.optimize import linprog, minimize_scalar
from scipy.special import zeta
from scipy.stats import beta, binom, norm

TAU = 2 * math.pi


def of_two(f, varphi):
    """The mean of f(u, v), homogeneous of degree 0, 2 or 4, of two standard normal numbers at an
    angle, where both are positive: a mean over directions.
    """
    degree = round(math.log2(f(2.0, 2.0) / f(1.0, 1.0)))
    radius = quadrature(lambda r: r ** (degree + 1) * math.exp(-r * r / 2), 0)
    return radius * quadrature(
        lambda t: f(math.cos(t), math.cos(varphi - t)) / TAU, varphi - math.pi / 2, math.pi / 2
    )


def gaussian_mean(f, A, B, C):
    """E f(q, r) of normal q, r of variances A, B and covariance C, by Gauss and Hermite."""
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / math.sqrt(TAU)
    q = math.sqrt(A) * z[:, None]
    r = C / math.sqrt(A) * z[:, None] + math.sqrt(B - C**2 / A) * z
    return weight @ f(q, r) @ weight


@route("activation_spectrum.ricker_norm", 1, c=(0.5, 2.0), s=(0.3, 3.0))
def test_norm_of_a_ricker_function(c, s):
    return quadrature(lambda x: (c * (1 - x**2 / s**2)) ** 2 * math.exp(-(x**2) / s**2))


@route("activation_spectrum.smoothness", p=(2, 2), q=(0.8, 1.8))
def test_transform_of_a_smooth_function(p, q):
    size = quadrature(lambda x: math.cos(q * x) * math.exp(-(x**2) / 2))
    return size / quadrature(lambda x: abs(x**2 - 1) * math.exp(-(x**2) / 2))


@route("aliasing.kernel_on_points", N=(3, 9), k=(0, 4), m=(-2, 2), x=(0.1, 3.0))
def test_answer_of_an_alias(N, k, m, x):
    points, kappa = TAU * np.arange(1, N + 1) / N, N * m + k
    return complex(np.mean(np.exp(1j * k * points) * np.exp(1j * kappa * (x - points))))


@route("aliasing.low_alias_share", 0, y=(0.05, 0.5))
def test_share_of_the_low_alias(y):
    return y**-2 / (zeta(2, y) + zeta(2, 1 - y))


@route("aliasing.low_alias_share", 1, y=(0.05, 0.5))
def test_share_of_the_low_alias_at_the_fourth_power(y):
    return y**-4 / (zeta(4, y) + zeta(4, 1 - y))


@route("arc_cosine_kernel.degree_two_kernel", theta=(0.1, 3.0))
def test_kernel_of_degree_two(theta):
    return of_two(lambda u, v: (u * v) ** 2, theta)


@route("arc_cosine_kernel.half_angle", 2, h=(0.01, 0.95))
def test_kernel_of_degree_one_by_the_half_angle(h):
    return of_two(lambda u, v: u * v, math.acos(1 - 2 * h))


@route("mode_connectivity.gradient_overlap", 0, varphi=(0.1, 3.0))
def test_mean_product_of_two_neurons(varphi):
    return of_two(lambda u, v: u * v, varphi)


@route("mode_connectivity.gradient_overlap", 1, varphi=(0.1, 3.0))
def test_chance_that_two_neurons_are_active(varphi):
    return of_two(lambda u, v: 1.0, varphi)


@route("sine_kernel.sine_kernel", 1, A=(0.5, 1.5), B=(0.8, 1.5), C=(-0.5, 0.5))
def test_sine_kernel(A, B, C):
    return gaussian_mean(lambda q, r: np.sin(q) * np.sin(r), A, B, C)


@route("sine_kernel.sine_kernel", 0, A=(0.5, 1.5), B=(0.8, 1.5), C=(-0.5, 0.5))
def test_sine_kernel_of_slopes(A, B, C):
    return gaussian_mean(lambda q, r: np.cos(q) * np.cos(r), A, B, C)


@route("smooth_kernel.erf_kernel", 1, A=(0.5, 1.0), B=(0.8, 1.0), C=(-0.5, 0.5))
def test_erf_kernel(A, B, C):
    erf = np.vectorize(math.erf)
    return gaussian_mean(lambda q, r: erf(q) * erf(r), A, B, C)


@route("smooth_kernel.erf_kernel", 0, A=(0.5, 1.0), B=(0.8, 1.0), C=(-0.5, 0.5))
def test_erf_kernel_of_slopes(A, B, C):
    return gaussian_mean(lambda q, r: 4 / math.pi * np.exp(-(q**2) - r**2), A, B, C)


@route("compute_law.additive_law", 1, alpha=(0.7, 2.0), u=(0.4, 1.5), b=(0.3, 2.0))
def test_least_value_of_two_terms(alpha, u, b):
    def law(log_tau):
        tau = math.exp(log_tau)
        return tau ** (u / (1 + alpha)) * (1 / u + b * tau ** (-u / alpha))

    return minimize_scalar(law, bounds=(-15, 15), method="bounded", options={"xatol": 1e-9}).fun


@route("compute_law.joint_law", 0, rel=2e-3, alpha=(1.0, 2.0), u=(0.5, 1.5), tau=(0.1, 2.0))
def test_curves_of_all_sizes(alpha, u, tau):
    N, k = 20_000, np.arange(1.0, 20_001)
    inside = np.sum(k ** (-u - 1) * np.exp(-2 * tau * (N / k) ** alpha))
    return N**u * (inside + zeta(u + 1, N + 1))


@route("compute_law.time_constant", rel=2e-3, alpha=(1.0, 2.0), u=(0.5, 1.5))
def test_constant_of_the_law_of_time(alpha, u):
    T, k = 200.0, np.arange(1.0, 2_000_001)
    return T**u * (np.sum(k ** (-u - 1) * np.exp(-2 * (T / k) ** alpha)) + k[-1] ** -u / u)


@route("critical_point.conditional_hessian", 2, p=(2, 5), N=(3, 9))
def test_variance_off_the_diagonal(p, N):
    total = 0.0  # squares of the coefficients of J in the second derivative at sqrt(N) e_0
    for index in product(range(3), repeat=p):
        at = [sum(i == which for i in index) for which in range(3)]
        if at[1:] == [1, 1]:
            total += (N ** ((1 - p) / 2) * N ** (at[0] / 2)) ** 2
    return total


@route("descent_in_context.bayes_risk", N=(4, 9), r=(0.2, 3.0))
def test_what_bayes_leaves_of_a_direction(N, r, rng):
    v, x = 0.7, rng.standard_normal(N)
    left = v - v * x @ np.linalg.solve(v * np.outer(x, x) + r * v * np.eye(N), x) * v
    return {"z": float(x @ x) / N, "value": left / v}


@route("descent_in_context.two_rates", 1, s_1=(0.1, 2.0), s_2=(0.1, 2.0))
def test_two_steps_are_a_polynomial(s_1, s_2):
    second, first, _ = np.polymul([-s_1, 1], [-s_2, 1])
    return (-first) ** 2 + 4 * -second


@route("detail_time.features", k=(1, 5), s=(1.0, 4.0))
def test_time_with_features(k, s):
    return norm.pdf(1, scale=s) / norm.pdf(k, scale=s)


@route("early_stopping.difference_of_two_samples", rel=0.02, R=(0.2, 3.0))
def test_two_samples_differ(R, rng):
    noise = rng.standard_normal((2, 200_000))
    return math.sqrt(np.mean((noise[0] - noise[1]) ** 2) / np.mean((noise[0] + math.sqrt(R)) ** 2))


@route("early_stopping.signal_to_noise", rel=0.05, n=(8, 40), f_low=(0.2, 1.0), sigma=(0.5, 2.0))
def test_signal_over_noise_of_a_frequency(n, f_low, sigma, rng):
    noise = np.fft.fft(sigma * rng.standard_normal((20_000, n)), axis=1)[:, 1] / n
    return f_low**2 / np.mean(abs(noise) ** 2)


@route("early_stopping.white_noise_spectrum", rel=0.05, n=(8, 40), sigma=(0.5, 2.0))
def test_spectrum_of_white_noise(n, sigma, rng):
    noise = np.fft.fft(sigma * rng.standard_normal((20_000, n)), axis=1)[:, n // 3] / n
    return np.mean(abs(noise) ** 2)


@route("emergence.exact_match", rel=0.03, L=(1, 5), epsilon=(0.05, 0.4))
def test_all_tokens_right(L, epsilon, rng):
    return np.mean(np.all(rng.random((100_000, L)) > epsilon, axis=1))


@route("emergence.shared_difficulty", L=(2, 6))
def test_tokens_share_a_difficulty(L, rng):
    law = beta(*rng.uniform(0.5, 3, 2))
    return {"q": law.mean(), "value": law.expect(lambda p: p**L)}


@route("fitting_time.label_energy", 1, rel=0.05)
def test_energy_of_labels_in_a_direction(rng):
    v = rng.standard_normal(7)
    return np.mean((rng.choice([-1.0, 1.0], (20_000, 7)) @ v) ** 2) / (v @ v)


@route("fitting_time.noise_inputs", n=(2, 6), a=(0.2, 2.0), b=(-1.0, 1.0))
def test_noise_for_images(n, a, b, rng):
    y, form = rng.standard_normal(n), np.full((n, n), b) + (a - b) * np.eye(n)
    over = [y[list(order)] @ form @ y[list(order)] for order in permutations(range(n))]
    return {"mu": y.mean(), "s": y.std(), "value": np.mean(over)}


@route("fitting_time.random_label_flow", n=(2, 6), t=(0.1, 2.0))
def test_flow_under_random_labels(n, t, rng):
    root = rng.standard_normal((n, n))
    rates, modes = np.linalg.eigh(root @ root.T)
    left = modes * np.exp(-t * rates) @ modes.T
    losses = [np.sum((left @ y) ** 2) / (2 * n) for y in product([-1.0, 1.0], repeat=n)]
    return {"lambda": rates, "value": np.mean(losses)}


@route("frequency_content.reciprocal_widths", 0, delta=(0.3, 2.0))
def test_width_of_a_transform(delta):
    x = np.linspace(-12 * delta, 12 * delta, 2001)
    w = np.linspace(-12 / delta, 12 / delta, 801)
    size = np.exp(-(x**2) / (2 * delta**2)) @ np.cos(np.outer(x, w))
    return math.sqrt(np.sum(w**2 * size) / np.sum(size))


@route("in_context_learning.prompt_statistic", rel=0.05, N=(2, 6), r=(0.2, 2.0), m=(1, 3))
def test_second_moment_of_the_statistic(N, r, m, rng):
    spread = rng.uniform(0.5, 2, 3)
    x = rng.standard_normal((100_000, N, 3)) * np.sqrt(spread)
    noise = math.sqrt(r) * rng.standard_normal((100_000, N))
    y = np.einsum("snk,sk->sn", x, rng.standard_normal((100_000, 3))) + noise
    h = np.mean(y * x[:, :, m - 1], axis=1)
    return {"lambda": spread, "t": spread.sum(), "value": np.mean(h**2)}


@route("layers_in_context.trace_moments", 1, rel=0.05, N=(3, 7), d=(2, 3))
def test_third_trace(N, d, rng):
    x = rng.standard_normal((60_000, N, d))
    form = np.swapaxes(x, 1, 2) @ x
    return np.mean(np.trace(form @ form @ form, axis1=1, axis2=2))


@route("layers_in_context.polynomial_risk", 1, rel=0.05, N=(5, 9), d=(2, 3), a=(0.2, 0.9))
def test_risk_of_a_polynomial(N, d, a, rng):
    b, r = -0.2, 0.5
    x = rng.standard_normal((60_000, N, d))
    z = np.linalg.eigvalsh(np.swapaxes(x, 1, 2) @ x / N)
    p = a + b * z
    return {"b": b, "r": r, "value": np.mean((1 - p * z) ** 2 + p**2 * r * z / N)}


@route("least_squares.inverse_wishart_mean", rel=0.05, q=(2, 3), k=(12, 16))
def test_mean_of_an_inverse(q, k, rng):
    g = rng.standard_normal((30_000, q, k))
    return np.mean(np.linalg.inv(g @ np.swapaxes(g, 1, 2))[:, 0, 0])


@route("least_squares.share_of_a_direction", rel=0.05, d=(2, 6), B=(0.5, 3.0))
def test_share_of_a_direction(d, B, rng):
    v = rng.standard_normal((50_000, d))
    return B * np.mean(v[:, 0] ** 2 / np.sum(v**2, axis=1))


@route("least_squares.variance_of_least_squares", rel=0.05, q=(2, 3), k=(14, 18), sigma=(0.5, 2.0))
def test_noise_in_the_coefficients(q, k, sigma, rng):
    X = rng.standard_normal((30_000, k, q))
    fit = np.linalg.pinv(X) @ (sigma * rng.standard_normal((30_000, k, 1)))
    return np.mean(np.sum(fit[..., 0] ** 2, axis=1))


@route("learning_curve.exponential_spectrum", K=(2, 6), M=(3, 12), c=(0.2, 1.0), g=(0.2, 1.0))
def test_bias_with_an_edge_further_out(K, M, c, g):
    modes = np.arange(1, M + 2)
    kept = np.exp(-c * modes) / (np.exp(-c * modes) + np.exp(-c * (K + 1)))
    return np.sum((1 - kept) ** 2 * np.exp(-g * modes))


@route("multiscale_network.derivative_spectrum", 2, omega=(0.3, 9.0))
def test_transform_of_the_slope_of_a_hat(omega):
    return 2 * quadrature(lambda x: -math.sin(omega * x), 0, 1)


@route("multiscale_network.radial_scaling", alpha=(0.5, 2.0), d=(1, 1), xi=(0.1, 1.0))
def test_transform_of_a_stretched_function(alpha, d, xi):
    def wide(x):
        return math.exp(-((x / alpha) ** 2) / 2) * math.cos(TAU * xi * x)

    def transform(u):
        return math.sqrt(TAU) * sympy.exp(-((TAU * u) ** 2) / 2)

    return {"Fhat": transform, "value": quadrature(wide)}


@route("task_inference.silent_format")
def test_a_silent_format_leaves_a_coin():
    n, e = 7, 0.2  # labels are right or wrong by a coin; B of n inputs speak for the other task
    chances = binom(n, 0.5).pmf(np.arange(n + 1))
    odds = (2 * np.arange(n + 1) - n) * math.log((1 - e) / e)
    return float(chances @ (np.sign(odds) + 1)) / 2


@route("trainability.active_range", 0)
def test_active_range_of_a_relu():
    return quadrature(lambda z: (z > 0) * norm.pdf(z), 0, 30)


@route("trainability.leaky_condition", 1, alpha=(0.05, 0.9))
def test_mean_square_of_a_leaky_relu(alpha):
    return quadrature(lambda z: z**2 * norm.pdf(z), 0) + quadrature(
        lambda z: (alpha * z) ** 2 * norm.pdf(z), -math.inf, 0
    )


@route("trainability.leaky_condition", 0, rel=0.03, D=(40, 60), alpha=(0.05, 0.9))
def test_variance_that_keeps_a_leaky_layer(D, alpha, rng):
    z = rng.standard_normal((4000, D))
    out = np.maximum(z, alpha * z) @ rng.standard_normal((D, 200))
    return 1 / np.mean(out**2)


@route("scale_training.cells", m=(2, 4), n=(2, 3))
def test_cells_that_a_half_space_meets(m, n, rng):
    planes = np.vstack([rng.standard_normal((m, n)), np.eye(n)[-1]])

    def met(signs):
        sides = -planes * np.array([*signs, 1])[:, None]
        return linprog(np.zeros(n), sides, -np.ones(m + 1), bounds=[(None, None)] * n).success

    return sum(met(signs) for signs in product([-1, 1], repeat=m))


@route("interface_energy.kink_cost", a=(0.5, 2.0), J=(0.5, 2.0), epsilon=(0.1, 1.0))
def test_cost_of_a_rounded_kink(a, J, epsilon):
    def turn(x):
        return J / epsilon * (1 + 0.5 * math.cos(math.pi * x / epsilon))

    return quadrature(lambda x: (a * turn(x)) ** 2, 0, epsilon)


@route("kernel_motion.motion_of_the_kernel", 4, R=(0.05, 0.5))
def test_chance_that_a_kink_is_near(R):
    return norm.cdf(R) - norm.cdf(-R)


@route("initialisation.initialisation_table", 8, rel=0.05, d=(20, 60), m=(100, 300))
def test_xavier_start(d, m):
    torch.manual_seed(0)
    first, last = torch.nn.Linear(d, m, bias=False), torch.nn.Linear(m, 1, bias=False)
    for layer in (first, last):
        torch.nn.init.xavier_normal_(layer.weight)
    return (first.weight.std() * last.weight.std()).item()


@route("sensitivity.wave", 2, rel=1e-4, omega=(0.5, 3.0))
def test_frequency_of_a_wave_from_its_curvature(omega):
    def bent(t):
        return slope(lambda u: slope(lambda v: math.cos(omega * v), u, 1e-3), t, 1e-3)

    return -bent(0.4) / math.cos(omega * 0.4)
