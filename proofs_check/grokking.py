"""Does the jump of a linear teacher come when and where it is derived, and do networks from too
large starts generalise late, at one norm?  Descent on a linear teacher, AdamW on real data.

Set-ups.  (1) 100 samples of 400 inputs, descent with weight decay.  (2) ReLU layers of 32 units
without biases, AdamW, from He's start times 2 and 8.  Fitted: 99 % of the training examples.  Jump:
where the held-out accuracy is first half-way from its value at the fit to its best one.  Source:
Power, Burda, Edwards, Babuschkin, Misra, arXiv 2201.02177, 2022; Liu, Michaud, Tegmark, ICLR 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import grokking as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import typical
from proofs_check.training.late import EVERY, RATE, SCALES, WEIGHT_DECAY, Path, network
from theory import Settles
from theory import grokking as theory

Array = np.ndarray
DELAY, NORM = "udl-grokking-delayed-generalisation", "udl-grokking-norm-enters-zone"
LATE, LATER = (
    "log of the delay at eight times the usual norm",
    "log of the delay at eight over that at two",
)
SAME = "log ratio of the norms at the jump"
SAMPLES, INPUTS, STEP, DECAY = 100, 400, 0.1, 0.01  # of the linear teacher


@cache
def linear_teacher(
    seeds: tuple[int, ...],
    scales: tuple[float, ...] = SCALES,
    decay: float = DECAY,
    steps: int = 7000,
) -> Path:
    """Descent on half the mean squared error of labels beta.x with weight decay."""
    fitted: list[Array] = []
    held: list[Array] = []
    norms: list[Array] = []
    looks = np.arange(0, steps, 2 * EVERY)
    for seed in seeds:
        rng = np.random.default_rng([seed, 71])
        X = rng.standard_normal((SAMPLES, INPUTS))
        beta, g = rng.standard_normal((2, INPUTS))
        beta, g = beta / np.linalg.norm(beta), g / np.linalg.norm(g)
        new = rng.standard_normal((2000, INPUTS))
        sizes, modes = np.linalg.eigh(X.T @ X / SAMPLES)
        end = sizes / (sizes + decay) * (modes.T @ beta)  # where descent goes, mode by mode
        begin = np.multiply.outer(scales, modes.T @ g) - end
        kept = (1 - STEP * (sizes + decay)) ** looks[:, None]
        w = (end + begin[:, None] * kept) @ modes.T  # (scales, looks, inputs)
        for found, part in ((fitted, X), (held, new)):
            found.append(((w @ part.T > 0) == (part @ beta > 0)).mean(2))
        norms.append(np.linalg.norm(w, axis=2))
    return Path(looks, *(np.array(v) for v in (fitted, held, norms)))


THREE = (2.0, 4.0, 8.0)  # starts of the network whose jumps are counted, too
SETUPS: dict[str, Callable[[tuple[int, ...]], Path]] = {
    "linear teacher": linear_teacher,
    "digits, two hidden layers, cross-entropy": partial(
        network, kind="digits", layers=2, scales=THREE
    ),
    "digits, one hidden layer, cross-entropy": partial(network, kind="digits", layers=1),
    "digits, one hidden layer, decay in the loss": partial(
        network, kind="digits", layers=1, in_loss=True
    ),
    "MNIST-1D, one hidden layer, cross-entropy": partial(network, kind="MNIST-1D", layers=1),
}


def delay(seeds: Sequence[int], path: Callable[[tuple[int, ...]], Path]) -> Array:
    """log of the epochs to the jump over those to the fit, from eight times the usual norm."""
    fit, jump, _ = path(tuple(seeds)).moments()
    return np.log(_ratio(jump, fit))[:, -1]


def growth_of_the_delay(seeds: Sequence[int], path: Callable[[tuple[int, ...]], Path]) -> Array:
    """The same less that from twice the usual norm."""
    fit, jump, _ = path(tuple(seeds)).moments()
    found = np.log(_ratio(jump, fit))
    return found[:, -1] - found[:, 0]


def norms_at_the_jump(seeds: Sequence[int], path: Callable[[tuple[int, ...]], Path]) -> Array:
    """log of the norm at the jump from eight times the usual norm, over that from twice."""
    there = path(tuple(seeds)).moments()[2]
    return np.log(_ratio(there[:, -1], there[:, 0]))


def _ratio(above: Array, below: Array) -> Array:
    """Infinite where one of them is: the data are not fitted, or nothing is gained."""
    known = np.isfinite(above) & np.isfinite(below)
    return np.divide(above, below, out=np.full(above.shape, np.inf), where=known)


# ---------------------------------------------------------------- predictions

LARGE = (16.0, 32.0)  # starts of the linear teacher from which accuracy begins at chance


def time_of_a_doubling(seeds: Sequence[int]) -> Array:
    """Time by which a start twice as large jumps later, of the linear teacher."""
    jump = linear_teacher(tuple(seeds), LARGE).moments()[1]
    return STEP * (jump[:, 1] - jump[:, 0])


def time_of_the_jump(seeds: Sequence[int]) -> Array:
    """Time of the jump of the linear teacher from the larger start."""
    return STEP * linear_teacher(tuple(seeds), LARGE).moments()[1][:, 1]


def norm_of_the_jump(seeds: Sequence[int]) -> Array:
    """Norm of the linear teacher's weights at the jump from the larger start."""
    return linear_teacher(tuple(seeds), LARGE).moments()[2][:, 1]


