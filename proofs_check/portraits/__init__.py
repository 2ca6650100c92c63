"""Portraits of topics that keep theirs apart from the simulation: ``<topic>.portrait(axes)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numerics.tangent_kernel import nngp

SEEDS = tuple(range(11))
BLUE, GREEN, RED, GREY = "#0072B2", "#009E73", "#D55E00", "#999999"


def points(axes: Any, x: Any, values: Any, label: str | None = None, **how: Any) -> None:
    """Medians of ``values`` (places, seeds) at x (places,), with bars over all seeds: of 11 seeds
    that is the interval which a check of them judges.
    """
    found = np.sort(np.asarray(values, dtype=float), axis=1)
    middle = np.median(found, axis=1)
    ends = (middle - found[:, 0], found[:, -1] - middle)
    style: dict[str, Any] = {"fmt": "o", "ms": 4, "capsize": 3, "color": "k"} | how
    axes.errorbar(x, middle, ends, label=label, zorder=3, **style)


def through(x: Any, values: Any, exponent: float) -> np.ndarray:
    """The power of x with this exponent through the median of ``values`` (places, seeds) at the
    last place.
    """
    along = np.asarray(x, dtype=float)
    return np.asarray(np.median(np.asarray(values)[-1]) * (along / along[-1]) ** exponent)


def layer_kernel(axes: Any, kind: str, act: Callable[[Any], Any], title: str) -> None:
    """Covariance of a layer over the angle of two inputs, at two variances of its weights: derived,
    of drawn neurons, and as if its neurons were linear.
    """
    drawn, size = (
        4000,
        2**0.5,
    )  # neurons; length of an input, so that the first layer reads unit ones
    angle, few = np.linspace(0, np.pi, 120), np.linspace(0, np.pi, 7)
    first, circle = size * np.array([[1.0, 0.0]]), size * np.c_[np.cos(angle), np.sin(angle)]
    for variance, colour in ((1.0, BLUE), (4.0, GREEN)):
        derived = nngp(first, circle, activation=kind, weight_variance=variance)[0] / variance
        axes.plot(angle, derived, color=colour, label=f"derived: weights of variance {variance:g}")
        seen = []
        for at in few:
            pair = np.array([[1.0, 0.0], [np.cos(at), np.sin(at)]])
            draws = [np.random.default_rng([seed, 32]) for seed in SEEDS]
            before = np.array([rng.standard_normal((drawn, 2)) @ pair.T for rng in draws])
            seen.append(act(variance**0.5 * before).prod(2).mean(1))
        points(axes, few, seen, color=colour)
    linear = derived[0] * np.cos(angle)
    axes.plot(angle, linear, "--", color=GREY, label="rival: linear neurons")
    axes.plot([], [], "ko", ms=4, label=f"measured: {drawn} neurons, 11 draws")
    axes.set(
        xlabel="angle between the inputs, in radians",
        ylabel="mean product of two features, dimensionless",
        title=title,
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
