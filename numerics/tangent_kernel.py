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
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, is_numpy_namespace
from scipy.stats import qmc

from numerics.core.pairs import Pairs, gram, inputs, positive, replaced
from theory import derive, phase_diagram
from theory import tangent_kernel as theory
from theory.core.enclosure import least_eigenvalue as enclosed_least_eigenvalue

Array = np.ndarray


ACTIVATIONS = ("relu", "erf", "sine")


class Formulas(NamedTuple):
    """What is derived, as functions of one array library."""

    # arc-cosine kernels of degree 0, 1, 2 of unit inputs by their angle
    angle: tuple[Callable[..., Any], ...]
    half: tuple[Callable[..., Any], ...]  # the same by h = sin(angle / 2)^2
    next_angle: Callable[..., Any]  # h of the next layer: by angle, A_1, A_2, b; A = v E[phi^2]
    next_half: Callable[..., Any]  # by h, without bias
    next_half_biased: Callable[..., Any]  # by h, A_1, A_2, b
    two_layer: Callable[..., Any]  # m, kappa, kappa', k_0, k_1, x.x'
    covariance: Callable[..., Any]  # v, b, K
    below: Callable[..., Any]  # v, b, K, G, Theta
    fluctuation: Callable[..., Any]  # k_1, k_2, m
    # E[phi' phi''], E[phi phi'] by variances A, B and covariance C
    smooth: dict[str, tuple[Callable[..., Any], ...]]


def _named(derivation: Any, *names: str) -> list[Any]:
    known = {str(symbol): symbol for symbol in derivation.result.free_symbols}
    return [known[name] for name in names]


@cache
def _formulas(xp: Any) -> Formulas:
    namespace = None if is_numpy_namespace(xp) else xp

    def function(derivation: Any, *names: str) -> Callable[..., Any]:
        return derivation.function(*_named(derivation, *names), namespace=namespace)

    of_angle = (*derive(phase_diagram.kernel_sizes), *derive(theory.degree_two_kernel))
    covariance, below, _ = derive(theory.depth_recursion)
    by_angle, by_half, biased, _ = derive(theory.next_angle)
    return Formulas(
        tuple(function(d, "theta") for d in of_angle),
        tuple(function(d, "h") for d in derive(theory.half_angle)[1:]),
        function(by_angle, "theta", "A_1", "A_2", "b"),
        function(by_half, "h"),
        function(biased, "h", "A_1", "A_2", "b"),
        function(derive(theory.tangent_kernel)[0], "m", "kappa", "kappaprime", "k_0", "k_1", "P"),
        function(covariance, "v", "b", "K"),
        function(below, "v", "b", "K", "G", "Theta"),
        function(derive(theory.gram_fluctuation)[0], "k_1", "k_2", "m"),
        {
            name: tuple(function(d, "A", "B", "C") for d in derive(claim))
            for name, claim in (("erf", theory.erf_kernel), ("sine", theory.sine_kernel))
        },
    )


def _unit(pairs: Pairs, degree: int, known: Formulas) -> Any:
    return replaced(known.half[degree](pairs.half), pairs, known.angle[degree](pairs.angle))


def arc_cosine(X: Any, Z: Any = None, *, degree: int, workers: int = 1) -> Array:
    """E[relu(w.x)^degree relu(w.z)^degree], w ~ N(0, I), for degree 0 (both active), 1 or 2; X (n,
    D), Z (q, D) or X: (n, q).

    Angles have an absolute error of 1e-14 in float64, and the rounding of the inputs at close ones;
    the diagonal is exact.  ``workers`` threads share the blocks of the matrix.  Raises
    ``ValueError`` for another degree, arrays that are not (n, D), entries that are not finite, and
    zero vectors.  Source: Cho, Saul, NeurIPS 2009; ``theory.tangent_kernel.half_angle``.
    """
    if degree not in (0, 1, 2):
        raise ValueError(f"degree = {degree}: 0, 1 or 2 is derived")
    X, Z = _two(X, Z)
    known = _formulas(array_namespace(X))
    return gram(
        X,
        Z,
        lambda pairs: _unit(pairs, degree, known) * (pairs.rows * pairs.columns) ** degree,
        workers,
    )


