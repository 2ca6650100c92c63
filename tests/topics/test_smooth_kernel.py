"""Kernels of erf and sine networks against quadrature."""

import mpmath as mp
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


@pytest.mark.parametrize(
    ("weights", "bias", "depth"), [(1, 0, 100), (3, 0, 50), (6, 0, 20), (3, 0.1, 50), (3, 0.1, 3)]
)
def test_the_sine_keeps_close_inputs_apart_through_many_layers(weights, bias, depth):
    """Against 80 digits: distances are carried, so that chaos enlarges no rounding of a cosine."""
    X = np.random.default_rng(0).standard_normal((2, 4))
    X = np.vstack([X, X[0] + 1e-6, 1.001 * X[0], -X[0]])
    found = ntk(X, activation="sine", depth=depth, weight_variance=weights, bias_variance=bias)
    with mp.workdps(80):
        v, b = mp.mpf(weights), mp.mpf(bias)
        exact = [[mp.mpf(float(x)) for x in row] for row in X]
        for i, j in np.ndindex(5, 5):
            pairs = ((i, i), (j, j), (i, j))
            A, B, C = (v * mp.fdot(exact[p], exact[q]) / 4 + b for p, q in pairs)
            tangent = C
            for _ in range(depth - 1):
                outer = mp.exp(-(A + B) / 2)
                tangent *= v * outer * mp.cosh(C)
                A, B, C = (
                    v * s + b
                    for s in (
                        mp.exp(-A) * mp.sinh(A),
                        mp.exp(-B) * mp.sinh(B),
                        outer * mp.sinh(C),
                    )
                )
                tangent += C
            assert float(abs(found[i, j] / tangent - 1)) < 1e-10
