"""Where initialisations put a network in the plane of both exponents, over the width."""

from typing import Any

import numpy as np
import sympy as sp

from numerics.phase_diagram import input_exponent, locate
from proofs_check.portraits import BLUE, GREEN, GREY, RED
from theory import derive
from theory.initialisation import ROWS, initialisation_table

INPUTS = 10
WIDTHS = (1e2, 1e4, 1e8, 1e16)
COLOURS = {"LeCun": BLUE, "Xavier": GREEN, "NTK": "k", "mean field": RED}


def portrait(axes: Any) -> None:
    """Derived limits as rings, places at finite widths as points that come to them, and the
    boundary; the rival knows the output weights of the start alone.
    """
    limits = derive(initialisation_table)
    for number, row in enumerate(ROWS):
        if row.name not in COLOURS:
            continue
        gamma, gamma_p = (float(limits[4 * number + part].result) for part in (1, 3))
        places = []
        for width in WIDTHS:
            scales = [sp.sympify(v, strict=True) for v in (row.beta_1, row.beta_2, row.alpha)]
            known = {"m": width, "d": INPUTS}
            sizes = [float(v.subs({s: known[s.name] for s in v.free_symbols})) for v in scales]
            found = locate(width, *sizes)
            places.append((found.gamma, found.gamma_p))
        colour = COLOURS[row.name]
        axes.plot(*np.array(places).T, ".:", color=colour, lw=1, label=f"{row.name}, finite widths")
        axes.plot([gamma], [gamma_p], "o", mfc="none", color=colour, ms=10)
    axes.plot([], [], "o", mfc="none", color="k", ms=10, label="derived: infinite width")
    plane = np.meshgrid(np.linspace(-0.2, 2, 221), np.linspace(-0.5, 1.2, 171))
    axes.contour(*plane, input_exponent(*plane), [0.0], colors=BLUE)
    axes.plot([], [], color=BLUE, label="derived: where the drift neither falls nor grows")
    axes.plot([1, 1], [0, 1.2], "--", color=GREY, label="rival: output weights stand still")
    axes.set(
        xlabel=r"$\gamma$: the output falls as $m^{-\gamma}$, dimensionless",
        ylabel=r"$\gamma'$: layers differ by $m^{-\gamma'}$," + "\ndimensionless",
        xlim=(-0.2, 2),
        ylim=(-0.5, 1.2),
        title=f"Widths of {WIDTHS[0]:.0f} to $10^{{16}}$ on {INPUTS} inputs, and their limit",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
