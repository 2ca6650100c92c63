"""The negative share of spectra and its bounds, against random matrices and probabilities."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import negative_curvature
from proofs_check import negative_curvature as simulation
from proofs_check.training import small
from proofs_check.training.losses import cross_entropy, half_mean_square


@given(st.integers(0, 999))
def test_a_part_without_negative_eigenvalues_lowers_no_sum(seed):
    rng = np.random.default_rng(seed)
    J, S = rng.standard_normal((6, 3)), rng.standard_normal((6, 6))
    R = S + S.T
    whole, part = (np.linalg.eigvalsh(M) for M in (J @ J.T + R, R))
    assert -whole[whole < 0].sum() <= -part[part < 0].sum() + 1e-12


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9).filter(any))
def test_at_most_half_where_the_trace_is_not_negative(sizes):
    share = negative_curvature.negative_share(sizes)
    assert 0 <= share <= 1
    assert share <= 0.5 + 1e-12 or sum(sizes) < 0
    assert negative_curvature.negative_share([3 * v for v in sizes]) == pytest.approx(share)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=9), st.data())
def test_errors_of_cross_entropy_are_at_most_twice_the_loss(logits, data):
    right = data.draw(st.integers(0, len(logits) - 1))
    p = np.exp(logits) / np.exp(logits).sum()
    errors = np.abs(p - (np.arange(len(p)) == right)).sum()
    assert errors == pytest.approx(2 * (1 - p[right]), abs=1e-12)
    assert errors <= -2 * np.log(p[right]) + 1e-12


def test_known_spectra():
    assert negative_curvature.negative_share([-1.0, 1.0, 2.0]) == 0.25
    assert negative_curvature.negative_share([0.0, 2.0]) == 0
    with pytest.raises(ValueError, match="all zero"):
        negative_curvature.negative_share([0.0, 0.0])


@pytest.mark.parametrize("squared", [True, False])
def test_the_hessian_is_that_of_differences_of_gradients(squared):
    X, y = small.examples("digits", (0, 1), 20)
    target = torch.eye(10, dtype=torch.float64)[y] if squared else y
    loss = half_mean_square if squared else cross_entropy
    theta = small.start((0, 1)).double()
    H = small.hessian(theta, X.double(), target, loss)
    assert torch.allclose(H, H.mT, atol=1e-12)
    for at in (0, 57, 104, 150, 215):  # both layers, weights and biases
        step = torch.zeros_like(theta)
        step[:, at] = 1e-5
        up, down = (small.gradient(theta + s * step, X.double(), target, loss) for s in (1, -1))
        assert torch.allclose(H[:, at], (up - down) / 2e-5, atol=1e-8)


def test_the_negative_share_falls_and_is_at_most_half():
    network = simulation.CURVED["digits, tanh, squared loss"]
    start, there, further = simulation.curvature((0, 1), network)
    assert ((start > 0) & (start <= 0.5)).all() and (there < start).all()
    assert ((further >= 0) & (further <= 1)).all()
