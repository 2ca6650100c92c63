"""Decay rates of networks built for high frequencies: derivative loss, scaled inputs, random
features, trainable slope.

Source: ``theory.multiscale_network``; Liu, Cai, Xu, Commun. Comput. Phys. 28, 2020; Tancik et al.,
NeurIPS 2020.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics.activation_spectrum import Activation
from numerics.core.arrays import number, real
from numerics.linear_frequency_principle import decay_rate
from theory import derive
from theory import multiscale_network as theory

Array = np.ndarray


@cache
def _formula(claim: Callable[[], Any], index: int, *symbols: Any) -> Callable[..., Any]:
    return derive(claim)[index].function(*symbols)


def derivative_factor(frequency: Any, order: float = 1.0) -> Any:
    """Factor of the decay rate under an H^order loss, broadcast over the angular frequency (radians
    per unit of x).  Raises as ``numerics.core.arrays``.
    """
    return _formula(theory.derivative_loss, 1, theory.omega, theory.s)(
        real(frequency, "frequency"), number(order, "order")
    )


def mixture_rate(
    xi: Any,
    scales: Sequence[float],
    shares: Sequence[float],
    *,
    w: float = 1.0,
    a: float = 0.0,
    activation: Activation = "relu",
    d: int = 1,
) -> Any:
    """Rate at |xi| > 0 (any shape), over the density of the biases, of neurons whose inputs are
    multiplied by ``scales[j]`` with share ``shares[j]``; |w| and a are those of all neurons, and a
    = 0 leaves the output layer alone.

    Rates of the scales add: ``theory.multiscale_network.scaled_rate``.  ``ValueError`` unless
    scales are positive and shares sum to one, and as ``numerics.core.arrays``.
    """
    sizes = real(scales, "scales", ("k",), need="positive coefficients", holds=lambda s: s > 0)
    not_negative = "shares that are not negative"
    parts = real(shares, "shares", (len(sizes),), need=not_negative, holds=lambda s: s >= 0)
    if not np.isclose(parts.sum(), 1):
        raise ValueError(f"shares add up to {parts.sum():.6g}: they must add up to one")
    w, a = number(w, "w", "a size that is not zero", lambda w: w != 0), number(a, "a")
    return decay_rate(
        xi,
        w=w * sizes,
        a=a,
        weights=parts,
        density=1.0,
        activation=activation,
        d=d,
    )


def feature_kernel(distance: Any, bandwidth: float) -> Any:
    """Kernel at x - y = ``distance`` of infinitely many cosine and sine features with angular
    frequencies from N(0, bandwidth^2).  ``ValueError`` for a bandwidth <= 0, and as
    ``numerics.core.arrays``.
    """
    return _formula(theory.feature_spectrum, 0, theory.s, theory.tau)(
        _positive(bandwidth), real(distance, "distance")
    )


def feature_ratio(k: Any, bandwidth: float) -> Any:
    """Spectrum of that kernel at frequency k over frequency 1, on the whole line; raises as
    ``feature_kernel``.
    """
    return _formula(theory.feature_spectrum, 1, theory.k, theory.s)(
        real(k, "k"), _positive(bandwidth)
    )


def mode_ratio(kernel: Any, x: Any, high: float, low: float = 1) -> Any:
    """v' K v for the waves of frequency ``high`` over ``low`` on the points x (n,), sine and cosine
    together; K is (..., n, n).  Raises as ``numerics.core.arrays``.
    """
    x = real(x, "x", ("n",))
    kernel = real(kernel, "kernel", (..., len(x), len(x)))
    high, low = number(high, "high"), number(low, "low")
    energy = [
        np.einsum("...ij,wi,wj->...", kernel, v, v)
        for v in (np.stack([np.sin(k * x), np.cos(k * x)]) for k in (high, low))
    ]
    return energy[0] / energy[1]


def slope_factor(n: float, weight: Any) -> Any:
    """Factor of the learning rate of n a w at n a = 1 when weight and slope both take steps of one
    size with independent signs.  ``ValueError`` for n <= 0, and as ``numerics.core.arrays``.
    """
    n = number(n, "n", "a positive finite number", lambda n: n > 0)
    return _formula(theory.trainable_slope, 2, theory.n, theory.effective)(
        n, real(weight, "weight")
    )


def _positive(bandwidth: Any) -> float:
    return number(bandwidth, "bandwidth", "a positive finite bandwidth", lambda s: s > 0)
