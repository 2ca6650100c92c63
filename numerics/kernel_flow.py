"""The flow of the linearised model at given data, and the moments of its predictions over starts.

Every formula is the one derived in ``theory.kernel_flow``.  Takes NumPy arrays or lists and returns
NumPy arrays, or torch tensors and returns torch tensors.

Source: Jacot, Gabriel, Hongler, NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_numpy_namespace

from numerics.core.tensors import points, values
from numerics.tangent_kernel import nngp, ntk
from theory import derive
from theory import kernel_flow as theory

Array = Any  # of NumPy, or of torch for tensors
LEAST_RATE = 1e-12  # of the largest: modes below stand still
NEGATIVE = 1e-6  # of the largest: more below zero than kernels in float32 have by rounding


@cache
def _modes(xp: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    namespace = None if is_numpy_namespace(xp) else xp
    fitted, elsewhere = derive(theory.digits_of_the_flow)[:2]
    mode = (theory.lam, theory.t, theory.y, theory.f0)
    return (
        fitted.function(*mode, namespace=namespace),
        elsewhere.function(theory.c, *mode, namespace=namespace),
    )


def _eigen(K: Array) -> tuple[Array, Array]:
    """Rates and modes of K / n that move."""
    xp, n = array_namespace(K), K.shape[0]
    if float(xp.max(xp.abs(K - K.T))) > 1e-10 * float(xp.max(xp.abs(K))):
        raise ValueError("K is not symmetric: pass (K + K.T) / 2 if rounding made it so")
    rates, vectors = xp.linalg.eigh(K / n)
    size = float(xp.max(xp.abs(rates)))
    if float(rates[0]) < -NEGATIVE * size:
        raise ValueError(
            f"K has the eigenvalue {n * float(rates[0]):.3g} beside {n * size:.3g}: a tangent "
            f"kernel has none below zero"
        )
    kept = rates > LEAST_RATE * size
    return rates[kept], vectors[:, kept]


def _times(t: Any, like: Array) -> Array:
    times = values(
        t,
        "t",
        like,
        None,
        need="times that are not negative",
        holds=lambda t: t >= 0,
        infinite=True,
    )
    if times.ndim > 1:
        raise ValueError(f"t has shape {tuple(times.shape)}: one time or (T,) is expected")
    return array_namespace(times).reshape(times, (-1,))


def linearised_flow(
    K: Any, y: Any, t: Any, f0: Any = 0.0, *, K_new: Any = None, f0_new: Any = 0.0
) -> Array:
    """Outputs (T, n) of the linearised model at the times t (T,) on the data, or (T, q) at new
    points with kernel K_new (q, n).

    K (n, n) is the tangent kernel Theta(X, X), y (n,), starts f0 (n,) and f0_new (q,) or numbers,
    the loss (1/2n) sum e^2; t may be infinite.  Modes with an eigenvalue below 1e-12 of the largest
    stand still.  Float64 and without gradients, on the device of K.  Raises ``ValueError`` for a
    kernel that is not symmetric or has negative eigenvalues, shapes that do not fit, and times that
    are negative, and as ``numerics.core.arrays``.  Source:
    ``theory.kernel_flow.linearised_flow``, ``digits_of_the_flow``.
    """
    K = values(K, "K", K, ("n", "n"))
    xp, n = array_namespace(K), K.shape[0]
    y, times = values(y, "y", K, (n,)), _times(t, K)
    start = _start(f0, "f0", n, K)
    if K_new is not None:
        K_new = values(K_new, "K_new", K, ("q", n))
    rates, vectors = _eigen(K)
    fitted, elsewhere = _modes(xp)
    before = vectors.T @ start
    if K_new is None:
        gain = fitted(rates, times[:, None], vectors.T @ y, before) - before
        return start + gain @ vectors.T
    gain = elsewhere(1 / n, rates, times[:, None], vectors.T @ y, before)
    return _start(f0_new, "f0_new", K_new.shape[0], K) + gain @ (K_new @ vectors).T


def _start(f0: Any, name: str, n: int, like: Array) -> Array:
    found = values(f0, name, like, None)
    if tuple(found.shape) not in ((), (n,)):
        raise ValueError(f"{name} has shape {tuple(found.shape)}: a number or ({n},) is expected")
    return array_namespace(found).broadcast_to(found, (n,))


def predictions(
    X: Any, y: Any, X_new: Any, t: Any = np.inf, *, antisymmetric: bool = False, **network: Any
) -> tuple[Array, Array]:
    """Mean (T, q) and covariance (T, q, q), over starts, of what networks of infinite width predict
    at X_new (q, D) after the times t (T,), which may be infinite.

    X (n, D), y (n,); ``network`` are the arguments of ``ntk``.  An antisymmetric start has no
    covariance left in this limit.  Float64 and without gradients, on the device of X; one
    eigendecomposition of n^3 operations, and q n^2 for each time.  Raises ``ValueError`` as ``ntk``
    and ``linearised_flow``.  Source: ``theory.kernel_flow.moments_of_the_prediction``.
    """
    X = _without_gradient(points(X, "X"), "X")
    X_new = _without_gradient(points(X_new, "X_new", X), "X_new")
    xp, n = array_namespace(X), X.shape[0]
    y, times = values(y, "y", X, (n,)), _times(t, X)
    across, (rates, vectors) = ntk(X_new, X, **network), _eigen(ntk(X, **network))
    _, elsewhere = _modes(xp)
    share = elsewhere(1 / n, rates, times[:, None], 1.0, 0.0)  # (T, modes)
    seen = across @ vectors  # (q, modes)
    mean = (share * (vectors.T @ y)) @ seen.T
    if antisymmetric:
        return mean, xp.zeros((*mean.shape, mean.shape[1]), dtype=X.dtype, device=X.device)
    Q, column, here = nngp(X, **network), nngp(X, X_new, **network), nngp(X_new, **network)
    gain = seen * share[:, None, :]  # (T, q, modes): B of every time in the modes
    shared = gain @ (vectors.T @ column)
    own = gain @ (vectors.T @ Q @ vectors) @ xp.matrix_transpose(gain)
    return mean, here - shared - xp.matrix_transpose(shared) + own


def _without_gradient(X: Array, name: str) -> Array:
    return values(X, name, X, ("n", "D"))
