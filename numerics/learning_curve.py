"""Test error and its local exponent at every number of samples or random features, for a finite
spectrum.

Formulas are those derived in ``theory.learning_curve`` and ``theory.scaling_law``.  They hold for
many samples and Gaussian (or as good as independent) modes; for few samples simulations scatter
around them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from theory import derive
from theory import learning_curve as theory
from theory import scaling_law as constants

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Error (n, B, sigma, S); local exponent (n, B, sigma, S, Q, P); error of features, more than
    samples (n, m, q, A, H, sigma) and fewer (n, m, A, sigma).
    """
    n, B, sigma = theory.n, theory.B, theory.sigma
    error = derive(theory.learning_curve)[0].function(n, B, sigma, theory.S)
    slope = derive(theory.local_slope)[0].function(n, B, sigma, theory.S, theory.Q, theory.P)
    beyond, below = derive(constants.beyond_the_samples)[:2]
    m, A = constants.m, constants.A
    return (
        error,
        slope,
        beyond.function(n, m, constants.q, A, constants.H, sigma),
        below.function(n, m, A, sigma),
    )


def fixed_point(spectrum: Any, n: Any, ridge: float = 0.0) -> Any:
    """kappa at which sum l / (l + kappa) + ridge / kappa is n, for eigenvalues l (D,) and numbers
    of samples n of any shape; zero where n >= D and there is no ridge.

    Raises ``ValueError`` for eigenvalues or n that are not positive, a negative ridge, and as
    ``numerics.core.arrays``.
    """
    l, n, ridge = _spectrum(spectrum), _samples(n), _ridge(ridge)
    found = np.array([_solve(l, each, ridge) for each in n.ravel()]).reshape(n.shape)
    return found if found.ndim else float(found)


def learning_curve(
    n: Any, spectrum: Any, target: Any, noise: float = 0.0, ridge: float = 0.0
) -> Any:
    """Mean squared error on noisy labels after n samples (any shape), for eigenvalues ``spectrum``
    (D,), squared coefficients ``target`` (D,) of the target in the eigenfunctions of mean square
    one, and noise of standard deviation ``noise``.

    Raises ``ValueError`` for a target or a noise that is negative, for n = D without ridge and with
    noise (the mean is infinite), and as ``fixed_point``.
    """
    n = _samples(n)
    found = np.array([_error(*_parts(each, spectrum, target, noise, ridge)) for each in n.ravel()])
    return found.reshape(n.shape) if n.ndim else float(found[0])


def local_slope(n: Any, spectrum: Any, target: Any, noise: float = 0.0, ridge: float = 0.0) -> Any:
    """d log(error) / d log(n) of ``learning_curve``; arguments and errors as there, n < D where
    there is no ridge.
    """
    n = _samples(n)
    found = []
    for each in n.ravel():
        parts = _parts(each, spectrum, target, noise, ridge)
        L, v, sigma, S = parts[1:]
        if not S > 0:
            raise ValueError(f"n = {each:.6g}: without ridge fewer samples than modes are needed")
        Q, P = (L**2 * (1 - L)).sum(), (L * (1 - L) ** 2 * v).sum()
        B = ((1 - L) ** 2 * v).sum()
        if not B + sigma**2 > 0:
            raise ValueError("target and noise vanish: the error is zero and has no exponent")
        found.append(_formulas()[1](each, B, sigma, S, Q, P))
    return np.reshape(found, n.shape) if n.ndim else float(found[0])


def feature_curve(n: float | None, k: Any, spectrum: Any, target: Any, noise: float = 0.0) -> Any:
    """Mean squared error on noisy labels of the shortest fit of k random features (any shape) to n
    samples; ``n=None`` for unlimited samples.

    A feature is a Gaussian mixture of the eigenfunctions with the variances ``spectrum`` (D,).
    Raises ``ValueError`` for k = n, for min(n, k) >= D, and as ``learning_curve``.
    """
    l, sigma = _spectrum(spectrum), _noise(noise)
    v = _target(target, len(l))
    k = real(k, "k", need="positive numbers", holds=lambda v: v > 0)
    samples = None if n is None else number(n, "n", "a positive number", lambda v: v > 0)
    found = []
    for each in k.ravel():
        least = each if samples is None else min(samples, each)
        if each == samples:
            raise ValueError(f"k = {each:.6g} = n: the mean is infinite; other sizes are needed")
        if least >= len(l):
            raise ValueError(f"k = {each:.6g}: fewer features or samples than modes are needed")
        kappa = _solve(l, least, 0.0)
        L, left = l / (l + kappa), kappa / (l + kappa)
        A, H = (left * v).sum(), (left * L * v).sum()
        if samples is None:
            found.append(A + sigma**2)
        elif each > samples:
            found.append(_formulas()[2](samples, each, (L**2).sum(), A, H, sigma))
        else:
            found.append(_formulas()[3](samples, each, A, sigma))
    return np.reshape(found, k.shape) if k.ndim else float(found[0])


# ---------------------------------------------------------------- one number of samples


def _solve(l: Array, n: float, ridge: float) -> float:
    """Bisection in log kappa; the smaller of the two sums that add up to D is compared."""
    D = len(l)
    if ridge == 0 and n >= D:
        return 0.0
    low = np.log(max(ridge / n, l.min() * (D - n) / n if n < D else 0.0))
    high = np.log((l.sum() + ridge) / n)
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        kappa = np.exp(middle)
        if 2 * n < D:
            too_small = (l / (l + kappa)).sum() + ridge / kappa > n
        else:
            too_small = (kappa / (l + kappa)).sum() - ridge / kappa < D - n
        low, high = (middle, high) if too_small else (low, middle)
    return float(np.exp((low + high) / 2))


def _parts(
    n: float, spectrum: Any, target: Any, noise: Any, ridge: Any
) -> tuple[float, Array, Array, float, float]:
    """n, shares (D,), squared coefficients (D,), noise, and what is half learned."""
    l = _spectrum(spectrum)
    v = _target(target, len(l))
    sigma, ridge = _noise(noise), _ridge(ridge)
    kappa = _solve(l, float(n), ridge)
    L = l / (l + kappa)
    half = (L * kappa / (l + kappa)).sum()
    return float(n), L, v, sigma, float(half + (ridge / kappa if ridge else 0.0))


def _error(n: float, L: Array, v: Array, sigma: float, S: float) -> float:
    if S > 0:
        return float(_formulas()[0](n, ((1 - L) ** 2 * v).sum(), sigma, S))
    if sigma == 0:
        return 0.0
    if n == len(L):
        raise ValueError(f"n = {n:.6g} samples of as many modes: the mean is infinite; add a ridge")
    return float(_formulas()[0](n, 0.0, sigma, n - len(L)))


def _spectrum(value: Any) -> Array:
    need = "positive finite numbers"
    return real(value, "spectrum", ("D",), need=need, holds=lambda v: v > 0)


def _target(value: Any, modes: int) -> Array:
    need = "numbers that are not negative"
    return real(value, "target", (modes,), need=need, holds=lambda v: v >= 0)


def _samples(value: Any) -> Array:
    return real(value, "n", need="positive finite numbers", holds=lambda v: v > 0)


def _noise(value: Any) -> float:
    return number(value, "noise", "a number that is not negative", lambda v: v >= 0)


def _ridge(value: Any) -> float:
    return number(value, "ridge", "a number that is not negative", lambda v: v >= 0)
