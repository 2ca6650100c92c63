"""How far the input weights of a network have moved at a rapidity of the flow."""

from typing import Any

import numpy as np

from numerics.core.kernels import named
from numerics.phase_diagram import four_point_problem
from proofs_check.portraits import BLUE, GREEN, GREY, RED, SEEDS, points
from theory import derive
from theory.rapidity import drift_by_rapidity

NEURONS, LEVELS = 200, (0.1, 0.2, 0.4, 0.8)
STEP = 0.004  # of rapidity


def at_rapidities(
    seed: int, kappa_p: float, levels: tuple[float, ...], X: np.ndarray, y: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Output and input weights (a, W) of a flow on two inputs: at the start, and when its rapidity,
    the integral of kappa sigma |e| / n, is at each of these levels.
    """
    sigma, kappa = np.linalg.svd(X, compute_uv=False)[0], 1e-4 / NEURONS
    rows = np.random.default_rng([seed, 43]).standard_normal((NEURONS, 3))
    a, W = np.r_[rows[:, 0], -rows[:, 0]], np.r_[rows[:, 1:], rows[:, 1:]]
    kept, reached = [(a, W)], 0.0
    for level in levels:
        while reached < level - STEP / 2:
            before = W @ X.T
            error = kappa * a @ np.maximum(before, 0) - y
            push = error / np.linalg.norm(error) / sigma
            by_a = np.maximum(before, 0) @ push / kappa_p
            by_w = kappa_p * a[:, None] * (((before > 0) * push) @ X)
            a, W, reached = a - STEP * by_a, W - STEP * by_w, reached + STEP
        kept.append((a, W))
    return kept


def portrait(axes: Any) -> None:
    """Relative distance of w: derived bound, of networks, and as if every weight kept the speed it
    has at first.
    """
    *_, drift = derive(drift_by_rapidity)
    bound = drift.function(*named(drift, "epsilon", "kappaprime", "alpha_2", "omega_1"))
    over = np.linspace(0.05, 0.9, 60)
    for kappa_p, colour in ((1.0, RED), (0.1, GREEN), (0.01, BLUE)):
        derived = bound(over, kappa_p, 1.0, 2**0.5)  # sizes of both layers, two inputs
        axes.loglog(over, derived, color=colour, label=rf"derived bound: $\kappa' = {kappa_p:g}$")
        runs = [at_rapidities(seed, kappa_p, LEVELS, *four_point_problem()) for seed in SEEDS]
        seen = [
            [np.linalg.norm(run[at][1] - run[0][1]) / np.linalg.norm(run[0][1]) for run in runs]
            for at in range(1, len(LEVELS) + 1)
        ]
        points(axes, LEVELS, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label=f"measured: {2 * NEURONS} neurons, 11 seeds")
    rival = kappa_p * over / 2**0.5
    axes.loglog(over, rival, "--", color=GREY, label=r"rival, $\kappa' = 0.01$: speed of the start")
    axes.set(
        xlabel="rapidity of the flow, dimensionless",
        ylabel="distance of w over its size at first,\ndimensionless",
        title="No flow takes the input weights beyond the bound of its rapidity",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
