"""By how much batch normalisation misses its invariance, over the number in its root."""

from typing import Any

import numpy as np

from numerics.symmetry import batch_norm_deviation
from proofs_check import symmetry as check
from proofs_check.portraits import BLUE, GREY, SEEDS, points

SMALL = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def portrait(axes: Any) -> None:
    """Change of the output when the batch is scaled by 3: derived, of torch, and as if the
    variance did not matter.
    """
    eps = np.geomspace(5e-8, 0.2, 60)
    derived = np.abs(batch_norm_deviation(check.SCALE, check.SPREAD**2, eps))
    axes.loglog(eps, derived, color=BLUE, label="derived")
    seen = [10 ** check.scaled_batch(SEEDS, eps=each) for each in SMALL]
    points(axes, SMALL, seen, "measured: torch, 11 batches")
    axes.loglog(eps, eps / 2, "--", color=GREY, label="rival: half of it, whatever the variance")
    axes.set(
        xlabel=r"$\epsilon$ added to the variance, in units of the input squared",
        ylabel="relative change of the output, dimensionless",
        title="Batch normalisation of a batch multiplied by 3",
    )
    axes.legend()
