"""Dimensions against counts, averaged kernels against spectra, the shortest fit, bad input."""

import itertools

import numpy as np
import pytest

from numerics import inductive_bias


def classes(D, sets):
    """Number of classes of sets under shifts."""
    return len({min(tuple(sorted((p + g) % D for p in s)) for g in range(D)) for s in sets})


@pytest.mark.parametrize(("D", "l"), [(7, 3), (8, 4), (9, 3), (12, 3), (6, 0), (6, 6), (1, 1)])
def test_invariant_dimension_is_a_count(D, l):
    sets = list(itertools.combinations(range(D), l))
    assert inductive_bias.invariant_dimension(D, l) == classes(D, sets)
    factor = len(sets) / classes(D, sets)
    assert inductive_bias.sample_factor(D, l) == pytest.approx(factor)


@pytest.mark.claim("inductive_bias.local_dimension")
@pytest.mark.parametrize(("D", "q"), [(10, 3), (11, 4), (12, 5), (6, 1)])
def test_local_dimension_is_a_count(D, q):
    sets = {
        tuple(sorted((first + j) % D for j in chosen))
        for first in range(D)
        for size in range(1, q + 1)
        for chosen in itertools.combinations(range(q), size)
    }
    assert inductive_bias.local_dimension(q) == classes(D, sets)


@pytest.mark.parametrize("D", [11, 31])
def test_a_prime_number_of_places_is_the_factor(D):
    assert inductive_bias.sample_factor(D, 4) == D


def test_an_averaged_kernel_keeps_what_shifts_do_not_change():
    D = 5
    X = np.array(list(itertools.product([-1.0, 1.0], repeat=D)))

    def kernel(A, B):
        return np.exp(A @ B.T / D)

    K, averaged = kernel(X, X), inductive_bias.shift_average(kernel, X, X)
    pairs = np.stack([X[:, i] * X[:, (i + 1) % D] for i in range(D)], 1)
    same, other = pairs.sum(1), pairs @ np.exp(2j * np.pi * np.arange(D) / D).real
    size = (K @ same) @ same / (same @ same)
    assert averaged @ same == pytest.approx(size * same)
    assert averaged @ other == pytest.approx(0 * other, abs=1e-9)


def test_least_norm_error_is_that_of_normal_features():
    rng, n, F = np.random.default_rng(4), 12, 40
    shares = []
    for _ in range(2000):
        Z, w = rng.standard_normal((n, F)), rng.standard_normal(F)
        left = w - np.linalg.lstsq(Z, Z @ w, rcond=None)[0]
        shares.append((left**2).sum() / (w**2).sum())
    assert inductive_bias.least_norm_error(n, F) == pytest.approx(np.mean(shares), abs=0.01)
    assert inductive_bias.least_norm_error(50, F) == 0.0


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="signs"):
        inductive_bias.invariant_dimension(5, 6)
    with pytest.raises(ValueError, match="places"):
        inductive_bias.sample_factor(0, 0)
    with pytest.raises(ValueError, match="window"):
        inductive_bias.local_dimension(0)
    with pytest.raises(ValueError, match="as many places"):
        inductive_bias.shift_average(lambda A, B: A @ B.T, np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="features"):
        inductive_bias.least_norm_error(3, 0)
