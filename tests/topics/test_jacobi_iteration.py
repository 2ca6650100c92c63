"""The derived factors against the matrices of the iteration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.jacobi_iteration import sweep_matrix, symbol, two_grid_matrix
from proofs_check import Standing, verdict_of


@given(st.integers(1, 40), st.floats(0.1, 1.5))
def test_the_symbols_are_the_eigenvalues_of_a_sweep(N, omega):
    found = np.linalg.eigvalsh(sweep_matrix(N, omega))
    np.testing.assert_allclose(found, np.sort(symbol(np.arange(1, N + 1), N, omega)), atol=1e-12)


def test_undamped_the_lowest_and_the_highest_frequency_are_equally_slow():
    factors = symbol(np.arange(1, 64), 63)
    assert factors[0] == pytest.approx(np.cos(np.pi / 64)) and factors[-1] == pytest.approx(
        -factors[0]
    )
    assert np.linalg.eigvalsh(sweep_matrix(63)).max() == pytest.approx(factors[0])
    assert np.abs(factors).argmin() == 31


@pytest.mark.parametrize("omega", [0.5, 2 / 3, 0.8])
def test_two_thirds_smooths_best(omega):
    upper = np.abs(symbol(np.arange(32, 64), 63, omega)).max()
    assert upper == pytest.approx(1 / 3, abs=1e-12) if omega == 2 / 3 else upper > 0.35


@pytest.mark.parametrize("N", [3, 7, 31, 127])
def test_the_two_grid_method_contracts_by_one_ninth_whatever_the_grid(N):
    found = np.sort(np.linalg.eigvals(two_grid_matrix(N)).real)
    # one of each pair is left, all alike
    np.testing.assert_allclose(found, [0] * (N // 2) + [1 / 9] * (N // 2 + 1), atol=1e-7)
    # sweeps alone
    assert np.abs(np.linalg.eigvals(np.linalg.matrix_power(sweep_matrix(N, 2 / 3), 2))).max() > (
        0.9 if N > 7 else 1 / 9
    )


def test_both_statements_are_proved():
    for statement in ("jacobi-low-frequency-slow", "multigrid-resolves-slow-low-frequency"):
        assert verdict_of(statement).verdict is Standing.PROVED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="odd"):
        two_grid_matrix(8)
    with pytest.raises(ValueError, match="interior point"):
        symbol(1, 0)
    for damping in (0.0, -1.0, np.inf):
        with pytest.raises(ValueError, match="damping"):
            sweep_matrix(4, damping)
