"""The normalised flow by autograd, and what else two numbers decide."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st

from proofs_check import Standing, verdict_of
from theory import Grade, StepFails, derive
from theory import nondimensionalisation as theory

scales = st.floats(0.1, 10)


def gradients(alpha, a, W, X, y):
    a, W = torch.tensor(a, requires_grad=True), torch.tensor(W, requires_grad=True)
    f = torch.relu(torch.tensor(X) @ W.T) @ a / alpha
    loss = ((f - torch.tensor(y)) ** 2).mean() / 2
    return [g.numpy() for g in torch.autograd.grad(loss, (a, W))]


@given(scales, scales, scales, st.integers(0, 1000))
def test_autograd_in_original_variables_is_the_normalised_flow(alpha, beta_1, beta_2, seed):
    rng = np.random.default_rng(seed)
    X, y, a, W = (
        rng.normal(size=(5, 3)),
        rng.normal(size=5),
        rng.normal(size=4),
        rng.normal(size=(4, 3)),
    )
    by_a, by_w = gradients(alpha, beta_1 * a, beta_2 * W, X, y)
    kappa, kappa_p = beta_1 * beta_2 / alpha, beta_1 / beta_2
    active = X @ W.T > 0
    e = kappa * np.maximum(X @ W.T, 0) @ a - y
    a_dot = -kappa / kappa_p * np.maximum(X @ W.T, 0).T @ e / 5
    w_dot = -kappa * kappa_p * a[:, None] * ((active * e[:, None]).T @ X) / 5
    # d(a/beta_1)/d(t/(beta_1 beta_2))
    np.testing.assert_allclose(-by_a * beta_2, a_dot, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(-by_w * beta_1, w_dot, rtol=1e-9, atol=1e-12)


@given(st.integers(0, 1000), scales, scales)
def test_the_conserved_quantity_has_no_derivative(seed, kappa, kappa_p):
    rng = np.random.default_rng(seed)
    X, e, a, W = (
        rng.normal(size=(6, 2)),
        rng.normal(size=6),
        rng.normal(size=5),
        rng.normal(size=(5, 2)),
    )
    S, active = np.maximum(X @ W.T, 0), X @ W.T > 0
    a_dot = -kappa / kappa_p * S.T @ e / 6
    w_dot = -kappa * kappa_p * a[:, None] * ((active * e[:, None]).T @ X) / 6
    terms = 2 * kappa_p * a * a_dot, 2 / kappa_p * (W * w_dot).sum(1)
    np.testing.assert_allclose(terms[0], terms[1], rtol=1e-9, atol=1e-12)
    if abs(kappa_p - 1) > 0.1:  # the rival a^2 - |w|^2 is not conserved
        assert not np.allclose(a * a_dot, (W * w_dot).sum(1), rtol=1e-3, atol=1e-9) or np.allclose(
            a_dot, 0
        )


def test_the_statement_about_one_neuron_is_found_to_be_false():
    judged = verdict_of("phase-dfdw-single-neuron")
    assert judged.verdict is Standing.REFUTED
    assert "Sum(a[k]" in judged.printed and "a[p]" in judged.corrected


def test_the_two_parameters_are_independent():
    independent = derive(theory.two_parameters)[-1]
    assert independent.grade() is Grade.PROVED
    assert independent.settled(independent.settles[0]) == sp.true
    determinant, _ = independent.steps
    with pytest.raises(StepFails):
        replace(determinant, rhs=sp.Integer(0)).grade()


def test_the_flow_names_no_scale():
    for derivation in derive(theory.rescaled_flow):
        assert not {str(s) for s in derivation.result.free_symbols} & {"alpha", "beta_1", "beta_2"}


def test_relu_is_written_without_a_case():
    z = sp.Symbol("z", real=True)
    assert [theory.relu(z).subs(z, v) for v in (-2, 0, 3)] == [0, 0, 3]


def test_a_function_asks_for_all_its_symbols():
    with pytest.raises(ValueError, match="also depends on"):
        derive(theory.rescaled_flow)[0].function()
