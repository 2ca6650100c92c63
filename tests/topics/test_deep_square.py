"""Networks of tents and pieces of one layer, on functions that the derivations do not name."""

from itertools import pairwise

import numpy as np
import pytest

from proofs_check import deep_square as checks
from theory import deep_square, derive


@pytest.mark.parametrize("tents", [1, 2, 5])
def test_the_network_interpolates_between_its_knots_with_the_derived_error(tents):
    knots = np.linspace(0, 1, 2**tents + 1)
    np.testing.assert_allclose(checks.deep_network(knots, tents), knots**2, atol=1e-12)
    within = np.linspace(0, 1, 10_001)
    off = checks.deep_network(within, tents) - within**2
    place = within * 2**tents % 1
    np.testing.assert_allclose(off, place * (1 - place) / 4**tents, atol=1e-12)


@pytest.mark.parametrize("function", [np.exp, lambda x: 1 / (1 + x), lambda x: x**3 + x**2])
def test_no_affine_function_comes_closer_than_the_curvature_allows(function):
    x = np.linspace(0.2, 0.9, 401)
    curvature = np.diff(function(x), 2).min() / (x[1] - x[0]) ** 2
    assert checks.least_error(x, function(x)) >= curvature * 0.7**2 / 16 * 0.999


def test_a_product_from_three_squares_is_off_by_less_than_twice_their_error():
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 1000))
    square = lambda v: checks.deep_network(v, 4)  # noqa: E731
    made = 2 * square((x + y) / 2) - square(x) / 2 - square(y) / 2
    assert np.abs(made - x * y).max() <= 2 * 4.0**-5


def test_the_units_of_one_layer_outgrow_those_of_many():
    assert checks.error_of_pieces(2) == pytest.approx(1 / 32)
    ratio = [(1 / (8 * e) ** 0.5 - 1) / checks.deep_units(e) for e in (1e-4, 1e-8, 1e-12)]
    assert [float(r) > 10 * float(q) for q, r in pairwise(ratio)] == [True] * 2
    assert str(derive(deep_square.one_layer)[1].result) == "oo"
