"""How far the kernel of m neurons, and what it predicts, scatter over starts, at given data.

Every formula is the one derived in ``theory.infinite_width``.

Source: our own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from array_api_compat import array_namespace
from scipy.stats import qmc

from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.arrays import integer, number, real
from numerics.core.kernels import arc, formulas, unit
from numerics.core.pairs import Pairs, gram
from numerics.core.sizes import grown
from numerics.core.tensors import points
from numerics.tangent_kernel import two_layer_kernel
from theory import derive
from theory import infinite_width as theory

Array = Any  # of NumPy, or of torch for tensors
SINGULAR = 1e14  # condition of a kernel whose inverse has no digits


def gram_fluctuation(X: Any, m: float) -> Array:
    """Standard deviation (n, n) of the mean of relu(w.x) relu(w.x') over m standard normal neurons.

    Raises ``ValueError`` as ``arc_cosine``.  Source: ``theory.infinite_width.gram_fluctuation``.
    """
    X, m = points(X, "X"), number(m, "m", "a positive finite number", lambda m: m > 0)
    known = formulas(array_namespace(X))

    def entry(pairs: Pairs) -> Array:
        at = unit(pairs.half, pairs.opposite, pairs.other, known)
        found = known.fluctuation(arc(at, 1, known), arc(at, 2, known), m)
        return grown(known.xp, found, pairs.rows, pairs.columns)

    return gram(X, None, entry)


def kernel_fluctuation(X: Any, m: float, kappa_p: float = 1.0) -> Array:
    """Standard deviation (n, n) over starts of the mean over m neurons of the tangent kernel of a
    two-layer ReLU network at kappa = 1, both layers trained, standard normal normalised weights.

    Raises ``ValueError`` as ``arc_cosine``.  Source:
    ``theory.infinite_width.kernel_fluctuation``.
    """
    X = real(X, "X", ("n", "D"))
    m, kappa_p = (
        number(value, name, "a positive finite number", lambda v: v > 0)
        for name, value in (("m", m), ("kappa_p", kappa_p))
    )
    sizes = np.linalg.norm(X, axis=1)
    U = X / np.where(sizes > 0, sizes, 1.0)[:, None]
    k0, k1, k2 = (arc_cosine(U, degree=degree) for degree in (0, 1, 2))
    by_name = {"c": U @ U.T, "k_0": k0, "k_1": k1, "k_2": k2, "kappa'": kappa_p, "m": m}
    law = derive(theory.kernel_fluctuation)[0]
    symbols = sorted(law.result.free_symbols, key=str)
    variance = law.function(*symbols)(*(by_name[str(symbol)] for symbol in symbols))
    return np.sqrt(np.maximum(variance, 0.0)) * np.outer(sizes, sizes)


def interpolant_deviation(
    X: Any, y: Any, X_new: Any, *, m: float, kappa_p: float = 1.0, nodes: int = 2**13, seed: int = 0
) -> Array:
    """Standard deviation (q,) over starts of the kernel interpolant at X_new for m independent
    two-layer neurons, to first order.

    A mirrored pair counts as one neuron.  Moments of a neuron by ``nodes`` quasi-random normal
    points, relative error about 1 %.
    Raises ``ValueError`` as ``arc_cosine``.  Source:
    ``theory.infinite_width.fluctuation_of_the_interpolant``.
    """
    X = real(X, "X", ("n", "D"))
    y, X_new = real(y, "y", (len(X),)), real(X_new, "X_new", ("q", X.shape[1]))
    m, kappa_p = (
        number(value, name, "a positive finite number", lambda v: v > 0)
        for name, value in (("m", m), ("kappa_p", kappa_p))
    )
    nodes = integer(nodes, "nodes", "a number of at least one", lambda n: n >= 1)
    K, across = (two_layer_kernel(A, X, m=1, kappa=1.0, kappa_p=kappa_p) for A in (X, X_new))
    if not np.linalg.cond(K) < SINGULAR:
        raise ValueError("X has rows that are zero or positive multiples of others: leave them out")
    dual, B = np.linalg.solve(K, y), np.linalg.solve(K, across.T).T
    normal = qmc.MultivariateNormalQMC(np.zeros(X.shape[1] + 1), seed=integer(seed, "seed"))
    sample = normal.random(nodes)
    w, a2 = sample[:, 1:], sample[:, 0] ** 2
    before, new = w @ X.T, w @ X_new.T  # (nodes, n), (nodes, q)
    # what the data ask of the output weight, and of the input weight
    pull = np.maximum(before, 0) @ dual / kappa_p
    turn = kappa_p * a2[:, None] * (((before > 0) * dual) @ X)
    answer = [
        np.maximum(z, 0) * pull[:, None] + (z > 0) * (turn @ A.T)
        for z, A in ((new, X_new), (before, X))
    ]
    return np.asarray((answer[0] - answer[1] @ B.T).std(0) / np.sqrt(m))
