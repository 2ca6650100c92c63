"""The flow of a kernel under weights, the times of two sides of the data, and the weight at which
they are equally fast.

Source: ``theory.hard_sample``, ``theory.equalising_weight``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import number, real, row
from numerics.core.symmetric import symmetric
from numerics.kernel_flow import linearised_flow
from theory import derive
from theory import hard_sample as theory
from theory.equalising_weight import equalising_weight as of_weights

Array = np.ndarray
MOST = 1e12  # slowest mode that is followed, over the fastest


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Gain of the hard side (w, phi), of the easy side; ratio of the times (r_2, w, r_1)."""
    gain, loss = derive(theory.sum_of_weights)[:2]
    ratio = derive(of_weights)[0]
    return (
        gain.function(theory.w, theory.phi),
        loss.function(theory.w, theory.phi),
        ratio.function(theory.quick, theory.w, theory.slow),
    )


def _kernel(K: Any, y: Any) -> tuple[Array, Array]:
    K = symmetric(K, "K")
    return K, real(y, "y", (len(K),))


def _weights(weights: Any, n: int) -> Array:
    return real(weights, "weights", (n,), need="positive numbers", holds=lambda v: v > 0)


def weighted_flow(K: Any, y: Any, weights: Any, t: Any) -> Array:
    """Outputs (T, n) at the times t (T,) of gradient flow from zero on (1/2n) sum w_i e_i^2, with
    the kernel K (n, n), labels y (n,) and positive weights (n,); t may be infinite.

    Raises ``ValueError`` for shapes that do not fit, a K that is not symmetric or has negative
    eigenvalues, weights or times that are not allowed, and as ``numerics.core.arrays``.  Source:
    ``theory.hard_sample.weighted_flow``.
    """
    K, y = _kernel(K, y)
    roots = np.sqrt(_weights(weights, len(K)))
    return np.asarray(linearised_flow(roots[:, None] * K * roots, roots * y, t) / roots)


def side_times(K: Any, y: Any, sides: Any, weights: Any, share: float = 0.1) -> Array:
    """First time (sides,) at which the mean squared error of each side is below this share of its
    labels' mean square; rows of ``sides`` (sides, n) are one at the samples of a side, zero else.

    Units of time are those of ``weighted_flow``: weights are not divided by their sum.  Infinite
    where modes that take longer than 1e12 over the fastest one would be needed.  Raises
    ``ValueError`` for sides that are empty, hold other numbers or have labels zero, a share outside
    (0, 1), and as ``weighted_flow``.
    """
    K, y = _kernel(K, y)
    share = number(share, "share", "a share between zero and one", lambda v: 0 < v < 1)
    sides = real(
        sides, "sides", ("s", len(K)), need="zeros and ones", holds=lambda v: (v == 0) | (v == 1)
    )
    if not (sides @ y**2 > 0).all():
        raise ValueError("a side has no samples or no labels but zero: each needs an error")
    weights = _weights(weights, len(K))
    largest = np.linalg.eigvalsh(np.sqrt(weights)[:, None] * K * np.sqrt(weights))[-1] / len(K)

    def left(log_t: Any) -> Array:
        errors = (weighted_flow(K, y, weights, np.exp(np.atleast_1d(log_t))) - y) ** 2
        return errors @ sides.T / (sides @ y**2) - share

    grid = -np.log(largest) + np.linspace(-8, np.log(MOST), 700)
    values, found = left(grid), []
    for at in range(len(sides)):
        below = values[:, at] < 0
        if not below.any():
            found.append(np.inf)
            continue
        first = int(below.argmax())
        ends = grid[max(first - 1, 0)], grid[first]
        inside = values[max(first - 1, 0), at] >= 0
        at_log = brentq(lambda s, at=at: left(s)[0, at], *ends, xtol=1e-9) if inside else ends[1]
        found.append(np.exp(at_log))
    return np.array(found)


def equalising_weight(K: Any, y: Any, side: Any, share: float = 0.1, most: float = 1e6) -> float:
    """Smallest weight of at least one of the samples where ``side`` (n,) is one, at which that side
    and the rest fall below the share of their initial error at the same time; infinite where no
    weight up to ``most`` does.

    The side is looked for on a grid of steps of a quarter in the log and then refined.  Raises
    ``ValueError`` for a side that is the faster one without weights, and as ``side_times``.
    """
    K, y = _kernel(K, y)
    side = real(side, "side", (len(K),), need="zeros and ones", holds=lambda v: (v == 0) | (v == 1))
    most = number(most, "most", "a weight of more than one", lambda v: v > 1)

    def late(log_w: float) -> float:
        weights = np.where(side == 1, np.exp(log_w), 1.0)
        hard, easy = side_times(K, y, np.stack([side, 1 - side]), weights, share)
        return float(np.log(hard / easy))

    if late(0.0) < 0:
        raise ValueError("the side is the faster one with weight one: pass the other side")
    before, end = 0.0, float(np.log(most))
    while before < end:
        after = min(before + 0.25, end)
        if late(after) <= 0:
            return float(np.exp(brentq(late, before, after, xtol=1e-6)))
        before = after
    return float(np.inf)


def gain(weight: Any, share: Any) -> Array:
    """Speeds of the hard and of the easy side over those without weights, (2, ...), when the loss
    is divided by the sum of weights and the sides have kernels of their own; ``share`` of the
    samples has this weight.

    Arguments broadcast.  Raises ``ValueError`` for a weight that is not positive, a share outside
    (0, 1), and as ``numerics.core.arrays``.
    """
    weight = real(weight, "weight", need="positive numbers", holds=lambda v: v > 0)
    share = real(share, "share", need="shares", holds=lambda v: (v > 0) & (v < 1))
    weight, share = np.broadcast_arrays(weight, share)
    hard, easy, _ = _formulas()
    return np.stack([hard(weight, share), easy(weight, share)])


def ratio_of_times(rate: Any, hard_rate: Any, weight: Any = 1.0) -> Array:
    """Time of the hard side over that of the other in long windows, from their rates.

    Rows or numbers that broadcast.  Raises ``ValueError`` for numbers that are not positive, and as
    ``numerics.core.arrays``.
    """
    need = "positive numbers"
    rates = [
        row(v, name, need=need, holds=lambda x: x > 0)
        for v, name in ((rate, "rate"), (weight, "weight"), (hard_rate, "hard_rate"))
    ]
    return np.asarray(_formulas()[2](*rates))
