"""How much the features of a network have changed at a rapidity of the flow."""

from typing import Any

import numpy as np

from numerics.core.plane import value
from proofs_check.plane.supremum import TRIANGLE
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points
from proofs_check.portraits.rapidity import at_rapidities
from theory.feature_change import REACH_W, sigma

LEVELS = (0.05, 0.1, 0.2, 0.4)


def portrait(axes: Any) -> None:
    """Change of the features of a over their least singular value at the start: derived bound, of
    networks, and as if w kept the speed it has at first.
    """
    X, y = TRIANGLE
    largest, over = np.linalg.svd(X, compute_uv=False)[0], np.geomspace(0.04, 0.5, 40)

    def features(W: np.ndarray) -> np.ndarray:
        return np.maximum(W @ X.T, 0) / len(W) ** 0.5

    for kappa_p, colour in ((0.5, GREEN), (0.02, BLUE)):
        runs = [at_rapidities(seed, kappa_p, LEVELS, X, y) for seed in SEEDS]
        least = [np.linalg.svd(features(run[0][1]), compute_uv=False)[-1] for run in runs]
        # sizes of both layers on two inputs; what is derived is relative to the median start
        known = {"sigma": largest, "kappaprime": kappa_p, "alpha_2": 1.0, "omega_2": 2**0.5}
        bound = [value(sigma * REACH_W, known | {"epsilon": level}) for level in over]
        derived = np.array(bound) / np.median(least)
        axes.loglog(over, derived, color=colour, label=rf"derived bound: $\kappa' = {kappa_p:g}$")
        seen = [
            [
                np.linalg.norm(features(run[at][1]) - features(run[0][1]), 2) / first
                for run, first in zip(runs, least, strict=True)
            ]
            for at in range(1, len(LEVELS) + 1)
        ]
        points(axes, LEVELS, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label="measured: 400 neurons, 11 seeds")
    rival = largest * kappa_p * over / np.median(least)
    axes.loglog(over, rival, "--", color=GREY, label=r"rival, $\kappa' = 0.02$: speed of the start")
    axes.axhline(1, color=GREY, lw=0.8, ls=":", label="here the features may have lost their hold")
    axes.set(
        xlabel="rapidity of the flow, dimensionless",
        ylabel="change of the features over their least\nsingular value at first, dimensionless",
        title="Features change no more than their rapidity allows",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
