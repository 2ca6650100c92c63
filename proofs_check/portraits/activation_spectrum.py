"""Which frequency a network fits first, over the width of its activation."""

from typing import Any

import numpy as np

from numerics.linear_frequency_principle import decay_rate
from proofs_check import activation_spectrum as check
from proofs_check.portraits import BLUE, GREY, RED, points
from proofs_check.training.ricker import TONES

SEEDS = tuple(range(5))


def portrait(axes: Any) -> None:
    """How much longer sin 5x takes than sin x: by derived rates, networks, and unmoved."""
    w = check.SCALE * (np.arange(2000) + 0.5) / 250  # midpoints up to eight standard deviations
    bell = np.exp(-((w / check.SCALE) ** 2) / 2)
    tones = np.array([TONES[0], TONES[-1]]) / (2 * np.pi)
    over = np.geomspace(0.04, 0.6, 40)
    rates = np.array(
        [
            decay_rate(
                tones, w=w, a=0.0, weights=bell / bell.sum(), density=1.0, activation="ricker", s=s
            )
            for s in over
        ]
    )
    derived = rates[:, 0] / rates[:, 1]
    axes.loglog(over, derived, color=BLUE, label="derived: ratio of rates, linear model")
    fitted = check.fits(SEEDS, check.ACTIVATIONS, check.SCALE, until_fitted=True)["fitted"]
    seen = (fitted[..., 1] / fitted[..., 0]).T
    points(axes, check.ACTIVATIONS, seen, "measured: ratio of steps, Adam, 5 seeds")
    same = np.interp(np.log(check.WIDE), np.log(over), derived)
    axes.axhline(same, ls="--", color=GREY, label="rival: the width does not matter")
    for width, label in ((check.NARROW, None), (check.WIDE, "the source: both widths")):
        axes.axvline(width, ls=":", color=RED, label=label)
    axes.set(
        xlabel="width of the Ricker activation, in units of its input",
        ylabel="time of sin 5x over that of sin x,\ndimensionless",
        title="A narrow activation loses the order of frequencies",
    )
    axes.set_xticks([0.05, 0.1, 0.2, 0.5], ["0.05", "0.1", "0.2", "0.5"])
    axes.minorticks_off()
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
