"""Two Gaussian classes at mu and -mu: how near the boundary is, and what steps leave of accuracy.

Every formula is the one derived in ``theory.robust_accuracy``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import numpy as np

from numerics.core.arrays import integer, number, real
from theory import derive
from theory import robust_accuracy as theory

Array = np.ndarray
Norm = Literal["L2", "Linf"]


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Ratio of distances (r, s, d); accuracy without attack (r, s), under steps of a length (r, s,
    eps) and under steps of a size in each input (r, s, eps, L).
    """
    r, s, eps, L = theory.r, theory.s, theory.eps, theory.L
    standard, long, flat, _ = derive(theory.accuracy)
    return (
        derive(theory.distance_of_classes)[0].function(r, s, theory.d),
        standard.function(r, s),
        long.function(r, s, eps),
        flat.function(r, s, eps, L),
    )


def gaussian_ratio(mu: float, s: float, d: int) -> float:
    """Distance of the boundary from a class over the root mean square distance of two examples of
    different classes, which are at mu and -mu, of this length, with the noise s in d inputs.

    Twice it is the cosine of the step over the boundary with the way to another example.  Raises
    ``ValueError`` for a length or a noise that is not positive, and as ``numerics.core.arrays``.
    """
    mu, s = _positive(mu, "mu"), _positive(s, "s")
    d = integer(d, "d", "at least one input", lambda d: d >= 1)
    unit = max(mu, s)
    return float(_formulas()[0](mu / unit, s / unit, d))


def standard_accuracy(mu: Any, s: float) -> float:
    """Share of right answers of the best rule for classes at mu (d,) and -mu with the noise s.

    Raises ``ValueError`` where mu is zero or s is not positive, and as ``numerics.core.arrays``.
    """
    _, length, s = _classes(mu, s)
    return float(_formulas()[1](length, s))


def robust_accuracy(mu: Any, s: float, eps: float, norm: Norm) -> float:
    """The same when each example is moved against its class, by the length eps ("L2") or by eps in
    each input ("Linf").

    Raises ``ValueError`` for another norm, a negative eps, and as ``standard_accuracy``.
    """
    if norm not in ("L2", "Linf"):
        raise ValueError(f"norm {norm!r} is not known: L2 or Linf is needed")
    mu, length, s = _classes(mu, s)
    eps = number(eps, "eps", "a size that is not negative", lambda v: v >= 0)
    if norm == "L2":
        return float(_formulas()[2](length, s, eps))
    return float(_formulas()[3](length, s, eps, np.abs(mu).sum()))


def _classes(mu: Any, s: float) -> tuple[Array, float, float]:
    mu, s = real(mu, "mu", ("d",)), _positive(s, "s")
    length = float(np.linalg.norm(mu))
    if not 0 < length < np.inf:
        raise ValueError(f"mu has the length {length:g}: classes at different places are needed")
    return mu, length, s


def _positive(value: Any, name: str) -> float:
    return number(value, name, "a positive finite number", lambda v: v > 0)
