"""Sizes of the transforms of activation functions, and the functions themselves.

Source: ``theory.activation_spectrum``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import expit

from numerics.core.arrays import number, real
from theory import activation_spectrum as theory
from theory import derive

Activation = Literal["relu", "tanh", "sigmoid", "gaussian", "ricker"]


@cache
def _sizes() -> dict[str, Callable[..., Any]]:
    q, s = theory.q, theory.s
    tanh, sigmoid = derive(theory.tanh_transform)[2:]
    return {
        "relu": derive(theory.relu_transform)[0].function(q, s),
        "tanh": tanh.function(q, s),
        "sigmoid": sigmoid.function(q, s),
        "gaussian": derive(theory.gaussian_transform)[0].function(q, s),
        "ricker": derive(theory.ricker_transform)[0].function(q, s),
    }


def transform_size(activation: Activation, q: Any, s: float = 1.0) -> Any:
    """|sigma^| at angular frequencies q = 2 pi |xi| > 0 (any shape); s is the width of the Gaussian
    and the Ricker function, else unused.

    Raises ``ValueError`` for an unknown activation, q <= 0 or s <= 0, and as
    ``numerics.core.arrays``.
    """
    s = _checked(activation, s)
    # at zero the transforms of growing activations are not functions
    q = real(q, "q", need="positive frequencies", holds=lambda q: q > 0)
    with np.errstate(over="ignore"):
        return np.abs(_sizes()[activation](q, s))


def value(activation: Activation, x: Any, s: float = 1.0) -> Any:
    """sigma(x) for any shape of x; raises as ``transform_size``."""
    s, x = _checked(activation, s), real(x, "x")
    if activation == "relu":
        return np.maximum(x, 0.0)
    if activation == "tanh":
        return np.tanh(x)
    if activation == "sigmoid":
        return expit(x)
    bell = np.exp(-(x**2) / (2 * s**2))
    return bell if activation == "gaussian" else (1 - x**2 / s**2) * bell


def _checked(activation: str, s: Any) -> float:
    if activation not in get_args(Activation):
        raise ValueError(
            f"activation = {activation!r}: expected one of {', '.join(get_args(Activation))}"
        )
    return number(s, "s", "a positive finite width", lambda s: s > 0)
