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
    return _slopes(*_data(theta, X, y))


def _data(theta: Any, X: Any, y: Any) -> tuple[Array, Array, Array]:
    X = real(X, "X", ("B", "n", "D"))
    theta, y = real(theta, "theta", (len(X), "P")), real(y, "y", X.shape[:2])
    if theta.shape[1] % (X.shape[2] + 1):
        raise ValueError(
            f"theta has {theta.shape[1]} columns: a multiple of {X.shape[2] + 1} is needed, which "
            f"is what a unit with the inputs X {X.shape} has"
        )
    return theta, X, y


def _slopes(theta: Array, X: Array, y: Array) -> tuple[Array, Array, Array]:
    batch, n, D = X.shape
    H = theta.shape[1] // (D + 1)
    w, a = theta[:, : H * D].reshape(batch, H, D), theta[:, None, H * D :]
    t = np.tanh(X @ w.transpose(0, 2, 1))  # (B, n, H)
    slope = 1 - t * t
    error = (t * a).sum(2) - y
    jacobian = np.concatenate(
        [((a * slope)[..., None] * X[:, :, None]).reshape(batch, n, -1), t], 2
    )
    gradient = (error[:, None] @ jacobian)[:, 0] / n
    hessian = jacobian.transpose(0, 2, 1) @ jacobian / n
    pairs = (X[..., :, None] * X[..., None, :]).reshape(batch, n, -1)
    curved = ((error[..., None] * a * -2 * t * slope).transpose(0, 2, 1) @ pairs / n).reshape(
        batch, H, D, D
    )
    mixed = (error[..., None] * slope).transpose(0, 2, 1) @ X / n  # (B, H, D)
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
    moving = np.arange(len(theta))
    for step in range(steps):
        _, gradient, hessian = _slopes(theta[moving], X[moving], y[moving])
        size = np.linalg.norm(gradient, axis=1)
        keep = (size > tolerance) | (step < descent[moving])
        moving, gradient, hessian, size = moving[keep], gradient[keep], hessian[keep], size[keep]
        if not len(moving):
            break
        values, vectors = np.linalg.eigh(hessian)
        along = (gradient[:, None] @ vectors)[:, 0]
        damping = np.minimum(0.3 * size, 1.0)[:, None] ** 2 + 1e-20
        newton, saddle_free = values / (values**2 + damping), 1 / (np.abs(values) + 0.1)
        move = -(
            vectors
            @ (np.where(step < descent[moving, None], saddle_free, newton) * along)[..., None]
        )[..., 0]
        theta[moving] += move / np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1.0)
    loss, gradient, hessian = _slopes(theta, X, y)
    return (
        loss,
        np.linalg.norm(gradient, axis=1),
        np.linalg.eigvalsh(hessian),
        np.linalg.norm(theta, axis=1),
    )
