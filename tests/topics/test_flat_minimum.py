"""Results on flat minima against direct computation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import flat_minimum as numerics
from theory import derive
from theory import flat_minimum as theory

positive = st.floats(0.05, 20)


@pytest.mark.claim("flat_minimum.least_squares_excess")
def test_excess_of_least_squares_does_not_depend_on_the_curvatures():
    rng, n, dim, noise = np.random.default_rng(0), 20, 5, 0.7
    formula = derive(theory.least_squares_excess)[0].function(theory.sigma, theory.N, theory.n)
    scales = np.geomspace(1, 1e3, dim)  # curvatures from 1 to 1e6
    X = rng.standard_normal((4000, n, dim)) * scales
    y = noise * rng.standard_normal((4000, n, 1))
    error = np.linalg.solve(X.mT @ X, X.mT @ y)[:, :, 0]
    excess = (error**2 * scales**2).sum(1)
    assert excess.mean() == pytest.approx(formula(noise, dim, n), abs=4 * excess.std() / 4000**0.5)


@given(positive, positive)
def test_no_rescaling_has_a_smaller_trace_than_the_derived_one(of_a, of_w):
    least = derive(theory.rescaling_of_a_neuron)[4].steps[1].rhs
    least = float(least.subs({theory.T_a: of_a, theory.T_w: of_w}))
    c = np.geomspace(1e-2, 1e2, 4001)
    assert (of_w / c**2 + c**2 * of_a).min() == pytest.approx(least, rel=1e-4)


@pytest.mark.claim("flat_minimum.cost_of_a_shift")
@given(st.lists(positive, min_size=1, max_size=5), positive)
def test_a_given_shift_costs_what_a_quadratic_says(rates, s):
    signs = np.array(np.meshgrid(*[[-s, s]] * len(rates))).reshape(len(rates), -1)
    mean = (np.array(rates)[:, None] * signs**2 / 2).sum(0).mean()  # errors of size s
    assert numerics.cost_of_a_shift(rates, s) == pytest.approx(mean)


@given(positive, positive, positive)
def test_what_is_allowed_costs_the_tolerance_and_a_ratio_saves_bits(l, t, c):
    assert l * numerics.allowed_error(l, t) ** 2 / 2 == pytest.approx(t)
    wider = numerics.allowed_error(l / c, t) / numerics.allowed_error(l, t)
    assert numerics.bits_saved(c) == pytest.approx(np.log2(wider), abs=1e-12)


def test_rounding_to_every_offset_costs_the_trace():
    rng, width, weights = np.random.default_rng(4), 0.3, np.array([0.11, -0.52])
    A = rng.standard_normal((2, 2))
    H = A @ A.T
    shifts = (np.arange(400) + 0.5) / 400 * width
    one, two = np.meshgrid(shifts, shifts)
    error = [
        np.round((w - shift) / width) * width + shift - w
        for w, shift in zip(weights, (one, two), strict=True)
    ]
    rise = sum(H[i, j] * error[i] * error[j] for i in (0, 1) for j in (0, 1)) / 2
    assert rise.mean() == pytest.approx(numerics.rounding_cost(width, np.trace(H)), rel=1e-3)


@pytest.mark.claim("flat_minimum.rescaling_of_a_neuron")
@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_curvatures_of_neurons_are_second_differences(scale):
    rng, h = np.random.default_rng(5), 1e-4
    a, W, X = rng.standard_normal(3), rng.standard_normal((3, 2)), rng.standard_normal((20, 2))
    y = rng.standard_normal(20)  # no fit: the residual has no part in the trace
    whole = np.r_[a / scale, scale * W.ravel()]

    def loss(theta):
        return ((np.maximum(X @ theta[3:].reshape(3, 2).T, 0) @ theta[:3] - y) ** 2).mean() / 2

    seconds = [
        (loss(whole + h * v) - 2 * loss(whole) + loss(whole - h * v)) / h**2
        for v in np.eye(len(whole))
    ]
    trace = numerics.rescaled_trace(*numerics.neuron_curvatures(a, W, X), scale).sum()
    assert trace == pytest.approx(sum(seconds), rel=1e-4)


@given(positive, positive)
def test_the_least_trace_is_that_of_the_best_scale(of_a, of_w):
    scales = np.geomspace(1e-2, 1e2, 4001)
    least = numerics.rescaled_trace(of_a, of_w, scales).min()
    assert numerics.least_trace(of_a, of_w) == pytest.approx(least, rel=1e-4)


@given(st.integers(1, 6))
def test_the_trace_of_an_average_is_that_of_its_jacobian(members):
    rng = np.random.default_rng(members)
    J = rng.standard_normal((members, 7, 3))  # of 7 outputs, 3 weights each
    traces = (J**2).sum((1, 2)) / 7
    whole = np.concatenate(list(J), 1) / members
    found = numerics.averaged_trace(traces.mean(), members)
    assert found == pytest.approx((whole**2).sum() / 7)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: numerics.least_squares_excess(3, 4, 1.0), "n = 4: more than d"),
        (lambda: numerics.cost_of_a_shift([1.0], -1.0), "s = -1"),
        (lambda: numerics.averaged_trace(1.0, 0), "M = 0"),
        (lambda: numerics.rescaled_trace(1.0, 1.0, 0.0), "c = 0"),
    ],
)
def test_what_has_no_meaning_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
