"""When a linear model with weight decay generalises, and with which norm; steps of decoupled decay.

Every formula is the one derived in ``theory.grokking``: of samples and inputs to infinity at the
ratio rho below one, of small decay, and after the data are fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import real, together
from theory import derive
from theory import grokking as theory


@cache
def _formulas() -> dict[str, Callable[..., Any]]:
    """The derived formulas by the name of the function that they are for."""
    cosine = derive(theory.alignment)[0]
    time, norm = derive(theory.jump)[:2]
    return {
        "alignment": cosine.function(theory.t, theory.c, theory.rho, theory.lam),
        "accuracy": derive(theory.accuracy)[0].function(theory.q),
        "jump_time": time.function(theory.c, theory.rho, theory.lam),
        "jump_norm": norm.function(theory.rho),
        "fitting_time": derive(theory.fit)[0].function(
            theory.c, theory.eps, theory.rho, theory.lam
        ),
        "decay_steps": derive(theory.decoupled_decay)[0].function(
            theory.r_0, theory.r_c, theory.kappa
        ),
    }


def alignment(t: Any, scale: Any, rho: Any, decay: Any) -> Any:
    """Cosine between the weights and the teacher at the time t, for a start of the norm ``scale``
    times that of the teacher and rho samples per input.

    Arguments broadcast; t and decay are not negative.  Raises ``ValueError`` for others, a scale
    that is not positive, rho outside (0, 1), and as ``numerics.core.arrays``.
    """
    t, decay = _from_zero(t, "t"), _from_zero(decay, "decay")
    scale, rho = _positive(scale, "scale"), _share(rho)
    together(t=t, scale=scale, rho=rho, decay=decay)
    return _formulas()["alignment"](t, scale, rho, decay)


def accuracy(cosine: Any) -> Any:
    """Probability of the right sign of a label, for weights with this cosine to the teacher, in
    [-1, 1].  Raises ``ValueError`` for others, and as ``numerics.core.arrays``.
    """
    cosine = real(cosine, "cosine", need="numbers in [-1, 1]", holds=lambda v: abs(v) <= 1)
    return _formulas()["accuracy"](cosine)


def jump_time(scale: Any, rho: Any, decay: Any) -> Any:
    """Time at which half of the gain in accuracy over chance is there; zero for starts so small
    that it is there at once, once the data are fitted.

    Arguments as for ``alignment``, with a positive decay.
    """
    scale, rho, decay = _positive(scale, "scale"), _share(rho), _positive(decay, "decay")
    together(scale=scale, rho=rho, decay=decay)
    return np.maximum(_formulas()["jump_time"](scale, rho, decay), 0.0)


def jump_norm(rho: Any) -> Any:
    """Norm of the weights at that time, over that of the teacher; rho as for ``alignment``."""
    return np.sqrt(_formulas()["jump_norm"](_share(rho)))


def fitting_time(scale: Any, error: Any, rho: Any, decay: Any) -> Any:
    """Time at which of a start of the norm ``scale`` no more than ``error`` is left in the slowest
    direction with data; zero where it is there at once.

    Arguments as for ``alignment``, with a positive error.
    """
    scale, error = _positive(scale, "scale"), _positive(error, "error")
    rho, decay = _share(rho), _from_zero(decay, "decay")
    together(scale=scale, error=error, rho=rho, decay=decay)
    return np.maximum(_formulas()["fitting_time"](scale, error, rho, decay), 0.0)


def decay_steps(start: Any, end: Any, rate: Any, decay: Any) -> Any:
    """Steps of decoupled decay, each of which takes the part rate * decay of the weights, from one
    norm down to another, without a gradient.

    Arguments broadcast and are positive.  Raises ``ValueError`` for others, an end above the start,
    rate * decay of one or more, and as ``numerics.core.arrays``.
    """
    start, end = _positive(start, "start"), _positive(end, "end")
    rate, decay = _positive(rate, "rate"), _positive(decay, "decay")
    together(start=start, end=end, rate=rate, decay=decay)
    if (end > start).any():
        raise ValueError("end is above start: decay only lowers a norm")
    part = rate * decay
    if not ((part < 1) & (part > 0)).all():
        raise ValueError("rate times decay is not between 0 and 1: a step would take all weights")
    return _formulas()["decay_steps"](start, end, -np.log1p(-part))


def _positive(value: Any, name: str) -> Any:
    return real(value, name, need="positive numbers", holds=lambda v: v > 0)


def _from_zero(value: Any, name: str) -> Any:
    return real(value, name, need="numbers that are not negative", holds=lambda v: v >= 0)


def _share(rho: Any) -> Any:
    return real(rho, "rho", need="numbers between 0 and 1", holds=lambda v: (v > 0) & (v < 1))
