"""Costs of removal against brute force, laws of weights against samples and mpmath, bad input."""

from itertools import combinations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from numerics import pruning


def quadratic(seed, p=5):
    rng = np.random.default_rng([seed, 301])
    root = rng.standard_normal((p + 2, p))
    return root.T @ root, rng.standard_normal(p)


def brute(H, theta, S):
    """Least loss with the weights S at zero, by a general minimiser."""
    rest = [i for i in range(len(theta)) if i not in S]

    def loss(free):
        d = -theta.copy()
        d[rest] = free
        return d @ H @ d / 2

    return minimize(loss, np.zeros(len(rest)), method="BFGS").fun


@pytest.mark.claim("pruning.saliency")
@pytest.mark.parametrize("S", [(0,), (1, 3), (0, 2, 4)])
def test_costs_are_those_of_a_general_minimiser(S):
    H, theta = quadratic(1)
    gone = theta * np.isin(np.arange(5), S)
    assert pruning.prune_loss(H, theta, S) == pytest.approx(brute(H, theta, S), rel=1e-6)
    assert pruning.prune_loss(H, theta, S, retrained=False) == pytest.approx(gone @ H @ gone / 2)


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_retraining_never_costs_and_the_best_set_is_the_best(seed, s):
    H, theta = quadratic(seed)
    best = pruning.best_set(H, theta, s)
    cost = pruning.prune_loss(H, theta, best)
    for S in combinations(range(5), s):
        trained = pruning.prune_loss(H, theta, S)
        assert cost <= trained * (1 + 1e-9)
        assert 0 <= trained <= pruning.prune_loss(H, theta, S, retrained=False) * (1 + 1e-9)


@given(st.integers(0, 10**6))
def test_a_saliency_is_the_cost_of_one_weight(seed):
    H, theta = quadratic(seed)
    each = [[pruning.prune_loss(H, theta, i, kept) for i in range(5)] for kept in (False, True)]
    assert pruning.saliency(H, theta) == pytest.approx(each[0])
    assert pruning.saliency(H, theta, "retrained") == pytest.approx(each[1], rel=1e-6)


def test_without_couplings_all_orders_follow_the_curvature():
    H, theta = np.diag([1.0, 9.0, 4.0]), np.array([2.0, 1.0, 0.1])
    assert pruning.saliency(H, theta) == pytest.approx(pruning.saliency(H, theta, "retrained"))
    assert np.argsort(pruning.saliency(H, theta)).tolist() == [2, 0, 1]
    assert np.argsort(pruning.saliency(H, theta, "magnitude")).tolist() == [2, 1, 0]


def test_removing_everything_costs_the_whole_loss():
    H, theta = quadratic(3)
    assert pruning.prune_loss(H, theta, range(5)) == pytest.approx(theta @ H @ theta / 2)
    assert pruning.best_set(H, theta, 5) == (0, 1, 2, 3, 4)
    assert pruning.best_set(H, theta, 0) == ()


def test_random_inputs_against_the_matrix_of_samples():
    rng, found = np.random.default_rng([4, 301]), []
    for _ in range(400):
        X = rng.standard_normal((12, 8))
        H = X.T @ X / 12
        theta = np.r_[np.ones(3), np.zeros(5)]
        found.append(pruning.prune_loss(H, theta, [0, 1, 2]) / 1.5)
    error = 5 * np.std(found) / 20
    assert pruning.wishart_factor(12, 8, 3) == pytest.approx(np.mean(found), abs=error)
    assert pruning.wishart_factor(12, 20, 8) == 0
    assert pruning.wishart_factor(12, 8, 8) == 1


@pytest.mark.parametrize("q", [0.1, 0.8, 0.99])
def test_energies_by_another_library(q):
    c = mpmath.findroot(lambda k: mpmath.erf(k / mpmath.sqrt(2)) - q, 1.0)
    normal = 2 * mpmath.quad(lambda z: z**2 * mpmath.npdf(z), [0, c])
    assert pruning.energy_lost(q) == pytest.approx(float(normal), rel=1e-10)
    top = -mpmath.log(1 - q)
    laplace = mpmath.quad(lambda z: z**2 * mpmath.exp(-z) / 2, [0, top])
    assert pruning.energy_lost(q, "Laplace") == pytest.approx(float(laplace), rel=1e-10)


@given(st.floats(0, 0.999))
def test_the_smallest_hold_less_than_their_share(q):
    for law in ("normal", "Laplace"):
        held = pruning.energy_lost(q, law)
        assert -1e-12 <= held <= q
        assert (1 - q) * pruning.kept_variance(q, law) + held == pytest.approx(1)
    assert pruning.energy_lost(q, "Laplace") <= pruning.energy_lost(q) + 1e-9


def test_few_weights_hold_the_cube_of_their_share():
    assert pruning.energy_lost(1e-2) == pytest.approx(np.pi / 6 * 1e-6, rel=1e-3)


def test_bad_input_is_answered():
    H, theta = quadratic(5)
    with pytest.raises(ValueError, match="not symmetric"):
        pruning.saliency(H + np.triu(H, 1), theta)
    with pytest.raises(ValueError, match="positive definite"):
        pruning.prune_loss(-H, theta, [0])
    with pytest.raises(ValueError, match="nearest is 'curvature'"):
        pruning.saliency(H, theta, "curvatur")
    with pytest.raises(ValueError, match="twice"):
        pruning.prune_loss(H, theta, [1, 1])
    with pytest.raises(ValueError, match="from 0 to 4"):
        pruning.prune_loss(H, theta, [5])
    with pytest.raises(ValueError, match="take fewer"):
        pruning.best_set(np.eye(60), np.ones(60), 30)
    with pytest.raises(ValueError, match="larger than p"):
        pruning.wishart_factor(9, 3, 4)
    with pytest.raises(ValueError, match="shares"):
        pruning.energy_lost(1.0)
    with pytest.raises(ValueError, match="nearest is 'normal'"):
        pruning.kept_variance(0.5, "normall")
