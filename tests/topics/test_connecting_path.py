"""Five pieces between networks, readouts of half of the units, curves with one bend."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import connecting_path
from proofs_check.training import pairs


def networks(seed, units, points):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((points, 6)), rng.standard_normal(points)
    ends = []
    for _ in range(2):
        w = rng.standard_normal((units, 6))
        ends.append((np.linalg.lstsq(np.tanh(X @ w.T), y, rcond=None)[0], w))
    return X, y, ends


@settings(max_examples=20)
@given(st.integers(0, 999), st.integers(0, 6))
def test_the_five_pieces_fit_all_the_way_and_the_line_does_not(seed, more):
    X, y, ends = networks(seed, 10 + more, 5)

    def error(a, w):
        return np.abs(np.tanh(X @ w.T) @ a - y).max()

    corners = connecting_path.zero_loss_path(*ends, X, y)
    assert len(corners) == 6 and all((corners[0][i] == ends[0][i]).all() for i in (0, 1))
    assert all((corners[-1][i] == ends[1][i]).all() for i in (0, 1))
    largest = max(np.abs(a).max() for a, _ in corners)
    straight = connecting_path.path_losses(ends, error).max()
    assert connecting_path.path_losses(corners, error).max() < 1e-9 * max(largest, 1)
    assert straight > 1e-3


def test_only_one_layer_moves_on_a_piece():
    X, y, ends = networks(1, 12, 4)
    corners = connecting_path.zero_loss_path(*ends, X, y)
    for at, ((a, w), (b, v)) in enumerate(itertools.pairwise(corners)):
        assert (w == v).all() if at in (0, 2, 4) else (a == b).all()


def test_a_path_needs_twice_as_many_units_as_points():
    X, y, ends = networks(2, 9, 5)
    with pytest.raises(ValueError, match="at least 10 units"):
        connecting_path.zero_loss_path(*ends, X, y)


def test_units_that_do_not_tell_points_apart():
    X, y, ends = networks(3, 12, 4)
    ends[0][1][:4] = 1.0
    with pytest.raises(ValueError, match="units 0 to 4"):
        connecting_path.zero_loss_path(*ends, X, y)


@pytest.mark.parametrize(("units", "points"), [(4, 12), (10, 12), (12, 12), (30, 12)])
def test_mean_of_the_best_readout(units, points):
    rng, losses = np.random.default_rng(4), []
    for _ in range(400):
        Z = rng.standard_normal((points, 2 * units))
        losses.append(connecting_path.half_readout_loss(Z, rng.standard_normal(points)))
    spread = 5 * np.std(losses) / 20 + 1e-12
    assert connecting_path.mean_readout_loss(units, points) == pytest.approx(
        np.mean(losses), abs=spread
    )


@given(st.integers(0, 50), st.integers(1, 50), st.floats(0, 10))
def test_the_height_falls_with_the_width_to_zero(units, points, variance):
    more, fewer = (
        connecting_path.mean_readout_loss(q, points, variance) for q in (units + 1, units)
    )
    assert more <= fewer <= variance / 2
    assert connecting_path.mean_readout_loss(points, points, variance) == 0


def test_a_curve_begins_and_ends_at_its_networks_and_is_lower_than_the_line():
    kind = pairs.Kind("digits", (8,), n=60)
    one, other = (kind.start([seed, seed + 1]) for seed in (0, 5))
    bend = pairs.on_curve(one, None, other, 0.5)
    for s, end in ((0.0, one), (1.0, other)):
        for got, wanted in zip(pairs.on_curve(one, bend, other, s), end, strict=True):
            assert torch.allclose(got, wanted)
    trained = pairs.curve(kind, one, other, [0, 1], steps=60, batch=60, rate=1e-2)
    low, line = (pairs.profile(kind, one, other, b, places=5) for b in (trained, None))
    assert (low[:, 2] < line[:, 2]).all()
    assert np.allclose(low[:, [0, -1]], line[:, [0, -1]], rtol=1e-4)


def test_maxout_takes_the_larger_neighbour():
    assert pairs.maxout(torch.tensor([[1.0, 2.0, -3.0, -4.0]])).tolist() == [[2.0, -3.0]]


def test_bad_input_is_answered():
    with pytest.raises(TypeError, match="corners"):
        connecting_path.path_losses([(np.ones(2), np.ones((2, 2)))], lambda a, w: 0.0)
    with pytest.raises(ValueError, match="two units"):
        connecting_path.half_readout_loss(np.ones((3, 1)), np.ones(3))
    with pytest.raises(ValueError, match="points"):
        connecting_path.mean_readout_loss(1, 0)
    with pytest.raises(TypeError, match="one is no pair"):
        connecting_path.zero_loss_path(3, 3, np.ones((1, 1)), [1.0])
