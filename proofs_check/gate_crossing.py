"""By how much does a wide ReLU network miss its linear model when neurons cross their kinks?  One
step of descent to a datum, read at the datum and at another point, over widths.

Settings.  One unit input with the target 1, another unit input at an angle of 1, mirrored start;
the step takes the linear model of infinite width to the target, so that all that is left is the
error of the linear model.

Source: our own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import derive
from theory import gate_crossing as theory
from theory.notation import kappa

Array = np.ndarray
ANGLE = 1.0  # between the datum and the other point
RATE = 0.5  # one over the kernel of infinitely many pairs at the datum


@cache
def _errors(seeds: tuple[int, ...], m: int, draws: int = 48) -> Array:
    """Network less linear model after the step, at the datum and at the other point (S, draws,
    2).
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X = torch.tensor([[1.0, 0.0], [math.cos(ANGLE), math.sin(ANGLE)]], dtype=torch.float64)
    model = two_layer(m**0.5)
    found = []
    for seed in seeds:
        batch = [1000 * int(seed) + draw for draw in range(draws)]
        start = two_layer_start(batch, m, 2, 1.0, 1.0)
        linear = RATE * len(X) * gram(model, start, X)[:, 0]
        target = torch.ones(1, dtype=torch.float64)
        run = train(model, start, X[:1], target, rule=Descent(RATE), steps=1)
        found.append((model(run.end, X) - linear).numpy())
    return np.array(found)


def measured_at_the_datum(seeds: Sequence[int], m: int = 4096) -> Array:
    """log of minus the mean error at the datum."""
    return np.log(-_errors(tuple(seeds), m)[..., 0].mean(1))


def measured_elsewhere(seeds: Sequence[int], m: int = 4096) -> Array:
    """log of the root mean square error at the other point."""
    return np.log((_errors(tuple(seeds), m)[..., 1] ** 2).mean(1)) / 2


def slope_at_the_datum(seeds: Sequence[int], widths: tuple[int, ...] = (256, 4096)) -> Array:
    """Exponent in the width of the mean error at the datum."""
    return log_slope(widths, np.array([-_errors(tuple(seeds), m)[..., 0].mean(1) for m in widths]))


def slope_elsewhere(seeds: Sequence[int], widths: tuple[int, ...] = (256, 4096)) -> Array:
    """Exponent in the width of the root mean square error at the other point."""
    return log_slope(
        widths,
        np.array([(_errors(tuple(seeds), m)[..., 1] ** 2).mean(1) ** 0.5 for m in widths]),
    )


def predicted(which: int, m: int = 4096, *, share: float, cosine: float) -> float:
    """log of the derived error at the datum (0) or elsewhere (1); ``share`` of the neurons near the
    kink see the datum, the preactivation moves by the rate times ``cosine``.
    """
    symbols = (theory.m, kappa, theory.v, theory.seeing, theory.at_kink)
    scale = m**-0.5
    values = (m, scale, RATE * scale * cosine, share, 1 / math.sqrt(2 * math.pi))
    return math.log(float(derive(theory.crossing_error)[which].function(*symbols)(*values)))


AT_DATUM: dict[str, Any] = {"share": 1.0, "cosine": 1.0}
ELSEWHERE: dict[str, Any] = {"share": 0.5, "cosine": math.cos(ANGLE)}
CHECKS: tuple[Check, ...] = (
    Check(
        name="crossings_at_a_datum_add_up",
        quantity="log of the mean error of the linear model at the datum, in log units of it",
        claim=theory.crossing_error,
        predict=partial(predicted, 0, **AT_DATUM),
        measure=measured_at_the_datum,
        terms={"48 starts": 0.1, "changes of a, relative order m^(-1/2)": 0.03},
        rival=lambda: predicted(0, **AT_DATUM) + math.log(2),
        rival_why="neurons of both sides of the kink move and cross",
    ),
    Check(
        name="crossings_elsewhere_scatter",
        quantity="log root mean square error of the linear model, in log units of the target",
        claim=theory.crossing_error,
        predict=partial(predicted, 1, **ELSEWHERE),
        measure=measured_elsewhere,
        terms={"48 starts with a few crossings each": 0.3},
        rival=lambda: predicted(0, **AT_DATUM),
        rival_why="the error is as large as at the datum",
    ),
    Check(
        name="exponent_of_the_error_at_a_datum",
        quantity="exponent in the width of the mean error at the datum, dimensionless",
        claim=theory.crossing_error,
        predict=Prediction(theory.crossing_error, part=2),
        measure=slope_at_the_datum,
        terms={"48 starts": 0.05, "changes of a at the smallest width": 0.03},
        rival=-1.0,
        rival_why="the error of a smooth activation",
    ),
    Check(
        name="exponent_of_the_scatter_elsewhere",
        quantity="exponent in the width of the root mean square error, dimensionless",
        claim=theory.crossing_error,
        predict=Prediction(theory.crossing_error, part=3),
        measure=slope_elsewhere,
        terms={"48 starts with a few crossings each": 0.12},
        rival=-1.0,
        rival_why="the error of a smooth activation",
    ),
)
