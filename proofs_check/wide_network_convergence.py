"""Does descent on a wide network reach zero loss at the pace that was derived?  Five points on the
circle, random signs as labels, output weights fixed; the order of the samples at random or not.

Settings.  Width 4096, all steps of descent against the bound, stochastic descent at its last step.

Source: Du, Zhai, Poczos, Singh, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from proofs_check.core.check import Check
from proofs_check.training import data
from theory import Settles, derive
from theory import wide_network_convergence as theory

Array = np.ndarray
ETA = 0.2  # learning rate of the convergence runs, for the loss sum e^2 / 2


def _exponent(claim: Any, place: int) -> float:
    return float(derive(claim)[place].result)


@cache
def _circle(seeds: tuple[int, ...], batch: int | None, m: int, steps: int) -> Array:
    """log(loss / loss at the start) after each step, (steps, S), for five points on the circle and
    fixed output weights.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import normals, two_layer
    from proofs_check.training.rules import Descent, Sgd

    X, model = torch.as_tensor(data.circle(5)[1]), two_layer(m**0.5)
    w, y, a = normals(seeds, ((m, 2), (5,), (m,)), stream=2)
    losses: list[Array] = []
    train(
        lambda parameters, points: model(parameters[::-1], points),
        [w],
        X,
        y.sign(),
        rule=Sgd(5 * ETA, batch) if batch else Descent(5 * ETA),
        steps=steps,
        fixed=[a.sign()],
        seeds=seeds,
        watch=lambda now: losses.append(now.loss.numpy()),
    )
    return np.log(np.array(losses[1:]) / losses[0])


def pace_over_bound(
    seeds: Sequence[int], batch: int | None = None, m: int = 4096, steps: int = 100
) -> Array:
    """log loss over log of the bound (1 - eta lambda_0 / 2)^t: the least over all steps, for
    stochastic descent at the last step.
    """
    angle = 2 * np.pi * np.arange(5) / 5
    X = np.c_[np.cos(angle), np.sin(angle)]
    least = np.linalg.eigvalsh((X @ X.T) * arc_cosine(X, degree=0))[0]
    bound = np.log(1 - ETA * least / 2) * np.arange(1, steps + 1)[:, None]
    pace = _circle(tuple(seeds), batch, m, steps) / bound
    return pace[-1] if batch else pace.min(0)


def pace_of_the_slowest_mode() -> float:
    """The same for the least eigenvalue of the limit kernel."""
    least = _exponent(theory.five_points_on_the_circle, 1)
    return float(2 * np.log(1 - ETA * least) / np.log(1 - ETA * least / 2))


CHECKS: tuple[Check, ...] = (
    Check(
        name="descent_keeps_below_the_bound",
        quantity="log loss over the log of the bound, dimensionless",
        claim=theory.descent_converges,
        predict=pace_of_the_slowest_mode,
        measure=pace_over_bound,
        terms={"least eigenvalue at width 4096 and its drift": 1.0},
        rival=1.0,
        rival_why="the bound (1 - eta lambda_0 / 2)^t is attained",
        side="at least",
        settles=(Settles("udl-du-shallow-global-convergence", part="descent", scope="instances"),),
    ),
    Check(
        name="stochastic_descent_keeps_below_the_bound",
        quantity="log loss over the log of the bound, dimensionless",
        claim=theory.descent_converges,
        predict=pace_of_the_slowest_mode,
        measure=lambda seeds: pace_over_bound(seeds, batch=2),
        terms={"least eigenvalue at width 4096 and the order of the samples": 1.5},
        rival=0.0,
        rival_why="the noise of the samples keeps the loss up",
        side="at least",
        settles=(
            Settles(
                "udl-du-shallow-global-convergence", part="stochastic descent", scope="instances"
            ),
        ),
    ),
)
