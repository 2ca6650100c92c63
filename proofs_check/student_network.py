"""Do shallow, dense and under-parameterised students fall behind?  A product out of reach of any
window, and students of one and three layers on signals and images, at equal parameters.

Set-ups.  (1) One layer of windows of five, and three, on the product of two signs of ten that no
window holds both.  (2) ``proofs_check.training.lessons``: an ensemble's logits.  Source:
Urban et al., ICLR 2017; Prince, Understanding Deep Learning, 2023, sections 20.5 and 20.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import student_network as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training.lessons import of_labels, of_logits, teacher
from proofs_check.training.students import Lesson, Net, taught
from theory import Settles
from theory import student_network as theory

Array = np.ndarray
FEW, SHALLOW = "udl-no-underparameterised-sota", "udl-shallow-students-worse"
CONV = "udl-conv-students-beat-fc-students"
BELOW, DEEPER = "points below the best", "points of three layers over one"
BEHIND, WINDOWS = "points of the teacher over one layer", "points of windows over dense layers"
KINDS = ("MNIST-1D", "digits")
NETS: dict[tuple[str, str, int], Net] = {
    ("MNIST-1D", "windows", 1): Net("windows", 9, 1),
    ("MNIST-1D", "windows", 3): Net("windows", 11, 3),
    ("MNIST-1D", "dense", 1): Net("dense", 36, 1),
    ("MNIST-1D", "dense", 3): Net("dense", 20, 3),
    ("digits", "windows", 1): Net("windows", 6, 1),
    ("digits", "windows", 3): Net("windows", 7, 3),
    ("digits", "dense", 1): Net("dense", 14, 1),
    ("digits", "dense", 3): Net("dense", 11, 3),
}
SMALL = {"MNIST-1D": Net("windows", 11, 3), "digits": Net("windows", 5, 2)}


@cache
def accuracy(seeds: tuple[int, ...], kind: str, net: Net, labels: bool = False) -> Array:
    """Held-out accuracy in points of students of logits, or of labels."""
    lesson: Lesson = of_labels(kind) if labels else of_logits(kind)
    return taught(seeds, kind, net, lesson)


def below_the_best(seeds: Sequence[int], kind: str, labels: bool) -> Array:
    """Points of the best over-parameterised network over one with few parameters."""
    return teacher(kind).best - accuracy(tuple(seeds), kind, SMALL[kind], labels)


def deeper(seeds: Sequence[int], kind: str, layers: str) -> Array:
    """Points of three layers over one."""
    one, three = (accuracy(tuple(seeds), kind, NETS[kind, layers, depth]) for depth in (1, 3))
    return three - one


def behind(seeds: Sequence[int], kind: str, layers: str) -> Array:
    """Points of the teacher over one layer."""
    return teacher(kind).accuracy - accuracy(tuple(seeds), kind, NETS[kind, layers, 1])


def over_dense(seeds: Sequence[int], kind: str, depth: int) -> Array:
    """Points of layers of windows over dense layers."""
    found = [accuracy(tuple(seeds), kind, NETS[kind, how, depth]) for how in ("windows", "dense")]
    return found[0] - found[1]


def _by_layers(measure: Any) -> dict[str, Any]:
    return {
        f"{kind}, {name}": partial(measure, kind=kind, layers=layers)
        for kind in KINDS
        for name, layers in (("layers of windows", "windows"), ("dense layers", "dense"))
    }


def error_on_a_product(seeds: Sequence[int], layers: int = 1) -> Array:
    """Least mean squared error on the way of networks of windows on all corners of ten signs, whose
    first and last are multiplied.
    """
    import torch

    from proofs_check.training.data import corners
    from proofs_check.training.descend import Moment, train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.rules import Adam
    from proofs_check.training.windows import windows, windows_start

    X = torch.tensor(corners(10)[0], dtype=torch.float32)
    model, start = windows((10,), 8, layers), windows_start(seeds, (10,), 8, layers)
    seen: list[Array] = []

    def look(now: Moment) -> None:
        seen.append(now.loss.numpy())

    train(
        lambda p, points: model(p, points)[..., 0], start, X, X[:, 0] * X[:, -1],
        rule=Adam(1e-2), steps=150, loss=mean_square, watch=look, every=10,
    )  # fmt: skip
    return np.min(seen, 0)


POINTS = {"half of one of a thousand held-out examples": 0.05}
CHECKS: tuple[Check, ...] = (
    Check(
        name="one_layer_does_not_see_both_signs",
        quantity="least mean squared error on a product of two signs, in units of its variance",
        claim=theory.out_of_reach,
        predict=lambda: float(numerics.window_error(0.0)),
        measure=error_on_a_product,
        terms={"what a network still answers after 150 steps": 0.02},
        rival=partial(typical, error_on_a_product, layers=3),
        rival_why="as with three layers of as many channels, whose windows hold both",
    ),
    Check(
        name="few_parameters_fall_behind",
        quantity="held-out accuracy of the best over-parameterised network less that of one with "
        "fewer than half as many parameters as examples, percentage points",
        claim=theory.named_networks,
        predict=Threshold(FEW, BELOW),
        measure={
            f"{kind}, {name}": partial(below_the_best, kind=kind, labels=labels)
            for kind in KINDS
            for name, labels in (("labels", True), ("distilled", False))
        },
        terms={"a standard error of a thousand held-out signals, in part": 0.4},
        rival=0.0,
        rival_why="the number of parameters does not matter",
        side="at least",
        rounds=1,
        settles=(Settles(FEW, part=BELOW, scope="instances", analogue=True),),
        deviates="signals and digits stand for complex data",
    ),
    Check(
        name="deeper_students_are_better",
        quantity="held-out accuracy of students of three layers less that of one layer, "
        "percentage points",
        claim=theory.receptive_field,
        predict=Threshold(SHALLOW, DEEPER),
        measure=_by_layers(deeper),
        terms=POINTS,
        rival=0.0,
        rival_why="parameters count, and not how they are arranged",
        side="at least",
        rounds=1,
        settles=(Settles(SHALLOW, part=DEEPER, scope="instances"),),
    ),
    Check(
        name="one_layer_does_not_reach_the_teacher",
        quantity="held-out accuracy of the ensemble less that of a student of one layer, "
        "percentage points",
        claim=theory.out_of_reach,
        predict=Threshold(SHALLOW, BEHIND),
        measure=_by_layers(behind),
        terms=POINTS,
        rival=0.0,
        rival_why="whatever one network does another can be taught",
        side="at least",
        rounds=1,
        settles=(Settles(SHALLOW, part=BEHIND, scope="instances"),),
    ),
    Check(
        name="students_of_windows_beat_dense_ones",
        quantity="held-out accuracy of students of windows less that of dense ones, percentage "
        "points",
        claim=theory.receptive_field,
        predict=Threshold(CONV, WINDOWS),
        measure={
            f"{kind}, {name}": partial(over_dense, kind=kind, depth=depth)
            for kind in KINDS
            for name, depth in (("one layer", 1), ("three layers", 3))
        },
        terms=POINTS,
        rival=0.0,
        rival_why="logits teach any network of the size alike",
        side="at least",
        rounds=1,
        settles=(Settles(CONV, part=WINDOWS, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Error on a product of two signs over the reach of a unit: derived and measured."""
    seeds, reach = tuple(range(11)), [numerics.receptive_field(5, 2, depth) for depth in (1, 3)]
    axes.axhline(numerics.window_error(0.0), color="#0072B2", label="derived, out of reach")
    axes.axhline(
        typical(error_on_a_product, seeds, layers=3), ls="--", color="#999999",
        label="rival: as with three layers",
    )  # fmt: skip
    for depth, at in zip((1, 3), reach, strict=True):
        found = np.sort(error_on_a_product(seeds, depth))
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar(at, found[5], bars, fmt="o", color="#0072B2", ms=4)
    axes.set(
        xlabel="inputs that a unit sees", ylabel="mean squared error",
        title="Product of the first and the last of ten signs",
    )  # fmt: skip
    axes.legend()
