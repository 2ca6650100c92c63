"""The largest drift on the way: its slope over sampled widths, and its picture beside a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics import gradient_flow
from numerics.core.fit import log_slope
from numerics.phase_diagram import four_point_problem, relative_distance

Array = np.ndarray
Cell = tuple[float, float]  # (gamma, gamma')
WIDTHS = (128, 512, 2048)
WIDE = (1e4, 1e6, 1e8, 1e10, 1e12)  # of the picture
CORNERS = np.pi * np.array([0.0, 2 / 3, 4 / 3])
TRIANGLE = np.c_[np.cos(CORNERS), np.sin(CORNERS)], np.array([0.5, -0.5, 0.25])


def name_of(cell: Cell) -> str:
    """The name of a cell as a set-up."""
    return f"({cell[0]:g}, {cell[1]:g})"


def slope(seeds: Sequence[int], cell: Cell, sign: int, widths: Sequence[int] = WIDTHS) -> Array:
    """``sign`` times the slope of log sup_t RD_w over log m, both copies of a sampled start."""
    X, y = four_point_problem()
    found = np.empty((len(widths), len(seeds)))
    for row, m in enumerate(widths):
        for column, seed in enumerate(seeds):
            a, W, _ = gradient_flow.start(m, 2, sampled=True, seed=int(seed))
            run = gradient_flow.solve(X, y, m ** -cell[0], m ** -cell[1], a, W, tol=1e-6, rtol=0.1)
            found[row, column] = run.sup_rd_w if run.converged else np.nan
    return sign * log_slope(widths, found)


@cache
def largest(m: float, cell: Cell) -> tuple[float, float]:
    """sup_t RD_w on three inputs on the circle, from quadrature nodes, and its error."""
    found = relative_distance(m, *cell, *TRIANGLE, nodes=512, tol=1e-10, supremum=True, rtol=0.03)
    return found.value, found.error


def draw(
    axes: Any, cells: Sequence[Cell], bound: Callable[..., float], said: str, rival: float | None
) -> None:
    """sup_t RD_w over the width with its error (points), the derived bound (lines) and, dashed, a
    level that somebody could believe.  A bound that claims nothing is left out.
    """
    for number, cell in enumerate(cells):
        colour = f"C{number}"
        points = np.array([largest(m, cell) for m in WIDE])
        axes.errorbar(WIDE, *points.T, fmt="o", color=colour, capsize=2, label=name_of(cell))
        bounds = np.array([bound(m, *cell, *TRIANGLE) for m in WIDE])
        bounds[~np.isfinite(bounds) | (bounds <= 0)] = np.nan
        axes.plot(WIDE, bounds, "-", color=colour)
    if rival is not None:
        axes.axhline(rival, color="#999999", linestyle="--", label="rival: as far as it is large")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="width m, in neurons",
        ylabel="largest distance of w over its size at first,\ndimensionless",
        title=said,
    )
    axes.plot([], [], "ko", label="measured: flows, with their error")
    axes.plot([], [], "k-", label="derived bound")
    axes.legend(title=r"$(\gamma, \gamma')$", loc="upper left", bbox_to_anchor=(1.0, 1.0))
