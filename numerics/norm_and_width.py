"""Norm of He's start, and the product of its spectral norms, for networks of any width.

Every formula is the one derived in ``theory.norm_and_width``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integers, real, together
from theory import derive
from theory import norm_and_width as theory


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Mean squared norm (N, C), product of spectral norms (N, d, h), relative change (Y, X, N, d,
    C).
    """
    total, product = derive(theory.width)[0], derive(theory.spectral_product)[0]
    change = derive(theory.width)[4]
    return (
        total.function(theory.N, theory.C),
        product.function(theory.N, theory.d, theory.hidden),
        change.function(theory.Y, theory.X, theory.N, theory.d, theory.C),
    )


def total_norm(width: Any, classes: Any) -> Any:
    """Root of the mean squared norm of all weights at He's start of a network with two hidden
    layers of this width, whatever its number of inputs.

    Arguments broadcast.  Raises ``ValueError`` for sizes below one, and as
    ``numerics.core.arrays``.
    """
    N, C = (
        real(v, name, need="sizes of at least one", holds=lambda x: x >= 1)
        for v, name in ((width, "width"), (classes, "classes"))
    )
    together(width=N, classes=C)
    return np.sqrt(_formulas()[0](N, C))


def spectral_product(inputs: Any, width: Any, hidden: Any) -> Any:
    """Product of the spectral norms at He's start, with output weights of variance one over the
    width, as sizes tend to infinity at a fixed ratio; ``hidden``: matrices between hidden layers.
    The error at finite sizes is of the order of their power -2/3.

    Arguments broadcast.  Raises ``ValueError`` for sizes below one or a negative number of
    matrices, and as ``numerics.core.arrays``.
    """
    d, N = (
        real(v, name, need="sizes of at least one", holds=lambda x: x >= 1)
        for v, name in ((inputs, "inputs"), (width, "width"))
    )
    h = integers(hidden, "hidden", "a number that is not negative", lambda v: v >= 0)
    together(inputs=d, width=N, hidden=h)
    return _formulas()[1](N, d, np.asarray(h, float))


def relative_change(change: Any, length: Any, inputs: Any, width: Any, classes: Any) -> Any:
    """Least distance that the weights of a wide network with two hidden layers move from He's start
    for an output to change by ``change`` at an input of this length, over the norm of the start;
    mean squares stand for squares, so that the error is of the order of the root of one over the
    width.

    Arguments broadcast.  Raises ``ValueError`` for a change or a length that is not positive, sizes
    below one, and as ``numerics.core.arrays``.
    """
    need = "positive numbers"
    change, length = (
        real(v, name, need=need, holds=lambda x: x > 0)
        for v, name in ((change, "change"), (length, "length"))
    )
    d, N, C = (
        real(v, name, need="sizes of at least one", holds=lambda x: x >= 1)
        for v, name in ((inputs, "inputs"), (width, "width"), (classes, "classes"))
    )
    together(change=change, length=length, inputs=d, width=N, classes=C)
    return (change / length) * _formulas()[2](1.0, 1.0, N, d, C)
