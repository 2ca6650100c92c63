"""The spectrum of a kernel of random features, over the frequency."""

from typing import Any

import numpy as np

from proofs_check import multiscale_network as check
from proofs_check.portraits import BLUE, GREY, points

TONES = (2, 5, 10, 15, 20, 25)
SEEDS = tuple(range(4))


def portrait(axes: Any) -> None:
    """Energy relative to frequency 1: of infinitely many features, of 8000, and all alike."""
    k = np.arange(1, 29)
    derived = np.exp([check.linear_feature_theory(k=int(each)) for each in k])
    axes.semilogy(k, derived, color=BLUE, label="derived: infinitely many features")
    seen = [np.exp(check.linear_feature_ratio(SEEDS, m=8000, k=tone)) for tone in TONES]
    points(axes, TONES, seen, "measured: 8000 features, 4 seeds")
    axes.axhline(1, ls="--", color=GREY, label="rival: all frequencies alike")
    axes.set(
        xlabel="frequency, in periods over the interval",
        ylabel="energy over that of frequency 1, dimensionless",
        title=f"Kernel of Fourier features whose frequencies spread by {check.BANDWIDTH:g}",
    )
    axes.legend(loc="lower left")
