"""The kernel of a layer of error functions, over the angle of two inputs."""

from typing import Any

import numpy as np
from scipy.special import erf

from numerics.tangent_kernel import nngp
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points

DRAWS, SIZE = 4000, 2**0.5  # neurons; length of an input, so that the first layer reads unit ones


def portrait(axes: Any) -> None:
    """Covariance of a layer: derived, of drawn neurons, and as if its neurons were linear."""
    angle, few = np.linspace(0, np.pi, 120), np.linspace(0, np.pi, 7)
    first = SIZE * np.array([[1.0, 0.0]])
    for variance, colour in ((1.0, BLUE), (4.0, GREEN)):
        circle = SIZE * np.c_[np.cos(angle), np.sin(angle)]
        derived = nngp(first, circle, activation="erf", weight_variance=variance)[0] / variance
        axes.plot(angle, derived, color=colour, label=f"derived: weights of variance {variance:g}")
        seen = []
        for at in few:
            pair = np.array([[1.0, 0.0], [np.cos(at), np.sin(at)]])
            draws = [np.random.default_rng([seed, 32]) for seed in SEEDS]
            before = np.array([rng.standard_normal((DRAWS, 2)) @ pair.T for rng in draws])
            seen.append(erf(variance**0.5 * before).prod(2).mean(1))
        points(axes, few, seen, color=colour)
        if variance > 1:
            linear = derived[0] * np.cos(angle)
            axes.plot(angle, linear, "--", color=GREY, label="rival: linear neurons")
    axes.plot([], [], "ko", ms=4, label=f"measured: {DRAWS} neurons, 11 draws")
    axes.set(
        xlabel="angle between the inputs, in radians",
        ylabel="mean product of two features, dimensionless",
        title="Networks of error functions: what a layer keeps of an angle",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
