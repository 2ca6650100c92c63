"""A network with one direction, and the best that a single neuron does for it."""

from typing import Any

import numpy as np
from scipy.optimize import least_squares

from proofs_check.portraits import BLUE, GREEN, GREY, RED

Z = np.linspace(-4, 4, 201)


def _single(target: np.ndarray, act: Any) -> np.ndarray:
    """The least-squares fit of one neuron C act(p z), over a grid of starts."""
    fits = [
        least_squares(lambda w: w[0] * act(w[1] * Z) - target, (target.max(), p))
        for p in (0.3, 1.0, 3.0)
    ]
    best = min(fits, key=lambda fit: fit.cost)
    return np.asarray(best.x[0] * act(best.x[1] * Z))


def portrait(axes: Any) -> None:
    """Sums of two neurons of one direction: for ReLU one neuron is the same, for tanh the best
    one is not.
    """

    def relu(z: np.ndarray) -> np.ndarray:
        return np.maximum(z, 0)

    for act, colour, name in ((relu, BLUE, "ReLU"), (np.tanh, RED, "tanh")):
        target = act(Z) + act(2 * Z)
        target = target / np.abs(target).max()
        gap = _single(target, act) - target
        axes.plot(Z, gap, color=colour, label=f"best single {name} neuron")
    axes.axhline(0.0, ls="--", color=GREY, label="rival: one direction is one neuron")
    axes.axvline(0.0, color=GREEN, lw=0.8, label="where slope and bend are compared")
    axes.set(
        xlabel="input along the direction, dimensionless",
        ylabel="error over the largest output,\ndimensionless",
        title="One neuron stands for two of one direction with ReLU, not with tanh",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
