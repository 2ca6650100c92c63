"""The missing corner, the inverse of the kernel and products of signs against plain matrices."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import parity
from numerics.missing_corner import leave_one_out
from theory import derive, missing_corner, walsh_kernel

KERNELS = st.sampled_from(["gaussian", "relu_bias"])


@pytest.mark.parametrize(("d", "kernel"), [(4, "gaussian"), (6, "relu_bias")])
def test_every_corner_left_out_is_predicted_as_the_theorem_says(d, kernel):
    K, f = parity.gram(d, kernel), parity.parity(parity.corners(d))
    for out in range(0, 2**d, 7):
        rest = np.delete(np.arange(2**d), out)
        guess = f[out] * K[out, rest] @ np.linalg.solve(K[np.ix_(rest, rest)], f[rest])
        assert guess == pytest.approx(leave_one_out(d, kernel)) and guess < 0


@given(st.integers(2, 40), KERNELS)
def test_the_prediction_lies_between_the_derived_bounds(d, kernel):
    values = parity.walsh_eigenvalues(d, kernel)
    mean = sum(comb(d, k) * values[k] for k in range(d + 1)) / 2**d
    if values[-1] > 1e-13 * values[0]:
        bound = derive(missing_corner.leave_one_out)[6].states[2]
        lowest = missing_corner.eigenvalue[missing_corner.d]
        least = float(bound.subs({lowest: values[-1], missing_corner.average: mean}))
        guess = leave_one_out(d, kernel)
        assert 1 - 1 / least <= guess * (1 - 1e-9) and guess <= 0
        assert mean == pytest.approx(1 / 2**d * _at_zero(kernel), rel=1e-9)


def _at_zero(kernel):
    """h(1), at equal corners."""
    return float(parity.gram(1, kernel)[0, 0])


@pytest.mark.parametrize(("d", "kernel"), [(3, "gaussian"), (6, "gaussian"), (6, "relu_bias")])
def test_the_inverse_has_the_mean_of_the_inverse_eigenvalues_on_its_diagonal(d, kernel):
    law = derive(walsh_kernel.inverse_of_the_kernel)[1].result
    values = parity.walsh_eigenvalues(d, kernel)
    found = float(
        law.subs({walsh_kernel.d: d, walsh_kernel.N: 2**d})
        .doit()
        .subs({walsh_kernel.eigenvalue[k]: float(values[k]) for k in range(d + 1)})
    )
    inverse = np.linalg.inv(parity.gram(d, kernel))
    np.testing.assert_allclose(np.diag(inverse), found, rtol=1e-6)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_products_of_signs_are_modes_of_a_kernel_that_is_no_dot_product(d):
    """Any function of the signs x_j x_j', not of their number alone."""
    X = parity.corners(d)
    weights = np.arange(1.0, d + 1)
    K = np.exp((X * weights) @ X.T / d)
    products = np.array([[parity.parity(x[l]) if l.any() else 1.0 for x in X] for l in X < 0])
    np.testing.assert_allclose(products @ products.T, 2**d * np.eye(2**d), atol=1e-12)
    np.testing.assert_array_equal(products, products.T)  # the numbering that the theory assumes
    spectrum = products @ K @ products.T / 2**d
    np.testing.assert_allclose(spectrum, np.diag(np.diag(spectrum)), atol=1e-9 * spectrum.max())


def test_a_kernel_without_parity_is_refused():
    with pytest.raises(ValueError, match="does not contain"):
        leave_one_out(9, "relu")
