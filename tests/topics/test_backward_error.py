"""The derived flows and means of epochs against steps and orders that are carried out."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from numerics import backward_error as numerics
from proofs_check import backward_error as simulation
from proofs_check.portraits.backward_error import portrait
from theory import backward_error as theory
from theory import derive

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


def quartic(theta):
    """Gradient, Hessian and third derivatives of x^3 y + 2 x y^2 + y^4 + x^2."""
    x, y = theta
    grad = np.array([3 * x * x * y + 2 * y * y + 2 * x, x**3 + 4 * x * y + 4 * y**3])
    hess = np.array([[6 * x * y + 2, 3 * x * x + 4 * y], [3 * x * x + 4 * y, 4 * x + 12 * y * y]])
    third = np.zeros((2, 2, 2))
    third[0, 0, 0], third[1, 1, 1] = 6 * y, 24 * y
    third[0, 0, 1] = third[0, 1, 0] = third[1, 0, 0] = 6 * x
    third[0, 1, 1] = third[1, 0, 1] = third[1, 1, 0] = 4.0
    return grad, hess, third


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_flow_of_the_modified_field_misses_a_step_by_the_next_order(order):
    start = np.array([0.4, -0.3])

    def missed(eta):
        end = solve_ivp(
            lambda t, at: numerics.modified_field(*quartic(at), eta, order),
            (0, eta),
            start,
            rtol=1e-12,
            atol=1e-14,
        ).y[:, -1]
        return np.linalg.norm(end - start + eta * quartic(start)[0])

    assert np.log2(missed(0.04) / missed(0.02)) == pytest.approx(order + 2, abs=0.15)


def test_effective_curvature_is_that_of_the_steps():
    assert numerics.effective_curvature(0.5, 0.4) == pytest.approx(-np.log(0.8) / 0.4)
    with pytest.raises(ValueError, match="below 1 / eta"):
        numerics.effective_curvature(3.0, 0.4)
    exact = -np.log(np.roots([1, -(1 - 0.001 + 0.5), 0.5]).max()) / 0.002
    assert numerics.effective_curvature(1.0, 0.001, 0.5) == pytest.approx(exact, abs=10 * 0.002**2)


@pytest.mark.parametrize("scheme", numerics.SAMPLINGS)
def test_the_second_order_of_an_epoch_is_that_of_all_sequences(scheme):
    rng = np.random.default_rng(1)
    hessians = rng.standard_normal((3, 2, 2))
    hessians += hessians.transpose(0, 2, 1)
    at, minima = rng.standard_normal(2), rng.standard_normal((3, 2))
    grads = np.einsum("bij,bj->bi", hessians, at - minima)
    batches = [lambda v, H=H, c=c: H @ (v - c) for H, c in zip(hessians, minima, strict=True)]

    def missed(eta):
        second = numerics.epoch_mean_second_order(grads, hessians, eta, scheme)
        return np.linalg.norm(numerics.epoch_mean(batches, at, eta, scheme) - second)

    assert np.log2(missed(4e-3) / missed(2e-3)) == pytest.approx(3, abs=0.05)


def test_quadratic_batches_shrink_alike_in_every_order():
    batches = [lambda v, a=a: a * v for a in (0.5, 1.0, 3.0)]
    end = numerics.epoch_mean(batches, [2.0], 0.1)
    assert end == pytest.approx(2 * (0.95 * 0.9 * 0.7 - 1))
    with pytest.raises(ValueError, match="use fewer batches"):
        numerics.epoch_mean(batches * 3, [2.0], 0.1)
    with pytest.raises(ValueError, match="nearest is 'reshuffled'"):
        numerics.epoch_mean(batches, [2.0], 0.1, "shuffled")


def test_orders_that_are_mixed_up_are_noticed(monkeypatch):
    (check,) = (c for c in simulation.CHECKS if c.name == "reshuffled_batches_add_their_variance")
    low, high = check.band()
    assert low < check.measure((0,))[0] < high
    again = simulation.ORDERS["with replacement"]
    monkeypatch.setitem(simulation.ORDERS, "reshuffled", again)
    assert not low < check.measure((0,))[0] < high


def test_a_penalty_of_half_the_rate_is_noticed(monkeypatch):
    (check,) = (c for c in simulation.CHECKS if c.name == "no_loss_but_a_field_beyond")
    low, high = check.band()
    square = simulation.square
    monkeypatch.setattr(simulation, "square", lambda loss: lambda at: 2 * square(loss)(at))
    assert not low < check.measure((0,))[0] < high


def test_the_portrait_shows_each_scheme_beside_its_line():
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    portrait(axes)
    assert [t.get_text() for t in axes.get_xticklabels()] == list(simulation.ORDERS)
    assert len(axes.containers) == len(simulation.ORDERS)
