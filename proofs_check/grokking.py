"""Does the jump of a linear teacher come when and where it is derived, and do networks from too
large starts generalise late, at one norm?  Descent on a linear teacher, AdamW on real data.

Set-ups.  (1) 100 samples of 400 inputs, descent with weight decay.  (2) ReLU layers of 32 units
without biases, AdamW, from He's start times 2 and 8.  Fitted: 99 % of the training examples.  Jump:
where the held-out accuracy is first half-way from its value at the fit to its best one.  Source:
Power, Burda, Edwards, Babuschkin, Misra, arXiv 2201.02177, 2022; Liu, Michaud, Tegmark, ICLR 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import grokking as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from theory import Settles
from theory import grokking as theory

if TYPE_CHECKING:
    from proofs_check.training.descend import Moment

Array = np.ndarray
DELAY, NORM = "udl-grokking-delayed-generalisation", "udl-grokking-norm-enters-zone"
LATE, LATER = (
    "log of the delay at eight times the usual norm",
    "log of the delay at eight over that at two",
)
SAME = "log ratio of the norms at the jump"
SCALES = (2.0, 8.0)
SAMPLES, INPUTS, STEP, DECAY = 100, 400, 0.1, 0.01  # of the linear teacher
RATE, EVERY, STEPS = 1e-2, 10, 1200  # of AdamW
WEIGHT_DECAY, UNITS, HELD_OUT = 0.2, 32, 400


@dataclass(frozen=True)
class Path:
    """What was seen of S runs from each of two scales: (S, 2, looks), and the steps (looks,)."""

    steps: Array
    fitted: Array  # share of training examples
    held: Array  # share held out
    norm: Array

    def moments(self) -> tuple[Array, Array, Array]:
        """Steps to the fit and to the jump, and the norm there, (S, 2); infinite where the data are
        never fitted or nothing is gained after the fit.
        """
        at_fit, at_jump, there = (np.full(self.norm.shape[:2], np.inf) for _ in range(3))
        for place in np.ndindex(self.norm.shape[:2]):
            fitted, held = self.fitted[place] >= 0.99, self.held[place]
            if not fitted.any():
                continue
            first = int(fitted.argmax())
            level = (held[first] + held[first:].max()) / 2
            if held[first:].max() > held[first]:
                jump = first + int((held[first:] >= level).argmax())
                at_fit[place], at_jump[place] = self.steps[first], self.steps[jump]
                there[place] = self.norm[(*place, jump)]
        return at_fit, at_jump, there


@cache
def linear_teacher(
    seeds: tuple[int, ...],
    scales: tuple[float, ...] = SCALES,
    decay: float = DECAY,
    steps: int = 7000,
) -> Path:
    """Descent on half the mean squared error of labels beta.x with weight decay."""
    fitted, held, norms = [], [], []
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


@cache
def network(
    seeds: tuple[int, ...],
    kind: str,
    layers: int,
    in_loss: bool = False,
    scales: tuple[float, ...] = SCALES,
) -> Path:
    """AdamW, or Adam with decay in the loss, from multiples of He's start."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, norm

    drawn = [_examples(kind, seed, 100) for seed in seeds]
    X, y, new, labels = (
        np.repeat(np.stack(part), len(scales), 0) for part in zip(*drawn, strict=True)
    )
    widths = (X.shape[2], *[UNITS] * layers, 10)
    begin = mlp_start(seeds, widths, "he", device="cpu")[::2]
    factor = torch.tensor(scales).repeat(len(seeds)).reshape(-1, 1, 1)
    theta = [(p.repeat_interleave(len(scales), 0) * factor).float() for p in begin]
    model, points, classes = (
        mlp(widths, "relu", bias=False),
        torch.tensor(X).float(),
        torch.tensor(y),
    )
    others, seen = torch.tensor(new).float(), ([], [], [])

    def look(now: Moment) -> None:
        right = (now.output.argmax(2).numpy() == y).mean(1)
        held = (model(now.parameters, others).argmax(2).numpy() == labels).mean(1)
        for kept, value in zip(seen, (right, held, norm(now.parameters).numpy()), strict=True):
            kept.append(value)

    train(
        model,
        theta,
        points,
        classes,
        rule=Adam(RATE, decay=1e-3 if in_loss else WEIGHT_DECAY, decoupled=not in_loss),
        steps=STEPS,
        loss=cross_entropy,
        watch=look,
        every=EVERY,
    )
    shape = (-1, len(seeds), len(scales))
    parts = (np.array(kept).reshape(shape).transpose(1, 2, 0) for kept in seen)
    return Path(np.arange(0, STEPS + 1, EVERY), *parts)


