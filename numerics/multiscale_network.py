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
from numerics.linear_frequency_principle import decay_rate
from theory import derive
from theory import multiscale_network as theory

Array = np.ndarray


@cache
def _formula(claim: Callable[[], Any], index: int, *symbols: Any) -> Callable[..., Any]:
    return derive(claim)[index].function(*symbols)


def derivative_factor(frequency: Any, order: float = 1.0) -> Any:
    """Factor of the decay rate under an H^order loss, broadcast over the angular frequency (radians
    per unit of x).
    """
    return _formula(theory.derivative_loss, 1, theory.omega, theory.s)(
        np.asarray(frequency, dtype=float), order
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
    scales are positive and shares sum to one.
    """
    if len(scales) != len(shares) or not np.isclose(sum(shares), 1) or min(shares) < 0:
        raise ValueError(
            f"{len(scales)} scales and shares {list(shares)}: one share for each scale is needed, "
            f"and they must add up to one"
        )
    if min(scales) <= 0:
        raise ValueError(f"scales = {list(scales)}: positive coefficients are needed")
    return decay_rate(
        xi,
        w=w * np.asarray(scales, dtype=float),
        a=a,
        weights=np.asarray(shares),
        density=1.0,
        activation=activation,
        d=d,
    )


def feature_kernel(distance: Any, bandwidth: float) -> Any:
    """Kernel at x - y = ``distance`` of infinitely many cosine and sine features with angular
    frequencies from N(0, bandwidth^2).
    """
    _positive(bandwidth)
    return _formula(theory.feature_spectrum, 0, theory.s, theory.tau)(
        bandwidth, np.asarray(distance, dtype=float)
    )


def feature_ratio(k: Any, bandwidth: float) -> Any:
    """Spectrum of that kernel at frequency k over frequency 1, on the whole line."""
    _positive(bandwidth)
    return _formula(theory.feature_spectrum, 1, theory.k, theory.s)(np.asarray(k), bandwidth)


def mode_ratio(kernel: Array, x: Array, high: int, low: int = 1) -> Any:
    """v' K v for the waves of frequency ``high`` over ``low`` on the points x (n,), sine and cosine
    together; K is (..., n, n).
    """
    energy = [
        np.einsum("...ij,wi,wj->...", kernel, v, v)
        for v in (np.stack([np.sin(k * x), np.cos(k * x)]) for k in (high, low))
    ]
    return energy[0] / energy[1]


def slope_factor(n: float, weight: Any) -> Any:
    """Factor of the learning rate of n a w at n a = 1 when weight and slope both take steps of one
    size with independent signs.
    """
    return _formula(theory.trainable_slope, 2, theory.n, theory.effective)(
        n, np.asarray(weight, dtype=float)
    )


def _positive(bandwidth: float) -> None:
    if not bandwidth > 0:
        raise ValueError(f"bandwidth = {bandwidth}: a positive bandwidth is needed")
