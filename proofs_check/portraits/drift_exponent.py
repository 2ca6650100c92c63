"""With which power of the width both layers move, over the size of the output."""

from typing import Any, Literal

import numpy as np

from numerics.core.fit import log_slope
from numerics.core.plane import value
from numerics.phase_diagram import relative_distance
from proofs_check.portraits import BLUE, GREY, RED
from theory.drift_exponent import ABOVE

GAMMA_P, WIDTHS = 0.4, (1e11, 1e12)
FEW = (0.6, 0.8, 1.1, 1.2, 1.3)


def portrait(axes: Any) -> None:
    """Exponents of both relative distances in the linear region: derived, of flows between two
    widths, and as if the layers moved alike.
    """
    over = np.linspace(0.5, 1 + GAMMA_P, 60)
    square, by_a, by_w = (
        np.array([value(term, {"gamma": at, "gammaprime": GAMMA_P}) for at in over])
        for term in ABOVE["a"]
    )
    axes.plot(over, by_w, color=RED, label="derived: output weights")
    axes.plot(over, np.maximum(square, by_a), color=BLUE, label="derived: input weights, at most")
    layers: tuple[tuple[Literal["a", "w"], str], ...] = (("a", RED), ("w", BLUE))
    for layer, colour in layers:
        slopes = [
            log_slope(
                WIDTHS,
                [
                    relative_distance(
                        m, at, GAMMA_P, layer=layer, nodes=512, tol=1e-10, rtol=0.03
                    ).value
                    for m in WIDTHS
                ],
            )
            for at in FEW
        ]
        axes.plot(FEW, slopes, "o", ms=4, color=colour)
    axes.plot([], [], "ko", ms=4, label=r"measured: flows, $10^{11}$ to $10^{12}$ neurons")
    axes.plot(over, by_w - GAMMA_P, "--", color=GREY, label=r"rival: $\gamma'$ apart everywhere")
    axes.axvline(1, color=GREY, lw=0.8, ls=":")
    axes.set(
        xlabel=r"$\gamma$: the output falls as $m^{-\gamma}$, dimensionless",
        ylabel="exponent of the relative distance, dimensionless",
        title=r"Linear region, $\gamma' = 0.4$: input weights move with a power of their own",
    )
    axes.legend(loc="upper left")
