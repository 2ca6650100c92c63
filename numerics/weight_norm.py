"""Largest slope of a network whose weights have a given norm, and the norm that labels need.

Every formula is the one derived in ``theory.weight_norm``.  What the note on weight norms has
beside them lies in the files of its topics, and can be had from here, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integers, real, together
from numerics.grokking import accuracy, alignment, decay_steps, fitting_time, jump_norm, jump_time
from numerics.law_of_robustness import bump_slope, cluster_slope, shortest_length
from numerics.norm_and_curvature import edge_norm, hessian_split, positive_share, zone
from numerics.norm_and_width import spectral_product, total_norm
from theory import derive
from theory import weight_norm as theory

Array = np.ndarray
__all__ = [
    "accuracy",
    "alignment",
    "bump_slope",
    "cluster_slope",
    "decay_steps",
    "edge_norm",
    "fitting_time",
    "hessian_split",
    "jump_norm",
    "jump_time",
    "least_error",
    "lipschitz_bound",
    "needed_norm",
    "positive_share",
    "shortest_length",
    "spectral_product",
    "total_norm",
    "zone",
]


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Largest slope (r, L), least error of two points (r, L, delta, y), needed norm (L, delta,
    y).
    """
    bound = derive(theory.lipschitz_bound)[0]
    least, needed = derive(theory.too_small)[1:]
    return (
        bound.function(theory.r, theory.L),
        least.function(theory.r, theory.L, theory.delta, theory.y),
        needed.function(theory.L, theory.delta, theory.y),
    )


def lipschitz_bound(norm: Any, layers: Any) -> Any:
    """Largest Lipschitz constant of a ReLU network without biases, with so many weight matrices
    whose entries have this norm altogether; infinite where it exceeds the largest number.

    Arguments broadcast.  Raises ``ValueError`` for a negative norm, fewer than one layer, and as
    ``numerics.core.arrays``.
    """
    r = real(norm, "norm", need="numbers that are not negative", holds=lambda v: v >= 0)
    count = integers(layers, "layers", "at least one layer", lambda v: v >= 1)
    together(norm=r, layers=count)
    with np.errstate(over="ignore"):
        return _formulas()[0](r, np.asarray(count, float))


def least_error(norm: Any, layers: Any, distance: Any, labels: Any) -> Any:
    """What the squared errors at two points add up to at least, when the points lie ``distance``
    apart and their labels ``labels``; zero where the norm suffices.

    Arguments broadcast.  Raises ``ValueError`` for negative distances, and as ``lipschitz_bound``.
    """
    need = "numbers that are not negative"
    apart, wanted = (
        real(v, name, need=need, holds=lambda x: x >= 0)
        for v, name in ((distance, "distance"), (labels, "labels"))
    )
    slope, count = lipschitz_bound(norm, layers), np.asarray(layers, float)
    together(norm=norm, layers=layers, distance=apart, labels=wanted)
    r = np.where(apart > 0, norm, 0.0)  # equal inputs: no slope helps
    with np.errstate(over="ignore", invalid="ignore"):
        found = _formulas()[1](r, count, apart, wanted)
        return np.where(np.where(apart > 0, slope, 0.0) * apart < wanted, found, 0.0)[()]


def needed_norm(layers: Any, distance: Any, labels: Any) -> Any:
    """Least norm of all weights with which two points can be fitted that lie ``distance`` apart,
    and their labels ``labels``.

    Arguments broadcast.  Raises ``ValueError`` for distances that are not positive, fewer than one
    layer, and as ``numerics.core.arrays``.
    """
    apart, wanted = (
        real(v, name, need="positive numbers", holds=lambda x: x > 0)
        for v, name in ((distance, "distance"), (labels, "labels"))
    )
    count = integers(layers, "layers", "at least one layer", lambda v: v >= 1)
    together(layers=count, distance=apart, labels=wanted)
    return _formulas()[2](np.asarray(count, float), apart, wanted)
