"""Arc-cosine kernels against Gaussian samples, at close inputs, and bad input."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arc_cosine_kernel import arc_cosine

RNG = np.random.default_rng(3)
X, Z = RNG.standard_normal((6, 3)), RNG.standard_normal((4, 3))
W = RNG.standard_normal((400_000, 3))


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_arc_cosine_kernels_are_the_means_of_feature_products(degree):
    def feature(A):
        before = W @ A.T
        return np.where(before > 0, before, 0) ** degree * (before > 0)

    found, spread = (
        feature(X).T @ feature(Z) / len(W),
        np.sqrt((feature(X) ** 2).T @ feature(Z) ** 2 / len(W)) / len(W) ** 0.5,
    )
    assert (np.abs(found - arc_cosine(X, Z, degree=degree)) < 5 * spread).all()


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_the_diagonal_is_exact(degree):
    moments = {0: 1 / 2, 1: 1 / 2, 2: 3 / 2}
    np.testing.assert_allclose(
        np.diag(arc_cosine(X, degree=degree)),
        moments[degree] * (X * X).sum(1) ** degree,
        rtol=1e-14,
    )


@given(st.floats(1e-9, 1e-3))
def test_close_inputs_are_told_apart(angle):
    pair = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    gap = 1 / 2 - arc_cosine(pair, degree=0)[0, 1]
    assert gap == pytest.approx(angle / (2 * np.pi), rel=1e-5, abs=1e-16)


@pytest.mark.claim("phase_diagram.kernel_sizes")
@pytest.mark.claim("arc_cosine_kernel.opposite_inputs")
@pytest.mark.claim("arc_cosine_kernel.angle_and_half")
@given(st.floats(1e-12, 3.1))
def test_angles_are_exact_to_fourteen_digits(angle):
    pair = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    with mpmath.workdps(50):
        exact = mpmath.atan2(mpmath.mpf(float(pair[1, 1])), mpmath.mpf(float(pair[1, 0])))
    assert abs(np.pi - 2 * np.pi * arc_cosine(pair, degree=0)[0, 1] - float(exact)) <= 1e-14


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="expected \\(n, D\\)"):
        arc_cosine(np.ones(3), degree=1)
    with pytest.raises(ValueError, match="degree = 3"):
        arc_cosine(X, degree=3)
