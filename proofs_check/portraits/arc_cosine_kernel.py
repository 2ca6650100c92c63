"""What two random ReLU neurons have in common, over the angle of their inputs."""

from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from proofs_check.portraits import BLUE, GREEN, GREY, RED, SEEDS, points

DRAWS = 4000


def portrait(axes: Any) -> None:
    """Kernels of three degrees over their value at equal inputs: derived, of drawn neurons, and
    linear neurons.
    """
    angle, few = np.linspace(0, np.pi, 120), np.linspace(0, np.pi, 7)
    first = np.array([[1.0, 0.0]])
    for degree, colour, label in (
        (0, BLUE, "both are active"),
        (1, GREEN, "ReLU"),
        (2, RED, "squared ReLU"),
    ):
        derived = arc_cosine(first, np.c_[np.cos(angle), np.sin(angle)], degree=degree)[0]
        axes.plot(angle, derived / derived[0], color=colour, label=f"derived: {label}")
        seen = []
        for at in few:
            pair = np.array([[1.0, 0.0], [np.cos(at), np.sin(at)]])
            draws = [np.random.default_rng([seed, 31]) for seed in SEEDS]
            before = np.array([rng.standard_normal((DRAWS, 2)) @ pair.T for rng in draws])
            features = (before > 0) * before**degree
            seen.append(features.prod(2).mean(1) / derived[0])
        points(axes, few, seen, color=colour)
    axes.plot([], [], "ko", ms=4, label=f"measured: {DRAWS} neurons, 11 draws")
    axes.plot(angle, np.cos(angle), "--", color=GREY, label="rival: linear neurons")
    axes.set(
        xlabel="angle between the inputs, in radians",
        ylabel="kernel over that of equal inputs, dimensionless",
        title="Arc-cosine kernels: ReLU neurons share less the wider the angle",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