def two_layer_kernel(
    X: Any, Z: Any = None, *, m: float, kappa: float, kappa_p: float = 1.0, workers: int = 1
) -> Array:
    """Mean tangent kernel of m neurons, f = (1 / alpha) sum a relu(w.x), in time units of beta_1
    beta_2: (n, q).

    A bias is a constant column of X.  Mirrored starts count m twice.  Raises ``ValueError`` as
    ``arc_cosine`` and for scales <= 0. Source: ``theory.tangent_kernel.tangent_kernel``.
    """
    for name, value in (("m", m), ("kappa", kappa), ("kappa_p", kappa_p)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} = {value}: a positive finite number is needed")
    X, Z = _two(X, Z)
    known = _formulas(array_namespace(X))

    def entry(pairs: Pairs) -> Array:
        return known.two_layer(
            m,
            kappa,
            kappa_p,
            _unit(pairs, 0, known),
            _unit(pairs, 1, known) * (pairs.rows * pairs.columns),
            pairs.dot,
        )

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
    if depth < 1:
        raise ValueError(f"depth = {depth}: at least one layer of weights is needed")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation = {activation!r}: one of {', '.join(ACTIVATIONS)} is derived")
    v = (2.0 if activation == "relu" else 1.0) if weight_variance is None else weight_variance
    if not (np.isfinite(v) and v > 0 and np.isfinite(b) and b >= 0):
        raise ValueError(f"weight_variance = {v}, bias_variance = {b}: v > 0 and b >= 0 are needed")
    X, Z = _two(X, Z)
    xp, D = array_namespace(X), X.shape[1]
    known = _formulas(xp)
    # a constant coordinate stands for the bias of the first layer: products, sizes and angles then
    # are those of its outputs
    U, V = (
        None
        if A is None
        else xp.concat([(v / D) ** 0.5 * A, xp.full_like(A[:, :1], b**0.5)], axis=1)
        for A in (X, Z)
    )
    layers = _relu_layers if activation == "relu" else _smooth_layers

    def entry(pairs: Pairs) -> Array:
        Theta, Sigma = pairs.dot, pairs.dot
        for product, gate in layers(pairs, depth - 1, v, b, known, activation):
            Theta, Sigma = (
                known.below(v, b, product, gate, Theta) if tangent else Theta,
                known.covariance(v, b, product),
            )
        return Theta if tangent else Sigma

    return gram(U, V, entry, workers)


def _relu_layers(
    pairs: Pairs, count: int, v: float, b: float, known: Formulas, activation: str
) -> Any:
    """(E[phi phi'], E[phi' phi'']) of layer after layer, carried by h = sin(angle / 2)^2 and the
    variances of the two inputs.
    """
    one, two = pairs.rows**2, pairs.columns**2
    half = pairs.half
    for layer in range(count):
        first = layer == 0
        product, gate = (
            _unit(pairs, degree, known) if first else known.half[degree](half) for degree in (1, 0)
        )
        yield product * (one**0.5 * two**0.5), gate
        if layer + 1 < count:
            A, B = v * one / 2, v * two / 2
            half = known.next_half_biased(half, A, B, b) if b else known.next_half(half)
            if first:
                half = replaced(
                    half,
                    pairs,
                    known.next_angle(pairs.angle, A[pairs.near[0], 0], B[0, pairs.near[1]], b),
                )
            half, one, two = positive(half), A + b, B + b


def _smooth_layers(
    pairs: Pairs, count: int, v: float, b: float, known: Formulas, activation: str
) -> Any:
    """The same for a smooth activation, carried by variances and covariance."""
    gate_of, product_of = known.smooth[activation]
    one, two, Sigma = pairs.rows**2, pairs.columns**2, pairs.dot
    for _ in range(count):
        product, gate = product_of(one, two, Sigma), gate_of(one, two, Sigma)
        yield product, gate
        one, two = (known.covariance(v, b, product_of(A, A, A)) for A in (one, two))
        Sigma = known.covariance(v, b, product)


@cache
def _modes() -> tuple[Callable[..., Any], Callable[..., Any]]:
    fitted, elsewhere = derive(theory.linearised_flow)
    return (
        fitted.function(theory.lam, theory.t, theory.y, theory.f0),
        elsewhere.function(theory.c, theory.lam, theory.t, theory.y, theory.f0),
    )


def linearised_flow(
    K: Any, y: Any, t: Any, f0: Any = 0.0, *, K_new: Any = None, f0_new: Any = 0.0
) -> Array:
    """Outputs (T, n) of the linearised model at the times t (T,) on the data, or (T, q) at new
    points with kernel K_new (q, n).

    K (n, n) is the tangent kernel Theta(X, X), the loss (1/2n) sum e^2; t may be infinite.  Modes
    with an eigenvalue below 1e-12 of the largest stand still. Raises ``ValueError`` for a kernel
    that is not symmetric, shapes that do not fit, and times that are negative. Source:
    ``theory.tangent_kernel.linearised_flow``.
    """
    K, y, times = (
        np.asarray(K, dtype=float),
        np.asarray(y, dtype=float),
        np.atleast_1d(np.asarray(t, dtype=float)),
    )
    if y.ndim != 1 or K.shape != (len(y), len(y)):
        raise ValueError(f"K has shape {K.shape} and y {y.shape}: expected (n, n) and (n,)")
    if not np.allclose(K, K.T, rtol=1e-10, atol=1e-12 * np.abs(K).max()):
        raise ValueError("K is not symmetric")
    if not (times >= 0).all():
        raise ValueError("times must be numbers and not negative")
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
    return f0_new + elsewhere(
        seen, rates, times[:, None, None], vectors.T @ y, vectors.T @ start
    ).sum(2)


