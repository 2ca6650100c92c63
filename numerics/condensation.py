"""Where the input weights of a network that starts small go, and how many neurons it then amounts
to.

Directions of a neuron in one dimension with bias are angles atan2(b, w).  Formulas are those
derived in ``theory.condensation``; the flow of whole ReLU networks is ``numerics.gradient_flow``.
Source: Zhou, Zhou, Luo, Xu, NeurIPS 2022; Maennel, Bousquet, Gelly 2018 for ReLU.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, number, real, row
from theory import condensation as theory
from theory import derive

Array = np.ndarray
REAL = 1e-6  # a root this close to the unit circle is a direction


@cache
def _slope() -> Callable[..., Any]:
    """One input's contribution to q'(theta)."""
    return derive(theory.turning)[1].function(theory.p, theory.theta, theory.one)


def slope(theta: Any, x: Any, y: Any, p: int) -> Any:
    """q'(theta), broadcast over theta: Q(w) = (1/n) sum y (w x + b)^p = |w|^p q(theta) with theta =
    atan2(b, w).

    x (n,), y (n,); a neuron turns by a |w|^(p - 2) q'(theta), times sigma^(p)(0) / p!.  Raises
    ``ValueError`` and ``TypeError`` for bad x, y or p, as ``numerics.core.arrays``.
    """
    x, y, p = _data(x, y, p)
    return _slopes(real(theta, "theta"), x, y, p)


def _slopes(theta: Array, x: Array, y: Array, p: int) -> Any:
    return _slope()(p, theta[..., None], x) @ y / len(x)


def directions(x: Any, y: Any, p: int) -> Array:
    """Lines along which input weights of multiplicity p can condense: angles atan2(b, w) in [0,
    pi), rising, at most p.

    x (n,) inputs, y (n,) targets (residuals -e where f(0) is not 0).  Zeros of the trigonometric
    polynomial q', found as the roots of a polynomial of degree p in exp(2 i theta) that lie on the
    unit circle, so b = 0 is nothing special.  Error about 1e-13 for simple roots; double ones (a
    line appears there as the data change) are lost within 1e-6. Raises ``ValueError`` for shapes
    that do not fit, p < 1, and data for which Q does not depend on the direction, and as
    ``numerics.core.arrays``. Source:
    ``theory.condensation.turning`` and ``direction_equation``.
    """
    x, y, p = _data(x, y, p)
    grid = np.arange(p + 1) * np.pi / (p + 1)
    # a polynomial of degree p in exp(2 i theta)
    values = _slopes(grid, x, y, p) * np.exp(1j * p * grid)
    coefficients = np.fft.fft(values) / (p + 1)
    largest = np.abs(coefficients).max()
    if not largest > 1e-14 * np.abs(y).max() * (1 + np.abs(x).max()) ** p:
        raise ValueError(
            "Q is the same in every direction for these data: no direction is preferred at this "
            "order"
        )
    coefficients[np.abs(coefficients) < 1e-15 * largest] = 0.0
    roots = np.roots(coefficients[::-1])
    return np.sort(np.angle(roots[np.abs(np.abs(roots) - 1) < REAL]) / 2 % np.pi)


def attractors(x: Any, y: Any, p: int, sign: int = 1) -> Array:
    """Angles in (-pi, pi] that attract neurons with a of this sign (times that of sigma^(p)(0)):
    maxima of q for +1, minima for -1.  Raises as ``directions``.
    """
    sign, (x, y, p) = _sign(sign), _data(x, y, p)
    lines = directions(x, y, p)
    ends = np.r_[lines, lines - np.pi]
    before, after = (sign * _slopes(ends + step, x, y, p) for step in (-1e-5, 1e-5))
    return np.sort(ends[(before > 0) & (after < 0)])


def turned(theta: Any, x: Any, y: Any, p: int, time: float, sign: int = 1) -> Array:
    """Angles (k,) after following dtheta/ds = sign q'(theta) for ``time`` = integral of |a| |w|^(p
    - 2); absolute error 1e-8.

    theta (k,) or one angle.  Raises as ``slope``, and for a time that is negative.
    """
    from scipy.integrate import solve_ivp

    time = number(time, "time", "a finite time that is not negative", lambda time: time >= 0)
    sign, (x, y, p) = _sign(sign), _data(x, y, p)
    start = np.atleast_1d(row(theta, "theta"))
    if time == 0:
        return start.copy()
    return solve_ivp(
        lambda _, at: sign * _slopes(at, x, y, p),
        (0, time),
        start,
        rtol=1e-9,
        atol=1e-9,
        method="LSODA",
    ).y[:, -1]


def relu_directions(X: Any, y: Any) -> Array:
    """Directions (k,) in (-pi, pi] to which early alignment turns ReLU neurons with a > 0 for good:
    drifts that lie inside their cone.

    X (n, 2) with the bias last, y (n,).  Raises ``ValueError`` for other shapes, and as
    ``numerics.core.arrays``.  Source: ``theory.condensation.early_alignment``.
    """
    X = real(X, "X", ("n", 2))
    y = real(y, "y", (len(X),))
    kinks = np.sort(
        np.angle(
            np.exp(1j * (np.arctan2(X[:, 1], X[:, 0])[:, None] + np.array([-np.pi, np.pi]) / 2))
        ).ravel()
    )
    middles = (kinks + np.diff(np.r_[kinks, kinks[0] + 2 * np.pi]) / 2)[
        np.diff(np.r_[kinks, kinks[0] + 2 * np.pi]) > 1e-12
    ]
    active = np.c_[np.cos(middles), np.sin(middles)] @ X.T > 0
    drifts = (active * y) @ X  # up to 1 / n
    inside = ((drifts @ X.T > 0) == active).all(1) & (np.linalg.norm(drifts, axis=1) > 0)
    return np.sort(np.arctan2(drifts[inside, 1], drifts[inside, 0]))


def clusters(a: Any, W: Any, *, cosine: float = 0.95, lines: bool = False) -> tuple[Array, Array]:
    """(labels (m,), shares): neurons of about one direction, and the share of the amplitude sum |a|
    |w| that each cluster holds, falling.

    The neighbourhood {cos >= ``cosine``} around a neuron that holds most amplitude becomes a
    cluster, then the same among the rest. ``lines``: opposite directions count as one, as for odd
    or even activations.  Neither the units of x nor the scale of a and w matter to it, only their
    ratio between coordinates.  a (m,), W (m, D).  O(m^2 D) and a matrix of m^2. Raises
    ``ValueError`` for shapes that do not fit, a cosine outside (0, 1), or no amplitude at all, and
    as ``numerics.core.arrays``.
    """
    W = real(W, "W", ("m", "D"))
    a = real(a, "a", (len(W),))
    cosine = number(cosine, "cosine", "a number between 0 and 1", lambda c: 0 < c < 1)
    length = np.linalg.norm(W, axis=1)
    amplitude = np.abs(a) * length
    if not (np.isfinite(amplitude).all() and amplitude.sum() > 0):
        raise ValueError("a, W: the amplitudes |a| |w| are not finite, or all of them vanish")
    unit = W / np.where(length > 0, length, 1.0)[:, None]
    near = unit @ unit.T
    near = ((np.abs(near) if lines else near) >= cosine).astype(float)
    labels, left = np.full(len(a), -1), amplitude / amplitude.sum()
    held: list[float] = []
    free = left > 0
    while free.any():
        heaviest = int(np.argmax(np.where(free, near @ left, -1.0)))
        members = free & ((near[heaviest] > 0) | (np.arange(len(a)) == heaviest))
        labels[members] = len(held)
        held.append(float(left[members].sum()))
        left, free = np.where(members, 0.0, left), free & ~members
    return labels, np.array(held)


def effective_neurons(
    a: Any, W: Any, *, cosine: float = 0.95, share: float = 0.95, lines: bool = False
) -> int:
    """Least number of clusters that hold ``share`` of the amplitude; arguments as ``clusters``.

    For ReLU networks a cluster is nearly one neuron (``theory.condensation.condensed_neurons``), so
    this is the size of the network that training has left.  Raises ``ValueError`` for a share
    outside (0, 1] and as ``clusters``.
    """
    share = number(share, "share", "a number in (0, 1]", lambda share: 0 < share <= 1)
    held = clusters(a, W, cosine=cosine, lines=lines)[1]
    return int(np.searchsorted(np.cumsum(held), share * (1 - 1e-12)) + 1)


@cache
def _variance() -> Callable[..., Any]:
    return derive(theory.dropout)[0].function(theory.keep, theory.amplitude)


def dropout_penalty(hidden: Any, keep: float) -> Any:
    """Mean of (f~ - y)^2 - (f - y)^2 over the masks of dropout: (1 - q) / q sum_k h_k^2, summed
    over the last axis of ``hidden``.

    hidden (..., m): a_k sigma(w_k . x); each is kept with probability ``keep`` = q and then divided
    by q.  ``ValueError`` unless 0 < q <= 1, and as ``numerics.core.arrays``.  Source:
    ``theory.condensation.dropout``.
    """
    keep = number(keep, "keep", "a probability above 0", lambda keep: 0 < keep <= 1)
    return _variance()(keep, real(hidden, "hidden", (..., "m"))).sum(-1)


def _data(x: Any, y: Any, p: Any) -> tuple[Array, Array, int]:
    x = real(x, "x", ("n",))
    y = real(y, "y", (len(x),))
    return x, y, integer(p, "p", "a multiplicity, which is a positive integer,", lambda p: p >= 1)


def _sign(sign: Any) -> int:
    return integer(sign, "sign", "1 or -1", lambda sign: sign in (1, -1))
