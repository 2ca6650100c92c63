"""The nearest interpolant against constrained optimisation, descent and the kernel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.minimum_norm import kernel_interpolant, minimum_norm
from proofs_check import Standing, verdict_of


def problem(seed, n=4, p=9):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, p)), rng.standard_normal(n), rng.standard_normal(p)


@given(st.integers(0, 10**6))
def test_it_solves_the_equations_of_the_constrained_minimum(seed):
    Phi, y, start = problem(seed)
    n, p = Phi.shape
    # Lagrange: theta - theta_0 + Phi' multipliers = 0
    saddle = np.block([[np.eye(p), Phi.T], [Phi, np.zeros((n, n))]])
    np.testing.assert_allclose(
        minimum_norm(Phi, y, start),
        np.linalg.solve(saddle, np.r_[start, y])[:p],
        rtol=1e-6,
        atol=1e-8,
    )


@pytest.mark.parametrize("rate", [0.3, 1.0, 1.9])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_step_and_momentum_leave_no_trace(rate, momentum):
    Phi, y, start = problem(1)
    theta, before = start.copy(), start.copy()
    for _ in range(4000):
        gradient = Phi.T @ (Phi @ theta - y)
        theta, before = (
            theta - rate / np.linalg.norm(Phi, 2) ** 2 * gradient + momentum * (theta - before),
            theta,
        )
    np.testing.assert_allclose(theta, minimum_norm(Phi, y, start), atol=1e-9)


def test_signs_of_the_gradient_end_elsewhere():
    row, theta = np.array([2.0, 1.0]), np.zeros(2)
    for count in range(1, 20001):
        theta -= 0.5 / count * np.sign(row * (row @ theta - 5))
    np.testing.assert_allclose(theta, [5 / 3, 5 / 3], atol=1e-3)
    np.testing.assert_allclose(minimum_norm(row[None], [5.0]), [2.0, 1.0])


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_a_rescaled_parameter_ends_elsewhere(scale):
    rescaled = np.diag([1.0, scale])
    end = rescaled @ minimum_norm(np.ones((1, 2)) @ rescaled, [1.0])
    np.testing.assert_allclose(end, [1 / (1 + scale**2), scale**2 / (1 + scale**2)])


def test_ridge_comes_to_it_as_the_penalty_vanishes():
    Phi, y, start = problem(2)
    end = minimum_norm(Phi, y, start)
    gaps = [
        np.linalg.norm(
            start
            + np.linalg.solve(Phi.T @ Phi + penalty * np.eye(9), Phi.T @ (y - Phi @ start))
            - end
        )
        for penalty in (1e-2, 1e-3, 1e-4)
    ]
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.1) and gaps[1] / gaps[2] == pytest.approx(
        10, rel=0.02
    )


def test_parameters_and_kernel_give_the_same_function_with_and_without_a_start():
    Phi, y, start = problem(3)
    new = np.random.default_rng(4).standard_normal((6, 9))
    K, K_new = Phi @ Phi.T, new @ Phi.T
    np.testing.assert_allclose(
        kernel_interpolant(K, y, K_new), new @ minimum_norm(Phi, y), atol=1e-10
    )
    with_start = kernel_interpolant(K, y, K_new, Phi @ start, new @ start)
    np.testing.assert_allclose(with_start, new @ minimum_norm(Phi, y, start), atol=1e-10)
    alpha = np.linalg.solve(K, y)
    assert np.sum(minimum_norm(Phi, y) ** 2) == pytest.approx(alpha @ K @ alpha)


def test_repeated_data_are_fine_until_they_conflict():
    Phi, y, start = problem(5)
    twice = np.vstack([Phi, Phi[:1]])
    np.testing.assert_allclose(
        minimum_norm(twice, np.r_[y, y[0]], start), minimum_norm(Phi, y, start), atol=1e-10
    )
    with pytest.raises(ValueError, match="conflicting"):
        minimum_norm(twice, np.r_[y, y[0] + 1])


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match=r"y has shape \(3,\): expected \(2,\)"):
        minimum_norm(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match="finite"):
        minimum_norm(np.ones((1, 2)), [np.nan])
    with pytest.raises(ValueError, match="no parameter"):
        minimum_norm(np.zeros((1, 2)), [1.0])
    with pytest.raises(ValueError, match="symmetric and invertible"):
        kernel_interpolant(np.ones((2, 2)), np.ones(2), np.ones((1, 2)))
    with pytest.raises(ValueError, match="K_new has shape"):
        kernel_interpolant(np.eye(2), np.ones(2), np.ones((1, 3)))
    with pytest.raises(ValueError, match="neither"):
        kernel_interpolant(np.eye(2), np.ones(2), np.ones((1, 2)), f_0=np.ones(2))
    with pytest.raises(ValueError, match="f_0"):
        kernel_interpolant(np.eye(2), np.ones(2), np.ones((1, 2)), np.ones(3), np.ones(1))


@pytest.mark.parametrize(
    "statement", ["phase-global-minima-non-unique", "phase-underdetermined-ls-many-solutions"]
)
def test_the_identities_are_proved(statement):
    assert verdict_of(statement).verdict is Standing.PROVED


def test_what_counts_as_zero():
    assert minimum_norm([[1.0, 2.0]], [0.0]).tolist() == [0, 0] and minimum_norm(
        [[0.0, 0.0]], [0.0]
    ).tolist() == [0, 0]
    # of the largest: 1e-12 is lost
    assert minimum_norm(np.diag([1.0, 1.5e-12]), [1.0, 1.5e-12]) == pytest.approx([1, 1])
    assert minimum_norm(np.diag([1.0, 0.5e-12]), [1.0, 0.5e-12]) == pytest.approx([1, 0])
    # off by 1.5e-6, of a size of 2
    assert minimum_norm(np.ones((2, 1)), [1.0, 1 + 3e-6]) == pytest.approx([1], abs=2e-6)
    with pytest.raises(ValueError, match="no parameter"):
        minimum_norm(np.ones((2, 1)), [1.0, 1 + 5e-6])
    assert kernel_interpolant(np.diag([1.0, 2e-14]), np.ones(2), np.eye(2)[:1]) == pytest.approx(
        [1]
    )
    for K in (
        np.diag([1.0, 1 / 1.5e14]),
        [[2.0, 0.5], [0.4, 2.0]],
        [[2.0, 1.0], [1 + 1.5e-8, 2.0]],
    ):
        with pytest.raises(ValueError, match="symmetric and invertible"):
            kernel_interpolant(K, np.ones(2), np.ones((1, 2)))
