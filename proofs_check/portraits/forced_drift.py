"""How far input weights must move, over how well the targets are fitted."""

from typing import Any

import numpy as np

from numerics import forced_drift as numerics
from numerics.phase_diagram import relative_distance
from proofs_check.plane.supremum import TRIANGLE
from proofs_check.portraits import BLUE, GREY

WIDTH, CELL = 1e8, (1.75, 0.0)
PARTS = (0.95, 0.8, 0.6, 0.4, 0.2, 0.02)  # of the targets that are left


def portrait(axes: Any) -> None:
    """Largest relative distance of w on the way to a fit: derived bound, of flows, and as if output
    weights stood still.
    """
    X, y = TRIANGLE
    over = np.linspace(0, 0.99, 80)
    bound = [numerics.drift_lower_bound(WIDTH, *CELL, X, y, left=part) for part in over]
    axes.semilogy(over, bound, color=BLUE, label="derived bound: what a fit forces")
    flows = [
        relative_distance(
            WIDTH,
            *CELL,
            X,
            y,
            nodes=512,
            tol=part**2 * (y @ y) / (2 * len(y)),
            supremum=True,
            rtol=0.03,
        )
        for part in PARTS
    ]
    seen, error = np.transpose([(flow.value, flow.error) for flow in flows])
    axes.errorbar(PARTS, seen, error, fmt="ko", ms=4, capsize=3, label="measured: flows")
    # w alone has to bring |f| to what is fitted, with |a| = sqrt(m) and |w| = sqrt(2 m) at first
    need = WIDTH ** (CELL[0] - 1) / 2 * np.linalg.norm(y) / np.linalg.norm(X, 2)
    alone = (1 - over) * need / 2**0.5
    axes.semilogy(over, alone, "--", color=GREY, label="rival: output weights stand still")
    axes.set(
        xlabel=r"part of the targets that is left, $|e| / |y|$, dimensionless",
        ylabel="largest distance of w over its size at first,\ndimensionless",
        title=r"A fit forces the input weights to move: $10^8$ neurons at $\gamma = 1.75$",
    )
    axes.legend(loc="lower left")