def _examples(kind: str, seed: int, n: int) -> tuple[Array, ...]:
    if kind == "digits":
        X, y = data.digits(n + HELD_OUT, seed=seed, scale="standard")
        return X[:n], y[:n], X[n:], y[n:]
    made, rng = data.mnist1d(), np.random.default_rng([seed, 72])
    rows, others = (rng.permutation(len(v))[:k] for v, k in ((made.x, n), (made.x_test, HELD_OUT)))
    X, new = ((v - made.x.mean()) / made.x.std() for v in (made.x[rows], made.x_test[others]))
    return X, made.y[rows], new, made.y_test[others]


SETUPS: dict[str, Callable[[tuple[int, ...]], Path]] = {
    "linear teacher": linear_teacher,
    "digits, two hidden layers, cross-entropy": partial(network, kind="digits", layers=2),
    "digits, one hidden layer, cross-entropy": partial(network, kind="digits", layers=1),
    "digits, one hidden layer, decay in the loss": partial(
        network, kind="digits", layers=1, in_loss=True
    ),
    "MNIST-1D, one hidden layer, cross-entropy": partial(network, kind="MNIST-1D", layers=1),
}


def delay(seeds: Sequence[int], path: Callable[[tuple[int, ...]], Path]) -> Array:
    """log of the epochs to the jump over those to the fit, from eight times the usual norm."""
    fit, jump, _ = path(tuple(seeds)).moments()
    return np.log(_ratio(jump, fit))[:, 1]


def growth_of_the_delay(seeds: Sequence[int], path: Callable[[tuple[int, ...]], Path]) -> Array:
    """The same less that from twice the usual norm."""
    fit, jump, _ = path(tuple(seeds)).moments()
    found = np.log(_ratio(jump, fit))
    return np.subtract(*found[:, ::-1].T)


def norms_at_the_jump(seeds: Sequence[int], path: Callable[[tuple[int, ...]], Path]) -> Array:
    """log of the norm at the jump from eight times the usual norm, over that from twice."""
    there = path(tuple(seeds)).moments()[2]
    return np.log(_ratio(there[:, 1], there[:, 0]))


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
    jump = network(tuple(seeds), "digits", 2, scales=(4.0, 8.0)).moments()[1]
    return jump[:, 1] - jump[:, 0]


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
    path = network(seeds, "digits", 2, scales=(4.0, 8.0))
    jumps = path.moments()[1]
    for at, colour, label in ((0, "#009E73", "4 times He's start"), (1, "#D55E00", "8 times")):
        axes.plot(path.steps, np.median(path.held[:, at], 0), color=colour, label=f"{label}, new")
        axes.plot(path.steps, np.median(path.fitted[:, at], 0), ":", color=colour, label="training")
        found = np.sort(jumps[:, at])
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar(found[5], 0.66 + 0.03 * at, xerr=bars, fmt="o", color=colour, ms=4)
    later = np.median(jumps[:, 0]) + float(numerics.decay_steps(2.0, 1.0, RATE, WEIGHT_DECAY))
    axes.axvline(later, color="#0072B2", lw=1, label="derived from the jump at 4")
    axes.axvline(np.median(jumps[:, 0]), ls="--", color="#999999", label="rival: at one time")
    axes.set(
        xlabel="steps of AdamW",
        ylabel="share of right labels, median of 11 seeds",
        title="100 digits, two hidden layers; dots: half-way, all seeds",
    )
    axes.legend()
