"""How far layers of windows see, what windows miss of a product, and maps of layers.

Every formula is the one derived in ``theory.student_network``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import integers, real, together
from theory import derive
from theory import student_network as theory

Array = np.ndarray


def receptive_field(window: Any, stride: Any, layers: Any) -> Any:
    """Inputs that a unit sees behind so many layers of windows of this side, moved by the stride.

    Arguments broadcast.  Raises ``ValueError`` for numbers below one, and as
    ``numerics.core.arrays``.
    """
    k, s, L = (
        np.asarray(integers(v, name, "positive integers", lambda x: x >= 1), float)
        for v, name in ((window, "window"), (stride, "stride"), (layers, "layers"))
    )
    together(window=k, stride=s, layers=L)
    apart, plain = derive(theory.receptive_field)
    wide = apart.function(theory.k, theory.s, theory.L)(k, np.maximum(s, 2), L)
    return np.where(s > 1, wide, plain.function(theory.k, theory.L)(k, L))[()]


def window_error(mean_square: Any) -> Any:
    """Mean squared error, of a product of two signs that no window holds both, of a sum of
    functions of windows with this mean square.

    Raises ``ValueError`` for negative numbers, and as ``numerics.core.arrays``.
    """
    square = real(
        mean_square, "mean_square", need="numbers that are not negative", holds=lambda x: x >= 0
    )
    return derive(theory.out_of_reach)[0].function(theory.SQUARE)(square)


def attention_map(h: Any) -> Array:
    """Sums of squares over channels at each position, of length one: values (..., positions,
    channels) to maps (..., positions).  Source: Zagoruyko, Komodakis, ICLR 2017.

    Raises ``ValueError`` for values that vanish at all positions, and as ``numerics.core.arrays``.
    """
    values = real(h, "h", (..., "positions", "channels"))
    squares = (values**2).sum(-1)
    whole = (squares**2).sum(-1, keepdims=True)
    if not (whole > 0).all():
        raise ValueError("h vanishes at all positions: its map has no direction")
    share = derive(theory.attention_map)[1].function(theory.AT, theory.ALL)
    return np.asarray(share(squares, whole))
