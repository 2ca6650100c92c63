"""The error of a finite bias against the exact kernel, its limits and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.finite_bias import flat_bias_error, share_of_the_model
from numerics.linear_frequency_principle import moments

X = np.array([-0.8, -0.6, -0.3, -0.06, 0.1])
Y = np.array([0.25, -0.25, -0.07, 0.15, -0.05])
KINKS = np.linspace(-9, 9, 2001)


@pytest.mark.parametrize("half_width", [2.0, 4.0, 16.0])
def test_the_error_of_a_flat_bias_is_what_the_exact_kernel_has_beside_the_model(half_width):
    w, a, share = np.array([1.5, -0.7]), np.array([0.5, 2.0]), np.array([0.25, 0.75])
    b = half_width * ((np.arange(200_000) + 0.5) / 100_000 - 1)
    exact = 0.0
    for one, size, weight in zip(w, a, share, strict=True):
        before = one * X[:, None] + b
        exact += weight * np.mean((Y @ np.maximum(before, 0)) ** 2)
        exact += weight * np.mean((size * Y @ (before > 0)) ** 2)
    gap = np.abs(X[:, None] - X)
    cubic, linear = moments(w, a, share)
    model = Y @ (cubic * gap**3 / 12 - linear * gap / 2) @ Y / (2 * half_width)
    added = flat_bias_error(X, Y, w=w, a=a, half_width=half_width, weights=share)
    assert exact - model == pytest.approx(added, rel=1e-4)
    assert abs(added) > 0.01 * abs(model)  # no error is what this would notice
    none = np.array([1.0, -2.0, 1.0])
    straight = flat_bias_error(
        [-1.0, 0.0, 1.0], none, w=w, a=a, half_width=half_width, weights=share
    )
    assert straight == pytest.approx(0, abs=1e-12)


@given(st.floats(0.1, 50), st.floats(0.1, 3))
def test_the_share_of_a_gaussian_psi_is_that_of_a_product_of_gaussians(std, w):
    """psi = exp(-k^2 / 2): int exp(-(r^2 / s^2 + 2) k^2 / 2) dk over its value at s = infinity."""
    found = share_of_the_model(KINKS, np.exp(-(KINKS**2)), w=w, a=1.0, std=std)
    assert found == pytest.approx((1 + w**2 / (2 * std**2)) ** -0.5, rel=1e-6)


@given(st.floats(0.5, 20), st.sampled_from("abw"), st.floats(1.01, 3))
def test_a_wider_bias_leaves_more_and_a_very_wide_one_all(std, train, factor):
    law = {"w": [0.5, 1.5], "a": [1.0, -2.0], "train": train}
    square = KINKS**2 * np.exp(-(KINKS**2))
    shares = [
        share_of_the_model(KINKS, square, std=width, **law) for width in (std, factor * std, 1e6)
    ]
    assert 0 < shares[0] < shares[1] < shares[2] == pytest.approx(1, abs=1e-10)


def test_output_weights_count_for_biases_and_input_weights_alone():
    law = {"kinks": KINKS, "square": np.exp(-(KINKS**2)), "w": [0.5, 1.5], "std": 1.0}
    one, two = (share_of_the_model(a=a, train="a", **law) for a in ([1.0, 1.0], [1.0, 3.0]))
    assert one == two
    for train in "bw":
        one, two = (share_of_the_model(a=a, train=train, **law) for a in ([1.0, 1.0], [1.0, 3.0]))
        assert two < one  # the steep neuron, whose kinks are close, loses more


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flat_bias_error([4.0], [1.0], w=0.5, a=1.0, half_width=1.0), "outside"),
        (lambda: share_of_the_model([1.0], [1.0], w=1.0, a=1.0, std=0.0), "std"),
        (lambda: share_of_the_model([1.0], [-1.0], w=1.0, a=1.0, std=1.0), "square"),
        (lambda: share_of_the_model([1.0], [1.0], w=1.0, a=1.0, std=1.0, train="ab"), "train"),
        (lambda: share_of_the_model([1.0], [1.0], w=1.0, a=0.0, std=1.0, train="b"), "no pull"),
        (lambda: share_of_the_model([1.0], [0.0], w=1.0, a=1.0, std=1.0), "no pull"),
    ],
)
def test_bad_input_is_answered(call, message):
    with pytest.raises(ValueError, match=message):
        call()
