"""How far the size of a random start strays from its mean, over the number of weights."""

from typing import Any

import numpy as np

from numerics.core.kernels import named
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points
from theory import derive
from theory.random_start import typical_start

NUMBERS = (8, 32, 128, 512, 2048)
STARTS = 300


def portrait(axes: Any) -> None:
    """Relative deviation of a sum of squares that all but one start in ten, or in a hundred, stays
    below: derived bound, of drawn starts, and as if deviations did not add up at random.
    """
    deviation = derive(typical_start)[1]
    bound = deviation.function(*named(deviation, "N", "delta"))
    over = np.geomspace(6, 3000, 40)
    for chance, colour in ((0.01, GREEN), (0.1, BLUE)):
        label = f"derived bound: but for {chance:.0%} of the starts"
        axes.loglog(over, bound(over, chance), color=colour, label=label)
        seen = []
        for number in NUMBERS:
            rngs = [np.random.default_rng([seed, number]) for seed in SEEDS]
            sums = np.array([rng.chisquare(number, STARTS) for rng in rngs])
            seen.append(np.quantile(np.abs(sums / number - 1), 1 - chance, axis=1))
        points(axes, NUMBERS, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label=f"measured: {STARTS} starts, 11 times")
    rival = bound(over[0], 0.1) * over[0] / over
    axes.loglog(over, rival, "--", color=GREY, label="rival: as one over the number")
    axes.set(
        xlabel="number of weights, a count",
        ylabel="relative deviation of the sum of squares,\ndimensionless",
        title="The larger a random start, the nearer its size to the mean",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
