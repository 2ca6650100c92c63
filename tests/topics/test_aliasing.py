"""Shares of aliases against interpolants that are solved for, flows that are stepped, and sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.weak_solution import alias_amplitudes, low_alias_share


def rates(q):
    """Falling ones, one for each frequency."""
    return 1.0 / (1 + np.abs(q) ** 1.5)


@pytest.mark.parametrize(("k", "N"), [(1, 5), (2, 7), (3, 8)])
def test_amplitudes_are_those_of_the_interpolant(k, N):
    count = 4
    q = np.arange(k - count * N, k + count * N + 1)
    points = 2 * np.pi * np.arange(N) / N
    g = np.where((q - k) % N == 0, rates(q), 0.3 * rates(q))  # others do not matter

    def kernel(x, z):
        return (g * np.exp(1j * q * (x[:, None, None] - z[None, :, None]))).sum(-1)

    weights = np.linalg.solve(kernel(points, points), np.exp(1j * k * points))
    fine = 2 * np.pi * np.arange(512) / 512
    found = np.fft.fft(kernel(fine, points) @ weights) / 512
    frequencies, parts = alias_amplitudes(k, N, rates, count)
    np.testing.assert_allclose(found[frequencies % 512], parts, atol=1e-9)
    assert np.abs(found).sum() == pytest.approx(1)


def test_shares_do_not_move_in_time():
    N, k, count = 6, 1, 3
    frequencies, parts = alias_amplitudes(k, N, rates, count)
    points, step = 2 * np.pi * np.arange(N) / N, 0.01
    waves = np.exp(1j * np.outer(frequencies, points))
    amplitudes = np.zeros(len(frequencies), complex)
    for _ in range(50):
        left = np.exp(1j * k * points) - amplitudes @ waves
        amplitudes += step * rates(frequencies) * (waves.conj() @ left) / N
    np.testing.assert_allclose(amplitudes / amplitudes.sum(), parts, atol=1e-12)
    fitted = 1 - (1 - step * rates(frequencies).sum()) ** 50
    assert amplitudes.sum() == pytest.approx(fitted)


@given(st.integers(2, 60), st.floats(1.5, 60.0), st.data())
def test_the_share_is_a_sum(N, power, data):
    k = data.draw(st.integers(1, N // 2))
    m = np.arange(1, 20_000)
    y = k / N
    others = ((y / (m + y)) ** power + (y / (m - y)) ** power).sum()
    rest = 2 * y**power * 20_000 ** (1 - power) / (power - 1)
    assert low_alias_share(k, N, power) == pytest.approx(1 / (1 + others + rest), rel=1e-4)


@pytest.mark.parametrize("power", [2, 4])
def test_closed_forms_join_the_series(power):
    for k, N in ((1, 16), (5, 11), (8, 16)):
        beside = low_alias_share(k, N, power * (1 + 1e-9))
        assert low_alias_share(k, N, power) == pytest.approx(beside, rel=1e-8)
    assert low_alias_share(1, 16, power) == pytest.approx(
        {2: 0.98721, 4: 0.999966}[power], abs=6e-6
    )


@given(st.integers(3, 40), st.floats(1.1, 200.0), st.data())
def test_steeper_rates_give_the_low_alias_more(N, power, data):
    k = data.draw(st.integers(1, N // 2))
    share = low_alias_share(k, N, power)
    assert 0 < share <= 1 and share <= low_alias_share(k, N, power * 1.01) * (1 + 1e-12)
    if 2 * k == N:
        assert share < 0.5 + 1e-12


def test_powers_without_end_leave_the_lowest_aliases():
    assert low_alias_share(3, 10, 1e4) == 1.0
    assert low_alias_share(5, 10, 1e4) == 0.5


def test_the_largest_rate_wins():
    frequencies, parts = alias_amplitudes(1, 16, lambda q: np.exp(-((np.abs(q) - 15) ** 2)), 2)
    assert frequencies[parts.argmax()] == -15
    frequencies, parts = alias_amplitudes(1, 16, lambda q: 1e300 * rates(q), 2)
    assert frequencies[parts.argmax()] == 1 and parts.sum() == pytest.approx(1)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="not negative"):
        alias_amplitudes(1, 8, lambda q: q, 2)
    with pytest.raises(ValueError, match="nothing is fitted"):
        alias_amplitudes(1, 8, lambda q: 0 * q, 2)
    with pytest.raises(ValueError, match="shape"):
        alias_amplitudes(1, 8, lambda q: q[:2], 2)
    with pytest.raises(ValueError, match="from 1 to 4"):
        low_alias_share(5, 8, 2)
    with pytest.raises(ValueError, match="above one"):
        low_alias_share(1, 8, 1.0)
