"""Kernels of erf and sine networks against quadrature."""

import numpy as np
import pytest
from scipy.special import erf

from numerics.tangent_kernel import nngp, ntk

RNG = np.random.default_rng(3)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((4, 3))


@pytest.mark.parametrize("activation", ["erf", "sine"])
@pytest.mark.parametrize("b", [0.0, 0.3])
def test_smooth_kernels_agree_with_quadrature(activation, b):
    phi, slope = {
        "erf": (erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-(z**2))),
        "sine": (np.sin, np.cos),
    }[activation]
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    weights = np.outer(weights, weights) / weights.sum() ** 2
    Sigma = X @ X.T / 3 + b
    Theta = Sigma
    for _ in range(2):
        product, gate = np.empty_like(Sigma), np.empty_like(Sigma)
        for i in range(len(X)):
            for j in range(len(X)):
                first = np.sqrt(Sigma[i, i]) * nodes[:, None]
                share = Sigma[i, j] / np.sqrt(Sigma[i, i])
                second = share * nodes[:, None] + np.sqrt(max(Sigma[j, j] - share**2, 0)) * nodes
                product[i, j], gate[i, j] = (
                    (weights * f(first) * f(second)).sum() for f in (phi, slope)
                )
        Sigma = product + b
        Theta = Sigma + Theta * gate
    np.testing.assert_allclose(
        ntk(X, depth=3, activation=activation, bias_variance=b), Theta, rtol=1e-6
    )
    np.testing.assert_allclose(
        nngp(X, depth=3, activation=activation, bias_variance=b), Sigma, rtol=1e-6
    )
