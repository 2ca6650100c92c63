"""Tangent kernels of wide ReLU networks and the flow of their linearised models, at given data.

Every formula is the one derived in ``theory.tangent_kernel`` and, for degrees 0 and 1, in ``theory.phase_diagram.kernel_sizes``.
Source: Jacot, Gabriel, Hongler, NeurIPS 2018; Cho, Saul, NeurIPS 2009.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from theory import derive, phase_diagram
from theory import tangent_kernel as theory
from theory._notation import kappa as kappa_
from theory._notation import kappa_p as kappa_p_

Array = np.ndarray


@cache
def _profile(degree: int) -> Callable[..., Any]:
    """k_degree of unit inputs as a function of their angle."""
    derived = (*derive(phase_diagram.kernel_sizes), *derive(theory.degree_two_kernel))[degree]
    (angle,) = derived.result.free_symbols
    return derived.function(angle)


def arc_cosine(X: Any, Z: Any = None, *, degree: int) -> Array:
    """E[relu(w.x)^degree relu(w.z)^degree], w ~ N(0, I), for degree 0 (both active), 1 or 2; X (n, D), Z (q, D) or X: (n, q).

    Angles by 2 atan2(|u - v|, |u + v|), so that inputs closer than 1e-8 are still told apart; relative error about 1e-15 / angle.
    Raises ``ValueError`` for another degree, arrays that are not (n, D), entries that are not finite, and zero vectors.
    Source: Cho, Saul, NeurIPS 2009.
    """
    if degree not in (0, 1, 2):
        raise ValueError(f"degree = {degree}: 0, 1 or 2 is derived")
    X, Z = _inputs(X, "X"), _inputs(X if Z is None else Z, "Z", X)
    sizes, others = np.linalg.norm(X, axis=1), np.linalg.norm(Z, axis=1)
    u, v = X / sizes[:, None], Z / others[:, None]
    chord, across = (np.linalg.norm(u[:, None] - sign * v[None], axis=2) for sign in (1, -1))
    return _profile(degree)(2 * np.arctan2(chord, across)) * np.outer(sizes, others) ** degree


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    covariance, below, _ = derive(theory.depth_recursion)
    names = {str(symbol): symbol for symbol in below.result.free_symbols}
    v, b, K, G, Theta = (names[name] for name in ("v", "b", "K", "G", "Theta"))
    m = {str(symbol): symbol for symbol in derive(theory.tangent_kernel)[0].result.free_symbols}["m"]
    two_layer = derive(theory.tangent_kernel)[0].function(m, kappa_, kappa_p_, theory.k0, theory.k1, theory.dot)
    return two_layer, covariance.function(v, b, K), below.function(v, b, K, G, Theta)


def two_layer_kernel(X: Any, Z: Any = None, *, m: float, kappa: float, kappa_p: float = 1.0) -> Array:
    """Mean tangent kernel of m neurons, f = (1 / alpha) sum a relu(w.x), in time units of beta_1 beta_2: (n, q).

    A bias is a constant column of X.  Mirrored starts count m twice.  Raises ``ValueError`` as ``arc_cosine`` and for scales <= 0.
    Source: ``theory.tangent_kernel.tangent_kernel``.
    """
    for name, value in (("m", m), ("kappa", kappa), ("kappa_p", kappa_p)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} = {value}: a positive finite number is needed")
    X, Z = _inputs(X, "X"), _inputs(X if Z is None else Z, "Z", X)
    return _formulas()[0](m, kappa, kappa_p, arc_cosine(X, Z, degree=0), arc_cosine(X, Z, degree=1), X @ Z.T)


def ntk(X: Any, Z: Any = None, *, depth: int = 2, weight_variance: float = 2.0, bias_variance: float = 0.0) -> Array:
    """Tangent kernel (n, q) of a ReLU network with ``depth`` layers of weights, all trained, in the limit of infinite width.

    Layers h = sqrt(v / N) W phi + sqrt(b) bias with standard normal W and bias, N units before; the first one reads x / sqrt(D).
    depth 1 is the linear model.  From the second hidden layer on angles below 1e-7 are lost to
    rounding.  Raises ``ValueError`` as ``arc_cosine``, for depth < 1 and for variances v <= 0 or b < 0.
    Source: Jacot, Gabriel, Hongler, NeurIPS 2018; ``theory.tangent_kernel.depth_recursion``.
    """
    if depth < 1:
        raise ValueError(f"depth = {depth}: at least one layer of weights is needed")
    if not (np.isfinite(weight_variance) and weight_variance > 0 and np.isfinite(bias_variance) and bias_variance >= 0):
        raise ValueError(f"weight_variance = {weight_variance}, bias_variance = {bias_variance}: v > 0 and b >= 0 are needed")
    X, Z = _inputs(X, "X"), _inputs(X if Z is None else Z, "Z", X)
    D, v, b = X.shape[1], weight_variance, bias_variance
    _, covariance, below = _formulas()
    # a constant coordinate sqrt(b / v * D) stands for the bias of the first layer: only norms and angles enter above it
    U, V = (np.c_[A, np.full(len(A), np.sqrt(b * D / v))] * np.sqrt(v / D) for A in (X, Z))
    Sigma = U @ V.T
    Theta, across, along = Sigma, (U * U).sum(1), (V * V).sum(1)
    for _ in range(depth - 1):
        product, gate = _of_covariance(Sigma, across, along, U, V)
        Theta, Sigma = below(v, b, product, gate, Theta), covariance(v, b, product)
        across, along = (covariance(v, b, size / 2) for size in (across, along))
        U = V = None
    return Theta


def _of_covariance(Sigma: Array, across: Array, along: Array, U: Array | None, V: Array | None) -> tuple[Array, Array]:
    """(E[phi phi'], E[phi' phi'']) of centred Gaussians with this covariance; the first layer has the inputs themselves for the angle."""
    if U is not None and V is not None:
        return arc_cosine(U, V, degree=1), arc_cosine(U, V, degree=0)
    scale = np.sqrt(np.outer(across, along))
    gap = np.clip(1 - Sigma / scale, 0, 2)
    gap = np.where(gap < 1e-15, 0.0, gap)  # an angle that rounding made up
    angle = 2 * np.arctan2(np.sqrt(gap), np.sqrt(2 - gap))
    return scale * _profile(1)(angle), _profile(0)(angle)


@cache
def _modes() -> tuple[Callable[..., Any], Callable[..., Any]]:
    fitted, elsewhere = derive(theory.linearised_flow)
    return (fitted.function(theory.lam, theory.t, theory.y, theory.f0),
            elsewhere.function(theory.c, theory.lam, theory.t, theory.y, theory.f0))


def linearised_flow(K: Any, y: Any, t: Any, f0: Any = 0.0, *, K_new: Any = None, f0_new: Any = 0.0) -> Array:
    """Outputs (T, n) of the linearised model at the times t (T,) on the data, or (T, q) at new points with kernel K_new (q, n).

    K (n, n) is the tangent kernel Theta(X, X), the loss (1/2n) sum e^2.  Modes with an eigenvalue below 1e-12 of the largest stand still.
    Raises ``ValueError`` for a kernel that is not symmetric, shapes that do not fit, and times that are negative or not finite.
    Source: ``theory.tangent_kernel.linearised_flow``.
    """
    K, y, times = np.asarray(K, dtype=float), np.asarray(y, dtype=float), np.atleast_1d(np.asarray(t, dtype=float))
    if y.ndim != 1 or K.shape != (len(y), len(y)):
        raise ValueError(f"K has shape {K.shape} and y {y.shape}: expected (n, n) and (n,)")
    if not np.allclose(K, K.T, rtol=1e-10, atol=1e-12 * np.abs(K).max()):
        raise ValueError("K is not symmetric")
    if not (np.isfinite(times).all() and (times >= 0).all()):
        raise ValueError("times must be finite and not negative")
    rates, vectors = np.linalg.eigh(K / len(y))
    kept = rates > 1e-12 * rates[-1]
    rates, vectors = rates[kept], vectors[:, kept]
    start = np.broadcast_to(np.asarray(f0, dtype=float), y.shape)
    fitted, elsewhere = _modes()
    if K_new is None:
        gain = fitted(rates, times[:, None], vectors.T @ y, vectors.T @ start) - vectors.T @ start
        return start + gain @ vectors.T
    K_new = np.asarray(K_new, dtype=float)
    if K_new.ndim != 2 or K_new.shape[1] != len(y):
        raise ValueError(f"K_new has shape {K_new.shape}: expected (q, {len(y)})")
    seen = K_new @ vectors / len(y)  # (q, modes)
    return f0_new + elsewhere(seen, rates, times[:, None, None], vectors.T @ y, vectors.T @ start).sum(2)


@cache
def _fluctuation() -> Callable[..., Any]:
    result = derive(theory.gram_fluctuation)[0].result
    names = {str(symbol): symbol for symbol in result.free_symbols}
    return derive(theory.gram_fluctuation)[0].function(names["k_1"], names["k_2"], names["m"])


def gram_fluctuation(X: Any, m: float) -> Array:
    """Standard deviation (n, n) of the mean of relu(w.x) relu(w.x') over m standard normal neurons.

    Raises ``ValueError`` as ``arc_cosine``.  Source: ``theory.tangent_kernel.gram_fluctuation``.
    """
    return _fluctuation()(arc_cosine(X, degree=1), arc_cosine(X, degree=2), m)


def _inputs(X: Any, name: str, like: Array | None = None) -> Array:
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"{name} has shape {X.shape}: expected (n, D)")
    if like is not None and X.shape[1] != like.shape[1]:
        raise ValueError(f"{name} has {X.shape[1]} columns where X has {like.shape[1]}")
    if not np.isfinite(X).all():
        raise ValueError(f"{name} has entries that are not finite")
    if not (X * X).sum(1).all():
        raise ValueError(f"{name} has a zero vector, which has no angle; add a bias column")
    return X
