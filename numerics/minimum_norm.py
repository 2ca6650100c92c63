"""Interpolants nearest to a start, in parameters and in function space.

Source: ``theory.minimum_norm``; Zhang, Xu, Luo, Ma, MSML 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from theory import derive
from theory import minimum_norm as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Change of a coefficient (s, f, c_0), end at a new point from a start of zero plus what the
    start adds (c_0, q, f_0).
    """
    change = derive(theory.end_of_descent)[-1].function(theory.s, theory.f, theory.c_0)
    return change, derive(theory.the_start_stays_in_the_fit)[0].function(
        theory.c_0, theory.q, theory.f_0
    )


def minimum_norm(Phi: Any, y: Any, theta_0: Any = None, *, rtol: float = 1e-12) -> Array:
    """Interpolant theta (p,) of Phi theta = y nearest to theta_0 (zero unless given): where descent
    from theta_0 ends.

    Phi (n, p) holds one row of features per datum; singular values below ``rtol`` times the largest
    count as zero.  ``ValueError`` for shapes that do not fit, data that no parameter meets (rows
    repeated with different y), and as ``numerics.core.arrays``.
    """
    Phi = real(Phi, "Phi", ("n", "p"))
    y, p = real(y, "y", Phi.shape[:1]), Phi.shape[1]
    start = np.zeros(p) if theta_0 is None else real(theta_0, "theta_0", (p,))
    rtol = number(rtol, "rtol", "a share that is not negative", lambda rtol: rtol >= 0)
    left, s, right = np.linalg.svd(Phi, full_matrices=False)
    kept = s > rtol * s[0]
    left, s, right = left[:, kept], s[kept], right[kept]
    end = start + right.T @ _formulas()[0](s, left.T @ y, right @ start)
    size = np.abs(y).max() + np.abs(Phi).max() * np.abs(end).max()
    if np.abs(Phi @ end - y).max() > 1e-6 * size:
        raise ValueError(
            "no parameter meets all data: rows of Phi that depend on each other have conflicting y"
        )
    return np.asarray(end)


def kernel_interpolant(K: Any, y: Any, K_new: Any, f_0: Any = None, f_0_new: Any = None) -> Array:
    """Value (q,) at new points of the interpolant that descent with the kernel K (n, n) ends at;
    K_new (q, n), y (n,).

    Without f_0 it is the interpolant of least kernel norm; a start f_0 (n,) at the data and f_0_new
    (q,) at the new points adds its own interpolation error.  ``ValueError`` for shapes that do not
    fit, a K that is not symmetric and one that is singular, and as ``numerics.core.arrays``.
    """
    K = real(K, "K", ("n", "n"))
    y, K_new = real(y, "y", K.shape[:1]), real(K_new, "K_new", ("q", len(K)))
    if (f_0 is None) != (f_0_new is None):
        raise ValueError(
            "f_0, f_0_new: a start is needed at the data and at the new points, or at neither"
        )
    if not np.allclose(K, K.T, rtol=1e-8, atol=0) or np.linalg.cond(K) > 1e14:
        raise ValueError(
            "K must be symmetric and invertible: two data with the same features have no unique "
            "interpolant"
        )
    end = K_new @ np.linalg.solve(K, y)
    if f_0 is None:
        return np.asarray(end)
    f_0, f_0_new = real(f_0, "f_0", y.shape), real(f_0_new, "f_0_new", end.shape)
    return np.asarray(end + _formulas()[1](f_0_new, 1.0, K_new @ np.linalg.solve(K, f_0)))
