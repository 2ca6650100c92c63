"""Along which lines neurons condense: zeros of a trigonometric polynomial."""

from typing import Any

import numpy as np

from numerics.condensation import directions, slope
from proofs_check import condensation as check
from proofs_check.portraits import BLUE, GREEN, GREY, RED, SEEDS


def portrait(axes: Any) -> None:
    """The turning rate of each multiplicity, its zeros, and the lines that networks settle on."""
    angle = np.linspace(0, np.pi, 400)
    for p, colour in ((1, BLUE), (2, GREEN), (3, RED)):
        turn = slope(angle, *check.WAVE, p)
        turn = turn / np.abs(turn).max()
        name = check.BY_MULTIPLICITY[p].replace(" tanh", r"\,\tanh").replace("tanh x", r"tanh\,x")
        name = name if p > 1 else r"\tanh\,x"
        axes.plot(angle, turn, color=colour, label=f"derived: ${name}$")
        places = directions(*check.WAVE, p)
        axes.plot(places, np.zeros(len(places)), "o", mfc="none", color=colour, ms=9)
        for which in range(len(places)):
            found = np.sort(check.line(SEEDS, p, which))
            middle = np.median(found)
            ends = [[middle - found[0]], [found[-1] - middle]]
            axes.errorbar([middle], [0], xerr=ends, fmt="k.", capsize=3)
    axes.errorbar([], [], xerr=[], fmt="k.", label="measured: lines, 11 seeds")
    (usual,) = directions(*check.WAVE, 1)
    axes.axvline(usual, ls="--", color=GREY, label=r"rival: always the line of $\tanh$")
    axes.axhline(0, color=GREY, lw=0.6)
    axes.set(
        xlabel="angle of the line of a neuron, in radians",
        ylabel="rate at which neurons turn,\nover its largest value, dimensionless",
        title="Neurons condense on as many lines as the activation has zeros",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
