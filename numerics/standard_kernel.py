"""Tangent kernel of ReLU networks whose weights and biases are trained as they stand.

Every formula is one derived in ``theory.standard_kernel`` and ``theory.arc_cosine_kernel``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from array_api_compat import array_namespace

from numerics.core.arrays import integer, real
from numerics.core.kernels import arc, formulas, half_after, placed, unit
from numerics.core.pairs import Pairs, gram
from numerics.core.sizes import grown
from numerics.core.tensors import no_zero_rows, two_sets
from theory import derive
from theory import standard_kernel as theory


@cache
def _trace() -> Callable[..., Any]:
    """Mean squared gradient, by mean square of the input, inputs, units, layers."""
    return derive(theory.kernel_trace)[0].function(theory.q, theory.D_0, theory.D, theory.L)


def kernel_trace(q: Any, D0: int, D: int, L: int) -> Any:
    """Mean squared gradient of the output of a ReLU network by all weights and biases, for an input
    (D0,) of mean square q and L hidden layers of D units; broadcast over q.

    Exact at any width.  Raises ``ValueError`` for q < 0 and sizes below one, and as
    ``numerics.core.arrays``.
    """
    q = real(q, "q", need="mean squares that are not negative", holds=lambda v: v >= 0)
    return _trace()(q, *_sizes(D0=D0, D=D, L=L))


def standard_kernel(X: Any, L: int, D: int) -> Any:
    """Mean tangent kernel (n, n) of a wide ReLU network with L hidden layers of D units at inputs X
    (n, D0): weights of variance two over their inputs and biases from zero, all trained as they
    stand.

    Its diagonal is ``kernel_trace``, exact at any width; off it, corrections are of the order of L
    / D.  NumPy arrays or torch tensors.  Raises ``ValueError`` for zero rows and sizes below one,
    and as ``numerics.tangent_kernel.ntk``.
    """
    X, _ = two_sets(X, None)
    L, D = _sizes(L=L, D=D)
    no_zero_rows(X, "X")
    known, inputs = formulas(array_namespace(X)), X.shape[1]

    def entry(pairs: Pairs) -> Any:
        xp, weights = known.xp, pairs.cosine  # what the sizes of both inputs multiply, and the rest
        now, biases = (
            unit(pairs.half, pairs.opposite, pairs.other, known),
            xp.ones_like(pairs.cosine),
        )
        for layer in range(L):
            gate, cosine = 2 * arc(now, 0, known), 2 * arc(now, 1, known)
            weights, biases = D / inputs * cosine + gate * weights, 1 + gate * biases
            if layer < L - 1:
                half = half_after(now, known)
                if now.opposite.shape[0]:
                    ends = known.next_opposite(xp.pi - now.missing, 1.0, 1.0, 0.0)
                    half = placed(xp, half, now.opposite, ends)
                now = unit(half, now.opposite[:0], now.missing[:0], known)
        return grown(xp, weights, pairs.rows, pairs.columns) + biases

    return gram(X, None, entry, 1)


def _sizes(**sizes: Any) -> list[int]:
    return [integer(v, name, "at least one", lambda v: v >= 1) for name, v in sizes.items()]
