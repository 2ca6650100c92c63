"""Lines between networks: the bound by curvature, kernels against networks, orders of units."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import mode_connectivity
from theory import derive
from theory import mode_connectivity as theory

LOSSES = st.lists(st.floats(-10, 10), min_size=2, max_size=9)


@given(LOSSES)
def test_a_barrier_is_not_negative_and_does_not_see_a_slope(values):
    tilted = np.array(values) + 3 * np.linspace(0, 1, len(values)) + 2
    assert mode_connectivity.barrier(values) >= 0
    assert mode_connectivity.barrier(tilted) == pytest.approx(
        mode_connectivity.barrier(values), abs=1e-9
    )


@given(st.floats(0.1, 5), st.floats(0.1, 3), st.integers(0, 99))
def test_no_loss_with_this_curvature_has_a_higher_barrier(kappa, distance, seed):
    rng, s = np.random.default_rng(seed), np.linspace(0, 1, 4001)
    bend = -kappa * distance**2 * rng.uniform(-1, 1, len(s)).clip(-9, 1)
    bend = np.maximum(bend, -kappa * distance**2)
    h = s[1] - s[0]
    loss = np.cumsum(np.cumsum(bend)) * h**2
    bound = mode_connectivity.barrier_bound(kappa, distance)
    assert mode_connectivity.barrier(loss) <= bound * (1 + 1e-3)
    parabola = -kappa * (distance * s) ** 2 / 2
    assert mode_connectivity.barrier(parabola) == pytest.approx(bound)


def test_output_layers_over_shared_features_have_no_barrier():
    rng = np.random.default_rng(1)
    Z, y, a, b = (rng.standard_normal(shape) for shape in ((9, 4), 9, 4, 4))
    s = np.linspace(0, 1, 11)
    loss = np.array([((Z @ ((1 - t) * a + t * b) - y) ** 2).mean() / 2 for t in s])
    assert mode_connectivity.barrier(loss) == 0
    below = loss[5] - (loss[0] + loss[-1]) / 2
    assert below == pytest.approx(-((Z @ (b - a)) ** 2).mean() / 8)


def test_half_way_to_permuted_copies_is_the_mean_over_all_of_them():
    rng, m = np.random.default_rng(2), 5
    a, w = rng.standard_normal((2, m))
    found = [((a + a[list(p)]) * (w + w[list(p)])).sum() / 4 for p in permutations(range(m))]
    (claim,) = derive(theory.permuted_copy)
    own, A, W = (claim.result.atoms(type(theory.Sum(1, (theory.k, 1, 2)))), a.sum(), w.sum())
    assert len(own) == 3
    assert np.mean(found) == pytest.approx(a @ w / 2 + A * W / (2 * m))


@pytest.mark.parametrize("s", [0.0, 0.25, 0.5, 0.9])
def test_the_kernel_is_that_of_many_random_units(s):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((3, 4))
    w, other, a, b = (rng.standard_normal(shape) for shape in ((400_000, 4),) * 2 + (400_000,) * 2)
    here, there = X @ w.T, X @ ((1 - s) * w + s * other).T
    units = np.maximum(there, 0) @ np.maximum(here, 0).T
    gates = ((there > 0) * ((1 - s) * a + s * b)) @ ((here > 0) * a).T * (X @ X.T)
    found = (units + gates) / w.shape[0]
    np.testing.assert_allclose(mode_connectivity.cross_kernel(X, s), found, rtol=0.02, atol=0.02)


def test_both_ends_fit_and_the_middle_of_one_point_is_the_share():
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((5, 3)), rng.standard_normal(5)
    for end in (0.0, 1.0):
        np.testing.assert_allclose(mode_connectivity.line_prediction(X, y, end), y, atol=1e-9)
    one = mode_connectivity.line_prediction([[0.0, 2.0]], [1.0], 0.5)
    assert one[0] == pytest.approx(mode_connectivity.midpoint_share())
    assert mode_connectivity.midpoint_share() == pytest.approx(0.454577, abs=1e-6)


def test_the_derived_line_is_the_prediction_for_one_point():
    derived = derive(theory.independent_solutions)[1].function(theory.s)
    for s in (0.1, 0.3, 0.8):
        assert derived(s) == pytest.approx(
            mode_connectivity.line_prediction([[1.0, 0.0]], [1.0], s)[0]
        )


def test_matching_finds_an_order_and_no_other_is_better():
    rng = np.random.default_rng(5)
    units = rng.standard_normal((5, 3))
    order = rng.permutation(5)
    assert (mode_connectivity.matched(units, units[order]) == np.argsort(order)).all()
    others = rng.standard_normal((5, 3))
    best = ((units - others[mode_connectivity.matched(units, others)]) ** 2).sum()
    assert best <= 1e-12 + min(
        ((units - others[list(p)]) ** 2).sum() for p in permutations(range(5))
    )


@given(st.integers(0, 999))
def test_matching_units_of_different_lengths_is_no_worse_than_any_order(seed):
    rng = np.random.default_rng(seed)
    sizes = np.exp(2 * rng.standard_normal((2, 4, 1)))
    units, others = rng.standard_normal((2, 4, 2)) * sizes
    cost = [((units - others[list(p)]) ** 2).sum() for p in permutations(range(4))]
    order = mode_connectivity.matched(units, others)
    assert sorted(order) == [0, 1, 2, 3]
    assert ((units - others[order]) ** 2).sum() == pytest.approx(min(cost))


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="two places"):
        mode_connectivity.barrier([1.0])
    with pytest.raises(ValueError, match="distance"):
        mode_connectivity.barrier_bound(1.0, -1.0)
    with pytest.raises(ValueError, match=r"X\[1\] is zero"):
        mode_connectivity.cross_kernel([[1.0, 0.0], [0.0, 0.0]], 0.5)
    with pytest.raises(ValueError, match="place in"):
        mode_connectivity.cross_kernel([[1.0, 0.0]], 1.5)
    with pytest.raises(ValueError, match="one direction"):
        mode_connectivity.line_prediction([[1.0, 0.0], [2.0, 0.0]], [1.0, 2.0], 0.5)
    with pytest.raises(ValueError, match="others"):
        mode_connectivity.matched(np.ones((2, 3)), np.ones((3, 3)))
