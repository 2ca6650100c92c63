"""Norms at He's start against samples, the change of weights against a kernel, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import norm_and_width
from theory import derive
from theory import norm_and_width as theory


def start(rng, d, N, C):
    return [rng.standard_normal((a, b)) * (2 / a) ** 0.5 for a, b in ((d, N), (N, N), (N, C))]


@pytest.mark.parametrize(("d", "N", "C"), [(5, 20, 3), (50, 10, 1)])
def test_total_norm_is_that_of_samples_whatever_the_inputs(d, N, C):
    rng = np.random.default_rng(d)
    squares = [sum((w**2).sum() for w in start(rng, d, N, C)) for _ in range(4000)]
    spread = 5 * np.std(squares) / 4000**0.5
    assert norm_and_width.total_norm(N, C) ** 2 == pytest.approx(np.mean(squares), abs=spread)


@given(st.floats(1, 1e6), st.floats(1, 100))
def test_the_total_norm_grows_while_the_relative_change_falls(N, C):
    assert norm_and_width.total_norm(2 * N, C) > norm_and_width.total_norm(N, C)
    narrow, wide = norm_and_width.relative_change(1.0, 1.0, 40, np.array([N, 2 * N]), C)
    assert 0.49 * narrow < wide < narrow


def test_exponents_at_large_widths():
    N = np.array([1e9, 1e10])
    slope = np.diff(np.log(norm_and_width.relative_change(1.0, 1.0, 40, N, 10))) / np.log(10)
    assert slope == pytest.approx(derive(theory.width)[5].result, abs=1e-6)
    assert np.diff(np.log(norm_and_width.total_norm(N, 10))) / np.log(10) == pytest.approx(0.5)


def test_the_change_is_that_of_a_tangent_kernel():
    rng, d, N = np.random.default_rng(1), 6, 60
    kernels, x = [], rng.standard_normal(6)
    for _ in range(400):
        V, W, a = start(rng, d, N, 1)
        h, on = np.maximum(x @ V, 0), x @ V > 0
        g, up = np.maximum(h @ W, 0), h @ W > 0
        second = up * a[:, 0]
        first = on * (W @ second)
        kernels.append(
            (x**2).sum() * (first**2).sum() + (h**2).sum() * (second**2).sum() + (g**2).sum()
        )
    mean = np.mean(kernels)
    moved = norm_and_width.relative_change(2.0, np.linalg.norm(x), d, N, 1)
    wanted = 2.0 / mean**0.5 / norm_and_width.total_norm(N, 1)
    assert moved == pytest.approx(wanted, rel=0.03)


def test_spectral_norms_multiply():
    rng, found = np.random.default_rng(2), []
    for _ in range(5):
        weights = [rng.standard_normal((64, 400)) * (2 / 64) ** 0.5]
        weights += [rng.standard_normal((400, 400)) * (2 / 400) ** 0.5 for _ in range(2)]
        found.append(np.prod([np.linalg.norm(w, 2) for w in weights]))
    assert norm_and_width.spectral_product(64, 400, 2) == pytest.approx(np.mean(found), rel=0.05)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="width"):
        norm_and_width.total_norm(0, 3)
    with pytest.raises(ValueError, match="not negative"):
        norm_and_width.spectral_product(3, 3, -1)
    with pytest.raises(ValueError, match="length"):
        norm_and_width.relative_change(1.0, 0.0, 3, 3, 3)
    with pytest.raises(ValueError, match="broadcast"):
        norm_and_width.total_norm([1, 2], [1, 2, 3])
