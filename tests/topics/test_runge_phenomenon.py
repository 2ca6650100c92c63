"""Closed forms of the polynomial flow against interpolation, exact arithmetic and steps of
descent.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import BarycentricInterpolator

from numerics.runge_phenomenon import (
    BASES,
    best_time,
    design,
    flow,
    interpolation_error,
    nodes,
    roughness,
    sup_error,
    target,
)
from proofs_check import Standing, verdict_of


@pytest.mark.claim("runge_phenomenon.interpolation_error")
def test_the_error_formula_is_that_of_the_interpolant():
    z = np.linspace(-1, 1, 101)
    np.testing.assert_allclose(
        interpolation_error(z),
        target(z) - BarycentricInterpolator(nodes(), target(nodes()))(z),
        atol=1e-11,
    )


@given(st.integers(-60, 60))
def test_the_error_formula_in_exact_arithmetic(numerator):
    x, points = Fraction(numerator, 60), [Fraction(2 * i - 1, 11) for i in range(-5, 7)]
    p = Fraction(0)
    for a in points:
        basis = Fraction(1)
        for b in points:
            basis *= 1 if a == b else (x - b) / (a - b)
        p += basis / (1 + 25 * a * a)
    assert float(interpolation_error(float(x))) == pytest.approx(
        float(1 / (1 + 25 * x * x) - p), abs=1e-13
    )


@pytest.mark.parametrize("basis", ["monomial", "legendre"])
def test_the_flow_is_the_limit_of_small_steps_of_descent(basis):
    x, z, time, steps = nodes(), np.linspace(-1, 1, 7), 5.0, 20_000
    phi, c = design(x, 11, basis), np.zeros(12)
    for _ in range(steps):
        c = c - time / steps / len(x) * (phi.T @ (phi @ c - target(x)))
    np.testing.assert_allclose(
        flow([time], x, target(x), z, 11, basis)[0], design(z, 11, basis) @ c, atol=2e-4
    )


@pytest.mark.parametrize("basis", BASES)
def test_at_infinity_the_flow_interpolates_in_any_basis(basis):
    assert sup_error([np.inf], basis)[0] == pytest.approx(0.55678, abs=1e-4)
    assert flow([0.0], nodes(), target(nodes()), [0.3], 11, basis)[0, 0] == 0


def test_both_bases_pass_close_to_the_function_at_very_different_times():
    (late, one), (early, two) = best_time("monomial"), best_time("legendre")
    assert one == pytest.approx(two, rel=0.05) and one < 0.25 * 0.5568
    assert late > 1e5 * early
    assert np.linalg.cond(design(nodes(), 11)) > 500 * np.linalg.cond(
        design(nodes(), 11, "legendre")
    )


@pytest.mark.parametrize("basis", ["monomial", "legendre"])
def test_no_time_near_the_best_one_is_better(basis):
    best, error = best_time(basis)
    assert error <= sup_error(best * np.exp(np.linspace(-0.1, 0.1, 81)), basis).min() * (1 + 1e-6)


def test_an_odd_number_of_points_is_interpolated_too():
    z = np.linspace(-1, 1, 4001)
    wanted = np.abs(BarycentricInterpolator(nodes(5), target(nodes(5)))(z) - target(z)).max()
    assert sup_error([np.inf], count=5)[0] == pytest.approx(wanted)
    assert roughness()[0] == pytest.approx(roughness(11, "monomial")[0])


def test_directions_are_smooth_in_the_order_of_their_rates_only_in_powers():
    s, slope = roughness(11, "monomial")
    assert (np.diff(s) < 0).all() and (np.diff(slope) > 0).all()
    # the second fastest direction is the roughest of all
    assert roughness(11, "legendre")[1].argmax() == 1


@pytest.mark.parametrize("basis", BASES)
def test_roughness_is_that_of_differences(basis):
    s, slope = roughness(7, basis)
    _, same, Vt = np.linalg.svd(design(nodes(8), 7, basis), full_matrices=False)
    z = np.linspace(-1, 1, 20_001)
    values = Vt @ design(z, 7, basis).T
    wanted = np.trapezoid(np.gradient(values, z, axis=1) ** 2, z) / np.trapezoid(values**2, z)
    np.testing.assert_allclose(slope, wanted, rtol=1e-3)
    np.testing.assert_allclose(s, same)


def test_bernstein_polynomials_share_out_one():
    share = design(np.linspace(-1, 1, 9), 5, "bernstein")
    np.testing.assert_allclose(share.sum(1), 1)
    np.testing.assert_allclose(design([-1.0, 1.0], 5, "bernstein")[:, [0, -1]], np.eye(2))


def test_roughness_of_a_line_is_exact():
    s, slope = roughness(1)
    # mean of 1 over mean of x^2
    assert sorted(slope) == pytest.approx([0, 3]) and s == pytest.approx([np.sqrt(2)] * 2)


def test_the_largest_deviation_is_proved():
    assert verdict_of("runge-full-interpolation").verdict is Standing.PROVED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="basis"):
        design([0.0], 3, "hermite")
    with pytest.raises(ValueError, match="one target per point"):
        flow([1.0], [0.0, 1.0], [1.0], [0.0], 1)
    with pytest.raises(ValueError, match="non-negative"):
        flow([-1.0], [0.0], [1.0], [0.0], 0)
    with pytest.raises(ValueError, match="at least two"):
        nodes(1)
