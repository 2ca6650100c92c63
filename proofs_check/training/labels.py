"""Networks that learn labels by heart: true, permuted or random ones, of images, signals or noise;
how many stay wrong, and for how many steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import data, features
from proofs_check.training.curvature import eigenvalues, hessian, objective
from proofs_check.training.descend import Moment, train
from proofs_check.training.losses import Loss, cross_entropy, half_mean_square
from proofs_check.training.networks import Model, mlp, mlp_start
from proofs_check.training.rules import Adam, Rule

Array = np.ndarray
CLASSES, HELD_OUT = 10, 400
ADAM = Adam(5e-3)
LOSSES: dict[str, Loss] = {"cross-entropy": cross_entropy, "squared": half_mean_square}


@dataclass(frozen=True)
class Task:
    """What is learned and how.  inputs: "digits" of mean zero and variance one, "digits in [0, 1]",
    "MNIST-1D" as made, "features" (256 random ReLU features of digits); noise: normal numbers of
    their mean and variance instead.  labels: "true", "permuted" or "random"; even and odd alone
    where ``classes`` is 2.  decay: half of it times the squared norm is added to the loss; dropout:
    share of the hidden units.
    """

    inputs: str = "digits"
    noise: bool = False
    labels: str = "random"
    n: int = 100
    hidden: tuple[int, ...] = (64,)
    classes: int = CLASSES
    loss: str = "cross-entropy"
    rule: Rule = ADAM
    steps: int = 600
    every: int = 10
    decay: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True)
class Fitted:
    """Labels left wrong (S,), steps (S,) to the first look without any, infinite where there is
    none, and share of right labels held out (S,).
    """

    wrong: Array
    steps: Array
    held: Array


@cache
def examples(task: Task, seeds: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs (S, n, D), labels (S, n), and true ones held out."""
    drawn = [_draw(task, seed) for seed in seeds]
    X, y, new, held = (np.stack(part) for part in zip(*drawn, strict=True))
    return (
        torch.tensor(X, dtype=torch.float32),
        torch.tensor(y),
        torch.tensor(new, dtype=torch.float32),
        torch.tensor(held),
    )


def _draw(task: Task, seed: int) -> tuple[Array, ...]:
    rng, n = np.random.default_rng([seed, 91]), task.n
    if task.inputs == "MNIST-1D":
        made = data.mnist1d(features.SIGNALS)
        chosen = rng.permutation(len(made.x))[:n]
        X, y, new, held = made.x[chosen], made.y[chosen], made.x_test, made.y_test
    else:
        scale: data.Any = "pixel" if task.inputs.endswith("[0, 1]") else "standard"
        X, y = data.digits(n + HELD_OUT, seed=seed, scale=scale)
        if task.inputs == "features":
            X = features.relu_features(256, seed, X)[0] / 16
        X, y, new, held = X[:n], y[:n], X[n:], y[n:]
    if task.noise:
        X = X.mean() + X.std() * rng.standard_normal(X.shape)
    if task.classes == 2:
        y, held = y % 2, held % 2
    if task.labels == "permuted":
        y = rng.permutation(y)
    if task.labels == "random":
        y = rng.integers(0, task.classes, n)
    return X, y, new, held


def widths(task: Task) -> tuple[int, ...]:
    """Of all layers."""
    inputs = {"MNIST-1D": 40, "features": 256}.get(task.inputs, 64)
    return (inputs, *task.hidden, task.classes)


def parameters(task: Task) -> int:
    """How many there are, with biases."""
    sizes = widths(task)
    return sum((a + 1) * b for a, b in pairwise(sizes))


def start(task: Task, seeds: Sequence[int]) -> list[Tensor]:
    """He's, biases zero; parameters (S, ...) in float32."""
    return [p.float() for p in mlp_start(seeds, widths(task), "he", bias=0.0, device="cpu")]


def _dropping(sizes: Sequence[int]) -> Model:
    """The network with its masks behind the inputs."""
    D, hidden = sizes[0], sizes[1]

    def model(theta: Sequence[Tensor], X: Tensor) -> Tensor:
        first, shift, second, end = theta
        h = torch.relu(X[..., :D] @ first + shift[:, None]) * X[..., D : D + hidden]
        return h @ second + end[:, None]

    return model


def _masks(task: Task, X: Tensor, y: Tensor) -> Callable[[int], tuple[Tensor, Tensor]]:
    draws, kept = torch.Generator().manual_seed(92), 1 - task.dropout

    def fresh(_: int) -> tuple[Tensor, Tensor]:
        ones = torch.rand((*X.shape[:2], task.hidden[0]), generator=draws) < kept
        return torch.cat([X, ones / kept], 2), y

    return fresh


def _target(task: Task, y: Tensor) -> Tensor:
    one_hot = torch.nn.functional.one_hot(y, task.classes).float()
    return one_hot if task.loss == "squared" else y


def fit(task: Task, seeds: Sequence[int]) -> Fitted:
    """Train until no label is wrong, or for all steps."""
    X, y, new, held = examples(replace(task, rule=Adam(0)), tuple(seeds))
    rates = getattr(task.rule, "rate", None)
    times = len(rates) // len(seeds) if isinstance(rates, Tensor) else 1
    X, y, new, held = (v.repeat(times, *[1] * (v.dim() - 1)) for v in (X, y, new, held))
    seeds = tuple(seeds) * times
    model, S = mlp(widths(task), "relu"), len(seeds)
    target, fresh = _target(task, y), None
    if task.dropout:
        model, fresh = _dropping(widths(task)), _masks(task, X, target)
        X, new = (torch.cat([v, torch.ones(*v.shape[:2], task.hidden[0])], 2) for v in (X, new))
    wrong = np.full(S, task.n)

    def right(now: Moment) -> Array:
        wrong[now.alive] = (now.output.argmax(2) != y[now.alive]).sum(1).numpy()
        return np.asarray(wrong[now.alive] == 0)

    def squared(theta: Sequence[Tensor]) -> Tensor:
        size = torch.stack([(p**2).flatten(1).sum(1) for p in theta]).sum(0)
        return task.decay / 2 * size

    run = train(
        model,
        start(task, seeds),
        X,
        target,
        rule=task.rule,
        steps=task.steps,
        loss=LOSSES[task.loss],
        stop=right,
        every=task.every,
        seeds=seeds,
        penalty=squared if task.decay else None,
        fresh=fresh,
    )
    with torch.no_grad():
        known = (model(run.end, new).argmax(2) == held).double().mean(1).numpy()
    return Fitted(wrong, np.where(run.reached, run.steps, np.inf), known)


def sharpness(task: Task, seeds: Sequence[int]) -> Tensor:
    """Largest eigenvalue (S,) of the Hessian of the loss at the start, to a hundredth."""
    X, y, _, _ = examples(task, tuple(seeds))
    target = _target(task, y)
    exact = [p.double() for p in start(task, seeds)]
    target = target.double() if target.is_floating_point() else target
    of = objective(mlp(widths(task), "relu"), X.double(), target, LOSSES[task.loss])
    return eigenvalues(hessian(of, exact), exact, tol=1e-2, steps=100).value[:, 0]
