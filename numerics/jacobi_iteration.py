"""Damped Jacobi iteration and the two-grid method for -u'' = g on (0, 1), zero ends: factors in
closed form, matrices to hold them against.

Source: ``theory.jacobi_iteration``; Briggs, Henson, McCormick, A Multigrid Tutorial, 2000.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, number, real
from theory import derive
from theory import jacobi_iteration as theory

Array = np.ndarray


@cache
def _symbol() -> Callable[..., Any]:
    return derive(theory.symbol)[0].function(theory.k, theory.h, theory.omega)


def symbol(k: Any, N: int, omega: float = 1.0) -> Any:
    """Factor of sin(k pi x) per sweep on N interior points, broadcast over k; ``ValueError`` for N
    < 1 or omega <= 0, and as ``numerics.core.arrays``.
    """
    N, omega = _checked(N, omega)
    return _symbol()(real(k, "k"), 1 / (N + 1), omega)


def sweep_matrix(N: int, omega: float = 1.0) -> Array:
    """Error propagation (N, N) of one damped sweep, written out: I - omega D^-1 A; raises as
    ``symbol``.
    """
    N, omega = _checked(N, omega)
    return np.eye(N) - omega / 2 * (2 * np.eye(N) - np.eye(N, k=1) - np.eye(N, k=-1))


def two_grid_matrix(N: int, omega: float = 2 / 3, before: int = 1, after: int = 1) -> Array:
    """Error propagation (N, N) of one two-grid cycle: linear interpolation, full weighting,
    Galerkin operator, exact coarse solve.

    N is odd, the coarse grid has (N - 1) / 2 points; ``ValueError`` for another N, for sweeps
    ``before`` or ``after`` it that are fewer than none, and as ``symbol``.
    """
    N, omega = _checked(N, omega)
    before, after = (
        integer(sweeps, name, "a number of sweeps", lambda s: s >= 0)
        for name, sweeps in (("before", before), ("after", after))
    )
    if N % 2 == 0 or N < 3:
        raise ValueError(
            f"N = {N}: an odd number of at least 3 interior points is needed, so that every "
            f"second one is a coarse point"
        )
    A = 2 * np.eye(N) - np.eye(N, k=1) - np.eye(N, k=-1)
    P = np.zeros((N, (N - 1) // 2))
    for coarse in range(P.shape[1]):
        P[2 * coarse : 2 * coarse + 3, coarse] = 0.5, 1.0, 0.5
    correction = np.eye(N) - P @ np.linalg.solve(P.T @ A @ P, P.T @ A)
    smooth = sweep_matrix(N, omega)
    return (
        np.linalg.matrix_power(smooth, after) @ correction @ np.linalg.matrix_power(smooth, before)
    )


def _checked(N: Any, omega: Any) -> tuple[int, float]:
    return (
        integer(N, "N", "at least one interior point", lambda N: N >= 1),
        number(omega, "omega", "a positive finite damping", lambda omega: omega > 0),
    )
