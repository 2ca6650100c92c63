"""How many labelings give a learner so many right guesses at what it has not seen."""

from typing import Any

import numpy as np

from numerics import no_free_lunch as numerics
from proofs_check.portraits import BLUE, GREY, RED

TRAINING = (0, 3, 5, 6)  # of the eight corners of a cube; the other four are guessed


def portrait(axes: Any) -> None:
    """The law of all learners as bars, five learners as points, and labels of half-spaces."""
    X, count = numerics.cube(3), len(TRAINING)
    all_counts = numerics.hit_counts(count, 2)
    places = np.arange(count + 1)
    share = all_counts / all_counts.sum()
    axes.bar(places, share, width=0.7, color=BLUE, alpha=0.35, label="derived: every learner")
    for number, learner in enumerate(numerics.LEARNERS):
        hits = numerics.hits(learner, X, numerics.all_labelings(8), np.array(TRAINING))
        found = np.bincount(hits.astype(int), minlength=count + 1) / len(hits)
        at = places + 0.12 * (number - (len(numerics.LEARNERS) - 1) / 2)
        axes.plot(at, found, "k.", label="measured: five learners" * (not number))
    hits = numerics.hits(
        numerics.kernel_ridge, X, numerics.threshold_labelings(X), np.array(TRAINING)
    )
    found = np.bincount(hits.astype(int), minlength=count + 1) / len(hits)
    axes.plot(places, found, "--", color=GREY, marker="s", ms=4)
    axes.plot([], [], "s--", color=GREY, ms=4, label="rival: labels have structure")
    axes.axvline(
        count * numerics.expected_accuracy(2), color=RED, ls=":", label="derived mean: half"
    )
    axes.set(
        xlabel="right guesses at four unseen corners, a count",
        ylabel="labelings, a share",
        title="All 256 labelings of a cube: no learner is better than another",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
