"""How far training and test error of models of so many bits are apart at most, and are."""

from typing import Any

import numpy as np

from proofs_check.portraits import BLUE, GREY, RED
from theory import derive
from theory.short_description import bits, delta, n, occam

EXAMPLES, DELTA, BITS = 100, 0.05, np.arange(1, 13)


def portrait(axes: Any) -> None:
    """Gap over bits: the derived bound, the largest gap of all models of that length in one of
    twenty draws, and a bound that does not see bits.
    """
    square = derive(occam)[2].steps[0].lhs.args[0]
    bound = np.array([float(square.subs({bits: int(b), n: EXAMPLES, delta: DELTA})) for b in BITS])
    axes.plot(BITS, bound**0.5, color=BLUE, label="derived: exceeded by any with 1 in 20 at most")
    rng = np.random.default_rng(0)
    gaps = [
        np.quantile((0.5 - rng.binomial(EXAMPLES, 0.5, (400, 2**b)) / EXAMPLES).max(1), 1 - DELTA)
        for b in BITS
    ]
    axes.plot(BITS, gaps, "o", color=RED, label="drawn: largest gap of all models, 1 in 20")
    one = (np.log(1 / DELTA) / (2 * EXAMPLES)) ** 0.5
    axes.axhline(one, ls="--", color=GREY, label="rival: that of a single model")
    axes.set(
        xlabel="length of the description, in bits",
        ylabel="test error less training error, a share",
        title=f"Every bit costs: {EXAMPLES} examples, models that guess",
        ylim=(0, None),
    )
    axes.legend()
