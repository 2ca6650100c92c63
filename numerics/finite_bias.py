"""What a bias of finite width adds to the pull of a wide two-layer network, or leaves of it.

Conventions of ``numerics.linear_frequency_principle``, on the line.  Every formula is the one
derived in ``theory.finite_bias``.

Source: our own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from numerics.core.arrays import number, real, row
from numerics.linear_frequency_principle import neurons
from theory import derive
from theory import finite_bias as theory
from theory.linear_frequency_principle import L, a2, r, s

Array = np.ndarray
PARTS = "abw"  # the parameters that may be trained: output weights, biases, input weights


def share_of_the_model(
    kinks: Any, square: Any, *, w: Any, a: Any, std: float, train: str = "a", weights: Any = None
) -> float:
    """What a Gaussian bias of standard deviation ``std`` leaves of the form of the model, the mean
    over neurons of the squared pull at the density of the bias at zero: a number in (0, 1].

    kinks, square: places k (n,) and, there, the square of what a neuron sees of the packet psi''
    times the weight of the place in a quadrature over k, (n,): of psi for ``train`` "a", of psi'
    for "b", of psi - k psi' for "w".  w, a, ``weights`` as in
    ``numerics.linear_frequency_principle.decay_rate``.  Error: that of the quadrature alone.
    ``ValueError`` for an unknown ``train``, squares that are negative or all zero, and as
    ``decay_rate``.
    """
    if train not in tuple(PARTS):
        raise ValueError(f'train = {train!r}: expected "a", "b" or "w"')
    kinks = real(kinks, "kinks", ("n",))
    square = real(
        square, "square", (len(kinks),), need="squares, at least 0", holds=lambda v: v >= 0
    )
    std = number(std, "std", "a positive finite number", lambda value: value > 0)
    size, a, weights = neurons(w, a, weights)
    known = derive(theory.finite_bias_error)
    whole = known[3 + PARTS.index(train)].result
    (integral,) = whole.atoms(sp.Integral)
    seen = known[PARTS.index(train)].result
    at = theory.law(-r * theory.kink)
    factor = sp.lambdify((r, a2), whole / integral * integral.function / (at * seen**2), "numpy")
    mass = weights * factor(size, a**2) * np.ones_like(size)
    if not (square.sum() > 0 and mass.sum() > 0):
        raise ValueError("square = 0 or a = 0 throughout: there is no pull")
    left = known[6].function(theory.kink, r, s)(kinks, size[:, None], std)
    return float(mass @ left @ square / (mass.sum() * square.sum()))


def flat_bias_error(
    x: Any, pull: Any, *, w: Any, a: Any, half_width: float, weights: Any = None
) -> float:
    """What a bias that is uniform on +-``half_width`` adds to sum_ij c_i c_j K(x_i, x_j), K the
    kernel of trained output weights and biases, beside the model's
    (A |tau|^3 / 12 - B |tau| / 2) / (2 half_width): zero where mass and moment of the pull vanish.

    x, pull: places and pulls (n,) on the line; w (with its sign), a, ``weights`` as in
    ``numerics.linear_frequency_principle.decay_rate``.  Exact.
    ``ValueError`` where a kink |w x| lies outside the half width, and as ``decay_rate``.
    """
    x = real(x, "x", ("n",))
    pull = real(pull, "pull", (len(x),))
    half_width = number(
        half_width, "half_width", "a positive finite number", lambda value: value > 0
    )
    size, a, weights = neurons(w, a, weights)
    signed = np.where(np.broadcast_to(row(w, "w"), size.shape) < 0, -size, size)
    if size.max() * np.abs(x).max() > half_width:
        raise ValueError(f"half_width = {half_width:.6g}: a kink |w x| lies outside, take it wider")
    sums = [float(pull @ x**power) for power in range(4)]
    symbols = (r, a2, L, *theory.moment)
    error = derive(theory.flat_bias_error)[0].function(*symbols)
    return float(np.asarray(error(signed, a**2, half_width, *sums)) @ weights)
