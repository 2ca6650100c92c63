"""How far the neurons of a wide network move while it is trained, over the width."""

from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.plane import value
from proofs_check.portraits import BLUE, GREY, SEEDS, points, through
from theory import Step, derive
from theory.kernel_motion import motion_of_neurons

WIDTHS = (64, 256, 1024, 4096)
ANGLES = np.array([0.0, 1.2, 2.6, 4.1])
X, Y = np.c_[np.cos(ANGLES), np.sin(ANGLES)], np.array([1.0, -0.5, 0.5, -1.0])
RATE, STEPS = 0.2, 400  # of descent, in units of time; the slowest error is below 1e-3 in the end


def farthest(seed: int, m: int) -> float:
    """Way of the neuron that moves furthest; output weights +-1 in pairs, so f = 0 at first."""
    half = np.random.default_rng([seed, m]).standard_normal((m // 2, 2))
    first, a = np.r_[half, half], np.repeat([1.0, -1.0], m // 2)
    W = first.copy()
    for _ in range(STEPS):
        before = W @ X.T
        error = a @ np.maximum(before, 0) / m**0.5 - Y
        W -= RATE * a[:, None] / m**0.5 * ((before > 0) * error) @ X
    return float(np.linalg.norm(W - first, axis=1).max())


def portrait(axes: Any) -> None:
    """Way of the farthest neuron: derived bound, of networks, and as if every neuron had to move
    by as much as the output.
    """
    moved = derive(motion_of_neurons)[0]
    (reach,) = (step.rhs for step in moved.steps if isinstance(step, Step))
    least = np.linalg.eigvalsh(X @ X.T * arc_cosine(X, degree=0))[0]
    known = {"n": len(Y), "E_0": float(np.linalg.norm(Y)), "lambda_0": least}
    bound = [value(reach, known | {"m": m}) for m in WIDTHS]
    axes.loglog(WIDTHS, bound, color=BLUE, label="derived bound")
    seen = [[farthest(seed, m) for seed in SEEDS] for m in WIDTHS]
    points(axes, WIDTHS, seen, "measured: farthest neuron, 11 seeds")
    rival = through(WIDTHS[::-1], seen[::-1], 0.0)
    axes.loglog(WIDTHS[::-1], rival, "--", color=GREY, label="rival: whatever the width")
    axes.set(
        xlabel="width m, in neurons",
        ylabel="way of a neuron, in units of its size at first",
        title="The wider the network, the less its neurons move",
    )
    axes.set_xticks(WIDTHS, [str(m) for m in WIDTHS])
    axes.minorticks_off()
    axes.legend()
