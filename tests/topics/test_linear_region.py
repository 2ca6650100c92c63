"""Counted regions against formulas, bounds against exact counts, and the verdicts."""

from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import linear_region as numerics
from proofs_check import Standing, verdict_of
from proofs_check import linear_region as simulation
from theory import derive
from theory import linear_region as theory


def network(sizes, seed=0):
    random = np.random.default_rng(seed)
    return [
        (random.normal(size=(b, a)) * (2 / a) ** 0.5, 0.3 * random.normal(size=b))
        for a, b in pairwise(sizes)
    ]


def forward(layers, X):
    h, active = np.asarray(X, dtype=float), []
    for W, b in layers[:-1]:
        z = h @ W.T + b
        active.append(z > 0)
        h = np.maximum(z, 0)
    return (h @ layers[-1][0].T + layers[-1][1])[:, 0], np.concatenate(active, 1)


@given(st.integers(1, 4), st.integers(0, 4), st.integers(0, 10**6))
def test_hyperplanes_in_general_position_reach_the_maximum(d, more, seed):
    random = np.random.default_rng(seed)
    n = d + more
    assert numerics.arrangement_regions(
        random.normal(size=(n, d)), random.normal(size=n)
    ) == numerics.maximum(n, d)


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_maximum_is_exact_and_counts_all_patterns_when_there_are_inputs_enough(n, d):
    assert numerics.maximum(n, d) == sum(comb(n, j) for j in range(d + 1))
    assert n > d or numerics.maximum(n, d) == 2**n


def test_lines_through_one_point_have_fewer_regions_and_are_refused():
    W = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    with pytest.raises(ValueError, match="passes through"):
        numerics.arrangement_regions(W, np.zeros(3))
    with pytest.raises(ValueError, match="do not meet"):
        numerics.arrangement_regions(np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([0.0, 1.0]))


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_propagated_breakpoints_are_where_patterns_change(seed, depth):
    layers = network((1, *(12,) * depth, 1), seed)
    switches, slopes = numerics.breakpoints(layers, -3, 3)
    edges = np.concatenate([[-3], switches, [3]])
    _, active = forward(layers, ((edges[1:] + edges[:-1]) / 2)[:, None])
    assert (active[1:] != active[:-1]).any(1).all()  # every one is a change
    grid = np.linspace(-3, 3, 4001)
    value, on_grid = forward(layers, grid[:, None])
    assert (on_grid[1:] != on_grid[:-1]).any(1).sum() <= len(switches)  # and none is missed
    ends, _ = forward(layers, edges[:, None])
    np.testing.assert_allclose(value, np.interp(grid, edges, ends), atol=1e-10)
    np.testing.assert_allclose(slopes, np.diff(ends) / np.diff(edges), rtol=1e-4, atol=1e-6)


def test_regions_of_the_plane_agree_with_the_formula_and_with_lines():
    far = 1e4 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    for seed in range(2):
        assert numerics.plane_regions(network((2, 7, 1), seed), far) == numerics.maximum(7, 2)
    layers = network((2, 6, 6, 1))
    box = 3 * np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
    axis = np.linspace(-3, 3, 801)
    _, active = forward(layers, np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))
    found, seen = numerics.plane_regions(layers, box), len(np.unique(active, axis=0))
    assert 0.9 * found <= seen <= found <= numerics.deep_bounds(6, 2, 2)[1]


@pytest.mark.parametrize("height", [-1.0, 0.0, 1.5])
def test_a_polygon_round_a_line_sees_what_the_line_sees(height):
    layers = network((2, 7, 7, 7, 1), 1)
    thin = np.array(
        [[-3.0, height - 1e-6], [3, height - 1e-6], [3, height + 1e-6], [-3, height + 1e-6]]
    )
    line = numerics.along_line(layers, np.array([-3.0, height]), np.array([3.0, height]))
    assert numerics.plane_regions(layers, thin) == len(numerics.breakpoints(line, 0, 1)[0]) + 1


