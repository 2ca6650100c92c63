"""Ways and times of linearised networks against descent and least squares, and the shared names."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import depth
from numerics.depth import epochs_to, lazy_distance
from proofs_check import depth as simulation
from theory import depth as theory
from theory import derive

NAMES = (
    "standard_kernel",
    "kernel_trace",
    "lazy_distance",
    "epochs_to",
    "balanced_time",
    "final_rate",
    "path_law",
    "path_share",
    "tilt_interval",
    "residual_alpha",
    "gradient_growth",
    "record_law",
    "correlation",
    "critical_depth",
)


def features(seed, n=4, p=9, c=2):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, p)), rng.standard_normal((n, c))


@given(st.integers(0, 99))
def test_the_way_is_that_of_least_squares(seed):
    J, Y = features(seed)
    move = np.linalg.lstsq(J, Y, rcond=None)[0]
    assert lazy_distance(J @ J.T, Y) == pytest.approx(np.linalg.norm(move), rel=1e-8)
    start = [[3.0, 4.0]]
    assert lazy_distance(J @ J.T, Y, start) == pytest.approx(np.linalg.norm(move) / 5, rel=1e-8)


@given(st.integers(0, 99), st.floats(0.01, 0.9))
def test_times_are_those_of_small_steps(seed, share):
    J, Y = features(seed)
    K, n = J @ J.T, len(J)
    rates, vectors = np.linalg.eigh(K)
    t = epochs_to(K, Y, share)
    left = vectors @ (np.exp(-rates * t / n)[:, None] * (vectors.T @ Y))
    assert (left**2).sum() == pytest.approx(share * (Y**2).sum(), rel=1e-9)


def test_descent_takes_this_time():
    J, Y = features(3)
    theta, rate, steps = np.zeros((9, 2)), 1e-3, 0
    while ((Y - J @ theta) ** 2).sum() > 0.1 * (Y**2).sum():
        theta += rate * J.T @ (Y - J @ theta) / len(J)
        steps += 1
    assert steps * rate == pytest.approx(epochs_to(J @ J.T, Y, 0.1), rel=5e-3)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 0.999))
def test_one_eigenvalue_is_a_logarithm(size, share):
    found = epochs_to(size * np.eye(3), np.array([1.0, 2.0, 3.0]), share)
    assert found == pytest.approx(-3 * np.log(share) / (2 * size), rel=1e-10)


def test_a_row_of_residuals_is_one_column():
    K, y = np.diag([1.0, 2.0]), np.array([1.0, 3.0])
    assert lazy_distance(K, y) == pytest.approx(np.sqrt(1 + 9 / 2))
    assert epochs_to(K, y, 0.5) == pytest.approx(epochs_to(K, y[:, None], 0.5))


def test_a_part_without_a_rate_stays():
    K = np.diag([0.0, 1.0])
    assert epochs_to(K, [0.5, 1.0], 0.5) > epochs_to(K, [0.0, 1.0], 0.5)
    with pytest.raises(ValueError, match="never reached"):
        epochs_to(K, [1.0, 1.0], 0.4)


@pytest.mark.claim("depth.start_length")
def test_the_start_has_the_derived_length():
    rng, length = np.random.default_rng(0), derive(theory.start_length)[0]
    sizes = [7, 30, 30, 5]
    found = np.mean(
        [
            sum(2 / a * (rng.standard_normal((a, b)) ** 2).sum() for a, b in pairwise(sizes))
            for _ in range(300)
        ]
    )
    assert found == pytest.approx(
        length.function(theory.L, theory.D, theory.D_out)(2, 30, 5), rel=0.02
    )


def test_widths_have_at_most_the_parameters():
    for layers in simulation.DEPTHS:
        D = simulation.width(40, layers, 4100)
        sizes = [40, *[D] * layers, 10]
        count = sum((a + 1) * b for a, b in pairwise(sizes))
        assert count == simulation.size(sizes) <= 4100
        assert simulation.size([40, *[D + 1] * layers, 10]) > 4100


def test_the_names_are_all_here():
    assert set(depth.__all__) == set(NAMES) and all(hasattr(depth, name) for name in NAMES)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: lazy_distance(np.ones((2, 2)), [1.0, 0.0]), "singular"),
        (lambda: lazy_distance([[1.0, 0.5], [0.0, 1.0]], [1.0, 0.0]), "not symmetric"),
        (lambda: lazy_distance(np.eye(2), [1.0, 0.0], [0.0]), "theta_0"),
        (lambda: lazy_distance(-np.eye(2), [1.0, 0.0]), "no positive eigenvalue"),
        (lambda: lazy_distance(np.eye(2), [1.0, 0.0, 2.0]), "Y has shape"),
        (lambda: epochs_to(np.eye(2), [0.0, 0.0], 0.5), "nothing to fit"),
        (lambda: epochs_to(np.eye(2), [1.0, 0.0], 1.0), "share = 1"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
