"""The derived formulas against steps and draws that are carried out."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from numerics import sgd_regularisation as numerics
from proofs_check import sgd_regularisation as simulation
from theory import derive
from theory import sgd_regularisation as theory


def test_a_coordinate_of_a_diagonal_network_shrinks_as_derived():
    x, w, eta, G = 1.2, -0.4, 0.1, 0.8
    after = derive(theory.diagonal_network)[2].function(theory.eta, theory.x, theory.w, theory.G)
    q = (x - eta * w * G) ** 2 - (w - eta * x * G) ** 2
    assert after(eta, x, w, G) == pytest.approx(q)


# ---------------------------------------------------------------- the numerical layer


def test_steps_of_a_diagonal_network_are_those_of_its_gradient():
    x, w, G = np.array([1.0, -0.5]), np.array([0.25, 2.0]), np.array([0.5, -3.0])
    after = numerics.diagonal_step(x, w, G, 0.1)
    np.testing.assert_allclose(after, (x - 0.1 * G * w, w - 0.1 * G * x))


@given(st.floats(1e-3, 1e3), st.integers(0, 50))
def test_the_entropy_programme_is_solved_and_is_where_the_flow_ends(q, seed):
    rng = np.random.default_rng(seed)
    Z, y = rng.standard_normal((3, 7)), rng.standard_normal(3)
    beta = numerics.entropy_solution(Z, y, q)
    np.testing.assert_allclose(Z @ beta, y, atol=1e-9)
    dual = np.linalg.lstsq(Z.T, np.arcsinh(2 * beta / q), rcond=None)[0]
    np.testing.assert_allclose(dual @ Z, np.arcsinh(2 * beta / q), atol=1e-7)


def test_the_ends_of_the_entropy_programme_are_least_l2_and_least_l1():
    Z, y = np.array([[1.0, 2.0, 0.5], [0.5, -1.0, 2.0]]), np.array([1.0, 0.5])
    wide = numerics.entropy_solution(Z, y, 1e6)
    np.testing.assert_allclose(wide, np.linalg.pinv(Z) @ y, rtol=1e-6)
    narrow = numerics.entropy_solution(Z, y, 1e-12)
    least = linprog(np.ones(6), A_eq=np.c_[Z, -Z], b_eq=y).fun
    assert np.abs(narrow).sum() == pytest.approx(least, rel=0.05)


def test_small_steps_of_descent_end_at_the_entropy_solution():
    rng = np.random.default_rng(2)
    Z, y = rng.standard_normal((2, 5)), np.array([0.5, -0.25])
    x, w = np.full(5, 0.5), np.zeros(5)
    for _ in range(20_000):
        x, w = numerics.diagonal_step(x, w, Z.T @ (Z @ (x * w) - y), 2e-3)
    np.testing.assert_allclose(x * w, numerics.entropy_solution(Z, y, 0.25), atol=2e-3)


def test_preconditioned_descent_ends_at_the_solution_that_is_near_in_its_norm():
    X, y, P = np.array([[1.0, 2.0, -1.0]]), np.array([3.0]), np.array([1.0, 0.1, 5.0])
    at = start = np.array([0.5, 0.0, -0.5])
    for _ in range(4000):
        at = at - 0.02 * P * (X.T @ (X @ at - y))
    np.testing.assert_allclose(numerics.preconditioned_solution(X, y, P, start), at, atol=1e-9)
    with pytest.raises(ValueError, match="positive definite"):
        numerics.preconditioned_solution(X, y, -P)


def test_adam_is_that_of_torch_and_momentum_for_a_large_eps():
    theta = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    rule = torch.optim.Adam([theta], lr=0.1, betas=(0.8, 0.9), eps=1e-3)
    at, m, v = theta.detach().numpy().copy(), np.zeros(2), np.zeros(2)
    for step in range(1, 6):
        rule.zero_grad()
        (theta**4).sum().backward()
        rule.step()
        move, m, v = numerics.adam_step(4 * at**3, m, v, step, 0.1, 0.8, 0.9, 1e-3)
        at = at + move
        np.testing.assert_allclose(at, theta.detach().numpy(), rtol=1e-12)
    eps = 1e9
    move, m, _ = numerics.adam_step([2.0], [1.0], [1.0], 1000, 0.1 * eps, 0.9, 0.999, eps)
    assert move == pytest.approx(-0.1 * m)


def test_diagonal_networks_are_trained_by_the_derived_step():
    Z, y, beta = simulation._regression("sparse teacher", 3)
    x, w = np.full(simulation.WIDTH, simulation.SCALE**0.5), np.zeros(simulation.WIDTH)
    rate = simulation.SLOW[-1]
    for step in range(10_000):
        gap = Z @ (x * w) - y
        if step % 20 == 0 and (gap**2).mean() / 2 < simulation.END:
            break
        x, w = numerics.diagonal_step(x, w, Z.T @ gap / simulation.POINTS, rate)
    error = 100 * ((x * w - beta) ** 2).sum() / simulation.NORM**2
    found = simulation.diagonals("sparse teacher", simulation.POINTS, (3,))
    assert found[0, -1] == pytest.approx(error, rel=1e-9)


def test_a_seed_gets_the_same_numbers_whatever_the_others():
    for batch in (simulation.SMALL, simulation.POINTS):
        both = simulation.diagonals("dense teacher", batch, (1, 2))
        alone = simulation.diagonals("dense teacher", batch, (2,))
        np.testing.assert_allclose(both[1], alone[0], rtol=1e-9)
    both, alone = (simulation.networks("digits", "sgd", seeds) for seeds in ((1, 2), (2,)))
    np.testing.assert_allclose(both[1], alone[0], atol=1.0)  # single precision


def test_rates_at_which_descent_diverges_are_refused(monkeypatch):
    monkeypatch.setattr(simulation, "SLOW", (0.01, 5.0))
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="diverges"):
        simulation.diagonals("dense teacher", simulation.POINTS, (77,))


def test_small_and_full_batches_that_are_exchanged_are_noticed(monkeypatch):
    error = np.array([[[1.0, 1.0, 1.0, 1.0], [3.0, 2.0, 2.0, 2.0]]])
    ratio = np.divide.outer([5, 50], simulation.RATES)
    monkeypatch.setattr(simulation, "errors", lambda setup, seeds: (error, ratio))
    assert simulation.full_minus_small((0,), "digits") == 1.25
    assert simulation.tau_of_ratio((0,), "digits", 1)[0] > 0.5
    assert simulation.tau_of_ratio((0,), "digits", -1)[0] < -0.5
    assert simulation.rank_of_rate((0,), "digits")[0] < 0  # equal errors count as no relation