def gain_after_the_fit(seeds: Sequence[int], decay: float = 0.0) -> Array:
    """Held-out accuracy at the end less that at the fit, from the larger start."""
    path = linear_teacher(tuple(seeds), LARGE, decay)
    first = (path.fitted[:, 1] >= 0.99).argmax(1)
    return path.held[:, 1, -1] - path.held[np.arange(len(first)), 1, first]


def steps_of_a_doubling(seeds: Sequence[int]) -> Array:
    """Steps by which a network from eight times He's start jumps later than from four times."""
    jump = SETUPS["digits, two hidden layers, cross-entropy"](tuple(seeds)).moments()[1]
    return jump[:, 2] - jump[:, 1]


def _at(name: str) -> dict[str, partial[Array]]:
    measure = {"delay": delay, "growth": growth_of_the_delay, "norm": norms_at_the_jump}[name]
    return {setup: partial(measure, path=path) for setup, path in SETUPS.items()}


RHO, TEACHER = SAMPLES / INPUTS, "100 samples, not infinitely many"
CHECKS: tuple[Check, ...] = (
    Check(
        name="generalisation_is_late",
        quantity="log of epochs to the jump over epochs to the fit, dimensionless",
        claim=theory.fit,
        predict=Threshold(DELAY, LATE),
        measure=_at("delay"),
        terms={"epochs between two looks": 0.1},
        rival=0.0,
        rival_why="generalisation comes with the fit",
        side="at least",
        rounds=1,
        settles=(Settles(DELAY, part=LATE, scope="instances"),),
    ),
    Check(
        name="larger_starts_are_later",
        quantity="log of the delay at eight times the usual norm over that at two, dimensionless",
        claim=theory.jump,
        predict=Threshold(DELAY, LATER),
        measure=_at("growth"),
        terms={"epochs between two looks": 0.04},
        rival=0.0,
        rival_why="the delay is set by the decay alone",
        side="at least",
        rounds=1,
        settles=(Settles(DELAY, part=LATER, scope="instances"),),
    ),
    Check(
        name="jumps_happen_at_one_norm",
        quantity="log ratio of norms at the jump, from starts a factor four apart, dimensionless",
        claim=theory.jump,
        predict=Threshold(NORM, SAME),
        measure=_at("norm"),
        terms={"a factor of one and a half": float(np.log(1.5))},
        rival=float(np.log(SCALES[1] / SCALES[0])),
        rival_why="jumps happen at one time, whatever the norm is then",
        rounds=1,
        settles=(Settles(NORM, part=SAME, scope="instances"),),
    ),
    Check(
        name="a_doubled_start_is_later_by_log_2_over_the_decay",
        quantity="time between the jumps from two starts, in units of one over the curvature",
        claim=theory.jump,
        predict=Prediction(theory.jump, {theory.lam: DECAY}, part=2),
        measure=time_of_a_doubling,
        terms={"a look every two units": 2.0, TEACHER: 5.0},
        rival=0.0,
        rival_why="the delay is set by the decay alone",
    ),
    Check(
        name="time_of_the_jump_of_a_linear_teacher",
        quantity="time of the jump, in units of one over the curvature",
        claim=theory.jump,
        predict=lambda: float(numerics.jump_time(LARGE[1], RHO, DECAY)),
        measure=time_of_the_jump,
        terms={"a look every two units": 1.0, TEACHER: 20.0},
        rival=lambda: float(numerics.fitting_time(LARGE[1], 0.01, RHO, DECAY)),
        rival_why="when the last direction with data is learned",
    ),
    Check(
        name="norm_at_the_jump_of_a_linear_teacher",
        quantity="norm of the weights at the jump, in units of the teacher's",
        claim=theory.jump,
        predict=lambda: float(numerics.jump_norm(RHO)),
        measure=norm_of_the_jump,
        terms={TEACHER: 0.15, "rate of the norm between looks": 0.01},
        rival=lambda: float((4 * numerics.jump_norm(RHO) ** 2 - 3 * RHO) ** 0.5),
        rival_why="one time for all starts, that of half as large a one: four times what is left",
    ),
    Check(
        name="without_decay_there_is_no_jump",
        quantity="held-out accuracy at the end less that at the fit, a share",
        claim=theory.alignment,
        predict=Prediction(theory.alignment, {}, part=2),
        measure=gain_after_the_fit,
        terms={"directions that were fitted last": 0.01},
        rival=partial(typical, gain_after_the_fit, decay=DECAY),
        rival_why="time alone makes it generalise: what it gains with decay",
    ),
    Check(
        name="a_doubled_start_of_a_network_is_later_by_log_2_over_the_decay",
        quantity="steps between the jumps of a network from two starts, a count",
        claim=theory.decoupled_decay,
        predict=lambda: float(numerics.decay_steps(2.0, 1.0, RATE, WEIGHT_DECAY)),
        measure=steps_of_a_doubling,
        terms={"half-way of one seed": 120.0, "looks": 10.0},
        rival=0.0,
        rival_why="the delay is set by the decay alone",
        rounds=2,
    ),
)


