"""Least eigenvalues and widths against floating point and their scaling."""

import numpy as np
import pytest

from numerics.arc_cosine_kernel import arc_cosine
from numerics.wide_network_convergence import least_eigenvalue, sufficient_width
from theory import derive
from theory import wide_network_convergence as theory

RNG = np.random.default_rng(3)
X = RNG.standard_normal((6, 3))


ANGLES = np.array([0, 1.2, 2.6, 4.1])  # cosines of which SymPy's cache of factors was wrong


@pytest.mark.parametrize("X", [X, np.c_[np.cos(ANGLES), np.sin(ANGLES)]], ids=["normal", "circle"])
def test_the_least_eigenvalue_is_enclosed(X):
    low, high = least_eigenvalue(X)
    K = (X @ X.T) * arc_cosine(X, degree=0)
    found = np.linalg.eigvalsh(K)[0]
    # of the oracle: rounding of the entries, and the backward error of eigvalsh
    rounding = (8 + len(K)) * np.finfo(float).eps * np.linalg.norm(K)
    assert low - rounding < found < high + rounding and high - low < 1e-7 * high
    with pytest.raises(ValueError, match="parallel"):
        least_eigenvalue(np.r_[X, 2 * X[:1]])


@pytest.mark.claim("wide_network_convergence.wide_networks_converge")
def test_the_sufficient_width_scales_as_derived():
    circle = np.c_[np.cos(2 * np.pi * np.arange(5) / 5), np.sin(2 * np.pi * np.arange(5) / 5)]
    width = sufficient_width(circle, 2.0, 0.2)
    assert width == pytest.approx(512 * 5**5 * 4 / (np.pi * 0.01 * 0.3**4), rel=1e-6)
    assert sufficient_width(circle, 1.0, 0.2) == pytest.approx(width / 4, rel=1e-12)
    assert sufficient_width(circle, 1e-6, 0.2) == pytest.approx(4 * 25 / (0.1 * 0.09), rel=1e-6)
    with pytest.raises(ValueError, match="length 1"):
        sufficient_width(2 * circle, 1.0)
    with pytest.raises(ValueError, match="probability"):
        sufficient_width(circle, 1.0, 1.5)


def test_five_points_on_the_circle():
    angle = 2 * np.pi * np.arange(5) / 5
    points = np.c_[np.cos(angle), np.sin(angle)]
    K = (points @ points.T) * arc_cosine(points, degree=0)
    assert np.linalg.eigvalsh(K)[0] == pytest.approx(
        float(derive(theory.five_points_on_the_circle)[1].result), abs=1e-14
    )