def predictions(
    X: Any, y: Any, X_new: Any, t: Any = np.inf, *, antisymmetric: bool = False, **network: Any
) -> tuple[Array, Array]:
    """Mean (T, q) and covariance (T, q, q), over starts, of what networks of infinite width predict
    at X_new (q, D) after the times t.

    X (n, D), y (n,); ``network`` are the arguments of ``ntk``.  An antisymmetric start has no
    covariance left in this limit.
    Raises ``ValueError`` as ``ntk`` and ``linearised_flow``.  Source:
    ``theory.tangent_kernel.moments_of_the_prediction``.
    """
    X, X_new, y = inputs(X, "X"), inputs(X_new, "X_new"), np.asarray(y, dtype=float)
    K, across = ntk(X, **network), ntk(X_new, X, **network)
    mean = linearised_flow(K, y, t, K_new=across)
    if antisymmetric:
        return mean, np.zeros((*mean.shape, mean.shape[1]))
    # (T, q, n): B of every time
    gain = np.stack([linearised_flow(K, unit, t, K_new=across) for unit in np.eye(len(y))], 2)
    Q, column, here = nngp(X, **network), nngp(X, X_new, **network), nngp(X_new, **network)
    shared = gain @ column
    return mean, here - shared - shared.transpose(0, 2, 1) + gain @ Q @ gain.transpose(0, 2, 1)


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
    X, X_new, y = inputs(X, "X"), inputs(X_new, "X_new"), np.asarray(y, dtype=float)
    K, across = (two_layer_kernel(A, X, m=1, kappa=1.0, kappa_p=kappa_p) for A in (X, X_new))
    dual, B = np.linalg.solve(K, y), np.linalg.solve(K, across.T).T
    points = qmc.MultivariateNormalQMC(np.zeros(X.shape[1] + 1), seed=seed).random(nodes)
    w, a2 = points[:, 1:], points[:, 0] ** 2
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
    X = inputs(X, "X")
    return _formulas(array_namespace(X)).fluctuation(
        arc_cosine(X, degree=1), arc_cosine(X, degree=2), m
    )


def least_eigenvalue(X: Any) -> tuple[float, float]:
    """Rigorous bounds of the least eigenvalue of the gate kernel x.x' k_0 (n, n) of the inputs X
    (n, D), taken as exact numbers.

    By ball arithmetic; bounds are some 1e-9 of the largest eigenvalue apart.  Raises ``ValueError``
    as ``arc_cosine`` and where positivity cannot be shown (parallel inputs).  Takes about n^3 / 1e5
    seconds.  Source: Du, Zhai, Poczos, Singh, ICLR 2019.
    """
    return enclosed_least_eigenvalue(theory.gate_matrix(inputs(X, "X").tolist()))


def sufficient_width(X: Any, e_0: float, failure: float = 0.1) -> float:
    """Width from which on gradient flow on the input weights reaches zero loss with probability 1 -
    ``failure``; |x| = 1, e_0 = |residual|.

    A rigorous bound and a pessimistic one.  Raises ``ValueError`` for inputs that are not of length
    1 and as ``least_eigenvalue``. Source: ``theory.tangent_kernel.wide_networks_converge``.
    """
    X = inputs(X, "X")
    if np.abs((X * X).sum(1) - 1).max() > 1e-9:
        raise ValueError(
            "the theorem is about inputs of length 1: divide the rows of X by their lengths"
        )
    if not (e_0 > 0 and 0 < failure < 1):
        raise ValueError(
            f"e_0 = {e_0}, failure = {failure}: a positive residual and a probability between 0 "
            f"and 1 are needed"
        )
    motion, start = derive(theory.wide_networks_converge)[-2:]
    least, n, delta = least_eigenvalue(X)[0], len(X), failure / 2
    for_the_motion = motion.function(*_named(motion, "n", "E_0", "delta", "lambda_0"))(
        n, e_0, delta, least
    )
    return float(
        max(
            for_the_motion,
            start.function(*_named(start, "n", "delta", "lambda_0"))(n, delta, least),
        )
    )


def _two(X: Any, Z: Any) -> tuple[Array, Array | None]:
    X = inputs(X, "X")
    return X, None if Z is None else inputs(Z, "Z", X)
