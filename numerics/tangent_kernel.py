"""Tangent kernels of wide networks and the flow of their linearised models, at given data.

Every formula is the one derived in ``theory.tangent_kernel`` and, for the angle, in
``theory.phase_diagram.kernel_sizes``.  Kernels take NumPy arrays or lists and return NumPy arrays,
or torch tensors and return torch tensors, with gradients that are finite for equal inputs.

Parametrisation: a layer is h = sqrt(v / N) W phi + sqrt(b) bias with standard normal W and bias. In
neural-tangents this is ``stax.Dense(N, W_std=sqrt(v), b_std=sqrt(b), parameterization="ntk")``.
PyTorch's ``nn.Linear(N, N')`` starts with W and bias uniform on [-N^(-1/2), N^(-1/2)] (v = 1/3) and
trains the weights themselves: a layer's own weights add N / v = 3 N times as much to the kernel.
Source: Jacot, Gabriel, Hongler, NeurIPS 2018; Cho, Saul, NeurIPS 2009.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_numpy_namespace
from scipy.stats import qmc

from numerics.core.arrays import integer, number, real
from numerics.core.kernels import arc, formulas, named, relu, unit
from numerics.core.pairs import Pairs, gram
from numerics.core.sizes import grown
from numerics.core.smooth import smooth
from numerics.core.tensors import points, values
from theory import derive
from theory import tangent_kernel as theory
from theory.core.enclosure import least_eigenvalue as enclosed_least_eigenvalue

Array = Any  # of NumPy, or of torch for tensors
LEAST_RATE = 1e-12  # of the largest: modes below stand still
SINGULAR = 1e14  # condition of a kernel whose inverse has no digits
NEGATIVE = 1e-6  # of the largest: more below zero than kernels in float32 have by rounding
ACTIVATIONS = ("relu", "erf", "sine")


def arc_cosine(X: Any, Z: Any = None, *, degree: int, workers: int = 1) -> Array:
    """E[relu(w.x)^degree relu(w.z)^degree], w ~ N(0, I), for degree 0 (both active), 1 or 2; X (n,
    D), Z (q, D) or X: (n, q).

    Angles have an absolute error of 1e-14 in float64, and the rounding of the inputs at close ones;
    the diagonal is exact.  ``workers`` threads share the blocks of the matrix.  Raises
    ``ValueError`` for another degree, arrays that are not (n, D), entries that are not finite, and
    zero vectors.  Source: Cho, Saul, NeurIPS 2009; ``theory.tangent_kernel.half_angle``.
    """
    degree = integer(degree, "degree", "one of the degrees 0, 1, 2", lambda d: 0 <= d <= 2)
    workers = _workers(workers)
    X, Z = _two(X, Z)
    known = formulas(array_namespace(X))
    if degree == 0:
        _no_zero_rows(X, "X")
        _no_zero_rows(X if Z is None else Z, "Z")

    def entry(pairs: Pairs) -> Array:
        found = arc(unit(pairs.half, pairs.opposite, pairs.other, known), degree, known)
        for _ in range(degree):
            found = grown(known.xp, found, pairs.rows, pairs.columns)
        return found

    return gram(X, Z, entry, workers)


def two_layer_kernel(
    X: Any, Z: Any = None, *, m: float, kappa: float, kappa_p: float = 1.0, workers: int = 1
) -> Array:
    """Mean tangent kernel of m neurons, f = (1 / alpha) sum a relu(w.x), in time units of beta_1
    beta_2: (n, q).

    A bias is a constant column of X.  Mirrored starts count m twice.  Raises ``ValueError`` as
    ``arc_cosine`` and for scales <= 0. Source: ``theory.tangent_kernel.tangent_kernel``.
    """
    m, kappa, kappa_p = (
        number(value, name, "a positive finite number", lambda v: v > 0)
        for name, value in (("m", m), ("kappa", kappa), ("kappa_p", kappa_p))
    )
    workers = _workers(workers)
    X, Z = _two(X, Z)
    known = formulas(array_namespace(X))

    def entry(pairs: Pairs) -> Array:
        at = unit(pairs.half, pairs.opposite, pairs.other, known)
        gate, product = arc(at, 0, known), arc(at, 1, known)
        found = known.two_layer(m, kappa, kappa_p, gate, product, pairs.cosine)
        return grown(known.xp, found, pairs.rows, pairs.columns)

    return gram(X, Z, entry, workers)


def ntk(
    X: Any,
    Z: Any = None,
    *,
    depth: int = 2,
    activation: str = "relu",
    weight_variance: float | None = None,
    bias_variance: float = 0.0,
    workers: int = 1,
) -> Array:
    """Tangent kernel (n, q) of a network with ``depth`` layers of weights, all trained, in the
    limit of infinite width.

    Layers h = sqrt(v / N) W phi + sqrt(b) bias with standard normal W and bias, N units before; the
    first one reads x / sqrt(D). v is 2 for "relu" and 1 for "erf" and "sine" unless given; depth 1
    is the linear model.  Angles keep 1e-14 at every depth; equal inputs have equal rows, so that
    duplicates with conflicting labels make the kernel singular. Raises ``ValueError`` as
    ``arc_cosine`` (zero vectors are allowed with a bias), for depth < 1, an unknown activation, and
    variances v <= 0 or b < 0. Source: Jacot, Gabriel, Hongler, NeurIPS 2018;
    ``theory.tangent_kernel.depth_recursion``, ``next_angle``.
    """
    return _deep(X, Z, depth, activation, weight_variance, bias_variance, workers, tangent=True)


def nngp(
    X: Any,
    Z: Any = None,
    *,
    depth: int = 2,
    activation: str = "relu",
    weight_variance: float | None = None,
    bias_variance: float = 0.0,
    workers: int = 1,
) -> Array:
    """Covariance (n, q) of the outputs of the same networks at their start, a Gaussian process in
    the limit; arguments as for ``ntk``.
    """
    return _deep(X, Z, depth, activation, weight_variance, bias_variance, workers, tangent=False)


def _deep(
    X: Any,
    Z: Any,
    depth: int,
    activation: str,
    weight_variance: float | None,
    b: float,
    workers: int,
    tangent: bool,
) -> Array:
    layers = integer(depth, "depth", "at least one layer of weights", lambda d: d >= 1) - 1
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation = {activation!r}: one of {', '.join(ACTIVATIONS)} is derived")
    v = (2.0 if activation == "relu" else 1.0) if weight_variance is None else weight_variance
    v = number(v, "weight_variance", "v > 0", lambda v: v > 0)
    b = number(b, "bias_variance", "b >= 0", lambda b: b >= 0)
    workers = _workers(workers)
    X, Z = _two(X, Z)
    scale, known = (v / X.shape[1]) ** 0.5, formulas(array_namespace(X))
    if b:  # a constant coordinate stands for the bias of the first layer
        X, Z = (None if A is None else _with_bias(A, b**0.5 / scale) for A in (X, Z))

    def entry(pairs: Pairs) -> Array:
        if activation == "relu":
            return relu(pairs, layers, v, b, scale, tangent, known)
        return smooth(pairs, layers, v, b, scale, tangent, known, activation)

    return gram(X, Z, entry, workers, small=activation != "relu")


def _with_bias(X: Array, bias: float) -> Array:
    xp = array_namespace(X)
    return xp.concat([X, xp.full_like(X[:, :1], bias)], axis=1)


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
    ``theory.tangent_kernel.linearised_flow``, ``digits_of_the_flow``.
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
    and ``linearised_flow``.  Source: ``theory.tangent_kernel.moments_of_the_prediction``.
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


def interpolant_deviation(
    X: Any, y: Any, X_new: Any, *, m: float, kappa_p: float = 1.0, nodes: int = 2**13, seed: int = 0
) -> Array:
    """Standard deviation (q,) over starts of the kernel interpolant at X_new for m independent
    two-layer neurons, to first order.

    A mirrored pair counts as one neuron.  Moments of a neuron by ``nodes`` quasi-random normal
    points, relative error about 1 %.
    Raises ``ValueError`` as ``arc_cosine``.  Source:
    ``theory.tangent_kernel.fluctuation_of_the_interpolant``.
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


