"""Parity on the corners of {-1, 1}^d: transforms, eigenvalues of dot-product kernels, and what
regression makes of held-out corners.

Corners are numbered 0 .. 2^d - 1; sign j of corner c is -1 where bit j of c is set.
Source: ``theory.parity``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb
from typing import Any, Literal

import mpmath
import numpy as np
import sympy as sp

from numerics.tangent_kernel import two_layer_kernel
from theory import derive, phase_diagram
from theory import parity as theory

Array = np.ndarray
Kernel = Literal["relu", "relu_bias", "gaussian"]
DIGITS = 80  # of the alternating sums behind the eigenvalues: enough for d = 60


def corners(d: int) -> Array:
    """All corners (2^d, d) as float signs."""
    _check(d, 24)
    return 1.0 - 2.0 * ((np.arange(2**d)[:, None] >> np.arange(d)) & 1)


def parity(points: Any) -> Array:
    """Product of the signs, points (..., d) to (...)."""
    return np.prod(np.asarray(points, dtype=float), axis=-1)


def transform(k: Any, d: int) -> Any:
    """2^-d sum_x f(x) exp(-2 pi i k . x): k (..., d), or any shape along the diagonal (k, ..., k)
    when its last size is not d.
    """
    _check(d, 10**6)
    k = np.asarray(k, dtype=float)
    factors = -1j * np.sin(2 * np.pi * k)
    return factors.prod(-1) if k.ndim and k.shape[-1] == d else factors**d


def sampled_transform(k: Any, points: Any) -> Any:
    """The same from a sample: mean over points (n, d) of f(x) exp(-2 pi i k sum_j x_j) along the
    diagonal, k of any shape.
    """
    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or not len(points):
        raise ValueError(f"points have shape {points.shape}: expected (n, d) signs")
    return (
        parity(points) * np.exp(-2j * np.pi * np.asarray(k, dtype=float)[..., None] * points.sum(1))
    ).mean(-1)


@cache
def _spread() -> Callable[..., Any]:
    return derive(theory.aliasing)[0].function(theory.N, theory.n, theory.power)


def sampling_error(n: Any, d: int, power: Any = 0.0) -> Any:
    """E |sampled - true transform|^2 for n corners without replacement, where the true one has
    |transform|^2 = power; broadcast.
    """
    _check(d, 1000)
    n = np.asarray(n, dtype=float)
    if not ((n >= 1) & (n <= 2.0**d)).all():
        raise ValueError(f"n: between 1 and 2^{d} corners can be drawn")
    return _spread()(2.0**d, n, power)


def walsh_hadamard(values: Any) -> Array:
    """Coefficients 2^-d sum_x values(x) prod_{j in A} x_j, values (..., 2^d) in the order of
    ``corners``, A in the same numbering.
    """
    found = np.array(values, dtype=float)
    size = found.shape[-1]
    if size & (size - 1) or not size:
        raise ValueError(f"{size} values: a power of two is needed, one per corner")
    step = 1
    while step < size:
        pairs = found.reshape(*found.shape[:-1], -1, 2, step)
        found = np.stack(
            [pairs[..., 0, :] + pairs[..., 1, :], pairs[..., 0, :] - pairs[..., 1, :]], -2
        ).reshape(found.shape)
        step *= 2
    return found / size


def weight_by_degree(values: Any) -> Array:
    """Share of the squared size of values (..., 2^d) in products of 0 .. d signs, (..., d + 1)."""
    power = walsh_hadamard(values) ** 2
    size = np.array([int(c).bit_count() for c in range(power.shape[-1])])
    shares = np.stack([power[..., size == degree].sum(-1) for degree in range(size.max() + 1)], -1)
    return shares / shares.sum(-1, keepdims=True)


@cache
def _profile(d: int, kernel: Kernel) -> tuple[mpmath.mpf, ...]:
    """h(1 - 2 i / d) for distances i = 0 .. d, to DIGITS digits."""
    if kernel not in ("relu", "relu_bias", "gaussian"):
        raise ValueError(f'kernel = {kernel!r}: expected "relu", "relu_bias" or "gaussian"')
    both, product = derive(phase_diagram.kernel_sizes)
    angle = next(iter(both.result.free_symbols))
    shape = sp.lambdify(angle, product.result + sp.cos(angle) * both.result, "mpmath")
    with mpmath.workdps(DIGITS):
        cosines = [1 - mpmath.mpf(2 * i) / d for i in range(d + 1)]
        if kernel == "gaussian":
            return tuple(mpmath.exp(c - 1) for c in cosines)
        if kernel == "relu_bias":
            cosines = [(d * c + 1) / (d + 1) for c in cosines]
        return tuple(shape(mpmath.acos(c)) for c in cosines)


@cache
def walsh_eigenvalues(d: int, kernel: Kernel = "relu_bias") -> Array:
    """Eigenvalues (d + 1,) of the kernel under the uniform measure, for products of k = 0 .. d
    signs; multiplicity binomial(d, k).

    relu: tangent kernel J1 + t J0 of two-layer ReLU networks at x / sqrt(d); relu_bias: the same
    with a bias input of size one among d + 1;
    gaussian: exp(-|x - x'|^2 / 2d).  Exact to double precision (the alternating sums are done with
    80 digits).
    """
    _check(d, 60)
    with mpmath.workdps(DIGITS):
        values = []
        for k in range(d + 1):
            weights = [
                sum(
                    (-1) ** j * comb(k, j) * comb(d - k, i - j)
                    for j in range(max(0, i - d + k), min(i, k) + 1)
                )
                for i in range(d + 1)
            ]
            values.append(
                float(
                    mpmath.fsum(w * h for w, h in zip(weights, _profile(d, kernel), strict=True))
                    / 2**d
                )
            )
    return np.array(values)


def leave_one_out(d: int, kernel: Kernel = "relu_bias") -> float:
    """f times the prediction at the one corner left out of training, 1 - 1/rho: negative means
    wrong.
    """
    eigenvalues = walsh_eigenvalues(d, kernel)
    if eigenvalues[-1] <= 1e-13 * eigenvalues[0]:
        raise ValueError(
            f"kernel {kernel!r} does not contain the parity of {d} signs: its eigenvalue is "
            f"{eigenvalues[-1]:.2g}"
        )
    rho = sum(comb(d, k) * eigenvalues[-1] / eigenvalues[k] for k in range(d + 1)) / 2**d
    return float(derive(theory.leave_one_out)[1].function(theory.rho)(rho))


def gram(d: int, kernel: Kernel = "relu_bias") -> Array:
    """Kernel matrix (2^d, 2^d) of all corners."""
    _check(d, 13)
    X = corners(d)
    if kernel == "gaussian":
        return np.exp(X @ X.T / d - 1)
    inputs = np.c_[X, np.ones(len(X))] / np.sqrt(d + 1) if kernel == "relu_bias" else X / np.sqrt(d)
    return two_layer_kernel(inputs, m=1, kappa=1.0)


def accuracy(
    d: int, fraction: float, kernel: Kernel = "relu_bias", *, draws: int = 20, seed: int = 0
) -> tuple[Array, Array]:
    """Held-out accuracy and mean of f times the prediction, (draws,) each: kernel regression on
    random corners of this fraction.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction = {fraction}: a number between 0 and 1 is needed")
    K, f = gram(d, kernel), parity(corners(d))
    n, rng = round(fraction * len(f)), np.random.default_rng(seed)
    if not 0 < n < len(f):
        raise ValueError(
            f"fraction = {fraction}: {n} of {len(f)} corners leave nothing to train on or to test"
        )
    margins = []
    for _ in range(draws):
        order = rng.permutation(len(f))
        seen, held = order[:n], order[n:]
        margins.append(
            f[held] * (K[np.ix_(held, seen)] @ np.linalg.solve(K[np.ix_(seen, seen)], f[seen]))
        )
    return np.mean(np.array(margins) > 0, axis=1), np.mean(margins, axis=1)


def _check(d: int, largest: int) -> None:
    if int(d) != d or not 1 <= d <= largest:
        raise ValueError(f"d = {d}: an integer from 1 to {largest} is needed")
