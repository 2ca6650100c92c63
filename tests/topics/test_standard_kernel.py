"""The tangent kernel of weights trained as they stand against gradients of random networks."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from numerics import depth
from numerics.standard_kernel import kernel_trace, standard_kernel
from numerics.tangent_kernel import ntk

RNG = np.random.default_rng(1)
X = RNG.standard_normal((5, 6))


def sampled(L, D, draws, X=X):
    """Mean over random networks of the products of gradients, by automatic differentiation."""
    generator, total = torch.Generator().manual_seed(10 * L + D), 0.0
    inputs = torch.tensor(X)
    for _ in range(draws):
        sizes, h, parameters = [X.shape[1], *[D] * L, 1], inputs, []
        for layer, (a, b) in enumerate(pairwise(sizes)):
            W = torch.randn(a, b, generator=generator, dtype=torch.float64) * (2 / a) ** 0.5
            W, bias = W.requires_grad_(), torch.zeros(b, dtype=torch.float64, requires_grad=True)
            parameters += [W, bias]
            h = h @ W + bias
            h = h.relu() if layer < L else h
        rows = [torch.autograd.grad(f, parameters, retain_graph=True) for f in h[:, 0]]
        J = torch.stack([torch.cat([g.flatten() for g in row]) for row in rows])
        total = total + J @ J.T
    return (total / draws).numpy()


@pytest.mark.parametrize(("L", "D"), [(1, 150), (3, 150)])
def test_entries_are_mean_products_of_gradients(L, D):
    np.testing.assert_allclose(standard_kernel(X, L, D), sampled(L, D, 40), rtol=0.15)


def test_the_trace_is_exact_in_narrow_networks():
    found = np.diag(sampled(2, 4, 1200))
    np.testing.assert_allclose(found, kernel_trace((X**2).mean(1), 6, 4, 2), rtol=0.12)


@pytest.mark.parametrize("L", [1, 2, 5])
def test_the_diagonal_is_the_trace(L):
    for D in (1, 30, 4000):
        np.testing.assert_allclose(
            np.diag(standard_kernel(X, L, D)), kernel_trace((X**2).mean(1), 6, D, L), rtol=1e-12
        )


def test_at_one_width_without_biases_it_is_the_usual_kernel():
    # units as many as inputs: own weights of every layer count alike, D / 2 times the usual scale
    for L in (1, 3):
        biases = standard_kernel(1e-9 * X, L, 6)
        found = standard_kernel(X, L, 6) - biases
        np.testing.assert_allclose(found, 6 / 2 * ntk(X, depth=L + 1), rtol=1e-7)


def test_opposite_and_equal_inputs():
    pair = np.array([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]])
    K = standard_kernel(pair, 1, 8)
    np.testing.assert_allclose(K[0, 1], 1, atol=1e-12)  # no unit is active at both
    np.testing.assert_allclose(K[0, 2], K[0, 0], rtol=1e-12)
    K = standard_kernel(pair, 2, 8)  # opposite inputs become orthogonal: kappa_1 is 1 / pi there
    np.testing.assert_allclose(K[0, 1], 0.5 * (8 / 2 * 0 + 1) + 8 / 2 / np.pi + 1, rtol=1e-12)


def test_deep_kernels_have_a_quarter_off_the_diagonal():
    K = standard_kernel(np.eye(3), 3000, 3)
    assert K[0, 1] / K[0, 0] == pytest.approx(0.25, abs=2e-2)
    shallow = standard_kernel(np.eye(3), 30, 3)
    assert abs(shallow[0, 1] / shallow[0, 0] - 0.25) > abs(K[0, 1] / K[0, 0] - 0.25)


def test_large_inputs_do_not_overflow_on_the_way():
    np.testing.assert_allclose(
        standard_kernel(1e150 * X, 40, 50), 1e300 * standard_kernel(X, 40, 50), rtol=1e-1
    )


def test_the_figure_has_no_monotone_trace():
    sizes = {1: 298, 2: 100, 3: 75, 4: 63}
    found = [kernel_trace(1.0, 40, D, L) for L, D in sizes.items()]
    assert found == [340, 243, 269, 297]
    assert depth.kernel_trace is kernel_trace


def test_tensors_keep_their_gradients():
    Z = torch.tensor(X, requires_grad=True)
    standard_kernel(Z, 2, 9).sum().backward()
    bumped = X.copy()
    bumped[1, 2] += 1e-5
    slope = (standard_kernel(bumped, 2, 9).sum() - standard_kernel(X, 2, 9).sum()) / 1e-5
    assert float(Z.grad[1, 2]) == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: standard_kernel(np.zeros((2, 3)), 1, 4), "zero"),
        (lambda: standard_kernel(X, 0, 4), "L = 0"),
        (lambda: standard_kernel(X, 1, 0), "D = 0"),
        (lambda: kernel_trace(-1.0, 3, 4, 2), "q = -1"),
        (lambda: kernel_trace(1.0, 3, 4.5, 2), "D = 4.5"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