def gram_fluctuation(X: Any, m: float) -> Array:
    """Standard deviation (n, n) of the mean of relu(w.x) relu(w.x') over m standard normal neurons.

    Raises ``ValueError`` as ``arc_cosine``.  Source: ``theory.tangent_kernel.gram_fluctuation``.
    """
    X, m = points(X, "X"), number(m, "m", "a positive finite number", lambda m: m > 0)
    known = formulas(array_namespace(X))

    def entry(pairs: Pairs) -> Array:
        at = unit(pairs.half, pairs.opposite, pairs.other, known)
        found = known.fluctuation(arc(at, 1, known), arc(at, 2, known), m)
        return grown(known.xp, found, pairs.rows, pairs.columns)

    return gram(X, None, entry)


def least_eigenvalue(X: Any) -> tuple[float, float]:
    """Rigorous bounds of the least eigenvalue of the gate kernel x.x' k_0 (n, n) of the inputs X
    (n, D), taken as exact numbers.

    By ball arithmetic; bounds are some 1e-9 of the largest eigenvalue apart.  Raises ``ValueError``
    as ``arc_cosine`` and where positivity cannot be shown (parallel inputs).  Takes about n^3 / 1e5
    seconds.  Source: Du, Zhai, Poczos, Singh, ICLR 2019.
    """
    X = real(X, "X", ("n", "D"))
    _no_zero_rows(X, "X")
    return enclosed_least_eigenvalue(theory.gate_matrix(X.tolist()))


