"""Slopes of a student at a temperature, and risks of least squares that copies least squares.

Every formula is the one derived in ``theory.distillation``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, number, real, together
from theory import derive
from theory import distillation as theory

Array = np.ndarray
POSITIVE = "positive numbers"


@cache
def _slopes() -> tuple[Callable[..., Any], ...]:
    """Slope in a logit (x, p, u, R), its limit (x, z_0, y, v_0, N) and the next term of a
    probability (x, z_0, mu, N).
    """
    first, high = derive(theory.soft_gradient)
    return (
        first.function(theory.x, theory.p, theory.u, theory.R),
        high.function(theory.x, theory.z_0, theory.y, theory.v_0, theory.N),
        derive(theory.second_order)[0].function(theory.x, theory.z_0, theory.mu, theory.N),
    )


@cache
def _risks() -> tuple[Callable[..., Any], ...]:
    """Risks from labels and their means (b, sigma, m, n), from a teacher (b, sigma, m, d, n, M) and
    from one at many rows (b, sigma, m, d, n).
    """
    b, sigma, m, d, n, M = (getattr(theory, name) for name in ("b", "sigma", "m", "d", "n", "M"))
    labels, means = derive(theory.label_risk)[:2]
    teacher, many = derive(theory.distilled_risk)[:2]
    return (
        labels.function(b, sigma, m, n),
        means.function(b, m, n),
        teacher.function(b, sigma, m, d, n, M),
        many.function(b, sigma, m, d, n),
    )


def soft_gradient(student: Any, teacher: Any, temperature: Any) -> Array:
    """Slopes (..., N) of the cross entropy at a temperature, in the student's logits, from logits
    (..., N) of both.  Source: Hinton, Vinyals, Dean, arXiv 1503.02531, 2015.

    Raises ``ValueError`` for fewer than two classes, a temperature that is not positive, and as
    ``numerics.core.arrays``.
    """
    z, v = _logits(student, teacher)
    T = number(temperature, "temperature", "a positive number", lambda t: t > 0)
    told = _slope(v - v.max(-1, keepdims=True), np.zeros_like(v), T) * T
    return _slope(z - z.max(-1, keepdims=True), told, T)


def _slope(x: Array, p: Array, T: float) -> Array:
    whole = np.exp(x / T)
    return np.asarray(_slopes()[0](x, p, 1 / T, whole.sum(-1, keepdims=True) - whole))


def soft_gradient_series(student: Any, teacher: Any, temperature: Any, order: Any) -> Array:
    """The same to the order 2 or 3 in one over the temperature.

    Raises ``ValueError`` for another order, and as ``soft_gradient``.
    """
    z, v = _logits(student, teacher)
    T = number(temperature, "temperature", "a positive number", lambda t: t > 0)
    k = integer(order, "order", "2 or 3", lambda k: k in (2, 3))
    N = z.shape[-1]
    means = [(x.mean(-1, keepdims=True), (x**2).mean(-1, keepdims=True)) for x in (z, v)]
    found = _slopes()[1](z, means[0][0], v, means[1][0], N) / T**2
    if k == 3:
        one, other = (
            _slopes()[2](x, mean, square, N)
            for x, (mean, square) in zip((z, v), means, strict=True)
        )
        found = found + (one - other) / T**3
    return np.asarray(found)


def _logits(student: Any, teacher: Any) -> tuple[Array, Array]:
    z, v = (real(x, name) for x, name in ((student, "student"), (teacher, "teacher")))
    together(student=z, teacher=v)
    if not z.ndim or z.shape[-1:] != v.shape[-1:] or z.shape[-1] < 2:
        raise ValueError(
            f"student {z.shape} and teacher {v.shape}: logits (..., N) of at least two classes are "
            "needed"
        )
    return z, v


def label_risk(n: Any, k: Any, sigma: Any, b2: Any) -> Any:
    """Mean squared error on noise-free labels of least squares with k inputs from n labels with
    noise of standard deviation sigma; b2: squared length of the coefficients that it lacks.

    Arguments broadcast.  Raises ``ValueError`` unless n > k + 1, and as ``numerics.core.arrays``.
    """
    n, k = _sizes(n=n, k=k)
    _more(n, "n", k, "k")
    noise, lacks = _signal(sigma, b2)
    together(n=n, k=k, sigma=noise, b2=lacks)
    return _risks()[0](lacks, noise, k, n)


def bayes_risk(n: Any, k: Any, b2: Any) -> Any:
    """The same from the means of n labels; arguments and errors as ``label_risk``."""
    n, k = _sizes(n=n, k=k)
    _more(n, "n", k, "k")
    lacks = _signal(0.0, b2)[1]
    together(n=n, k=k, b2=lacks)
    return _risks()[1](lacks, k, n)


def distilled_risk(n: Any, d: Any, k: Any, sigma: Any, b2: Any, fresh: Any = np.inf) -> Any:
    """The same from what least squares with d > k inputs and n labels says at ``fresh`` new rows,
    infinitely many unless told otherwise; arguments and errors as ``label_risk``.
    """
    n, d, k = _sizes(n=n, d=d, k=k)
    _more(n, "n", d, "d")
    together(d=d, k=k)
    if not (d > k).all():
        raise ValueError("d must be larger than k everywhere: the teacher has more inputs")
    M = real(
        fresh, "fresh", infinite=True, need="positive numbers or infinity", holds=lambda v: v > 0
    )
    noise, lacks = _signal(sigma, b2)
    together(n=n, d=d, k=k, sigma=noise, b2=lacks, fresh=M)
    finite = np.isfinite(M)
    _more(np.where(finite, M, 4 * k), "fresh", k, "k")
    few = _risks()[2](lacks, noise, k, d, n, np.where(finite, M, 4 * k))
    return np.where(finite, few, _risks()[3](lacks, noise, k, d, n))[()]


def distilling_helps(n: Any, d: Any, k: Any, sigma: Any, b2: Any) -> Any:
    """Is the risk from a teacher at many new rows below that from labels?  Arguments and errors as
    ``distilled_risk``.
    """
    return distilled_risk(n, d, k, sigma, b2) < label_risk(n, k, sigma, b2)


def self_distilled_filter(s: Any, lam: Any, times: Any) -> Any:
    """Share of a mode of the size s that is left after so many ridge regressions with the ridge
    lam, each on what the last one says.

    Arguments broadcast.  Raises ``ValueError`` for sizes that are not positive, a negative number
    of times, and as ``numerics.core.arrays``.
    """
    s, lam = (
        real(v, name, need=POSITIVE, holds=lambda x: x > 0) for v, name in ((s, "s"), (lam, "lam"))
    )
    r = integers(times, "times", "numbers that are not negative", lambda v: v >= 0)
    together(s=s, lam=lam, times=r)
    kept = derive(theory.self_distilled_filter)[0].function(theory.s, theory.lam, theory.r)
    return kept(s, lam, np.asarray(r, float))


def _sizes(**sizes: Any) -> list[Array]:
    return [
        real(v, k, need="sizes of at least one", holds=lambda x: x >= 1) for k, v in sizes.items()
    ]


def _more(many: Array, name: str, few: Array, other: str) -> None:
    together(**{name: many, other: few})
    if not (many > few + 1).all():
        raise ValueError(f"{name} must be larger than {other} + 1 everywhere: the mean is infinite")


def _signal(sigma: Any, b2: Any) -> list[Array]:
    return [
        real(v, name, need="numbers that are not negative", holds=lambda x: x >= 0)
        for v, name in ((sigma, "sigma"), (b2, "b2"))
    ]
