"""How the drifts of both layers of a network are tied to each other."""

from typing import Any

import numpy as np

from numerics import gradient_flow
from proofs_check.plane.supremum import TRIANGLE
from proofs_check.portraits import BLUE, GREY, RED
from theory import derive
from theory.core.formula import function_of
from theory.forced_drift import R_w
from theory.tied_drift import R_a, conserved_drifts

NEURONS, INPUTS, GAMMA_P = 300, 2, 0.25
GAMMAS = (0.8, 1.1, 1.4, 1.7, 2.0, 2.3)


def portrait(axes: Any) -> None:
    """Relative distance of the output weights over that of the input weights: what conservation
    allows, of networks at a fit, and as if both were the same.
    """
    X, y = TRIANGLE
    kappa_p = NEURONS**-GAMMA_P
    of_w, of_a = np.meshgrid(np.geomspace(1e-3, 100, 161), np.geomspace(1e-3, 300, 161))
    known = {"A_0": 1.0, "W_0": INPUTS**0.5, "kappaprime": kappa_p}
    for tied, colour, label in zip(
        derive(conserved_drifts),
        (BLUE, RED),
        ("a may not move further", "w may not move further"),
        strict=True,
    ):
        (bound,) = (part for part in tied.result.args if {R_w, R_a} <= part.free_symbols)
        room = function_of(bound.lhs - bound.rhs, ("A_0", "W_0", "kappaprime", R_w, R_a), None, "")
        axes.contour(of_w, of_a, room(*known.values(), of_w, of_a), [0.0], colors=colour)
        axes.plot([], [], color=colour, label=f"derived bound: {label}")
    seen = []
    for gamma in GAMMAS:
        for seed in range(3):
            a, W, _ = gradient_flow.start(NEURONS, INPUTS, sampled=True, seed=seed)
            run = gradient_flow.solve(X, y, NEURONS**-gamma, kappa_p, a, W, tol=1e-8, rtol=0.03)
            seen.append((run.rd_w, run.rd_a))
    axes.plot(*np.transpose(seen), "ko", ms=4, label="measured: networks at a fit, 3 seeds")
    ends = (1e-3, 100)
    axes.plot(ends, ends, "--", color=GREY, label="rival: both move alike")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="distance of w over its size at first, dimensionless",
        ylabel="distance of a over its size at first,\ndimensionless",
        title="Conservation ties both layers where they move far",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
