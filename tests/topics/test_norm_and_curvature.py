"""Shares against random matrices, parts of the Hessian against autograd, the zone, bad input."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import norm_and_curvature as numerics
from proofs_check import norm_and_curvature as simulation
from proofs_check.training.curvature import gauss_newton, hessian, objective
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import mlp, mlp_start


@pytest.mark.parametrize("ratio", [-3.0, 0.0, 2.0, 8.0])
def test_the_share_is_that_of_a_section(ratio):
    rng, P, d = np.random.default_rng(3), 1500, 60
    spectrum = rng.standard_normal(P)
    spectrum -= spectrum.mean()
    spectrum += ratio / P**0.5 * np.linalg.norm(spectrum) / P**0.5
    found = []
    for _ in range(20):
        V = rng.standard_normal((d, P)) / P**0.5
        found.append((np.linalg.eigvalsh((V * spectrum) @ V.T) > 0).mean())
    true = spectrum.sum() / np.linalg.norm(spectrum)
    assert numerics.positive_share(true, d) == pytest.approx(np.mean(found), abs=0.015)


@given(st.floats(-1e3, 1e3), st.integers(1, 10**6))
def test_the_share_is_odd_about_one_half(ratio, d):
    share = numerics.positive_share(ratio, d)
    assert 0 <= share <= 1
    assert share + numerics.positive_share(-ratio, d) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("widths", [(5, 4, 3, 3), (5, 6, 4), (4, 3), (4, 4, 3, 3, 3)])
@pytest.mark.parametrize("scale", [0.3, 3.0])
def test_both_parts_are_those_of_autograd(widths, scale):
    theta = [scale * w for w in mlp_start([3], widths, "he")[::2]]
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(7, widths[0], dtype=torch.float64, generator=generator)
    y = torch.randint(0, widths[-1], (7,), generator=generator)
    model = mlp(widths, "relu", bias=False)
    P = sum(w.numel() for w in theta)
    products = (
        gauss_newton(model, theta, X, y, cross_entropy),
        hessian(objective(model, X, y, cross_entropy), theta),
    )
    G, whole = (
        torch.stack([of(row[None])[0] for row in torch.eye(P, dtype=torch.float64)])
        for of in products
    )
    trace, of_g, of_h = numerics.hessian_split([w[0].numpy() for w in theta], X.numpy(), y.numpy())
    assert trace == pytest.approx(float(whole.trace()), rel=1e-9)  # H has none
    assert of_g == pytest.approx(float(G.norm()), rel=1e-9)
    assert of_h == pytest.approx(float((whole - G).norm()), rel=1e-9, abs=1e-12)


@given(st.floats(0.2, 5.0), st.floats(0.2, 5.0))
def test_norm_and_inputs_enter_through_the_size_of_the_logits(factor, scale):
    rng = np.random.default_rng(4)
    theta = [rng.standard_normal(pair) for pair in ((4, 5), (5, 3), (3, 3))]
    X, y = rng.standard_normal((6, 4)), np.array([0, 1, 2, 0, 1, 2])
    one = numerics.hessian_split([scale ** (1 / 3) * w for w in theta], X, y)
    other = numerics.hessian_split([factor * w for w in theta], scale / factor**3 * X, y)
    assert one[0] / one[2] == pytest.approx(other[0] / other[2], rel=1e-7)
    assert one[1] / one[2] == pytest.approx(other[1] / other[2], rel=1e-7)


def test_large_logits_do_not_overflow():
    theta = [1e80 * np.eye(3), 1e80 * np.eye(3)]
    found = numerics.hessian_split(theta, np.eye(3), np.array([1, 2, 0]))
    assert np.isfinite(found).all() and found[0] == 0


def test_the_zone_ends_where_the_excess_is_half():
    norms = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
    low, high = numerics.zone(norms, [0.5, 0.6, 0.9, 0.8, 0.5])
    assert low == pytest.approx(np.exp(np.log(2) * (1 / 3))) and 4 < high < 8
    np.testing.assert_allclose(high, 4 * 2 ** (1 / 3))
    assert numerics.zone(norms, [0.9, 0.8, 0.6, 0.5, 0.5])[0] == 0
    assert numerics.zone(norms, [0.5, 0.5, 0.6, 0.8, 0.8])[1] == np.inf


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.integers(1, 6))
def test_an_edge_has_the_size_that_was_asked_for(tau, scale, layers):
    assert scale * numerics.edge_norm(tau, scale, layers) ** layers == pytest.approx(tau)


def test_sections_are_those_of_the_whole_hessian():
    part = simulation.sections((2,), "digits, standard", hidden=(3,), multiples=np.ones(1))
    X, y = simulation._inputs("digits, standard", (2,))
    widths = (64, 3, 10)
    theta = simulation._starts((2,), widths, np.ones(1))
    of = objective(mlp(widths, "relu", bias=False), torch.tensor(X), torch.tensor(y), cross_entropy)
    product, P = hessian(of, theta), sum(w.numel() for w in theta)
    whole = torch.stack([product(row[None])[0] for row in torch.eye(P, dtype=torch.float64)])
    mean = np.trace(part[0, 0].mean(0)) / simulation.PLANE
    assert mean == pytest.approx(float(whole.trace()) / P, rel=0.5)
    np.testing.assert_allclose(part[0, 0], part[0, 0].transpose(0, 2, 1), atol=1e-4)


def test_bad_input_is_answered():
    X, y = np.ones((2, 3)), [0, 1]
    with pytest.raises(ValueError, match="at least one direction"):
        numerics.positive_share(1.0, 0)
    with pytest.raises(ValueError, match="rise"):
        numerics.zone([2.0, 1.0], [0.6, 0.7])
    with pytest.raises(ValueError, match="no zone"):
        numerics.zone([1.0, 2.0], [0.4, 0.5])
    with pytest.raises(ValueError, match="between 0 and 1"):
        numerics.zone([1.0, 2.0], [0.6, 0.7], level=1.0)
    with pytest.raises(ValueError, match="theta is empty"):
        numerics.hessian_split([], X, y)
    with pytest.raises(ValueError, match=r"theta\[1\]"):
        numerics.hessian_split([np.ones((3, 2)), np.ones((3, 2))], X, y)
    with pytest.raises(ValueError, match="classes from 0 to 1"):
        numerics.hessian_split([np.ones((3, 2))], X, [0, 2])
    with pytest.raises(ValueError, match="tau"):
        numerics.edge_norm(0.0, 1.0, 2)
