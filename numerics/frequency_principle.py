"""Fourier errors of an output, filters of a label map, spectra of scattered data and of images;
pulls at a tanh neuron in closed form.

Frequencies of scattered data are periods per unit of their coordinate (exp(-2 pi i k x));
frequencies of a neuron are angular.

Source: ``theory.frequency_principle``; Xu, Zhang, Luo, Xiao, Ma, Frequency principle,
Communications in Computational Physics 28, 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.spatial.distance import cdist

from numerics.core.arrays import number, real, row
from numerics.core.fit import log_slope
from theory import derive
from theory import frequency_principle as theory

Array = np.ndarray


@cache
def _pulls() -> tuple[Callable[..., Any], ...]:
    output, bias, weight = derive(theory.pulls)
    everything = (theory.k, theory.w, theory.a, theory.b)
    return (
        output.function(*everything),
        bias.function(*everything),
        weight.function(theory.y, *everything[1:]),
    )


def pulls(k: Any, w: float, a: float = 1.0, b: float = 0.0) -> Array:
    """Size of the gradient at output weight, bias and input weight of a tanh(w x + b) for a unit
    error of angular frequency k, (3, ...).

    Zero beyond pi k / (2 w) = 150; ``ValueError`` unless w and k are positive, and as
    ``numerics.core.arrays``.
    """
    w = number(w, "w", "a positive input weight", lambda w: w > 0)
    k = real(k, "k", need="positive frequencies", holds=lambda k: k > 0)
    a, b = number(a, "a"), number(b, "b")
    y = np.pi * k / (2 * w)
    # beyond y = 150 the pulls are below exp(-140) and powers of sinh overflow
    near = np.minimum(k, 150 * 2 * w / np.pi)
    output, bias, weight = _pulls()
    sizes = np.broadcast_arrays(
        output(near, w, a, b), bias(near, w, a, b), weight(np.minimum(y, 150), w, a, b)
    )
    return np.where(y < 150, np.stack(sizes), 0.0)


def nearest_to_the_low_wave(rho: float) -> float:
    """Least distance of the output to the low one of two equal waves, relative to its size, when
    its error decays rho times as fast.

    ``ValueError`` for rho < 1, and as ``numerics.core.arrays``.
    """
    what = "one or more (the lower frequency must decay at least as fast)"
    rho = number(rho, "rho", what, lambda rho: rho >= 1)
    distance = derive(theory.plateau)[0].function(theory.v, theory.rho)
    return float(
        minimize_scalar(
            lambda v: distance(v, rho),
            bounds=(1e-12, 1),
            method="bounded",
            options={"xatol": 1e-12},
        ).fun
    )


def spectrum(x: Any, y: Any, k: Any) -> Array:
    """Non-uniform transform mean_i y_i exp(-2 pi i k x_i): places x (n,), values y (..., n),
    frequencies k (K,) or one; gives (..., K) complex.  Raises as ``numerics.core.arrays``.
    """
    return _spectrum(x, y, k, "y")


def _spectrum(x: Any, y: Any, k: Any, name: str) -> Array:
    x, k = real(x, "x", ("n",)), row(k, "k")
    y = real(y, name, (..., len(x)))
    return y @ np.exp(-2j * np.pi * np.outer(x, k)) / len(x)


def relative_errors(x: Any, output: Any, target: Any, k: Any) -> Array:
    """|H_k - F_k| / |F_k| of complex transforms, output (..., n) against target (n,); (..., K).
    Phase errors count.  ``ValueError`` where the target has no such frequency, and as ``spectrum``.
    """
    wanted = _spectrum(x, real(target, "target", ("n",)), k, "target")
    if np.any(np.abs(wanted) < 1e-12):
        raise ValueError(
            "the target has nothing at one of these frequencies, so a relative error has no meaning"
        )
    return np.abs(_spectrum(x, output, k, "output") - wanted) / np.abs(wanted)


def principal_coordinate(X: Any) -> Array:
    """First principal component of the rows of X (n, d), shifted and scaled to [0, 1]; (n,).

    ``ValueError`` for fewer than two rows or rows that are all the same, and as
    ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    if len(X) < 2:
        raise ValueError(f"X has shape {X.shape}: at least two rows are needed")
    centred = X - X.mean(0)
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    if np.ptp(along) == 0:
        raise ValueError("all rows are the same: there is no principal component")
    return (along - along.min()) / np.ptp(along)


def gaussian_filter(X: Any, delta: float) -> Array:
    """Low-pass filter (n, n) of functions on the rows of X (n, d): weights exp(-|x_i - x_j|^2 / (2
    delta)), every row summing to one.  ``ValueError`` for delta <= 0, and as
    ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    delta = number(delta, "delta", "a positive width (a squared length)", lambda delta: delta > 0)
    weights = np.exp(-cdist(X, X, "sqeuclidean") / (2 * delta))
    return weights / weights.sum(1, keepdims=True)


def spectrum_slope(images: Any) -> Array:
    """Slope of log power against log radial frequency of square images (..., s, s); rings of width
    one, up to s / 2, Hann window.  ``ValueError`` for other shapes and s < 8, and as
    ``numerics.core.arrays``.
    """
    images = real(images, "images", (..., "s", "s"))
    size = images.shape[-1]
    if size < 8:
        raise ValueError(f"images of shape {images.shape}: squares of at least 8 by 8 are needed")
    window = np.outer(*[np.hanning(size + 2)[1:-1]] * 2)
    centred = images - (images * window).sum((-2, -1), keepdims=True) / window.sum()
    power = np.abs(np.fft.fft2(centred * window)) ** 2
    one = np.fft.fftfreq(size, 1 / size)
    ring = np.rint(np.hypot(*np.meshgrid(one, one))).astype(int)
    radii = np.arange(1, size // 2 + 1)
    radial = np.stack([power[..., ring == radius].mean(-1) for radius in radii])
    return log_slope(radii, radial)
