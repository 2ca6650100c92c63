"""Are noise inputs learned faster than permuted labels, true labels faster than both?  The derived
mean over permutations against descent, and networks on images, noise and permuted labels.

Set-ups.  (1) Descent with 100 ReLU features of 40 digits, permuted labels.  (2) ReLU networks with
layers of 32 units on 100 images or signals, on normal noise of their mean and variance, and with
permuted labels; and the tangent kernels of these networks at their start.
Source: Zhang, Bengio, Hardt, Recht, Vinyals, ICLR 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import fitting_time as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import data, features, labels
from proofs_check.training.labels import Fitted, Task
from proofs_check.training.rules import Adam, Descent
from theory import Settles
from theory import fitting_time as theory

Array = np.ndarray
ORDER, PROBLEM = "udl-zhang-order-of-speed", "udl-problem-20-2"
NOISE = "log of the steps, noise over images"
PERMUTED, WRONG = "log of the steps, permuted labels over noise", "wrong labels left"
KERNELS = "log of the times to a tenth of the loss, kernels"
BASE = Task(hidden=(32, 32), labels="true", rule=Descent(0.1), steps=3000)
SETUPS: dict[str, Task] = {
    "digits in [0, 1], two hidden layers": replace(BASE, inputs="digits in [0, 1]"),
    "digits of mean zero, two hidden layers": BASE,
    "digits of mean zero, one hidden layer": replace(BASE, hidden=(32,)),
    "digits of mean zero, squared loss, Adam": replace(BASE, loss="squared", rule=Adam(5e-3)),
    "digits of mean zero, Adam": replace(BASE, rule=Adam(5e-3)),
    "MNIST-1D, two hidden layers": replace(BASE, inputs="MNIST-1D"),
}


@cache
def _fit(task: Task, seeds: tuple[int, ...]) -> Fitted:
    return labels.fit(task, seeds)


def _three(task: Task, seeds: Sequence[int]) -> tuple[Fitted, Fitted, Fitted]:
    """Fits of images, of noise, and of permuted labels."""
    noise, permuted = replace(task, noise=True), replace(task, labels="permuted")
    drawn = tuple(seeds)
    return _fit(task, drawn), _fit(noise, drawn), _fit(permuted, drawn)


def noise_over_images(seeds: Sequence[int], task: Task) -> Array:
    """log ratio of the steps."""
    images, noise, _ = _three(task, seeds)
    return _ratio(noise, images, task)


def permuted_over_noise(seeds: Sequence[int], task: Task) -> Array:
    """log ratio of the steps."""
    _, noise, permuted = _three(task, seeds)
    return _ratio(permuted, noise, task)


def _ratio(above: Fitted, below: Fitted, task: Task) -> Array:
    """A run without a fit counts with its last step."""
    return np.log(np.minimum(above.steps, task.steps) / np.minimum(below.steps, task.steps))


def most_wrong(seeds: Sequence[int], task: Task) -> Array:
    """Labels left wrong, the largest number of all three."""
    return np.max([each.wrong for each in _three(task, seeds)], axis=0).astype(float)


@cache
def kernels(task: Task, seeds: tuple[int, ...]) -> tuple[Array, Array]:
    """Tangent kernels (S, n, n) at the start of the sum of outputs over the root of their number,
    and centred labels (S, n, 10).
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import mlp

    X, y, _, _ = labels.examples(replace(task, rule=Adam(0)), seeds)
    theta = [p.double() for p in labels.start(task, seeds)]
    model = mlp(labels.widths(task), "relu")
    K = gram(lambda p, x: model(p, x).sum(2) / labels.CLASSES**0.5, theta, X.double())
    one_hot = torch.nn.functional.one_hot(y, labels.CLASSES).double()
    return K.detach().numpy() * X.shape[1], (one_hot - one_hot.mean(1, keepdim=True)).numpy()


def kernel_times(seeds: Sequence[int], task: Task) -> Array:
    """log of the time to a tenth of the loss of permuted labels over that of noise inputs."""
    images, y = kernels(replace(task, labels="permuted"), tuple(seeds))
    noise, true = kernels(replace(task, noise=True), tuple(seeds))
    rows = zip(images, y, noise, true, strict=True)
    return np.array(
        [
            np.log(numerics.time_to(K, a, 0.1) / numerics.time_to(other, b, 0.1))
            for K, a, other, b in rows
        ]
    )


# ---------------------------------------------------------------- predictions

IMAGES, UNITS, TIME, STEPS = 40, 100, 40.0, 400


