"""Scatter of kernels and interpolants against sampled neurons."""

import numpy as np

from numerics.infinite_width import gram_fluctuation, interpolant_deviation

RNG = np.random.default_rng(3)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((4, 3))
W = RNG.standard_normal((400_000, 3))


def test_interpolants_of_sampled_neurons_scatter_as_derived():
    y, m, kappa_p = np.array([1.0, -1.0, 0.5]), 4000, 0.6
    points, new = X[:3], X[3:5]
    ends = []
    for _ in range(400):
        w, a = RNG.standard_normal((m, 3)), RNG.standard_normal(m)
        both = np.r_[points, new]
        before = w @ both.T
        gates = (before > 0) * a[:, None]
        K = (
            np.maximum(before, 0).T @ np.maximum(before, 0) / kappa_p
            + kappa_p * (gates.T @ gates) * (both @ both.T)
        ) / m
        ends.append(K[3:, :3] @ np.linalg.solve(K[:3, :3], y))
    np.testing.assert_allclose(
        np.std(ends, axis=0), interpolant_deviation(points, y, new, m=m, kappa_p=kappa_p), rtol=0.12
    )


def test_fluctuation_of_an_entry():
    means = (
        (np.maximum(W @ X.T, 0)[:, :, None] * np.maximum(W @ X.T, 0)[:, None])
        .reshape(4000, 100, 6, 6)
        .mean(1)
    )
    np.testing.assert_allclose(means.std(0), gram_fluctuation(X, 100), rtol=0.08)
