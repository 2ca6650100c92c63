"""Networks through given values, bounds that hold and are attained, and a distance that forgets
what it should.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import universal_approximation as numerics
from proofs_check import Standing, run, verdict_of
from proofs_check import universal_approximation as simulation


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12))
def test_the_network_is_the_broken_line(values):
    x = np.linspace(0, 1, 301)
    expected = np.interp(x, np.linspace(0, 1, len(values)), values)
    network = numerics.broken_line(values)
    np.testing.assert_allclose(numerics.output(network, x), expected, atol=1e-9)
    assert len(network[0]) == len(values) - 1


@pytest.mark.parametrize("m", [1, 3, 10])
def test_the_bound_is_attained_by_a_parabola_and_kept_by_a_sine(m):
    x, knots = np.linspace(0, 1, 2 * m * 500 + 1), np.linspace(0, 1, m + 1)
    for target, curvature, attained in (
        (np.square, 2.0, True),
        (lambda t: np.sin(9 * t), 81.0, False),
    ):
        error = np.abs(numerics.output(numerics.broken_line(target(knots)), x) - target(x)).max()
        bound = numerics.error_bound(curvature, m)
        assert error == pytest.approx(bound) if attained else error <= bound


@given(st.integers(0, 10**6))
def test_the_error_is_at_most_the_oscillation(seed):
    random = np.random.default_rng(seed)
    x, knots = np.linspace(0, 1, 1001), np.linspace(0, 1, 11)
    walk = np.cumsum(random.normal(size=1001)) / 30
    error = np.abs(numerics.output(numerics.broken_line(np.interp(knots, x, walk)), x) - walk).max()
    oscillation = max(np.ptp(walk[100 * j : 100 * j + 101]) for j in range(10))
    assert error <= oscillation + 1e-12


def test_the_distance_of_cubics_is_that_of_a_linear_programme():
    from scipy.optimize import linprog

    x = np.linspace(-1, 1, 401)
    powers = np.vander(x, 4)
    bound = np.column_stack([np.concatenate([powers, -powers]), -np.ones(802)])
    found = linprog(
        [0, 0, 0, 0, 1],
        bound,
        np.concatenate([np.abs(x), -np.abs(x)]),
        bounds=[(None, None)] * 4 + [(0, None)],
    )
    assert found.fun == pytest.approx(numerics.distance_of_cubics(), abs=1e-6)


@given(st.integers(0, 10**6))
def test_the_distance_forgets_order_and_scale_and_nothing_else(seed):
    random = np.random.default_rng(seed)
    w, b, a = random.normal(size=(3, 6))
    order, scale = random.permutation(6), random.uniform(0.2, 5, 6)
    other = (scale * w)[order], (scale * b)[order], (a / scale)[order]
    assert numerics.relative_distance((*other, 0.0), (w, b, a, 0.0)) < 1e-7
    assert numerics.relative_distance((w, b, -a, 0.0), (w, b, a, 0.0)) > 0.1
    assert numerics.relative_distance((w, b, 2 * a, 0.0), (w, b, a, 0.0)) == pytest.approx(
        1, abs=0.3
    )
    x = np.linspace(-2, 2, 50)
    np.testing.assert_allclose(
        numerics.output((*other, 0.0), x), numerics.output((w, b, a, 0.0), x), atol=1e-9
    )


def test_invariants_by_hand():
    found = numerics.invariants(np.array([3.0]), np.array([4.0]), np.array([-2.0]))
    np.testing.assert_allclose(found, [[6, 8, -10]])


def test_width_helps_tanh_units_and_not_cubic_ones():
    narrow, wide = (np.median(simulation.largest_error(range(5), m)) for m in (8, 128))
    assert wide < narrow / 5
    narrow, wide = (np.median(simulation.largest_error(range(5), m, cubic=True)) for m in (8, 128))
    assert wide == pytest.approx(narrow, rel=1e-6) and wide > numerics.distance_of_cubics()


def test_the_proof_is_settled_by_derivations():
    alone = verdict_of("universal-approximation-nonpolynomial")
    assert alone.verdict is Standing.OPEN  # what tanh units reach is measured
    results = [
        run(check)
        for check in simulation.CHECKS
        if any(settle.statement == alone.id for settle in check.settles)
    ]
    assert verdict_of(alone.id, results).verdict is Standing.CONFIRMED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="at least two numbers"):
        numerics.broken_line([1.0])
    for curvature in (0.0, -1.0):
        with pytest.raises(ValueError, match="positive bound"):
            numerics.error_bound(curvature, 3)
    with pytest.raises(ValueError, match="must be equal"):
        numerics.relative_distance(numerics.broken_line([0, 1]), numerics.broken_line([0, 1, 2]))
