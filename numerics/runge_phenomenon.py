"""Gradient descent on the coefficients of a polynomial, at any time, from one singular value
decomposition.

Source: ``theory.runge_phenomenon``; chapter on the frequency principle, section 1.2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.polynomial import chebyshev, legendre, polynomial
from scipy.optimize import minimize_scalar
from scipy.special import comb

from numerics.core.arrays import integer, real, row
from theory import derive
from theory import runge_phenomenon as theory

Array = np.ndarray
Basis = Literal["monomial", "legendre", "chebyshev", "bernstein"]
BASES = get_args(Basis)


def target(x: Any) -> Any:
    """1 / (1 + 25 x^2); raises as ``numerics.core.arrays``."""
    return 1 / (1 + 25 * real(x, "x") ** 2)


def nodes(count: int = 12) -> Array:
    """Equispaced points from -1 to 1; ``ValueError`` for less than two, and as
    ``numerics.core.arrays``.
    """
    return np.linspace(-1, 1, integer(count, "count", "at least two points", lambda n: n >= 2))


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    fraction = derive(theory.flow_in_a_singular_direction)[0].function(theory.s, theory.t, theory.n)
    return fraction, derive(theory.interpolation_error)[0].function(theory.x)


def interpolation_error(x: Any) -> Any:
    """target(x) - p(x) of the polynomial of degree 11 through the 12 equispaced points, in closed
    form.  Raises as ``numerics.core.arrays``.
    """
    return _formulas()[1](real(x, "x"))


def design(x: Any, degree: int, basis: Basis = "monomial") -> Array:
    """Values (n, degree + 1) of the basis polynomials at x (n,) or (1, degree + 1) at one x.

    ``ValueError`` for an unknown basis or a degree below zero, and as ``numerics.core.arrays``.
    """
    return _design(x, "x", degree, basis)


def _design(x: Any, name: str, degree: int, basis: Basis) -> Array:
    if basis not in BASES:
        raise ValueError(f"basis = {basis!r}: expected {', '.join(map(repr, BASES))}")
    degree = integer(degree, "degree", "a degree that is not negative", lambda n: n >= 0)
    x = row(x, name)
    if basis == "bernstein":
        return _bernstein(x, degree)
    return {
        "monomial": polynomial.polyvander,
        "legendre": legendre.legvander,
        "chebyshev": chebyshev.chebvander,
    }[basis](x, degree)


def _bernstein(x: Array, degree: int) -> Array:
    """Bernstein polynomials on [-1, 1], (n, degree + 1)."""
    share = (x[..., None] + 1) / 2  # probability of a success, of which k occur
    k = np.arange(degree + 1)
    return comb(degree, k) * share**k * (1 - share) ** (degree - k)


def flow(t: Any, x: Any, y: Any, z: Any, degree: int, basis: Basis = "monomial") -> Array:
    """Values (T, Z) at z (Z,) and times t (T,) of the polynomial that gradient flow from zero fits
    to y (n,) at x (n,).

    Loss (1/2n) |e|^2; t may be ``inf``.  Singular values below 1e-13 of the largest are lost to
    rounding and left out.  Raises as ``design``, and for times that are negative.
    """
    x, y = (np.atleast_1d(row(v, name)) for name, v in (("x", x), ("y", y)))
    if x.shape != y.shape:
        raise ValueError(
            f"x has shape {x.shape}, y has shape {y.shape}: one target per point is needed, (n,)"
        )
    t = row(t, "t", need="non-negative times", holds=lambda t: t >= 0, infinite=True)
    t = np.atleast_1d(t)
    U, s, Vt = np.linalg.svd(design(x, degree, basis), full_matrices=False)
    keep = s > 1e-13 * s[0]
    fitted = _formulas()[0](s[keep], t[:, None], len(x)) / s[keep] * (U.T @ y)[keep]
    return fitted @ Vt[keep] @ _design(z, "z", degree, basis).T


def sup_error(t: Any, basis: Basis = "monomial", *, count: int = 12, points: int = 4001) -> Array:
    """Largest deviation from 1 / (1 + 25 x^2) on a grid of [-1, 1] at times t (T,), degree
    ``count`` - 1 through ``count`` points.  Raises as ``flow``.
    """
    points = integer(points, "points", "at least two points", lambda n: n >= 2)
    x, z = nodes(count), np.linspace(-1, 1, points)
    return np.abs(flow(t, x, target(x), z, len(x) - 1, basis) - target(z)).max(1)


def best_time(basis: Basis = "monomial", *, count: int = 12) -> tuple[float, float]:
    """(t, error): when to stop, and the largest deviation then; raises as ``sup_error``."""
    grid = np.geomspace(1e-1, 1e12, 400)
    centre = np.log(grid[sup_error(grid, basis, count=count).argmin()])
    found = minimize_scalar(
        lambda u: float(sup_error(np.exp(u), basis, count=count)[0]),
        bounds=(centre - 0.1, centre + 0.1),
        method="bounded",
    )
    return float(np.exp(found.x)), float(found.fun)


def roughness(degree: int = 11, basis: Basis = "monomial") -> tuple[Array, Array]:
    """Singular values (p,) of the design matrix at degree + 1 equispaced points; mean squared slope
    over mean square per direction (p,).  ``ValueError`` for a degree below one, and as ``design``.
    """
    degree = integer(degree, "degree", "a degree of at least one", lambda n: n >= 1)
    _, s, Vt = np.linalg.svd(design(nodes(degree + 1), degree, basis), full_matrices=False)
    z, weights = legendre.leggauss(degree + 1)
    values = Vt @ design(z, degree, basis).T
    # coefficients of Legendre polynomials, whose mean squares are 1 / (2 k + 1)
    parts = (values * weights) @ legendre.legvander(z, degree) * (np.arange(degree + 1) + 0.5)
    slopes = legendre.legval(z, legendre.legder(parts, axis=1).T)
    return s, (slopes**2 @ weights) / (values**2 @ weights)
