"""How large the kept weights were at the start, over the share that was dropped."""

from typing import Any

import numpy as np

from numerics.lottery_ticket import start_of_the_kept
from numerics.pruning import kept_variance
from proofs_check import lottery_ticket as check
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points


def portrait(axes: Any) -> None:
    """Mean square of the kept over that of all: derived by what a weight remembers, measured."""
    share = np.linspace(0, 0.97, 98)
    kept = kept_variance(share)
    for corr, colour, style in ((1.0, BLUE, "-"), (0.7, GREEN, "-"), (0.0, GREY, "--")):
        label = (
            f"derived: correlation {corr:g} with the start"
            if corr
            else "rival: large at the end alone"
        )
        axes.plot(share, start_of_the_kept(corr, kept), style, color=colour, label=label)
    seen = check.size_of_the_kept(SEEDS)
    points(axes, [check.SPARSE], [seen], "measured: few steps, 11 networks")
    axes.set(
        xlabel="weights dropped, a share",
        ylabel="mean square at the start of the kept\nover that of all, dimensionless",
        title="Training that moves weights little keeps those that began large",
        ylim=(0, None),
    )
    axes.legend(loc="upper left")
