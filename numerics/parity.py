"""Parity on the corners of {-1, 1}^d: transforms, eigenvalues of dot-product kernels, and what
regression makes of held-out corners.

Corners are numbered 0 .. 2^d - 1; sign j of corner c is -1 where bit j of c is set.
Source: ``theory.parity``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb
from typing import Any, Literal, get_args

import mpmath
import numpy as np
import sympy as sp

from numerics.core.arrays import integer, number, real, together
from numerics.tangent_kernel import two_layer_kernel
from theory import derive, phase_diagram
from theory import parity as theory

Array = np.ndarray
Kernel = Literal["relu", "relu_bias", "gaussian"]
DIGITS = 80  # of the alternating sums behind the eigenvalues: enough for d = 60


def corners(d: int) -> Array:
    """All corners (2^d, d) as float signs; ``ValueError`` unless d is 1 to 24, and as
    ``numerics.core.arrays``.
    """
    d = _checked(d, 24)
    return 1.0 - 2.0 * ((np.arange(2**d)[:, None] >> np.arange(d)) & 1)


def parity(points: Any) -> Array:
    """Product of the signs, points (..., d) to (...); ``ValueError`` for entries that are no
    signs, and as ``numerics.core.arrays``.
    """
    return np.prod(_signs(points, (..., "d")), axis=-1)


def _signs(points: Any, shape: tuple[Any, ...]) -> Array:
    return real(points, "points", shape, need="signs -1 and 1", holds=lambda x: np.abs(x) == 1)


def transform(k: Any, d: int) -> Any:
    """2^-d sum_x f(x) exp(-2 pi i k . x): k (..., d), or any shape along the diagonal (k, ..., k)
    when its last size is not d.  ``ValueError`` unless d is 1 to 10^6, and as
    ``numerics.core.arrays``.
    """
    d, k = _checked(d, 10**6), real(k, "k")
    factors = -1j * np.sin(2 * np.pi * k)
    return factors.prod(-1) if k.ndim and k.shape[-1] == d else factors**d


def sampled_transform(k: Any, points: Any) -> Any:
    """The same from a sample: mean over points (n, d) of f(x) exp(-2 pi i k sum_j x_j) along the
    diagonal, k of any shape.  Raises as ``parity``.
    """
    points, k = _signs(points, ("n", "d")), real(k, "k")
    return (parity(points) * np.exp(-2j * np.pi * k[..., None] * points.sum(1))).mean(-1)


@cache
def _spread() -> Callable[..., Any]:
    return derive(theory.aliasing)[0].function(theory.N, theory.n, theory.power)


def sampling_error(n: Any, d: int, power: Any = 0.0) -> Any:
    """E |sampled - true transform|^2 for n corners without replacement, where the true one has
    |transform|^2 = power; broadcast.  ``ValueError`` for numbers that cannot be drawn and powers
    outside [0, 1], and as ``numerics.core.arrays``.
    """
    d = _checked(d, 1000)
    drawn = f"numbers from 1 to 2^{d}, as many corners can be drawn,"
    n = real(n, "n", need=drawn, holds=lambda n: (n >= 1) & (n <= 2.0**d))
    power = real(
        power, "power", need="squares of means of signs", holds=lambda p: (p >= 0) & (p <= 1)
    )
    together(n=n, power=power)
    return _spread()(2.0**d, n, power)


def walsh_hadamard(values: Any) -> Array:
    """Coefficients 2^-d sum_x values(x) prod_{j in A} x_j, values (..., 2^d) in the order of
    ``corners``, A in the same numbering.  ``ValueError`` for another number of values, and as
    ``numerics.core.arrays``.
    """
    found = real(values, "values", (..., "2^d")).copy()
    size = found.shape[-1]
    if size & (size - 1):
        raise ValueError(f"values has {size} columns: a power of two is needed, one per corner")
    step = 1
    while step < size:
        pairs = found.reshape(*found.shape[:-1], -1, 2, step)
        found = np.stack(
            [pairs[..., 0, :] + pairs[..., 1, :], pairs[..., 0, :] - pairs[..., 1, :]], -2
        ).reshape(found.shape)
        step *= 2
    return found / size


def weight_by_degree(values: Any) -> Array:
    """Share of the squared size of values (..., 2^d) in products of 0 .. d signs, (..., d + 1).

    ``ValueError`` for values that are all zero, and as ``walsh_hadamard``.
    """
    power = walsh_hadamard(values) ** 2
    if not power.any(-1).all():
        raise ValueError("values that are all zero have no shares")
    size = np.array([int(c).bit_count() for c in range(power.shape[-1])])
    shares = np.stack([power[..., size == degree].sum(-1) for degree in range(size.max() + 1)], -1)
    return shares / shares.sum(-1, keepdims=True)


@cache
def _profile(d: int, kernel: Kernel) -> tuple[mpmath.mpf, ...]:
    """h(1 - 2 i / d) for distances i = 0 .. d, to DIGITS digits."""
    _known(kernel)
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


def walsh_eigenvalues(d: int, kernel: Kernel = "relu_bias") -> Array:
    """Eigenvalues (d + 1,) of the kernel under the uniform measure, for products of k = 0 .. d
    signs; multiplicity binomial(d, k).

    relu: tangent kernel J1 + t J0 of two-layer ReLU networks at x / sqrt(d); relu_bias: the same
    with a bias input of size one among d + 1;
    gaussian: exp(-|x - x'|^2 / 2d).  Exact to double precision (the alternating sums are done with
    80 digits).  ``ValueError`` unless d is 1 to 60, for an unknown kernel, and as
    ``numerics.core.arrays``.
    """
    return np.array(_eigenvalues(_checked(d, 60), kernel))


@cache
def _eigenvalues(d: int, kernel: Kernel) -> tuple[float, ...]:
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
    return tuple(values)


def gram(d: int, kernel: Kernel = "relu_bias") -> Array:
    """Kernel matrix (2^d, 2^d) of all corners; ``ValueError`` unless d is 1 to 13, and as
    ``walsh_eigenvalues``.
    """
    d = _checked(d, 13)
    _known(kernel)
    X = corners(d)
    if kernel == "gaussian":
        return np.exp(X @ X.T / d - 1)
    inputs = np.c_[X, np.ones(len(X))] / np.sqrt(d + 1) if kernel == "relu_bias" else X / np.sqrt(d)
    return two_layer_kernel(inputs, m=1, kappa=1.0)


def accuracy(
    d: int, fraction: float, kernel: Kernel = "relu_bias", *, draws: int = 20, seed: int = 0
) -> tuple[Array, Array]:
    """Held-out accuracy and mean of f times the prediction, (draws,) each: kernel regression on
    random corners of this fraction.  ``ValueError`` where one side would be empty, and as ``gram``.
    """
    fraction = number(fraction, "fraction", "a number between 0 and 1", lambda f: 0 < f < 1)
    draws = integer(draws, "draws", "at least one", lambda n: n >= 1)
    seed = integer(seed, "seed", "a seed that is not negative", lambda seed: seed >= 0)
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


def _checked(d: Any, largest: int) -> int:
    return integer(d, "d", f"an integer from 1 to {largest}", lambda d: 1 <= d <= largest)


def _known(kernel: str) -> None:
    if kernel not in get_args(Kernel):
        raise ValueError(f'kernel = {kernel!r}: expected "relu", "relu_bias" or "gaussian"')
