"""Three measures of flatness against quadratics that are searched, drawn and measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import flatness_measure as numerics

RATES = st.lists(st.floats(0.1, 10), min_size=1, max_size=6)


@given(RATES, st.floats(0.1, 3), st.integers(0, 10**6))
def test_no_shift_costs_more_than_the_largest_loss(rates, r, seed):
    d = np.random.default_rng(seed).standard_normal((50, len(rates)))
    d *= r / np.linalg.norm(d, axis=1)[:, None]
    found = d**2 @ np.array(rates) / 2
    assert (found <= numerics.largest_loss(max(rates), r) * (1 + 1e-12)).all()
    at = np.eye(len(rates))[int(np.argmax(rates))] * r
    assert at**2 @ np.array(rates) / 2 == pytest.approx(numerics.largest_loss(max(rates), r))


def test_distances_along_random_directions_have_the_mean_of_the_trace():
    rates, t = np.array([5.0, 1.0, 0.2, 0.1]), 0.3
    u = np.random.default_rng(1).standard_normal((200_000, 4))
    u /= np.linalg.norm(u, axis=1)[:, None]
    far = np.sqrt(2 * t / (u**2 @ rates))
    expected = numerics.inverse_squared_distance(rates.sum(), 4, t)
    assert (far**-2).mean() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("t", [1e-6, 0.5, 1e4])
def test_the_corner_distances_of_a_box_cost_what_is_allowed(t):
    H = np.diag([3.0, 0.5, 1e-8])
    sides = np.exp(numerics.log_box(np.diag(H), t))
    alone = [np.sqrt(2 * t / h) for h in np.diag(H)]
    assert sides == pytest.approx(np.prod(alone), rel=1e-12)


@given(st.floats(0.01, 100), st.integers(1, 8))
def test_a_box_is_a_fact_about_the_function_only_with_one_input(c, N):
    rng = np.random.default_rng(N)
    h = rng.uniform(0.1, 2, N + 1)  # of the output weight and of N input weights
    after = np.r_[h[:1] * c**2, h[1:] / c**2]
    grown = numerics.log_box(after, 0.1) - numerics.log_box(h, 0.1)
    assert grown == pytest.approx(float(numerics.log_rescaled_box(c, N)), abs=1e-9)
    if N == 1:
        assert grown == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: numerics.largest_loss(-1.0, 1.0), "eigenvalue"),
        (lambda: numerics.largest_loss([1.0, 2.0], [1.0, 2.0, 3.0]), "broadcast"),
        (lambda: numerics.inverse_squared_distance(1.0, 0, 1.0), "at least one parameter"),
        (lambda: numerics.log_box([1.0, 0.0], 1.0), "positive numbers"),
        (lambda: numerics.log_box([1.0], 0.0), "t = 0"),
        (lambda: numerics.log_rescaled_box(0.0, 2), "c"),
    ],
)
def test_what_has_no_meaning_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
