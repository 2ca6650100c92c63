"""Transforms, eigenvalues and theorems on parity against brute force and exact arithmetic."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import parity as numerics
from proofs_check import Standing, verdict_of
from proofs_check import parity as checks
from proofs_check.sweep import fill


@given(st.integers(1, 7), st.integers(0, 10**6))
def test_the_transform_is_the_sum_over_all_corners(d, seed):
    k = np.random.default_rng(seed).uniform(-1, 1, d)
    points = np.array(list(product((1, -1), repeat=d)))
    found = (points.prod(1) * np.exp(-2j * np.pi * points @ k)).mean()
    assert numerics.transform(k, d) == pytest.approx(found, abs=1e-13)
    if d > 1:
        assert numerics.transform(0.1, d) == pytest.approx(numerics.transform(np.full(d, 0.1), d))


def test_the_power_along_the_diagonal_grows_up_to_a_quarter_and_falls_after():
    power = np.abs(numerics.transform(np.linspace(0, 0.5, 101)[:, None], 6)[..., 0]) ** 2
    assert (
        (np.diff(power[:51]) >= 0).all()
        and (np.diff(power[50:]) <= 1e-15).all()
        and power[50] == pytest.approx(1)
    )


@pytest.mark.parametrize("d", [1, 3, 6])
def test_every_single_flip_turns_parity_round(d):
    points = numerics.corners(d)
    assert len(np.unique(points, axis=0)) == 2**d
    for j in range(d):
        flipped = points.copy()
        flipped[:, j] *= -1
        np.testing.assert_array_equal(numerics.parity(flipped), -numerics.parity(points))
    np.testing.assert_array_equal(numerics.parity(points), (-1.0) ** (points < 0).sum(1))


@pytest.mark.parametrize("n", [5, 40, 60])
def test_the_error_of_a_sampled_transform(n):
    points, rng = numerics.corners(6), np.random.default_rng(0)
    for k in (0.0, 0.1):
        true = numerics.transform(k, 6)
        errors = [
            abs(numerics.sampled_transform(k, points[rng.choice(64, n, replace=False)]) - true) ** 2
            for _ in range(4000)
        ]
        wanted = numerics.sampling_error(n, 6, abs(true) ** 2)
        assert np.mean(errors) == pytest.approx(wanted, abs=5 * np.std(errors) / 63)
    assert numerics.sampling_error(64, 6) == 0
    assert numerics.sampled_transform(0.13, points) == pytest.approx(numerics.transform(0.13, 6))


def test_krawtchouk_weights_in_exact_arithmetic():
    """Eigenvalues of h(x . x' / d) for a rational h, from sums over all corners with fractions."""
    d = 6
    profile = [Fraction(1, 3 + i * i) for i in range(d + 1)]
    for k in range(d + 1):
        direct = Fraction(0)
        for corner in product((0, 1), repeat=d):
            direct += Fraction((-1) ** sum(corner[:k]), 2**d) * profile[sum(corner)]
        weights = [
            sum(
                (-1) ** j * comb(k, j) * comb(d - k, i - j)
                for j in range(max(0, i - d + k), min(i, k) + 1)
            )
            for i in range(d + 1)
        ]
        assert sum(w * h for w, h in zip(weights, profile, strict=True)) / 2**d == direct


@pytest.mark.parametrize("kernel", ["relu", "relu_bias", "gaussian"])
@pytest.mark.parametrize("d", [3, 6, 8])
def test_eigenvalues_are_those_of_the_matrix_with_their_multiplicities(kernel, d):
    found = np.sort(
        np.repeat(numerics.walsh_eigenvalues(d, kernel), [comb(d, k) for k in range(d + 1)])
    )
    np.testing.assert_allclose(
        np.linalg.eigvalsh(numerics.gram(d, kernel)) / 2**d, found, atol=1e-14
    )


def test_the_gaussian_kernel_has_its_closed_form_up_to_thirty_signs():
    for d in (10, 30):
        q, k = np.exp(-2 / d), np.arange(d + 1)
        np.testing.assert_allclose(
            numerics.walsh_eigenvalues(d, "gaussian"),
            ((1 + q) / 2) ** (d - k) * ((1 - q) / 2) ** k,
            rtol=1e-11,
        )


def test_relu_kernels_without_bias_lack_odd_products_and_with_bias_come_in_pairs():
    without, with_bias = (
        numerics.walsh_eigenvalues(10, kernel) for kernel in ("relu", "relu_bias")
    )
    assert np.abs(without[3::2]).max() < 1e-40
    np.testing.assert_allclose(with_bias[3::2][:4], with_bias[4::2], rtol=1e-12)
    larger = numerics.walsh_eigenvalues(11, "relu")
    # a bias is one sign that never changes
    np.testing.assert_allclose(with_bias, larger[:-1] + larger[1:], rtol=1e-12)


@given(st.integers(0, 10**6), st.floats(0.05, 0.95), st.floats(0, 1e3), st.floats(1e-8, 1.0))
def test_no_sample_stopping_time_or_ridge_makes_the_held_out_mean_positive(
    seed, fraction, time, ridge
):
    d = 5
    K, f = numerics.gram(d), numerics.parity(numerics.corners(d))
    order = np.random.default_rng(seed).permutation(2**d)
    n = min(max(round(fraction * 2**d), 1), 2**d - 1)
    seen, held = order[:n], order[n:]
    rates, modes = np.linalg.eigh(K[np.ix_(seen, seen)])
    for gain in ((1 - np.exp(-rates * time)) / rates, 1 / (rates + ridge)):
        output = K[:, seen] @ (modes @ (gain * (modes.T @ f[seen])))
        assert f[held] @ output[held] <= 1e-12


def test_any_interpolant_without_parity_has_the_mean_of_the_projection():
    rng, f = np.random.default_rng(1), numerics.parity(numerics.corners(6))
    values = f.copy()
    values[40:] = rng.standard_normal(24)
    content = (f * values).mean()
    assert (f * values)[40:].mean() == pytest.approx((64 * content - 40) / 24)


def test_the_fast_transform_is_the_slow_one():
    values = np.random.default_rng(2).standard_normal((3, 16))
    points = numerics.corners(4)
    slow = np.stack(
        [
            (values * np.prod(points[:, [j for j in range(4) if c >> j & 1]], axis=1)).mean(1)
            for c in range(16)
        ],
        1,
    )
    np.testing.assert_allclose(numerics.walsh_hadamard(values), slow, atol=1e-14)
    shares = numerics.weight_by_degree(numerics.parity(points))
    assert shares.tolist() == [0, 0, 0, 0, 1]
    assert numerics.weight_by_degree(values).sum(1) == pytest.approx(1)


def test_accuracy_falls_below_one_half_with_the_fraction():
    means = [numerics.accuracy(6, fraction, draws=20)[0].mean() for fraction in (0.25, 0.5, 0.75)]
    assert means[0] > means[1] > means[2] and means[2] < 0.2


def test_weights_of_an_output_are_those_of_the_numerical_layer():
    setting = {"d": 5, "fraction": 0.5, "spread": None, "rate": 2e-3, "steps": 3}
    margins, seen = checks.trained((0, 1), **setting)
    signs = np.stack(np.meshgrid(*[[1.0, -1.0]] * 5, indexing="ij"), -1).reshape(-1, 5)
    # the numbering of corners differs by the order of the signs
    shares = numerics.weight_by_degree(margins * signs.prod(1))
    np.testing.assert_allclose(
        checks.weight((0, 1), low=False, **setting), shares[:, -1], atol=1e-12
    )
    np.testing.assert_allclose(
        checks.weight((0, 1), low=True, **setting), shares[:, :3].sum(1), atol=1e-12
    )
    assert seen.sum(1).tolist() == [16, 16]


@pytest.mark.parametrize(
    "statement",
    [
        "parity-definition-sign",
        "parity-single-flip-sensitivity",
        "parity-domain-1024",
        "parity-dft",
        "parity-high-frequency-dominant",
        "parity-aliasing-false-low-frequency",
    ],
)
def test_what_the_derivations_prove(statement):
    assert verdict_of(statement).verdict is Standing.PROVED


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: numerics.corners(0), "d = 0"),
        (lambda: numerics.walsh_hadamard([1.0, 2.0, 3.0]), "power of two"),
        (lambda: numerics.accuracy(4, 1.0), "fraction"),
        (lambda: numerics.accuracy(2, 0.01), "leave nothing"),
        (lambda: numerics.walsh_eigenvalues(4, "cosine"), "kernel"),
        (lambda: numerics.sampling_error(0, 4), "corners can be drawn"),
        (lambda: numerics.sampled_transform(0.1, [1.0, -1.0]), "expected"),
    ],
)
def test_bad_input_is_answered(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_cell_of_the_sweep_is_the_accuracy_of_a_network_that_fits(tmp_path):
    (found,) = [made for made in checks.SWEEPS if made.name == "parity.accuracy"]
    grid = {"fraction": 0.5, "signs": 6, "seed": 2}
    table = fill(found, tmp_path / "s.sqlite", grid, {"steps": 300})
    margins, seen = checks.trained((0, 1), d=6, fraction=0.5, spread=None, rate=2e-3, steps=300)
    assert (margins > 0)[seen].all() and seen.sum(1).tolist() == [32, 32]
    right = (margins > 0).sum(1) - 32  # all labelled corners are
    assert [r.numbers for r in table.results] == [(n / 32,) for n in right]


@pytest.mark.parametrize(
    ("cell", "steps", "message"),
    [
        ({"fraction": 0.5, "signs": 6}, 2, "accuracy on labelled corners is 0.*more steps"),
        ({"fraction": 0.001, "signs": 6}, 2, "0.001 of 64 corners are none or all"),
        ({"fraction": 1.0, "signs": 6}, 2, "1 of 64 corners are none or all"),
    ],
)
def test_a_network_without_corners_or_that_does_not_fit_has_no_accuracy(cell, steps, message):
    with pytest.raises(ValueError, match=message):
        checks.accuracy_of(cell | {"seed": 0}, {"rate": 2e-3, "steps": steps})
