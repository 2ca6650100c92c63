"""Factors of blocks with norms against samples, permutations and gamma functions."""

from itertools import permutations

import numpy as np
import pytest
import torch
from scipy.special import digamma, gammaln

from numerics.residual_norm import gradient_growth, record_law, residual_alpha
from numerics.residual_path import path_law

EULER = np.pi / (np.pi - 1)


def test_the_batch_mean_of_relu_costs_variance():
    z = np.maximum(np.random.default_rng(0).standard_normal(2_000_000), 0)
    assert gradient_growth("plain", 1) == pytest.approx(0.5 / z.var(), rel=3e-3)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_lengths_are_records_of_permutations(n):
    counts = np.zeros(n + 1)
    for order in permutations(range(n + 1)):
        counts[(np.maximum.accumulate(order) == order).sum() - 1] += 1
    np.testing.assert_allclose(record_law(n), counts / counts.sum(), rtol=1e-12)


@pytest.mark.parametrize("n", [1, 10, 500])
def test_growth_is_a_ratio_of_gamma_functions(n):
    wanted = gammaln(n + 1 + EULER) - gammaln(1 + EULER) - gammaln(n + 1)
    assert np.log(gradient_growth("norm relu norm", n)) == pytest.approx(wanted, rel=1e-10)
    assert gradient_growth("norm", n) == pytest.approx(n + 1)
    mean = path_law(residual_alpha("norm relu norm", n)) @ np.arange(n + 1)
    assert mean == pytest.approx(EULER * (digamma(n + 1 + EULER) - digamma(1 + EULER)))


@pytest.mark.claim("residual_norm.residual_block")
def test_growth_is_a_power_and_not_an_exponential():
    ratio = np.log(
        gradient_growth("norm relu norm", 4000) / gradient_growth("norm relu norm", 1000)
    )
    assert ratio / np.log(4) == pytest.approx(EULER, rel=2e-3)
    assert gradient_growth("plain", 40) == pytest.approx(EULER**40)


@pytest.mark.parametrize("kind", ["norm", "norm relu norm", "norm relu"])
def test_a_block_on_normal_inputs_has_the_derived_factor(kind):
    generator, D, n, size = torch.Generator().manual_seed(7), 200, 600, 3
    W, V = (torch.randn(D, D, generator=generator) * (2 / D) ** 0.5 for _ in range(2))
    h, probe = (torch.randn(n, D, generator=generator) for _ in range(2))
    # inputs of the variance that stands before block ``size``
    before = {"norm": size, "norm relu norm": size, "norm relu": 1 + (size - 1) * (1 - 1 / np.pi)}
    h = (before[kind] ** 0.5 * h).requires_grad_()

    def norm(z):
        return (z - z.mean(0)) / z.std(0, correction=0)

    out = norm(h @ W)
    if kind != "norm":
        out = out.relu() @ V
        out = norm(out) if kind == "norm relu norm" else out
    (below,) = torch.autograd.grad((out * probe).sum(), h)
    found = float((below**2).sum() / (probe**2).sum())
    assert found == pytest.approx(residual_alpha(kind, size)[-1], rel=0.04)
    assert residual_alpha(kind, 1)[0] == pytest.approx(EULER if kind == "norm relu norm" else 1)


def test_norms_inside_follow_the_growth_of_the_variance():
    variance = 1 / residual_alpha("norm relu", 50)
    np.testing.assert_allclose(np.diff(variance), 1 - 1 / np.pi)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: residual_alpha("nrom", 3), "norm relu"),
        (lambda: residual_alpha("norm", 0), "at least one block"),
        (lambda: gradient_growth("plain", 10_000), "no float"),
        (lambda: record_law(2.5), "n = 2.5"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
