"""What a sweep leaves of each frequency, and what two grids do about it."""

from typing import Any

import numpy as np

from numerics import jacobi_iteration as numerics

POINTS = 63


def portrait(axes: Any) -> None:
    """Factors of plain and of damped sweeps, of a two-grid cycle as a matrix, and its bound."""
    k = np.arange(1, POINTS + 1)
    for omega, colour, label in (
        (1.0, "#999999", "derived: plain sweep"),
        (2 / 3, "#0072B2", "derived: damped sweep"),
    ):
        axes.plot(k, np.abs(numerics.symbol(k, POINTS, omega)), color=colour, label=label)
    matrix = numerics.sweep_matrix(POINTS, 2 / 3)
    modes = np.sin(np.pi * np.outer(k, k) / (POINTS + 1))
    seen = k[::6]
    left = np.linalg.norm(matrix @ modes[:, seen - 1], axis=0) / np.linalg.norm(
        modes[:, seen - 1], axis=0
    )
    axes.plot(seen, left, "k.", label="damped sweep as a matrix")
    cycle = numerics.two_grid_matrix(POINTS)
    left = np.linalg.norm(cycle @ modes, axis=0) / np.linalg.norm(modes, axis=0)
    axes.plot(k, left, color="#009E73", label="two-grid cycle as a matrix")
    axes.axhline(1 / 9, color="#D55E00", ls=":", label="derived: its spectral radius, 1/9")
    axes.set(
        xlabel=f"frequency, in half periods over {POINTS} points",
        ylabel="amplitude left of 1, dimensionless",
        title="Low frequencies are slow for sweeps and not for two grids",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
