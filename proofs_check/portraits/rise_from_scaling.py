"""Exact match that follows from the power law of one token, and wrong labels that follow none."""

from typing import Any

import numpy as np

from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points
from theory import derive
from theory.emergence import L, N, a, c
from theory.rise_from_scaling import exact_match_by_size

SIZES, FACTOR, POWER = np.array([3, 10, 30, 100, 300, 1000, 3000]), 1.5, 0.5


def portrait(axes: Any) -> None:
    """Exact match over the size for short and long answers: derived from the power law of a token,
    of drawn tokens; dashed a power law of the exact match itself.
    """
    match = derive(exact_match_by_size)[0].function(L, c, N, a)
    over = np.geomspace(SIZES[0], SIZES[-1], 60)
    for length, colour in ((1, BLUE), (20, GREEN)):
        label = f"derived: {length} token{'s' if length > 1 else ''}"
        axes.semilogx(over, match(length, FACTOR, over, POWER), color=colour, label=label)
        seen = []
        for size in SIZES:
            error = FACTOR * size**-POWER
            draws = [np.random.default_rng([seed, int(size), length]) for seed in SEEDS]
            seen.append([(rng.random((500, length)) > error).all(1).mean() for rng in draws])
        points(axes, SIZES, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label="drawn: 500 answers, 11 seeds")
    last = match(20, FACTOR, float(SIZES[-1]), POWER)
    power = last * (over / over[-1]) ** POWER
    axes.semilogx(over, power, "--", color=GREY, label="rival: a power law of exact match")
    axes.set(
        xlabel="size of the model, in units of its least",
        ylabel="answers that match exactly, a share",
        title="A power law of one token makes long answers rise late",
    )
    axes.legend()
