"""Claims on spheres and between data against networks and fits, and the rule that keeps a norm."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.minimum_norm import kernel_interpolant
from proofs_check import fixed_norm as simulation
from proofs_check.training.descend import train
from proofs_check.training.networks import mlp, mlp_start
from proofs_check.training.rules import Adam, Descent, Sgd, norm
from proofs_check.training.sphere import OnSphere
from theory import derive
from theory import fixed_norm as theory
from theory.weight_norm import r


@given(st.floats(0.01, 100.0), st.integers(0, 99))
def test_labels_do_not_depend_on_the_norm(factor, seed):
    weights = mlp_start([seed], (4, 5, 3), "he")[::2]
    X = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    model = mlp((4, 5, 3), "relu", bias=False)
    one, other = (model([c * w for w in weights], X).argmax(2) for c in (1.0, factor))
    assert (one == other).all()


def test_cross_entropy_at_small_norm():
    z, own, t = np.array([0.5, -1.0, 2.0, 0.25]), 2, 1e-3
    loss = np.log(np.exp(t * z).sum()) - t * z[own]
    series = np.log(4) + t * (z.mean() - z[own]) + t**2 / 2 * z.var()
    assert loss == pytest.approx(series, abs=1e-9)


def test_no_sample_has_a_larger_linear_objective():
    rng, M = np.random.default_rng(0), np.random.default_rng(1).standard_normal((4, 5))
    formula = derive(theory.rank_one)[0].function(theory.sigma, r, theory.L)
    largest = formula(np.linalg.norm(M, 2), 1.5, 2.0)
    U, _, V = np.linalg.svd(M)
    for first, second in [
        *((rng.standard_normal((5, 3)), rng.standard_normal((3, 4))) for _ in range(200)),
        (np.outer(V[0], [1, 0, 0]), np.outer([1, 0, 0], U[:, 0])),
    ]:
        size = np.sqrt((first**2).sum() + (second**2).sum()) / 1.5
        found = (M * (first @ second / size**2).T).sum()
        assert found <= largest * (1 + 1e-12)
    assert found == pytest.approx(largest)


@pytest.mark.claim("minimum_norm.the_start_stays_in_the_fit")
def test_between_data_the_start_adds_its_own_square():
    rng, c = np.random.default_rng(2), 3.0
    A = rng.standard_normal((6, 6))
    K = A @ A.T
    y, across = rng.standard_normal(4), K[4:5, :4]
    starts = rng.multivariate_normal(np.zeros(6), K, 20_000)
    shortest = across @ np.linalg.solve(K[:4, :4], y)
    ends = [
        kernel_interpolant(K[:4, :4], y, across, c * f[:4], c * f[4:5])[0] for f in starts[:4000]
    ]
    left = K[4, 4] - across @ np.linalg.solve(K[:4, :4], across.T)
    formula = derive(theory.between_the_data)[0].function(theory.m, theory.c, theory.s)
    squares = np.square(ends)
    wanted = formula(float(shortest[0]), c, float(left[0, 0]) ** 0.5)
    assert squares.mean() == pytest.approx(wanted, abs=5 * squares.std() / 4000**0.5)


@pytest.mark.parametrize("rule", [Adam(0.1), Descent(0.5), Sgd(0.5, 3), Adam(torch.ones(2) / 9)])
def test_a_sphere_is_not_left_and_steps_are_those_of_the_rule(rule):
    X = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = torch.ones(5, dtype=torch.float64)
    theta = mlp_start([1, 2], (3, 4, 1), 2.0)[::2]
    model = mlp((3, 4, 1), "relu", bias=False)
    on = train(model, theta, X, y, rule=OnSphere(rule), steps=1, seeds=[1, 2])
    off = train(model, theta, X, y, rule=rule, steps=1, seeds=[1, 2])
    np.testing.assert_allclose(norm(on.end), norm(on.start), rtol=1e-12)
    factor = norm(off.start) / norm(off.end)
    for a, b in zip(on.end, off.end, strict=True):
        np.testing.assert_allclose(a, b * factor.reshape(-1, 1, 1), rtol=1e-12)


def test_features_are_fitted_from_every_start():
    slopes = simulation.rougher_features((3,), units=400)
    assert np.isfinite(slopes).all()
    held = simulation.on_spheres((0,), kind="digits", steps=1)[1]
    assert held.shape == (1, len(simulation.RADII)) and (held <= 1).all()
