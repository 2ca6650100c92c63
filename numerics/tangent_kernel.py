"""Tangent kernels of wide networks at given data, and the covariance of their starts.

Every formula is the one derived in ``theory.tangent_kernel``, ``theory.arc_cosine_kernel`` and
``theory.smooth_kernel``.  Kernels take NumPy arrays or lists and return NumPy arrays, or torch
tensors and return torch tensors, with gradients that are finite for equal inputs.

Parametrisation: a layer is h = sqrt(v / N) W phi + sqrt(b) bias with standard normal W and bias. In
neural-tangents this is ``stax.Dense(N, W_std=sqrt(v), b_std=sqrt(b), parameterization="ntk")``.
PyTorch's ``nn.Linear(N, N')`` starts with W and bias uniform on [-N^(-1/2), N^(-1/2)] (v = 1/3) and
trains the weights themselves: a layer's own weights add N / v = 3 N times as much to the kernel.
Source: Jacot, Gabriel, Hongler, NeurIPS 2018; Cho, Saul, NeurIPS 2009.
"""

from __future__ import annotations

from typing import Any

from array_api_compat import array_namespace

from numerics.core.arrays import integer, number
from numerics.core.kernels import arc, formulas, relu, unit
from numerics.core.pairs import Pairs, gram
from numerics.core.sizes import grown
from numerics.core.smooth import smooth
from numerics.core.tensors import threads, two_sets

Array = Any  # of NumPy, or of torch for tensors
ACTIVATIONS = ("relu", "erf", "sine")


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
    workers = threads(workers)
    X, Z = two_sets(X, Z)
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
    workers = threads(workers)
    X, Z = two_sets(X, Z)
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
