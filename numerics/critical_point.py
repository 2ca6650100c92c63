"""Share of downward directions at a height, and critical points of small tanh networks by Newton's
method.

The share is the formula derived in ``theory.critical_point``.
Source: Dauphin et al., NeurIPS 2014; Auffinger, Ben Arous, Cerny, CPAM 2013.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, number, real
from theory import critical_point as theory
from theory import derive

Array = np.ndarray
BLOCK = 400  # starts that are followed together: their arrays stay in the cache


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    share, _, height, *_ = derive(theory.index_share)
    return share.function(theory.h), height.function(theory.e, theory.p)


def index_share(e: Any, p: float) -> Any:
    """Share of negative eigenvalues at a critical point of height N e of the polynomial of degree
    p, N large; broadcast over e.

    Zero and one beyond the ends.  ``ValueError`` for p < 2, and as ``numerics.core.arrays``.
    """
    p = number(p, "p", "a degree of at least 2", lambda p: p >= 2)
    share, height = _formulas()
    return share(np.clip(height(real(e, "e"), p), -1.0, 1.0))


def loss_gradient_hessian(theta: Any, X: Any, y: Any) -> tuple[Array, Array, Array]:
    """Loss (B,), gradient (B, P) and Hessian (B, P, P) of f(x) = sum_k a_k tanh(w_k . x), loss
    (1/2n) sum e^2.

    theta (B, P) holds the w (H, D) row by row and then the a (H,); X (B, n, D) has a column of ones
    for biases; y (B, n).  Raises ``ValueError`` for shapes that do not fit, and as
    ``numerics.core.arrays``.
    """
    theta, X, y = _data(theta, X, y)
    return _slopes(theta, *_inputs(X), y)


def _data(theta: Any, X: Any, y: Any) -> tuple[Array, Array, Array]:
    X = real(X, "X", ("B", "n", "D"))
    theta, y = real(theta, "theta", (len(X), "P")), real(y, "y", X.shape[:2])
    if theta.shape[1] % (X.shape[2] + 1):
        raise ValueError(
            f"theta has {theta.shape[1]} columns: a multiple of {X.shape[2] + 1} is needed, which "
            f"is what a unit with the inputs X {X.shape} has"
        )
    return theta, X, y


def _inputs(X: Array) -> tuple[Array, Array]:
    """Inputs (B, D, n), and the products of each two of them (B, n, D D)."""
    pairs = (X[..., :, None] * X[..., None, :]).reshape(*X.shape[:2], -1)
    return np.ascontiguousarray(X.transpose(0, 2, 1)), pairs


def _slopes(theta: Array, inputs: Array, pairs: Array, y: Array) -> tuple[Array, Array, Array]:
    batch, D, n = inputs.shape
    H = theta.shape[1] // (D + 1)
    w, a = theta[:, : H * D].reshape(batch, H, D), theta[:, H * D :, None]
    t = np.tanh(w @ inputs)  # (B, H, n)
    slope = 1 - t * t
    error = (t * a).sum(1) - y
    jacobian = np.empty((batch, theta.shape[1], n))
    of_w = jacobian[:, : H * D].reshape(batch, H, D, n)
    np.multiply((a * slope)[:, :, None], inputs[:, None], out=of_w)
    jacobian[:, H * D :] = t
    gradient = (jacobian @ error[..., None])[..., 0] / n
    hessian = jacobian @ jacobian.transpose(0, 2, 1) / n
    bent = error[:, None] * slope
    curved = (bent * t * (-2 * a) @ pairs / n).reshape(batch, H, D, D)
    mixed = bent @ inputs.transpose(0, 2, 1) / n  # (B, H, D)
    for k in range(H):
        own, out = slice(k * D, (k + 1) * D), H * D + k
        hessian[:, own, own] += curved[:, k]
        hessian[:, own, out] += mixed[:, k]
        hessian[:, out, own] += mixed[:, k]
    return (error**2).mean(1) / 2, gradient, hessian


def critical_points(
    theta: Any, X: Any, y: Any, descent: Any, steps: int = 80, tolerance: float = 1e-7
) -> tuple[Array, ...]:
    """Loss (B,), gradient norm (B,) and Hessian eigenvalues (B, P) where Newton's method for a zero
    gradient has led.

    First ``descent`` (B,) saddle-free steps, -(|H| + 0.1)^-1 gradient, then damped Newton steps,
    none longer than one, up to the gradient norm ``tolerance`` or ``steps`` in all.  Shapes as in
    ``loss_gradient_hessian``, which also says what is raised.  Source: Dauphin et al., NeurIPS
    2014.
    """
    theta, X, y = _data(theta, X, y)
    theta = theta.copy()
    counts = "counts that are not negative"
    descent = integers(descent, "descent", counts, lambda d: d >= 0, (len(theta),))
    steps = integer(steps, "steps", "a count that is not negative", lambda s: s >= 0)
    tolerance = number(tolerance, "tolerance", "a norm that is not negative", lambda t: t >= 0)
    inputs, pairs = _inputs(X)
    for first in range(0, len(theta), BLOCK):
        rows = slice(first, first + BLOCK)
        _follow(theta[rows], inputs[rows], pairs[rows], y[rows], descent[rows], steps, tolerance)
    loss, gradient, hessian = _slopes(theta, inputs, pairs, y)
    return (
        loss,
        np.linalg.norm(gradient, axis=1),
        np.linalg.eigvalsh(hessian),
        np.linalg.norm(theta, axis=1),
    )


def _follow(
    theta: Array,
    inputs: Array,
    pairs: Array,
    y: Array,
    descent: Array,
    steps: int,
    tolerance: float,
) -> None:
    """Move ``theta`` (B, P) to critical points, in place."""
    moving, at = np.arange(len(theta)), theta.copy()
    for step in range(steps):
        _, gradient, hessian = _slopes(at, inputs, pairs, y)
        size = np.linalg.norm(gradient, axis=1)
        keep = (size > tolerance) | (step < descent)
        if not keep.all():
            moving, at, inputs, pairs, y, descent, gradient, hessian, size = (
                v[keep] for v in (moving, at, inputs, pairs, y, descent, gradient, hessian, size)
            )
        if not len(moving):
            break
        move, down = np.empty_like(gradient), step < descent
        if down.any():
            values, vectors = np.linalg.eigh(hessian[down])
            along = (gradient[down][:, None] @ vectors)[:, 0] / (np.abs(values) + 0.1)
            move[down] = (vectors @ along[..., None])[..., 0]
        if not down.all():
            # H (H^2 + d^2)^-1 is the real part of (H + i d)^-1
            damping = np.hypot(np.minimum(0.3 * size[~down], 1.0), 1e-10)
            damped = hessian[~down] + 1j * damping[:, None, None] * np.eye(theta.shape[1])
            move[~down] = np.linalg.solve(damped, gradient[~down][..., None])[..., 0].real
        at -= move / np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1.0)
        theta[moving] = at
