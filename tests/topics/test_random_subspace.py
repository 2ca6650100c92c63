"""Shares that a random subspace leaves: limits, roots, samples, and training inside one."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import random_subspace
from proofs_check.training import pairs, subspace
from theory import derive
from theory import random_subspace as theory

CURVATURES = st.lists(st.floats(0.01, 100), min_size=2, max_size=8)


@given(CURVATURES, st.floats(0.1, 0.9))
def test_the_level_solves_the_trace_equation(h, part):
    h, d = np.array(h), part * len(h)
    level = random_subspace.trace_level(h, d)
    assert (h / (h + level)).sum() == pytest.approx(d, rel=1e-9)


@given(st.integers(1, 30), st.integers(1, 40), st.floats(0.1, 10))
def test_equal_curvatures_leave_what_is_exact(r, d, size):
    exact = random_subspace.subspace_loss_equal(r, d)
    assert random_subspace.subspace_loss(np.full(r, size), np.ones(r), d) == pytest.approx(
        exact, abs=1e-9
    )
    assert (exact == 0) == (d >= r)


def test_equal_curvatures_against_projections():
    rng, r, d, shares = np.random.default_rng(1), 6, 2, []
    for _ in range(4000):
        Q, u = np.linalg.qr(rng.standard_normal((r, d)))[0], rng.standard_normal(r)
        shares.append(1 - ((Q.T @ u) ** 2).sum() / (u**2).sum())
    spread = 5 * np.std(shares) / 4000**0.5
    assert random_subspace.subspace_loss_equal(r, d) == pytest.approx(np.mean(shares), abs=spread)


def test_falling_curvatures_against_least_squares():
    rng, h, d, shares = np.random.default_rng(2), np.arange(1.0, 301) ** -1.2, 40, []
    u = rng.choice([-1.0, 1.0], 300)
    for _ in range(100):
        A = h[:, None] ** 0.5 * rng.standard_normal((300, d))
        left = h**0.5 * u - A @ np.linalg.lstsq(A, h**0.5 * u, rcond=None)[0]
        shares.append((left**2).sum() / h.sum())
    assert random_subspace.subspace_loss(h, h**0.5, d) == pytest.approx(np.mean(shares), rel=0.03)


@given(CURVATURES, st.floats(0.05, 0.95))
def test_the_dimension_for_a_share_is_the_first(h, share):
    u = np.ones(len(h))
    d = random_subspace.dimension_for(h, u, share)
    assert random_subspace.subspace_loss(h, u, d) <= share
    assert d == 1 or random_subspace.subspace_loss(h, u, d - 1) > share


def test_the_level_of_a_power_law_is_that_of_many_modes():
    h = np.arange(1.0, 3e6) ** -2.0
    assert random_subspace.power_level(2.0, 100) == pytest.approx(
        random_subspace.trace_level(h, 100), rel=0.02
    )
    first, second = random_subspace.power_level(1.5, np.array([10, 20]))
    assert first / second == pytest.approx(2**1.5)


def test_the_count_is_that_of_the_layers():
    sizes = [784, 200, 200, 10]
    count = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    share = derive(theory.published_count)[0].steps[1].rhs
    assert count == 199_210 and float(share) == pytest.approx(100 * 750 / count)


@pytest.mark.parametrize("sparse", [False, True])
def test_training_stays_in_the_subspace_and_has_the_right_gradient(sparse):
    kind = pairs.Kind("digits", (3,), n=20)
    start, (X, y) = kind.start([0, 1]), kind.examples()
    count = sum(p[0].numel() for p in start)
    P = subspace.directions(count, 4, sparse)
    order, signs = subspace.turns([0, 1], count)
    dense = P.to_dense()[order] * signs[:, :, None]
    assert torch.allclose(dense.norm(dim=1), torch.ones(2, 4))
    assert not torch.allclose(dense[0], dense[1])
    model = subspace.restricted(kind.model(), start, P, [0, 1])
    z = torch.full((2, 4), 0.1, requires_grad=True)
    kind.loss(model([z], X), y).sum().backward()
    plain = torch.full((2, 4), 0.1, requires_grad=True)
    moved = torch.cat([p.flatten(1) for p in start], 1) + (dense @ plain[:, :, None])[:, :, 0]
    parts = moved.split([p[0].numel() for p in start], 1)
    theta = [v.reshape(p.shape) for v, p in zip(parts, start, strict=True)]
    kind.loss(kind.model()(theta, X), y).sum().backward()
    assert torch.allclose(z.grad, plain.grad, atol=1e-5)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="rank"):
        random_subspace.subspace_loss_equal(0, 1)
    with pytest.raises(ValueError, match="positive curvatures"):
        random_subspace.trace_level([0.0, 1.0], 1)
    with pytest.raises(ValueError, match="zero in every mode"):
        random_subspace.subspace_loss([1.0], [0.0], 1)
    with pytest.raises(ValueError, match="share"):
        random_subspace.dimension_for([1.0], [1.0], 2)
    with pytest.raises(ValueError, match="power"):
        random_subspace.power_level(1.0, 5)
