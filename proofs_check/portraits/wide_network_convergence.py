"""How much faster than its bound a wide network converges, over the width."""

from typing import Any

from proofs_check import wide_network_convergence as check
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points

WIDTHS = (64, 256, 1024, 4096)


def portrait(axes: Any) -> None:
    """Log of the loss over that of the bound: of the slowest mode, measured, and the bound."""
    axes.axhline(
        check.pace_of_the_slowest_mode(), color=BLUE, label="derived: slowest mode, infinite width"
    )
    for batch, shift, colour, label in (
        (None, 0.95, "k", "all data"),
        (2, 1.05, GREEN, "two of five"),
    ):
        seen = [check.pace_over_bound(SEEDS, batch, m=m) for m in WIDTHS]
        points(
            axes,
            [shift * m for m in WIDTHS],
            seen,
            f"measured: {label} a step, 11 seeds",
            color=colour,
        )
    axes.axhline(1, ls="--", color=GREY, label="rival: no faster than the bound")
    axes.set(
        xscale="log",
        ylim=(0, None),
        xlabel="width, in neurons",
        ylabel="log of the loss over log of its bound,\ndimensionless",
        title="Five points on a circle, output weights fixed",
    )
    axes.set_xticks(WIDTHS, [str(m) for m in WIDTHS])
    axes.minorticks_off()
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.3), fontsize=8)
