"""The phase diagram: the exponent of the drift over both scales of the start."""

from typing import Any

import numpy as np

from numerics.phase_diagram import input_exponent
from proofs_check.core.portrait import judged

CELLS = {  # of the checks that measure one exponent
    "kernel_scaling_slope": (0.5, 0.0),
    "mean_field_slope": (1.0, 0.0),
    "condensed_slope": (1.75, 0.0),
}


def portrait(axes: Any) -> None:
    """Derived exponent as colours with its boundary, measured ones in circles of their colour."""
    gamma, gamma_p = np.meshgrid(np.linspace(0, 2, 161), np.linspace(-1, 1, 161))
    derived = input_exponent(gamma, gamma_p)
    colours: dict[str, Any] = {"cmap": "RdBu_r", "vmin": -0.8, "vmax": 0.8}
    shown = axes.pcolormesh(gamma, gamma_p, derived, rasterized=True, **colours)
    axes.contour(gamma, gamma_p, derived, [0.0], colors="k", linewidths=1.5)
    for name, (x, y) in CELLS.items():
        entry = judged("phase_diagram", name)
        low, high = entry["interval"]
        axes.scatter([x], [y], s=160, c=[np.median(entry["values"])], edgecolors="k", **colours)
        axes.annotate(
            f"{low:.2f} to {high:.2f}",
            (x, y),
            (0, 13),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color="k",
            bbox={"fc": "w", "alpha": 0.7, "lw": 0, "pad": 1},
        )
    axes.figure.colorbar(shown, ax=axes, label="exponent $S_w$ of the drift, dimensionless")
    axes.set(
        xlabel=r"$\gamma$: the output falls as $m^{-\gamma}$, dimensionless",
        ylabel=r"$\gamma'$: layers differ by $m^{-\gamma'}$," + "\ndimensionless",
        title="Line: derived boundary. Circles: measured. White: open",
    )
