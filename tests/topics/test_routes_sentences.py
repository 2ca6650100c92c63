"""Claims behind sentences that the ledger missed: against counts, eigenvalues, draws and networks.

One function for each claim computes what the claim says in another way (``routes.route``).
"""

import math

import numpy as np
import sympy as sp
from routes import route
from scipy.special import expit


def ramp(x):
    return max(x, 0.0)


@route("deep_square.curved_functions", h=(0.1, 2.0), mu=(0.1, 3.0), c=(-2.0, 2.0))
def test_the_best_line_misses_a_curve_by_what_is_derived(h, mu, c):
    # mu x^2 / 2 itself, and the line that misses its ends and its middle by equally much
    least = h**2 * mu / 16
    b = mu * (c + h / 2)
    a = mu * c * c / 2 - b * c - least
    return {"M": least * (1 + 1e-9), "a": a, "b": b, "g_0": 0.0, "g_1": 0.0, "g_2": 0.0}


@route("deep_square.products_and_powers", 1, delta=(0.01, 0.2), k=(2, 6))
def test_errors_of_products_add_up(delta, k):
    # one product for each factor after the first, off by 2 delta each
    return sum(2 * delta for _ in range(k - 1))


@route("effective_neuron.one_direction", z=(-2.0, 2.0))
def test_neurons_of_one_direction(z, rng):
    a, r = rng.normal(size=5), rng.uniform(0.1, 2, 5)
    return {
        "m": 5,
        "a": a,
        "r": r,
        "value": sum(x * ramp(y * z) for x, y in zip(a, r, strict=True)),
    }


def _values(p, q):
    return [ramp(p * x + q * y) for x, y in ((1, 0), (0, 1), (1, -1))]


@route("effective_neuron.two_directions", C=(0.5, 2.0), p=(0.5, 2.0))
def test_one_neuron_that_agrees_at_three_points_has_one_direction(C, p):
    one, other, both = _values(p, 0.0)
    assert one == both
    return {"q": 0.0, "A": C * one, "B": C * other}


@route("effective_neuron.other_activations", p=(1.7, 1.74))
def test_a_tanh_with_this_slope_and_bend(p):
    root = math.sqrt(3)  # of C p = 3 and C p^3 = 9: p^2 = 3
    assert abs(root * root - 3) < 1e-12 and abs(root - p) < 0.04
    return {"p": sp.sqrt(3), "C": sp.sqrt(3)}


@route("hinge_loss.attained", 1, z=(-3.0, 20.0))
def test_cross_entropy_is_positive(z):
    return -math.log(expit(z))


@route("minus_count.alternation", c=(0, 5), j=(0, 5))
def test_signs_turned_one_by_one(c, j):
    label = math.prod([-1] * c)
    for _ in range(j):
        label = -label
    return label


@route("rise_from_scaling.exact_match_by_size", 0, rel=0.02, L=(1, 6), c=(0.5, 1.0), N=(20.0, 90.0))
def test_answers_of_drawn_tokens(L, c, N, rng):
    right = (rng.random((400_000, L)) > c / N).all(1).mean()
    return {"a": 1.0, "value": right}


@route("rise_from_scaling.right_one_by_one", 0, T=(8, 30), m=(1, 6))
def test_share_of_alternating_labels_that_are_missed(T, m):
    # m + 1 pieces agree in sign with two labels each at their ends, and with every other one within
    right = (m + 1) + 1 + (T + 1 - (m + 2)) / 2
    signs = [1.0] * (m + 2)
    return {"l": [2 * right / len(signs) - 1] * len(signs), "value": 1 - right / (T + 1)}


@route("saddle_of_modes.curvature", 1, a=(0.5, 2.0), b=(0.5, 2.0), u=(-1.0, 1.0), v=(-1.0, 1.0))
def test_curvature_of_a_fitted_mode(a, b, u, v):
    def along(t):
        return (a * b - (a + t * u) * (b + t * v)) ** 2 / 2

    h = 1e-3
    return {"s": a * b, "value": (along(h) - 2 * along(0) + along(-h)) / h**2}


@route("saddle_of_modes.share_by_loss", 1, K=(2, 6), s=(0.5, 2.0))
def test_share_of_downward_directions(K, s, rng):
    resting = int(rng.integers(1, K + 1))
    at_rest = np.array([[0.0, -s], [-s, 0.0]])
    fitted = np.array([[1.0, s], [s, s * s]])
    values = [np.linalg.eigvalsh(at_rest)] * resting + [np.linalg.eigvalsh(fitted)] * (K - resting)
    return {"l": resting * s**2 / 2, "value": (np.concatenate(values) < -1e-9).mean()}


@route("short_description.occam", 2, epsilon=(0.05, 0.3), b=(1.0, 20.0), delta=(0.01, 0.3))
def test_examples_for_a_gap(epsilon, b, delta):
    n = (b + math.log2(1 / delta)) * math.log(2) / (2 * epsilon**2)
    return math.log(2**b / delta) / (2 * n)


@route("width_limit.limits", 1, rel=1e-3, c=(1.0, 9.0))
def test_a_ratio_of_nearly_equal_widths(c):
    return math.sqrt((1e9 + c) / (1e9 + 1))
