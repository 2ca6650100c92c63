"""What batch normalisation does to gradients at the start, of wide layers and large batches.

Every formula is one derived in ``theory.residual_norm``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer
from numerics.residual_path import path_law
from theory import derive
from theory import residual_norm as theory

Array = np.ndarray
KINDS = (
    "norm",
    "norm relu norm",
    "norm relu",
)  # of a block: weights before each norm, and at the end


@cache
def _formulas() -> tuple[tuple[Callable[..., Any], ...], float]:
    """Factors of block l, by kind; factor of a plain layer."""
    blocks = derive(theory.residual_block)[2:]
    plain = derive(theory.plain_layer)[1]
    return tuple(each.function(theory.l) for each in blocks), float(plain.function()())


def residual_alpha(kind: str, n: int) -> Array:
    """Factors alpha_l (n,) by which blocks multiply the mean square of a gradient, from the first
    block on, whose input has variance one.

    kind: "norm" is F = norm(W h), "norm relu norm" F = norm(V relu(norm(W h))) and "norm relu" the
    same without the last norm, V of variance 2 / D.  Raises ``ValueError`` for another kind or n <
    1.  Source: ``theory.residual_norm.residual_block``.
    """
    n = integer(n, "n", "at least one block", lambda n: n >= 1)
    if kind not in KINDS:
        raise ValueError(f"kind = {kind!r}: one of {', '.join(KINDS)} is derived")
    return np.asarray(_formulas()[0][KINDS.index(kind)](np.arange(1.0, n + 1)))


def gradient_growth(kind: str, n: int) -> float:
    """Mean square of a gradient before n blocks over that behind them; kind: one of
    ``residual_alpha``, or "plain" for n plain layers of weights, norm and ReLU.

    Raises ``ValueError`` for another kind, n < 1, and a growth that is no float.
    """
    n = integer(n, "n", "at least one block", lambda n: n >= 1)
    logs = (
        n * np.log(_formulas()[1]) if kind == "plain" else np.log1p(residual_alpha(kind, n)).sum()
    )
    if logs > np.log(np.finfo(float).max):
        raise ValueError(f"n = {n}: a growth of exp({logs:.4g}) is no float; take fewer layers")
    return float(np.exp(logs))


def record_law(n: int) -> Array:
    """Shares (n + 1,) of the paths through 0, ..., n blocks that end in a norm: the chances of as
    many records, less one, in a random permutation of n + 1 numbers.  ``ValueError`` for n < 1.
    """
    return path_law(residual_alpha("norm", n))
