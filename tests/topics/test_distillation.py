"""Gradients against autograd, risks against least squares, students of students, bad input."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import distillation

RNG = np.random.default_rng(3)
Z, V = RNG.standard_normal((2, 4, 6))


def by_autograd(z, v, T):
    z = torch.tensor(z, requires_grad=True)
    told = (torch.tensor(v) / T).softmax(-1)
    return torch.autograd.grad(-(told * (z / T).log_softmax(-1)).sum(), z)[0].numpy()


@pytest.mark.parametrize("T", [0.25, 1.0, 7.0])
def test_gradient_is_that_of_autograd(T):
    assert distillation.soft_gradient(Z, V, T) == pytest.approx(by_autograd(Z, V, T), abs=1e-12)


def test_gradient_of_large_logits_is_finite():
    found = distillation.soft_gradient([1e4, 0.0], [0.0, 1e4], 1.0)
    assert found == pytest.approx([1.0, -1.0])


@pytest.mark.parametrize("order", [2, 3])
def test_what_the_series_leaves_falls_with_the_next_power(order):
    left = [
        np.abs(
            distillation.soft_gradient(Z, V, T) - distillation.soft_gradient_series(Z, V, T, order)
        )
        for T in (200.0, 400.0)
    ]
    assert left[0].max() / left[1].max() == pytest.approx(2 ** (order + 1), rel=0.05)


@given(st.floats(-50, 50), st.floats(0.5, 20))
def test_a_common_offset_changes_nothing(offset, T):
    plain = distillation.soft_gradient(Z, V, T)
    assert distillation.soft_gradient(Z + offset, V, T) == pytest.approx(plain, abs=1e-9)
    series = distillation.soft_gradient_series(Z, V + offset, T, 3)
    assert series == pytest.approx(distillation.soft_gradient_series(Z, V, T, 3), abs=1e-7)


def risks(n, d, k, sigma, b2, fresh, draws=1500):
    rng, found = np.random.default_rng(n), []
    beta = np.r_[rng.standard_normal(k), np.full(d - k, (b2 / (d - k)) ** 0.5)]
    for _ in range(draws):
        X, new = rng.standard_normal((n, d)), rng.standard_normal((fresh, d))
        y = X @ beta + sigma * rng.standard_normal(n)
        full = np.linalg.lstsq(X, y, rcond=None)[0]
        students = [
            np.linalg.lstsq(A[:, :k], told, rcond=None)[0]
            for A, told in ((X, y), (X, X @ beta), (new, new @ full), (X, X @ full))
        ]
        found.append([((s - beta[:k]) ** 2).sum() + b2 for s in students])
    return np.array(found)


@pytest.mark.claim("distillation.label_risk")
@pytest.mark.parametrize(("sigma", "b2", "helps"), [(0.5, 1.0, True), (2.0, 0.2, False)])
def test_risks_are_those_of_least_squares(sigma, b2, helps):
    n, d, k, fresh = 40, 20, 6, 50
    found = risks(n, d, k, sigma, b2, fresh)
    wanted = (
        distillation.label_risk(n, k, sigma, b2),
        distillation.bayes_risk(n, k, b2),
        distillation.distilled_risk(n, d, k, sigma, b2, fresh),
    )
    for column, risk in enumerate(wanted):
        error = 5 * found[:, column].std() / len(found) ** 0.5
        assert found[:, column].mean() == pytest.approx(risk, abs=error)
    assert found[:, 3] == pytest.approx(found[:, 0])  # a teacher at the same rows adds nothing
    assert bool(distillation.distilling_helps(n, d, k, sigma, b2)) == helps


def test_many_rows_are_a_limit():
    many = distillation.distilled_risk(40, 20, 6, 0.5, 1.0)
    assert distillation.distilled_risk(40, 20, 6, 0.5, 1.0, 1e9) == pytest.approx(many)


@pytest.mark.claim("distillation.self_distilled_filter")
def test_students_of_students_are_ridge_regressions():
    X, y = RNG.standard_normal((8, 3)), RNG.standard_normal(8)
    U, s, _ = np.linalg.svd(X, full_matrices=False)
    hat = X @ np.linalg.inv(X.T @ X + 0.7 * np.eye(3)) @ X.T
    wanted = U.T @ (hat @ hat @ hat @ y) / (U.T @ y)
    assert distillation.self_distilled_filter(s**2, 0.7, 3) == pytest.approx(wanted)
    assert distillation.self_distilled_filter(s**2, 0.7, 0) == pytest.approx(1)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="two classes"):
        distillation.soft_gradient([1.0], [2.0], 1.0)
    with pytest.raises(ValueError, match="temperature"):
        distillation.soft_gradient(Z, V, 0.0)
    with pytest.raises(ValueError, match="2 or 3"):
        distillation.soft_gradient_series(Z, V, 1.0, 1)
    with pytest.raises(ValueError, match="larger than k"):
        distillation.label_risk(5, 4, 1.0, 1.0)
    with pytest.raises(ValueError, match="larger than d"):
        distillation.distilled_risk(5, 4, 2, 1.0, 1.0)
    for k in (4, 5):
        with pytest.raises(ValueError, match="d must be larger than k everywhere: the teacher"):
            distillation.distilled_risk(50, 4, k, 1.0, 1.0)
    with pytest.raises(ValueError, match="fresh"):
        distillation.distilled_risk(50, 4, 2, 1.0, 1.0, 3)
    with pytest.raises(ValueError, match="not negative"):
        distillation.self_distilled_filter(1.0, 1.0, -1)
