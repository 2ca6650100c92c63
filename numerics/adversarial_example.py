"""How small is the step over the boundary of a classifier, and what is it to another example, to
accuracy, to another model and to another seed?

Formulas are those derived in ``theory.adversarial_example``, ``theory.robust_accuracy``,
``theory.useful_feature`` and ``theory.seed_spread``; the functions of the last three are here, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import numpy as np
from scipy.special import betaincinv

from numerics.core.arrays import integers, real, together
from numerics.robust_accuracy import gaussian_ratio, robust_accuracy, standard_accuracy
from numerics.seed_spread import independent_spread, seed_variance
from numerics.useful_feature import relabelled_accuracy, turning_step
from theory import adversarial_example as theory
from theory import derive

__all__ = [
    "cosine_law",
    "flip_distance",
    "gaussian_ratio",
    "independent_spread",
    "relabelled_accuracy",
    "robust_accuracy",
    "seed_variance",
    "standard_accuracy",
    "turning_step",
]
Array = np.ndarray
Norm = Literal["L2", "Linf"]


@cache
def _lengths() -> dict[str, Callable[..., Any]]:
    """Of a margin f and the length, or the sum of the sizes of the entries, of its gradient."""
    found = derive(theory.least_step)
    return {
        "L2": found[0].function(theory.f, theory.G),
        "Linf": found[5].function(theory.f, theory.L),
    }


def flip_distance(f: Any, gradient: Any, norm: Norm) -> Array:
    """Size (...) of the least step that takes a linear margin f (...) with this gradient (..., d)
    to zero: its length ("L2"), or its largest entry ("Linf").

    Infinite where the gradient is zero and the margin is not.  Raises ``ValueError`` for another
    norm and for shapes that do not fit, and as ``numerics.core.arrays``.
    """
    if norm not in _lengths():
        raise ValueError(f"norm {norm!r} is not known: L2 or Linf is needed")
    f, gradient = real(f, "f"), real(gradient, "gradient", (..., "d"))
    together(f=f, gradient=gradient[..., 0])
    largest = np.abs(gradient).max(-1)  # squares of large or small entries have no room
    unit = np.where(largest > 0, largest, 1.0)
    parts = np.abs(gradient) / unit[..., None]
    size = np.sqrt((parts**2).sum(-1)) if norm == "L2" else parts.sum(-1)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        found = _lengths()[norm](f, size) / unit
    return np.asarray(np.where(f == 0, 0.0, found))


def cosine_law(d: Any, share: Any = 0.5) -> Array:
    """The size that the cosine of a random direction in d dimensions with a given one stays below
    with this probability; the median unless told otherwise.  It is also the first-order size,
    relative to |x|, of the least step of a wide random ReLU network of d inputs.

    d and share broadcast.  Raises ``ValueError`` for a dimension below 2, a share outside [0, 1],
    and as ``numerics.core.arrays``.
    """
    d = integers(d, "d", "dimensions of at least 2", lambda v: v >= 2)
    share = real(share, "share", need="probabilities", holds=lambda v: (v >= 0) & (v <= 1))
    together(d=d, share=share)
    return np.asarray(np.sqrt(betaincinv(0.5, (np.asarray(d) - 1) / 2, share)))
