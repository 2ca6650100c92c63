"""Risk of Bayes on examples in a prompt, at every number of inputs and pairs.

The risk of a direction is the one derived in ``theory.descent_in_context``; its mean is over the
joint density of the eigenvalues of a Wishart matrix, whose Vandermonde factor makes it a Pfaffian
(de Bruijn, Journal of the Indian Mathematical Society 19, 1955).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.polynomial import legendre

from numerics.core.arrays import integer, number
from theory import derive
from theory import descent_in_context as theory

Array = np.ndarray
NODES, PANELS = 24, 120  # of a panel; on the whole range
MOST = 24  # eigenvalues
SURE = 1e-9  # error of a mean that is known, up to which the others are trusted


@cache
def _formula() -> Callable[..., Any]:
    """Risk of a direction (z, N, r)."""
    return derive(theory.bayes_risk)[0].function(theory.z, theory.N, theory.r)


@cache
def _panel() -> tuple[Array, Array, Array]:
    """Nodes, weights, and the matrix of integrals from the left end of [-1, 1] to each node."""
    x, w = legendre.leggauss(NODES)
    values = legendre.legvander(x, NODES - 1)
    integrals = np.stack(
        [legendre.legval(x, legendre.legint(row, lbnd=-1)) for row in np.eye(NODES)], 1
    )
    return x, w, integrals @ np.linalg.inv(values)


def bayes_risk(d: int, N: int, noise: float) -> float:
    """Mean of (answer - w.u)^2 of Bayes over prompts of N pairs with d inputs of variance one and
    noise of the variance ``noise``; relative error below 1e-8.  An answer of zero has the risk d.

    Raises ``ValueError`` for sizes below one, more than 24 of both, negative noise, and where the
    quadrature misses a mean that is known, and as ``numerics.core.arrays``.
    """
    d = integer(d, "d", "a size of at least one", lambda n: n >= 1)
    N = integer(N, "N", "a size of at least one", lambda n: n >= 1)
    noise = number(noise, "noise", "a variance that is not negative", lambda v: v >= 0)
    if min(d, N) > MOST:
        raise ValueError(f"d = {d} and N = {N}: one of them is needed to be at most {MOST}")
    untouched = max(d - N, 0)  # directions without data
    if noise == 0:
        return float(untouched)
    few, many = sorted((d, N))
    u, mass, cumulative = _density(few, many, noise)
    total = _mean(few, mass, cumulative, u**2)
    if not abs(total / (few * many) - 1) < SURE:
        raise ValueError(
            f"d = {d}, N = {N}, noise = {noise:.3g}: the quadrature misses the mean of the "
            "eigenvalues"
        )
    formula = _formula()
    return untouched + _mean(few, mass, cumulative, formula(u**2 / N, N, noise))


def _density(few: int, many: int, noise: float) -> tuple[Array, Array, Array]:
    """Nodes u, square roots of eigenvalues, polynomials of u^2 times their weight (few, nodes), and
    the integrals of these up to each node.
    """
    low, top = max(many**0.5 - few**0.5 - 10, 0.0), many**0.5 + few**0.5 + 10
    small = np.geomspace(1e-6, 1, 25) * min(noise**0.5, top / 2)
    edges = np.unique(np.r_[small[small > low], np.linspace(low, top, PANELS + 1)])
    x, w, inner = _panel()
    half = np.diff(edges)[:, None] / 2
    u = edges[:-1, None] + half * (1 + x)
    power = many - few
    exponent = power * np.log(u) - u**2 / 2
    root = np.sqrt(half * w).ravel()
    first = np.exp(exponent - exponent.max()).ravel() * root
    rows = [first / np.linalg.norm(first)]
    scaled = (2 * u**2 / top**2 - 1).ravel()
    for _ in range(few - 1):  # Arnoldi: polynomials times the weight, orthonormal
        new = scaled * rows[-1]
        for _ in range(2):
            new = new - np.stack(rows).T @ (np.stack(rows) @ new)
        rows.append(new / np.linalg.norm(new))
    mass = np.stack(rows) * root
    values = (np.stack(rows) / root).reshape(few, *u.shape)
    sums = mass.reshape(few, *u.shape).sum(-1)
    before = np.cumsum(sums, -1) - sums
    cumulative = before[..., None] + (values * half) @ inner.T
    return u.ravel(), mass, cumulative.reshape(few, -1)


def _mean(few: int, mass: Array, cumulative: Array, value: Array) -> float:
    """Mean of the sum of ``value`` over the eigenvalues: half the trace of A^-1 A', where A' is the
    derivative of A by a factor 1 + t value of the density.
    """
    sides = np.zeros((few + few % 2,) * 2)
    slopes = sides.copy()
    whole, moved = mass.sum(1), (mass * value).sum(1)
    below = 2 * cumulative - whole[:, None]  # integral of sign(v - u) over u
    sides[:few, :few], half = below @ mass.T, below @ (mass * value).T
    slopes[:few, :few] = half - half.T
    if few % 2:  # a border makes the order even
        sides[:few, -1], sides[-1, :few] = whole, -whole
        slopes[:few, -1], slopes[-1, :few] = moved, -moved
    return float(np.trace(np.linalg.solve(sides, slopes)) / 2)