@given(st.integers(2, 9), st.integers(1, 3), st.integers(1, 3))
def test_bounds_are_in_order_and_meet_for_one_layer(n, d, L):
    n = max(n, d)
    low, high = numerics.deep_bounds(n, d, L)
    assert low <= high and (L > 1 or low == high == numerics.maximum(n, d))
    assert numerics.deep_bounds(n, d, 1)[0] * (n // d) ** (d * (L - 1)) == low
    assert numerics.line_maximum(n, L) == numerics.deep_bounds(n, 1, L)[1]


def test_sizes_of_the_book():
    low, high = numerics.orders(*numerics.deep_bounds(400, 40, 2))
    assert (low, high) == (pytest.approx(95.345, abs=1e-3), pytest.approx(110.691, abs=1e-3))
    shallow = numerics.shallow_with_as_many_parameters(400, 40, 2)
    assert shallow * 42 + 1 <= 400 * 41 + 400 * 401 + 401 < (shallow + 1) * 42 + 1
    # at this size the bounds do not say which has more
    assert low < numerics.orders(numerics.maximum(shallow, 40))[0] < high


@pytest.mark.parametrize("k", range(1, 11))
def test_the_sawtooth_has_all_its_pieces_and_a_shallow_network_cannot(k):
    layers = numerics.sawtooth(k)
    assert numerics.pieces(layers, 0, 1) == 2**k
    assert numerics.maximum(2**k - 1, 1) == 2**k and (
        k == 1 or numerics.maximum(2**k - 2, 1) < 2**k
    )
    x = np.linspace(0, 1, 2**k + 1)
    np.testing.assert_array_equal(forward(layers, x[:, None])[0], np.arange(2**k + 1) % 2)
    parameters = sum(W.size + b.size for W, b in layers)
    # those of 2 k shallow units, which make 2 k + 1 pieces
    assert parameters == 6 * k + 1 == 3 * (2 * k) + 1
    assert (2**k > numerics.maximum(2 * k, 1)) == (k >= 3)


def test_the_networks_whose_regions_are_counted_have_learned_their_labels():
    X, networks = simulation.fitted((0, 1), 64, 200, 40, 100)
    y = np.random.default_rng(0)
    y.normal(size=X.shape)
    labels = y.choice((-1.0, 1.0), size=200)
    for layers in networks:
        assert (np.sign(forward(layers, X)[0]) == labels).mean() > 0.99


def test_a_single_tent_is_found():
    assert np.median(simulation.sawtooth_error((0, 1, 2, 3, 4), k=1)) < np.log(simulation.FITTED)


def test_derived_verdicts():
    S = Standing
    expected = {
        "udl-10-42-linear-regions": S.REFUTED,
        "udl-10-37-regions-per-example": S.REFUTED,
        "udl-regions-share-parameters": S.PROVED,
        "udl-deep-more-regions-per-parameter": S.PROVED,
        "udl-depth-separation-sawtooth": S.PROVED,
    }
    for statement, standing in expected.items():
        assert verdict_of(statement).verdict is standing
    found = derive(theory.book_network)[0].result
    # the errata show it
    assert [order for order in range(200) if found.subs(theory.order, order)] == list(
        range(95, 112)
    )


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="at least 1"):
        numerics.maximum(0, 3)
    with pytest.raises(ValueError, match="every input"):
        numerics.deep_bounds(3, 4, 2)
    with pytest.raises(ValueError, match="no vertex"):
        numerics.arrangement_regions(np.ones((1, 2)), np.ones(1))
    with pytest.raises(ValueError, match="below"):
        numerics.breakpoints(numerics.sawtooth(2), 1, 0)
    with pytest.raises(ValueError, match="takes 3 inputs"):
        numerics.breakpoints(network((3, 4, 1)), 0, 1)
    with pytest.raises(ValueError, match="one layer"):
        numerics.breakpoints([], 0, 1)


def test_the_layers_of_a_fitted_network_are_the_network_that_was_fitted():
    X, networks = simulation.fitted((0, 1), 32, 12, 4, 400)
    signs = np.random.default_rng(0)
    signs.normal(size=(12, 4))
    signs = signs.choice((-1.0, 1.0), size=12)
    for layers in networks:
        h = X
        for place, (W, b) in enumerate(layers):
            h = h @ W.T + b
            h = np.maximum(h, 0) if place < len(layers) - 1 else h
        np.testing.assert_allclose(h[:, 0], signs, atol=0.1)
