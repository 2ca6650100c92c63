"""Does descent of a deep ReLU network end at a global minimum, for a hinge loss and for a squared
one?  Networks with three hidden layers on a few examples.

Set-ups.  40 examples at most with labels +1 and -1, three hidden layers of 64 units, He's start:
all examples at once for the hinge loss, minibatches of four for the squared loss.  Source: Prince,
Understanding Deep Learning, 2023, section 20.2.4; Allen-Zhu, Li, Song, ICML 2019; Zou, Cao, Zhou,
Gu, Machine Learning 109, 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import data, features
from theory import Settles, kernel_flow
from theory import hinge_loss as theory

Array = np.ndarray
UNITS, LAYERS, EXAMPLES = 64, 3, 40
FLOOR = 1e-6  # of the loss at the start: no digits are needed below
DEEP = "udl-allen-zhu-deep-relu-convergence"
FALL = "log10 of the loss over that of the start"


def _digits(seed: int, random: bool) -> tuple[Array, Array]:
    X, y = data.digits(EXAMPLES, seed=seed, scale="standard", labels="parity")
    return X, np.random.default_rng([seed, 72]).choice([-1.0, 1.0], len(y)) if random else y


TASKS = {
    "random labels on a circle": partial(features.two_classes, "circle"),
    "MNIST-1D, two groups of classes": partial(features.two_classes, "MNIST-1D"),
    "digits, even or odd": partial(_digits, random=False),
    "digits, random labels": partial(_digits, random=True),
}


@cache
def losses(
    seeds: tuple[int, ...], task: str, hinge: bool, every: int, units: int = UNITS
) -> tuple[Array, Array]:
    """Steps (T,), and losses on all examples over those at the start (T, S)."""
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Descent, Sgd

    X, y = (np.stack(part) for part in zip(*(TASKS[task](s) for s in seeds), strict=True))
    widths = (X.shape[2], *[units] * LAYERS, 1)
    theta = [p.float() for p in mlp_start(seeds, widths, "he", bias=0.0, device="cpu")]
    found: list[Array] = []
    steps: list[int] = []

    def watch(now: Any) -> None:
        whole = found[-1].copy() if found else np.empty(len(seeds))
        whole[now.alive] = now.loss.numpy()
        found.append(whole)
        steps.append(now.step)

    train(
        mlp(widths, "relu"),
        theta,
        torch.tensor(X, dtype=torch.float32),
        torch.tensor(y, dtype=torch.float32),
        rule=Descent(0.1) if hinge else Sgd(0.02, 4),
        steps=600 if hinge else 4000,
        loss=(lambda f, v: (1 - v * f).clamp(min=0).mean(1)) if hinge else half_mean_square,
        stop=below(FLOOR),
        watch=watch,
        every=every,
        seeds=seeds,
    )
    return np.array(steps), np.array(found) / found[0]


def fall(seeds: Sequence[int], task: str, hinge: bool) -> Array:
    """log10 of the loss at the end over that of the start."""
    found = losses(tuple(seeds), task, hinge, 20)[1]
    return np.log10(np.maximum(found[-1], FLOOR))


def one_inside() -> float:
    """The same if one example of all stays where it was."""
    return float(np.log10(1 / EXAMPLES))


CHECKS: tuple[Check, ...] = tuple(
    Check(
        name=f"deep_networks_fit_with_a_{loss}_loss",
        quantity="log10 of the loss over that of the start, dimensionless",
        claim=claim,
        predict=Threshold(statement, part),
        measure={task: partial(fall, task=task, hinge=loss == "hinge") for task in TASKS},
        terms={"powers of ten that a longer training would add": 0.5},
        rival=one_inside,
        rival_why="a minimum that is not global: one example of forty stays where it was",
        side="at most",
        rounds=2,
        settles=(Settles(statement, part=part, scope="instances"),),
    )
    for loss, statement, part, claim in (
        ("hinge", theory.HINGE, FALL, theory.falls),
        ("squared", DEEP, None, kernel_flow.linearised_flow),
    )
)


def portrait(axes: Any) -> None:
    """Hinge loss of deep networks by the step; dashed the rival, one example of forty left."""
    for colour, task in zip(("#0072B2", "#D55E00", "#009E73", "#CC79A7"), TASKS, strict=True):
        steps, found = losses(tuple(range(3)), task, True, 5)
        axes.semilogy(steps, np.maximum(np.median(found, 1), FLOOR), color=colour, label=task)
    axes.axhline(1 / EXAMPLES, ls="--", color="#999999", label="rival: one example is left")
    axes.set(
        xlabel="steps of descent, a count",
        ylabel="hinge loss over that of the start,\ndimensionless",
    )
    axes.set(title="Descent of three hidden ReLU layers ends at a hinge loss of zero")
    axes.legend()
