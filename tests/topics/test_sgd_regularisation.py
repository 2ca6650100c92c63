"""The derived formulas against steps, orders and draws that are carried out."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import symbols

from theory import derive
from theory import sgd_regularisation as theory

RNG = np.random.default_rng(0)
SLOPES, BENDS, THIRDS = RNG.standard_normal((3, 3))  # of three batches, one variable


def epoch(order, eta):
    """Where an epoch from zero ends, batch gradients g + h x + t x^2 / 2."""
    x = 0.0
    for b in order:
        x -= eta * (SLOPES[b] + BENDS[b] * x + THIRDS[b] * x * x / 2)
    return x


def second_order(sequences):
    """Coefficient of eta^2 of the mean end, from even differences in eta."""
    eta = 1e-3
    ends = [np.mean([epoch(order, sign * eta) for order in sequences]) for sign in (1, -1)]
    return sum(ends) / (2 * eta**2)


def test_the_variance_term_belongs_to_reshuffled_batches():
    g, h, own = SLOPES.mean(), BENDS.mean(), (BENDS * SLOPES).mean()
    shuffled = second_order(list(permutations(range(3))))
    drawn = second_order(list(product(range(3), repeat=3)))
    flow = 9 * h * g / 2 - 3 * h * g / 2  # of L + eta |g|^2 / 4 over three steps
    assert drawn == pytest.approx(flow, abs=1e-4)
    assert shuffled == pytest.approx(flow - 3 * 2 * (own - h * g) / 4, abs=1e-4)
    assert abs(shuffled - drawn) > 0.1


@given(st.floats(0.01, 0.9), st.floats(0.1, 1.0))
def test_the_flow_at_the_effective_curvature_leaves_what_a_step_leaves(eta, curvature):
    effective = derive(theory.quadratic_to_all_orders)[0].function(theory.eta, theory.lam)
    assert np.exp(-eta * effective(eta, curvature)) == pytest.approx(1 - eta * curvature)


@pytest.mark.parametrize(("title", "part"), [("Heavy ball", 2), ("Nesterov", 3)])
def test_momentum_against_the_roots_of_its_recursion(title, part):
    beta, lam, h = 0.5, 0.7, 1e-4
    derivation = derive(theory.quadratic_to_all_orders)[part]
    assert derivation.title == title
    left = 1 - h * (1 - beta) * lam
    last = beta if title == "Heavy ball" else beta * left
    middle = left + beta if title == "Heavy ball" else (1 + beta) * left
    measured = -np.log(np.roots([1, -middle, last]).max()) / h
    (of_beta,) = (s for s in derivation.result.free_symbols if str(s) == "beta")
    excess = derivation.function(theory.lam, of_beta)(lam, beta)
    assert (measured - lam) / h == pytest.approx(excess, rel=1e-2)


def test_the_variance_at_rest_is_reproduced_by_a_step():
    at = symbols("C", positive=True)
    variance = derive(theory.noise_temperature)[0].function(theory.eta, theory.lam, theory.B, at)
    eta, lam, size, noise = 0.3, 1.7, 4.0, 2.5
    V = variance(eta, lam, size, noise) / eta
    assert (1 - eta * lam) ** 2 * V + eta**2 * noise / size == pytest.approx(V)


def test_a_coordinate_of_a_diagonal_network_shrinks_as_derived():
    x, w, eta, G = 1.2, -0.4, 0.1, 0.8
    after = derive(theory.diagonal_network)[2].function(theory.eta, theory.x, theory.w, theory.G)
    q = (x - eta * w * G) ** 2 - (w - eta * x * G) ** 2
    assert after(eta, x, w, G) == pytest.approx(q)