def sufficient_width(X: Any, e_0: float, failure: float = 0.1) -> float:
    """Width from which on gradient flow on the input weights reaches zero loss with probability 1 -
    ``failure``; |x| = 1, e_0 = |residual|.

    A rigorous bound and a pessimistic one.  Raises ``ValueError`` for inputs that are not of length
    1 and as ``least_eigenvalue``. Source: ``theory.tangent_kernel.wide_networks_converge``.
    """
    X = real(X, "X", ("n", "D"))
    if np.abs((X * X).sum(1) - 1).max() > 1e-9:
        raise ValueError(
            "the theorem is about inputs of length 1: divide the rows of X by their lengths"
        )
    e_0 = number(e_0, "e_0", "a positive finite residual", lambda e: e > 0)
    failure = number(failure, "failure", "a probability between 0 and 1", lambda p: 0 < p < 1)
    motion, start = derive(theory.wide_networks_converge)[-2:]
    least, n, delta = least_eigenvalue(X)[0], len(X), failure / 2
    for_the_motion = motion.function(*named(motion, "n", "E_0", "delta", "lambda_0"))(
        n, e_0, delta, least
    )
    return float(
        max(
            for_the_motion,
            start.function(*named(start, "n", "delta", "lambda_0"))(n, delta, least),
        )
    )


def _two(X: Any, Z: Any) -> tuple[Array, Array | None]:
    X = points(X, "X")
    if Z is None:
        return X, None
    Z = points(Z, "Z", X)
    if X.dtype == Z.dtype:
        return X, Z
    xp = array_namespace(X)
    return xp.astype(X, xp.float64), xp.astype(Z, xp.float64)


def _no_zero_rows(X: Array, name: str) -> None:
    xp = array_namespace(X)
    zero = xp.all(X == 0, axis=1)
    if bool(xp.any(zero)):
        raise ValueError(
            f"row {int(xp.argmax(xp.astype(zero, xp.int64)))} of {name} is a zero vector, which "
            f"has no angle; add a bias column"
        )


def _workers(workers: Any) -> int:
    return integer(workers, "workers", "at least one thread", lambda n: n >= 1)