@cache
def _problem() -> tuple[Array, Array]:
    """ReLU features (40, 100) of digits, and labels 1 for zeros to threes, else -1."""
    X, y = data.digits(IMAGES, seed=3, scale="unit")
    return features.relu_features(UNITS, 3, X)[0] / UNITS**0.5, np.where(y < 4, 1.0, -1.0)


def mean_over_permutations(seeds: Sequence[int], draws: int = 400) -> Array:
    """log of the mean loss that descent leaves of permuted labels, by its weights."""
    Z, y = _problem()
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 94])
        Y = np.stack([rng.permutation(y) for _ in range(draws)], 1)
        w = np.zeros((UNITS, draws))
        for _ in range(STEPS):
            w -= TIME / STEPS / IMAGES * Z.T @ (Z @ w - Y)
        found.append(np.log(((Z @ w - Y) ** 2).mean() / 2))
    return np.array(found)


def _flow(permuted: bool) -> float:
    Z, y = _problem()
    K = Z @ Z.T
    if permuted:
        return float(np.log(numerics.permuted_label_flow(K, y, TIME)))
    return float(np.log(numerics.label_flow(K, y, TIME)))


def _all(measure: Callable[..., Array]) -> dict[str, Any]:
    return {name: partial(measure, task=task) for name, task in SETUPS.items()}


def _longer(
    name: str,
    what: str,
    measure: Callable[..., Array],
    settles: tuple[str, ...],
    part: str,
    why: str,
) -> Check:
    return Check(
        name=name,
        quantity=f"log of the ratio of {what}, dimensionless",
        claim=theory.permuted_label_flow,
        predict=Threshold(settles[0], part),
        measure=_all(measure),
        terms={"looks are ten steps apart": 0.05},
        rival=float(-np.log(1.5)),
        rival_why=why,
        side="at least",
        rounds=1,
        settles=tuple(Settles(each, part=part, scope="instances") for each in settles),
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="permuted_labels_are_fitted_as_derived",
        quantity="log of the mean loss over permutations, dimensionless",
        claim=theory.permuted_label_flow,
        predict=lambda: _flow(permuted=True),
        measure=mean_over_permutations,
        terms={"400 permutations": 0.02, "steps of descent": 0.01},
        rival=lambda: _flow(permuted=False),
        rival_why="a kernel has one time, whatever the labels",
    ),
    _longer(
        "noise_takes_longer_than_images",
        "numbers of steps",
        noise_over_images,
        (ORDER,),
        NOISE,
        "noise inputs are far apart from each other and easy to tell",
    ),
    _longer(
        "permuted_labels_take_longer_than_noise",
        "numbers of steps",
        permuted_over_noise,
        (ORDER, PROBLEM),
        PERMUTED,
        "noise has no structure at all, images some",
    ),
    _longer(
        "so_do_they_for_kernels",
        "times",
        kernel_times,
        (PROBLEM,),
        KERNELS,
        "noise has no structure at all, images some",
    ),
    Check(
        name="all_three_are_fitted",
        quantity="labels left wrong, in labels",
        claim=theory.permuted_label_flow,
        predict=Threshold(ORDER, WRONG),
        measure=_all(most_wrong),
        terms={"half of a label": 0.1},
        rival=50.0,
        rival_why="what has no rule is not learned",
        side="at most",
        rounds=1,
        settles=(Settles(ORDER, part=WRONG, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Loss over time on true labels and the mean over permutations, derived and measured."""
    Z, y = _problem()
    K, times = Z @ Z.T, np.geomspace(0.5, 200, 60)
    start = float(numerics.label_flow(K, y, 0.0))
    permuted = numerics.permuted_label_flow(K, y, times) / start
    axes.semilogx(times, permuted, color="#0072B2", label="permuted labels, derived")
    true = numerics.label_flow(K, y, times) / start
    axes.semilogx(times, true, "--", color="#999999", label="rival: one time for all labels")
    found = np.exp(mean_over_permutations(range(11), 40)) / start
    middle, ends = np.median(found), np.array([[found.min()], [found.max()]])
    axes.errorbar(TIME, middle, np.abs(ends - middle), fmt="k.", capsize=3, label="descent")
    axes.plot(times[-1], 0, "ko", mfc="none", label="printed: all are fitted in the end")
    axes.set(
        xlabel="time, steps times rate",
        ylabel="loss over that at the start",
        title="40 digits, 100 ReLU features, 40 permutations of 11 seeds",
    )
    axes.legend()
