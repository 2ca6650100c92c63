"""Images as functions of the place: what a wide coordinate network shows of each frequency, when,
and what remains.

Images are (n, n) arrays; places are pixel centres of the square [-1, 1]^2.  Frequencies of images
are in periods per image, those of ``response`` and ``cut_off`` in whatever unit A and B are for.
Source: ``theory.image_regression``, ``theory.detail_time``, ``theory.upsampling``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import integer, number, real, together
from numerics.early_stopping import fitted_fraction
from numerics.tangent_kernel import ntk
from theory import derive, upsampling
from theory import image_regression as theory

Array = np.ndarray
LARGEST = 48  # side of an image whose kernel is decomposed: 48^4 entries are 42 MB


@cache
def _rate() -> Callable[..., Any]:
    return derive(theory.response)[0].function(theory.nu, theory.A, theory.B)


@cache
def _gain() -> Callable[..., Any]:
    return derive(upsampling.decoder_gain)[2].function(upsampling.omega)


def response(t: Any, xi: Any, A: float, B: float) -> Any:
    """Part of the frequencies |xi| > 0 that is shown at the times t, which may be infinite,
    broadcast, for the rates A / |xi|^5 + B / |xi|^3.

    Raises ``ValueError`` for negative times or constants, constants that are both zero,
    frequencies that are not positive, and as ``numerics.core.arrays``.
    """
    xi = real(xi, "xi", need="positive frequencies", holds=lambda xi: xi > 0)
    t = real(t, "t", need="times that are not negative", holds=lambda t: t >= 0, infinite=True)
    A, B = _constants(A, B)
    together(t=t, xi=xi)
    # a longer range of exponents: rates beyond the largest float are those of what is shown at once
    rates = np.minimum(_rate()(xi.astype(np.longdouble), A, B), np.finfo(float).max)
    return fitted_fraction(t, rates.astype(float))


def cut_off(t: Any, A: float, B: float) -> Any:
    """Frequency of which half is shown at the times t > 0, for the same rates; relative error
    below 1e-13.

    Raises ``ValueError`` for times that are not positive, and as ``response``.
    """
    t = real(t, "t", need="positive times", holds=lambda t: t > 0)
    A, B = _constants(A, B)
    with np.errstate(divide="ignore"):
        log_A, log_B = np.log(A), np.log(B)
    wanted = np.log(np.log(2)) - np.log(t)  # of the logarithm of the rate
    # in s = ln xi the logarithm of the rate is convex and falls with slopes from -5 to -3: Newton's
    # method rises to the root from the larger of the roots of both terms
    s = np.maximum((log_A - wanted) / 5, (log_B - wanted) / 3)
    for _ in range(50):
        first, second = log_A - 5 * s, log_B - 3 * s
        total = np.logaddexp(first, second)
        slope = 5 * np.exp(first - total) + 3 * np.exp(second - total)
        s = s + (total - wanted) / slope
    found = np.exp(s)
    return found if found.ndim else float(found)


def high_share(image: Any, output: Any, radius: float) -> tuple[float, float]:
    """Share of energy above ``radius`` periods per image, of the image and of the output, both
    (n, n): after their means are removed and with a Hann window, so that edges do not count as
    detail.

    Raises ``ValueError`` for images that are not square, have fewer than four pixels a side or are
    constant, for another shape of the output, and as ``numerics.core.arrays``.
    """
    image = _image(image)
    output = real(output, "output", image.shape)
    radius = number(radius, "radius", "a frequency that is not negative", lambda r: r >= 0)
    fine = _radii(len(image)) > radius
    energies = _energy(image), _energy(output)
    for name, energy in zip(("image", "output"), energies, strict=True):
        if not energy.sum() > 0:
            raise ValueError(f"{name} is constant: it has no detail, fine or coarse")
    before, after = (float(energy[fine].sum() / energy.sum()) for energy in energies)
    return before, after


def band_errors(image: Any, outputs: Any, edges: Any) -> Array:
    """Relative error (..., rings) of the outputs (..., n, n) in the rings between ``edges``
    (rings + 1,), in periods per image: root of the energy of error over image, windowed as in
    ``high_share``.

    Raises ``ValueError`` for edges that do not rise, a ring without energy in the image, and as
    ``high_share``.
    """
    image = _image(image)
    outputs = real(outputs, "outputs", (..., *image.shape))
    edges = real(edges, "edges", ("rings + 1",))
    rings = _rings(len(image), edges)
    wanted = _energy(image)
    left = _energy(outputs - image)
    found = []
    for at, ring in enumerate(rings):
        if not wanted[ring].sum() > 1e-24 * wanted.sum():
            raise ValueError(
                f"image has no energy between edges[{at}] = {edges[at]:g} and {edges[at + 1]:g}: "
                "choose wider rings"
            )
        found.append(np.sqrt(left[..., ring].sum(-1) / wanted[ring].sum()))
    return np.stack(found, -1)


def image_flow(image: Any, t: Any, depth: int = 2, bias_variance: float = 1.0) -> Array:
    """What an infinitely wide ReLU network shows of the image at the times t (T,), or a time: (T,
    n, n).  Gradient flow of half the mean square from zero, network as in
    ``numerics.tangent_kernel.ntk``.

    The eigenvectors of the kernel on the pixels are kept for each size: n^6 operations, once.
    Raises ``ValueError`` for images of more than 48 pixels a side, negative times, and as ``ntk``
    and ``high_share``.  Source: ``theory.image_regression``.
    """
    image = _image(image)
    times = real(t, "t", need="times that are not negative", holds=lambda t: t >= 0, infinite=True)
    if times.ndim > 1:
        raise ValueError(f"t has shape {times.shape}: one time or (T,) is expected")
    rates, modes = _basis(image, depth, bias_variance)
    shown = fitted_fraction(times.reshape(-1, 1), rates) * (modes.T @ image.ravel())
    return np.asarray(shown @ modes.T).reshape(-1, *image.shape)


def half_times(image: Any, edges: Any, depth: int = 2, bias_variance: float = 1.0) -> Array:
    """Times (rings,) at which ``image_flow`` has halved the error of each ring for the first time,
    among 400 times per seven decades; refined to rounding.

    A ring that the window connects to slower ones is halved late or, in float64, never: infinite.
    Arguments and errors as for ``band_errors`` and ``image_flow``.
    """
    image = _image(image)
    rates, _ = _basis(image, depth, bias_variance)
    moving = rates[rates > 1e-10 * rates.max()]
    grid = np.geomspace(0.01 / rates.max(), 30 / moving.min(), 800)
    path = np.concatenate(
        [
            band_errors(image, image_flow(image, part, depth, bias_variance), edges)
            for part in np.array_split(grid, 40)
        ]
    )
    found = np.full(path.shape[1], np.inf)
    for ring in range(path.shape[1]):
        below = np.nonzero(path[:, ring] < 0.5)[0]
        if not len(below):
            continue
        after = below[0]
        if after == 0:
            found[ring] = grid[0]
            continue

        def over(time: float, ring: int = ring) -> float:
            output = image_flow(image, time, depth, bias_variance)
            return float(band_errors(image, output, edges)[0, ring]) - 0.5

        found[ring] = brentq(over, grid[after - 1], grid[after])
    return found


def decoder_gain(omega: Any) -> Any:
    """Part of the energy of waves, omega radians per pixel in [0, pi], that linear upsampling by
    two can ever show; of waves in two directions the product.

    Raises ``ValueError`` for frequencies outside, and as ``numerics.core.arrays``.
    """
    omega = real(
        omega, "omega", need="frequencies in [0, pi]", holds=lambda w: (w >= 0) & (w <= np.pi)
    )
    found = _gain()(omega)
    return found if np.ndim(found) else float(found)


def grey_images(size: int) -> Array:
    """Three grey images (3, size, size) of mean zero and variance one: scikit-learn's two
    photographs, china and flower, and the middle of flower, each averaged over equal blocks of its
    largest square.

    The files are read where scikit-learn has them; it is not imported.  Raises ``ValueError`` for
    fewer than 4 or more than 213 pixels a side, and ``FileNotFoundError`` without scikit-learn.
    """
    size = integer(size, "size", "from 4 to 213 pixels", lambda n: 4 <= n <= 213)
    china, flower = map(_photograph, ("china.jpg", "flower.jpg"))
    middle = flower[len(flower) // 4 : -(len(flower) // 4), flower.shape[1] // 4 :]
    found = []
    for image in (china, flower, middle):
        block = min(image.shape) // size
        top, left = ((side - block * size) // 2 for side in image.shape)
        square = image[top : top + block * size, left : left + block * size]
        small = square.reshape(size, block, size, block).mean((1, 3))
        found.append((small - small.mean()) / small.std())
    return np.stack(found)


def _photograph(name: str) -> Array:
    from PIL import Image

    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise FileNotFoundError(f"{name} is a file of scikit-learn: install it")
    with Image.open(Path(package.origin).parent / "datasets" / "images" / name) as picture:
        return np.asarray(picture, float).mean(2)


def _constants(A: Any, B: Any) -> tuple[float, float]:
    A, B = (
        number(value, name, "a finite number that is not negative", lambda v: v >= 0)
        for value, name in ((A, "A"), (B, "B"))
    )
    if A == B == 0:
        raise ValueError("A = B = 0: without a rate nothing is ever shown")
    return A, B


def _image(image: Any) -> Array:
    image = real(image, "image", ("n", "n"))
    if len(image) < 4:
        raise ValueError(f"image has {len(image)} pixels a side: at least 4 are needed")
    return image


@cache
def _radii(n: int) -> Array:
    """Periods per image of each coefficient of the transform."""
    one = np.fft.fftfreq(n, 1 / n)
    return np.hypot(one[:, None], one)


def _rings(n: int, edges: Array) -> list[Array]:
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise ValueError("edges do not rise: give the bounds of at least one ring, in order")
    radii = _radii(n)
    return [(radii > low) & (radii <= high) for low, high in pairwise(edges)]


def _energy(images: Array) -> Array:
    """Of each coefficient of images (..., n, n), without their means and with a Hann window."""
    n = images.shape[-1]
    window = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    centred = images - images.mean((-2, -1), keepdims=True)
    return np.abs(np.fft.fft2(centred * window * window[:, None])) ** 2


def _basis(image: Array, depth: int, bias_variance: float) -> tuple[Array, Array]:
    if len(image) > LARGEST:
        raise ValueError(f"image has {len(image)} pixels a side: {LARGEST} are the most")
    depth = integer(depth, "depth", "at least one layer of weights", lambda d: d >= 1)
    bias = number(bias_variance, "bias_variance", "b >= 0", lambda b: b >= 0)
    return _eigen(len(image), depth, bias)


@cache
def _eigen(n: int, depth: int, bias_variance: float) -> tuple[Array, Array]:
    """Rates and modes of the kernel over the number of pixels."""
    one = (np.arange(n) + 0.5) / n * 2 - 1
    places = np.stack(np.meshgrid(one, one, indexing="ij"), -1).reshape(-1, 2)
    K = np.asarray(ntk(places, depth=depth, bias_variance=bias_variance))
    rates, modes = np.linalg.eigh((K + K.T) / (2 * n * n))
    return np.maximum(rates, 0.0), modes
