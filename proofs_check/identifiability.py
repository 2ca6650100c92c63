"""Can kappa and kappa' be read off the path of a network that is trained in its original variables,
from a start whose output is zero?

Settings.  Four points with bias, y = x^2; 64 mirrored pairs; descent with small steps at a few
scales of the start and of the output, until the targets are fitted.

Source: our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from theory import derive
from theory import identifiability as theory
from theory.nondimensionalisation import two_parameters
from theory.notation import alpha, beta_1, beta_2

Array = np.ndarray
POINTS, TARGETS = four_point_problem()
LOSS = 1e-5  # at which the targets count as fitted
SCALES = {"small_output": (8.0, 1.0, 0.5), "large_output": (4.0, 0.5, 1.0)}  # alpha, beta_1, beta_2


@cache
def _paths(seeds: tuple[int, ...], scales: str, pairs: int = 64) -> tuple[Array, Array, Array]:
    """Normalised output weights (S, 2, M) and squared input weights (S, 2, M) at start and end, and
    what the normalised weights at the end make of the largest target over that target, (S,).
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = (torch.as_tensor(v) for v in (POINTS, TARGETS))
    scale, of_a, of_w = SCALES[scales]
    start = two_layer_start(seeds, pairs, 2, of_a, of_w)
    model = two_layer(scale)
    run = train(
        model, start, X, y, rule=Descent(scale**2 / 80), steps=4000, stop=below(LOSS), every=50
    )
    ends = (run.start, run.end)
    a = torch.stack([point[0] / of_a for point in ends], 1).numpy()
    w = torch.stack([((point[1] / of_w) ** 2).sum(-1) for point in ends], 1).numpy()
    largest = int(y.abs().argmax())
    unscaled = model(run.end, X)[:, largest] * scale / (of_a * of_w)
    return a, w, np.where(run.reached, (unscaled / y[largest]).numpy(), np.nan)


def measured_kappa_p(seeds: Sequence[int], scales: str) -> Array:
    """log kappa' from the changes of the neuron whose a^2 changes most."""
    a, w, _ = _paths(tuple(seeds), scales)
    grown, lengthened = np.diff(a**2, axis=1)[:, 0], np.diff(w, axis=1)[:, 0]
    most = np.abs(grown).argmax(1)[:, None]
    ratio = np.take_along_axis(lengthened, most, 1) / np.take_along_axis(grown, most, 1)
    return np.log(ratio[:, 0]) / 2


def measured_kappa(seeds: Sequence[int], scales: str) -> Array:
    """log kappa from the end: a target over what the normalised weights make of it."""
    return -np.log(_paths(tuple(seeds), scales)[2])


def predicted(which: int, scales: str) -> float:
    """log of kappa (0) or kappa' (1) by their definitions, from the scales."""
    at = dict(zip((alpha, beta_1, beta_2), SCALES[scales], strict=True))
    definition = derive(two_parameters)[which].states[0]
    return float(np.log(float(definition.expr.subs(at))))


def output_scale_alone(scales: str) -> float:
    """log kappa if the scales of the start did not matter."""
    return -float(np.log(SCALES[scales][0]))


CHECKS: tuple[Check, ...] = tuple(
    check
    for scales in SCALES
    for check in (
        Check(
            name=f"a_neuron_tells_kappa_p_at_{scales}",
            quantity="log of kappa' read off a neuron's path, dimensionless",
            claim=theory.parameters_from_the_path,
            predict=partial(predicted, 1, scales),
            measure=partial(measured_kappa_p, scales=scales),
            terms={"steps of alpha^2 / 80": 0.05},
            rival=0.0,
            rival_why="a^2 and |w|^2 change by the same in any units: kappa' cannot be seen",
        ),
        Check(
            name=f"the_end_tells_kappa_at_{scales}",
            quantity="log of kappa read off the end, dimensionless",
            claim=theory.parameters_from_the_path,
            predict=partial(predicted, 0, scales),
            measure=partial(measured_kappa, scales=scales),
            terms={
                "the whole loss at the largest target": lambda: float(
                    (2 * len(TARGETS) * LOSS) ** 0.5 / np.abs(TARGETS).max()
                )
            },
            rival=partial(output_scale_alone, scales),
            rival_why="the end shows the output scale alone",
        ),
    )
)
