"""How steep the true solution is over the smooth one, over the jump of the coefficient."""

from typing import Any

import numpy as np

from numerics import weak_solution as numerics
from proofs_check.portraits import BLUE, GREEN, GREY, RED

CELLS = 400  # of each side, for the differences
FEW = (0.12, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def steepest(values: np.ndarray) -> float:
    """Largest slope between neighbours, at places 1 / CELLS apart."""
    return float(np.abs(np.diff(values)).max() * CELLS)


def derived(a: float, f: tuple[float, float]) -> float:
    """Largest slope of the true solution over that of the smooth one."""
    x = np.linspace(-1, 1, 2 * CELLS + 1)
    true, smooth = (
        formula((a, 1.0), f, x) for formula in (numerics.weak_solution, numerics.strong_solution)
    )
    return steepest(true) / steepest(smooth)


def measured(a: float, f: tuple[float, float]) -> float:
    """The same by differences: of fluxes for the true solution, of second derivatives for the
    smooth one.
    """
    cells = np.repeat([a, 1.0], CELLS)
    source = np.repeat(f, CELLS)
    at_nodes = (source[1:] + source[:-1]) / 2
    by_flux = np.diag(cells[1:] + cells[:-1])
    by_flux -= np.diag(cells[1:-1], 1) + np.diag(cells[1:-1], -1)
    bend = (source / cells)[1:] / 2 + (source / cells)[:-1] / 2
    flat = 2 * np.eye(len(bend)) - np.eye(len(bend), k=1) - np.eye(len(bend), k=-1)
    true, smooth = (
        np.r_[0, np.linalg.solve(matrix, right / CELLS**2), 0]
        for matrix, right in ((by_flux, at_nodes), (flat, bend))
    )
    return steepest(true) / steepest(smooth)


def portrait(axes: Any) -> None:
    """Largest slope of the true solution over that of the smooth one: derived, by differences, and
    as steep at every jump; hollow what is printed.
    """
    over = np.geomspace(0.1, 10, 61)
    for f, colour, label in (
        ((1.0, 1.0), BLUE, "the same source on both sides"),
        ((0.0, 1.0), GREEN, "a source on the right alone"),
        ((1.0, 0.0), RED, "a source on the left alone"),
    ):
        axes.semilogx(over, [derived(a, f) for a in over], color=colour, label=f"derived: {label}")
        axes.plot(FEW, [measured(a, f) for a in FEW], "o", ms=4, color=colour)
    axes.plot([], [], "ko", ms=4, label="measured: differences, no spread")
    axes.axhline(1, ls="--", color=GREY, label="rival: as steep at every jump")
    axes.plot(0.5, 1.05, "k^", mfc="none", ms=8, label="printed: above it, whatever the source")
    axes.set(
        xlabel="coefficient on the left over that on the right, dimensionless",
        ylabel="largest slope, true over smooth solution,\ndimensionless",
        title="Under the same source on both sides the true solution is the flatter",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
