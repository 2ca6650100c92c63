"""Smooth and true solutions against equations, solvers and quadrature, networks that are blind to a
tent, and bad input.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.weak_solution import (
    dirichlet_gap,
    interface_correction,
    strong_solution,
    weak_solution,
)
from proofs_check import interface_energy, steepness
from proofs_check import weak_solution as simulation
from theory import derive
from theory import interface_energy as energy
from theory import weak_solution as theory

size, source = st.floats(0.1, 10.0), st.floats(-5.0, 5.0)
problems = st.tuples(st.tuples(size, size), st.tuples(source, source), size, size)


def slopes(solution, a, f, l, r, h=1e-6):
    """From the left and from the right of the interface, by values on a parabola."""
    found = []
    for step in (-h * l, h * r):
        u = [solution(a, f, k * step, l, r) for k in range(3)]
        found.append((-1.5 * u[0] + 2 * u[1] - 0.5 * u[2]) / step)
    return found


@pytest.mark.claim("constant_source.strong_solution")
@given(problems)
def test_both_solve_the_equation_and_vanish_at_the_ends(problem):
    a, f, l, r = problem
    for solution in (strong_solution, weak_solution):
        scale = 1 + max(abs(v) / c for v, c in zip(f, a, strict=True)) * (l + r) ** 2
        assert solution(a, f, [-l, r], l, r) == pytest.approx([0, 0], abs=1e-13 * scale)
        for side, length, c, v in ((-1, l, a[0], f[0]), (1, r, a[1], f[1])):
            h = length / 4
            u = np.array([solution(a, f, side * k * h, l, r) for k in (1, 2, 3)])
            assert c * (u[0] - 2 * u[1] + u[2]) / h**2 == pytest.approx(
                -v, abs=1e-11 * c * scale / h**2
            )


@given(problems)
def test_the_smooth_one_has_one_slope_and_the_true_one_has_one_flux(problem):
    a, f, l, r = problem
    scale = 1 + max(abs(v) / c for v, c in zip(f, a, strict=True)) * (l + r) ** 2 / min(l, r)
    left, right = slopes(strong_solution, a, f, l, r)
    assert left == pytest.approx(right, abs=1e-8 * scale)
    left, right = slopes(weak_solution, a, f, l, r)
    assert a[0] * left == pytest.approx(a[1] * right, abs=1e-8 * scale * max(a))


@pytest.mark.parametrize("problem", [simulation.ONE_SIDE, simulation.CONSTANT])
def test_the_true_one_is_that_of_finite_volumes(problem):
    u, _, top = simulation.truth(problem)
    np.testing.assert_allclose(weak_solution(problem.a, problem.f, simulation.FINE), u, atol=1e-6)
    assert weak_solution(problem.a, problem.f, 0.0) == pytest.approx(top, abs=1e-6)


def test_waves_have_a_tent_of_pi_times_the_contrast():
    for rho in (-0.6, 0.2):
        _, _, top = simulation.truth(simulation.of_contrast(rho))
        height = interface_correction(np.pi, 1 - rho, 1 + rho)
        assert height == pytest.approx(np.pi * rho)
        assert top == pytest.approx(height, abs=1e-5)


@given(st.floats(-3, 3), size, size, size, size)
def test_units_do_not_matter(p, a_minus, a_plus, l, r):
    height = interface_correction(p, a_minus, a_plus, l, r)
    for unit in (1e-290, 1e290):
        found = interface_correction(p, unit * a_minus, unit * a_plus, l, r)
        assert found == pytest.approx(height, rel=1e-14)
    assert interface_correction(p, a_minus, a_plus, 1e290 * l, 1e290 * r) == pytest.approx(
        1e290 * height, rel=1e-14
    )
    assert interface_correction(p, a_minus, a_minus, l, r) == 0
    assert interface_correction(p, a_plus, a_minus, r, l) == pytest.approx(-height, rel=1e-14)


def test_the_limits_of_high_contrast_are_a_pinned_and_a_free_end():
    # a stiff right side has the slope zero of its own; a soft one takes all of the fall
    assert interface_correction(1.0, 1.0, 1e18, 0.5, 2.0) == pytest.approx(2.0)
    assert interface_correction(1.0, 1e18, 1.0, 0.5, 2.0) == pytest.approx(-0.5)


@given(problems)
def test_the_gap_is_an_integral(problem):
    a, f, l, r = problem
    nodes, weights = np.polynomial.legendre.leggauss(3)
    total = 0.0
    for low, high in ((-l, 0.0), (0.0, r)):
        x = (high + low) / 2 + (high - low) / 2 * nodes
        h = 1e-3 * (high - low)
        for sign, solution in ((1, weak_solution), (-1, strong_solution)):
            du = (solution(a, f, x + h, l, r) - solution(a, f, x - h, l, r)) / (2 * h)
            total += sign * (high - low) / 2 * weights @ du**2
    scale = 1 + max(abs(v) / c for v, c in zip(f, a, strict=True)) ** 2 * (l + r) ** 3
    assert dirichlet_gap(a, f, l, r) == pytest.approx(total, abs=1e-9 * scale)


@given(size, size, st.floats(0.01, 5.0))
def test_under_a_constant_source_the_true_solution_is_flatter(a_minus, a_plus, f):
    if abs(a_minus - a_plus) > 1e-3:
        for sign in (-1, 1):
            assert dirichlet_gap((a_minus, a_plus), (sign * f, sign * f)) < 0
    assert dirichlet_gap((a_minus, a_minus), (f, -f)) == 0


def test_the_gap_is_exact_where_it_cancels():
    assert dirichlet_gap((0.5, 1.0), (0.0, -2.0)) == 7 / 18
    assert dirichlet_gap((0.5, 1.0), (1.0, 1.0)) == -17 / 72
    near = dirichlet_gap((1.0, 1.0 + 2**-52), (0.0, 1.0))
    assert near == pytest.approx(2 * 2**-53 * 0.25 * 2 * 0.25, rel=1e-12)


def test_the_energy_is_least_at_the_true_solution():
    a, f = (0.5, 1.0), (0.0, -2.0)
    x = (np.arange(40_000) + 0.5) / 20_000 - 1
    smooth = strong_solution(a, f, x)
    slope = np.gradient(strong_solution(a, f, np.r_[x, 1.0]), np.r_[x, 1.0])[:-1]
    A, F = np.where(x < 0, *a), np.where(x < 0, *f)

    def ritz(c):
        return 2 * (A * (slope - c * np.sign(x)) ** 2 / 2 - F * (smooth + c * (1 - abs(x)))).mean()

    height = interface_correction(-0.5, *a)
    heights = height + np.linspace(-0.5, 0.5, 21)
    assert np.argmin([ritz(c) for c in heights]) == 10
    too_much = derive(energy.ritz_energy)[2].result.subs(
        {theory.kappa: height, theory.a_minus: a[0], theory.a_plus: a[1], theory.l: 1, theory.r: 1}
    )
    assert ritz(0.0) - ritz(height) == pytest.approx(float(too_much), rel=1e-3)


def test_the_residual_does_not_move_a_tent_by_one_bit():
    assert (interface_energy.change_of_the_tent((0, 1)) == 0).all()


def test_steepness_of_the_smooth_solution_is_what_is_predicted():
    for problem in (simulation.ONE_SIDE, simulation.CONSTANT):
        x = np.linspace(-1, 1, 100_001)
        true, smooth = (
            np.square(np.diff(solution(problem.a, problem.f, x))).sum()
            for solution in (weak_solution, strong_solution)
        )
        assert steepness.predicted(problem) == pytest.approx(np.log(true / smooth), abs=1e-6)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="positive numbers"):
        interface_correction(1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match=r"places in \[-1, 2\]"):
        strong_solution((1, 2), (0, 0), [0.0, 2.5], 1.0, 2.0)
    with pytest.raises(ValueError, match="broadcast"):
        interface_correction([1.0, 2.0], [1.0, 2.0, 3.0], 1.0)
    with pytest.raises(ValueError, match="positive length"):
        dirichlet_gap((1, 2), (1, 2), l=-1.0)
