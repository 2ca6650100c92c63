"""Do weights from larger starts move further until the fit, and do steps grow like the distance?
Small networks with AdamW from 1, 1.3 and 1.7 times He's start.

Set-ups.  60 images or signals, true or random labels, ReLU layers of 32 units, one-hot targets,
half the mean square, until all labels are right.  Slopes in the log of the scale of the start: of
the distance from start to fit, and of the steps over that distance.  Source: Prince, Understanding
Deep Learning, 2023, figure 20.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import start_and_distance as theory

Array = np.ndarray
EXAMPLES, UNITS, CLASSES, STEPS = 60, 32, 10, 2500
SCALES = (1.0, 1.3, 1.7)
STATEMENT = "udl-larger-start-moves-further"
FAR, PACE = "distance, slope in the scale", "steps over distance, slope in the scale"


@cache
def fits(
    seeds: tuple[int, ...], kind: str, layers: int = 2, wrong: bool = False
) -> tuple[Array, Array]:
    """Distances and steps from start to fit, (scales, S) each; not a number where none is found."""
    import torch

    from proofs_check.training import minima
    from proofs_check.training.descend import train
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, norm

    have = minima.examples(kind, seeds, EXAMPLES)
    widths = (have.X.shape[2], *[UNITS] * layers, CLASSES)
    labels = have.y
    if wrong:
        drawn = [np.random.default_rng([s, 74]).integers(0, CLASSES, EXAMPLES) for s in seeds]
        labels = torch.tensor(np.stack(drawn))
    far, steps = [], []

    def all_right(now: Any) -> Array:
        return np.asarray((now.output.argmax(2) == labels[now.alive]).all(1))

    for scale in SCALES:
        theta = [scale * p.float() for p in mlp_start(seeds, widths, "he", bias=0.0, device="cpu")]
        run = train(
            mlp(widths, "relu"),
            theta,
            have.X.float(),
            torch.eye(CLASSES)[labels],
            rule=Adam(1e-3, decay=0.01, decoupled=True),
            steps=STEPS,
            loss=half_mean_square,
            stop=all_right,
            every=5,
        )
        moved = norm([b - a for a, b in zip(run.start, run.end, strict=True)]).numpy()
        far.append(np.where(run.reached, moved, np.nan))
        steps.append(np.where(run.reached, run.steps, np.nan))
    return np.array(far), np.array(steps)


def slopes(seeds: Sequence[int], pace: bool, **options: Any) -> Array:
    """Slope in the log of the scale of the distance, or of the steps over it."""
    far, steps = fits(tuple(seeds), **options)
    return np.asarray(log_slope(SCALES, steps / far if pace else far))


SETUPS: dict[str, dict[str, Any]] = {
    "digits, two hidden layers": {"kind": "digits"},
    "digits, wrong labels": {"kind": "digits", "wrong": True},
    "digits, one hidden layer": {"kind": "digits", "layers": 1},
    "MNIST-1D, two hidden layers": {"kind": "MNIST-1D"},
}
CHECKS: tuple[Check, ...] = (
    Check(
        name="larger_starts_move_further",
        quantity="slope of the log distance in the log of the start's scale, dimensionless",
        claim=theory.fixed_steps,
        predict=Threshold(STATEMENT, FAR),
        measure={name: partial(slopes, pace=False, **kinds) for name, kinds in SETUPS.items()},
        terms={"three scales": 0.1},
        rival=0.0,
        rival_why="weights move as far from every start, to what the data ask for",
        side="at least",
        rounds=2,
        settles=(Settles(STATEMENT, part=FAR, scope="instances"),),
    ),
    Check(
        name="steps_grow_like_the_distance",
        quantity="slope of log steps over distance in the log of the scale, dimensionless",
        claim=theory.fixed_steps,
        predict=Threshold(STATEMENT, PACE),
        measure={name: partial(slopes, pace=True, **kinds) for name, kinds in SETUPS.items()},
        terms={"steps that are not of the full length, at the end": 0.4},
        rival=-1.0,
        rival_why="steps do not depend on the distance, as for gradient flow from afar",
        rounds=2,
        settles=(Settles(STATEMENT, part=PACE, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Steps to the fit over the distance, from starts of three scales; dashed the rival, as many
    steps from everywhere.
    """
    for colour, (name, kinds) in zip(
        ("#0072B2", "#D55E00", "#009E73", "#CC79A7"), SETUPS.items(), strict=True
    ):
        far, steps = (np.nanmedian(v, 1) for v in fits(tuple(range(5)), **kinds))
        axes.loglog(far, steps, "o", color=colour, label=name)
        axes.loglog(far, steps[0] * far / far[0], color=colour)
        axes.loglog(far, np.full(3, steps[0]), "--", color="#999999")
    axes.set(xlabel="distance from start to fit", ylabel="steps", title="AdamW from larger starts")
    axes.legend()
