"""Times and rates of products of equal factors against integration, logistic curves and limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from numerics import depth
from numerics.deep_linear import balanced_time, final_rate

parts = st.floats(1e-6, 0.999999)
sizes = st.floats(0.01, 100.0)


@given(st.integers(1, 8), parts, parts, sizes)
def test_times_are_integrals(N, one, two, target):
    low, high = sorted((one, two))
    if high - low < 1e-9:
        return
    # by the logit of s / T, in which the integrand is smooth everywhere
    logits = np.log(low / (1 - low)), np.log(high / (1 - high))

    def pace(x):
        u = 1 / (1 + np.exp(-x))
        return u / (N * (target * u) ** (2 - 2 / N))

    wanted = quad(pace, *logits, epsrel=1e-11, limit=500)[0]
    found = balanced_time(N, low * target, high * target, target)
    assert found == pytest.approx(wanted, rel=1e-8)


def test_one_and_two_factors_have_closed_forms():
    s0, s1, T = 1e-5, np.array([0.01, 0.5, 1.999999]), 2.0
    np.testing.assert_allclose(balanced_time(1, s0, s1, T), np.log((T - s0) / (T - s1)), rtol=1e-13)
    logistic = np.log(s1 * (T - s0) / (s0 * (T - s1))) / (2 * T)
    np.testing.assert_allclose(balanced_time(2, s0, s1, T), logistic, rtol=1e-13)


@pytest.mark.claim("deep_linear.final_rate")
def test_a_matrix_product_takes_this_time():
    def flow(_, w):
        error = 1.5 - w.prod()
        return [error * np.delete(w, i).prod() for i in range(3)]

    end = balanced_time(3, 0.02, 1.2, 1.5)
    path = solve_ivp(flow, (0, end), [0.02 ** (1 / 3)] * 3, rtol=1e-10, atol=1e-12)
    assert path.y[:, -1].prod() == pytest.approx(1.2, rel=1e-7)


@given(st.integers(1, 6), parts, parts, parts, sizes)
def test_times_add_up(N, one, two, three, T):
    a, b, c = (T * v for v in sorted((one, two, three)))
    whole, halves = balanced_time(N, a, c, T), balanced_time(N, a, b, T) + balanced_time(N, b, c, T)
    assert halves == pytest.approx(whole, rel=1e-12, abs=1e-300)


def test_close_ends_keep_their_digits():
    for s in (1e-3, 0.4999, 0.9):
        tiny = s * 1e-13
        found = balanced_time(3, s, s + tiny, 1.0)
        step = (s + tiny) - s
        assert found == pytest.approx(step / (3 * s ** (4 / 3) * (1 - s)), rel=1e-9)


def test_the_wait_is_that_of_small_starts():
    for N in (3, 5):
        start = 1e-12
        wait = start ** (2 / N - 1) / ((N - 2) * 2.0)
        assert balanced_time(N, start, 1.0, 2.0) == pytest.approx(wait, rel=2e-3 if N > 3 else 2e-2)


def test_depth_helps_strong_targets_and_delays_weak_ones():
    for target in (0.1, 0.3, 0.9, 1.0, 3.0):
        rates = np.array([final_rate(N, target) for N in range(1, 12)])
        turn = -2 * np.log(target)
        grows = np.diff(rates) > 0
        numbers = np.arange(1, 11)
        assert grows[numbers > turn].all() and not grows[numbers + 1 < turn].any()


def test_the_rate_is_how_the_end_is_approached():
    ends = 2.0 * (1 - np.array([1e-6, 1e-7]))
    times = balanced_time(4, 0.1, ends, 2.0)
    assert np.log(10) / np.diff(times)[0] == pytest.approx(final_rate(4, 2.0), rel=1e-5)


def test_the_functions_are_found_under_depth():
    assert depth.balanced_time is balanced_time and depth.final_rate is final_rate


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: balanced_time(2, 1.0, 0.5, 2.0), "s0 <= s1 < s"),
        (lambda: balanced_time(2, 0.5, 2.0, 2.0), "s0 <= s1 < s"),
        (lambda: balanced_time(0, 0.5, 1.0, 2.0), "at least one factor"),
        (lambda: balanced_time(9, 1e-200, 1.0, 2.0), "no float"),
        (lambda: balanced_time(2, 0.0, 1.0, 2.0), "s0"),
        (lambda: final_rate(3, 1e300), "no float"),
        (lambda: final_rate(1.5, 1.0), "N = 1.5"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