def portrait(axes: Any) -> None:
    """Accuracies of a network from eight times He's start over the steps, in training and held
    out, with the moments at which other starts jump: measured, and counted from this one.
    """
    seeds = tuple(range(11))
    path = SETUPS["digits, two hidden layers, cross-entropy"](seeds)
    jumps = path.moments()[1]
    for at, colour, label in ((1, "#009E73", "4 times He's start"), (2, "#D55E00", "8 times")):
        axes.plot(path.steps, np.median(path.held[:, at], 0), color=colour, label=f"{label}, new")
        axes.plot(path.steps, np.median(path.fitted[:, at], 0), ":", color=colour, label="training")
        found = np.sort(jumps[:, at])
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar(found[5], 0.63 + 0.03 * at, xerr=bars, fmt="o", color=colour, ms=4)
    later = np.median(jumps[:, 1]) + float(numerics.decay_steps(2.0, 1.0, RATE, WEIGHT_DECAY))
    axes.axvline(later, color="#0072B2", lw=1, label="derived from the jump at 4")
    axes.axvline(np.median(jumps[:, 1]), ls="--", color="#999999", label="rival: at one time")
    axes.set(
        xlabel="steps of AdamW",
        ylabel="share of right labels, median of 11 seeds",
        title="100 digits, two hidden layers; dots: half-way, all seeds",
    )
    axes.legend()
