"""Portraits of topics that keep theirs apart from the simulation: ``<topic>.portrait(axes)``."""

from __future__ import annotations

from typing import Any

import numpy as np

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
