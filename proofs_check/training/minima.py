"""Minima of networks with one hidden ReLU layer: examples, training down to a loss, and curvature,
norms and errors of many networks at once.

Parameters are those of ``networks.mlp`` of widths (D, 32, q): weights and biases of both layers.
The trace of the Hessian is exact: the output is linear in each layer alone, so that the residual
has no part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from proofs_check.training import data
from proofs_check.training.curvature import eigenvalues, hessian, objective
from proofs_check.training.descend import Moment, train
from proofs_check.training.losses import Loss, cross_entropy
from proofs_check.training.networks import Model, mlp, mlp_start
from proofs_check.training.rules import Rule

Array = np.ndarray
HIDDEN, HELD_OUT, WRONG = 32, 500, 0.2
KINDS = ("digits", "digits, wrong labels", "MNIST-1D", "MNIST-1D, wrong labels")


@dataclass(frozen=True)
class Examples:
    """Training and test examples of S draws; labels are classes."""

    X: Tensor  # (S, n, D), mean zero and variance one over the whole set
    y: Tensor  # (S, n)
    X_test: Tensor  # (S, held out, D)
    y_test: Tensor  # (S, held out)


@cache
def examples(kind: str, seeds: tuple[int, ...], n: int) -> Examples:
    """One draw of n training and 500 test examples for each seed, for a name in ``KINDS``."""
    name, _, labels = kind.partition(", ")
    wrong = WRONG if labels else 0.0
    drawn = [draw(name, seed, n, held_out=HELD_OUT, wrong=wrong, stream=12) for seed in seeds]
    X, y, X_test, y_test = (np.stack(each) for each in zip(*drawn, strict=True))
    return Examples(
        torch.tensor(X, dtype=torch.float32),
        torch.tensor(y),
        torch.tensor(X_test, dtype=torch.float32),
        torch.tensor(y_test),
    )


def draw(
    kind: str, seed: int, n: int, *, held_out: int, wrong: float, stream: int
) -> tuple[Array, ...]:
    """Inputs and labels of n training examples of "digits" or "MNIST-1D", a share ``wrong`` of
    the labels replaced, then of so many held out; ``stream`` sets draws of signals apart.
    """
    if kind == "digits":
        X, y = data.digits(n + held_out, seed=seed, scale="standard")
        X_test, y_test, X, y = X[n:], y[n:], X[:n], y[:n]
    else:
        rng, all_of = np.random.default_rng([seed, stream]), data.mnist1d()
        mine, others = (
            rng.permutation(len(v))[:k] for v, k in ((all_of.x, n), (all_of.x_test, held_out))
        )
        middle, size = all_of.x.mean(), all_of.x.std()
        X, y = (all_of.x[mine] - middle) / size, all_of.y[mine]
        X_test, y_test = (all_of.x_test[others] - middle) / size, all_of.y_test[others]
    return X, data.noisy_labels(y, wrong, 10, seed) if wrong else y, X_test, y_test


def network(D: int, outputs: int = 10) -> Model:
    """The network of D inputs."""
    return mlp((D, HIDDEN, outputs), "relu")


def descend(
    X: Tensor,
    y: Tensor,
    seeds: Sequence[int],
    rule: Rule,
    *,
    loss: Loss = cross_entropy,
    outputs: int = 10,
    stop: Callable[[Moment], Any] | None = None,
    steps: int = 4000,
    every: int = 1,
    watch: Callable[[Moment], None] | None = None,
) -> tuple[tuple[Tensor, ...], Array, Array]:
    """Parameters (S, ...) at the end, steps (S,), and whether ``stop`` ended the training; He start
    without biases, in float32.
    """
    D = X.shape[2]
    begin = mlp_start(seeds, (D, HIDDEN, outputs), "he", bias=0.0, device="cpu")
    found = train(
        network(D, outputs),
        [p.float() for p in begin],
        X,
        y,
        rule=rule,
        steps=steps,
        loss=loss,
        stop=stop,
        every=every,
        watch=watch,
        seeds=seeds,
    )
    return found.end, found.steps, found.reached


# ---------------------------------------------------------------- what is asked of them


def errors(parameters: Sequence[Tensor], X: Tensor, y: Tensor) -> Array:
    """Share of wrong classes (S,)."""
    with torch.no_grad():
        found = network(X.shape[2])(parameters, X).argmax(2)
    return (found != y).double().mean(1).numpy()


def largest(parameters: Sequence[Tensor], X: Tensor, y: Tensor, loss: Loss) -> Array:
    """Largest eigenvalue (S,) of the Hessian of the training loss, to a hundredth."""
    exact = [p.double() for p in parameters]
    target = y.double() if y.is_floating_point() else y
    of = objective(network(X.shape[2], exact[3].shape[1]), X.double(), target, loss)
    return eigenvalues(hessian(of, exact), exact, tol=1e-2, steps=100).value[:, 0].numpy()


def traces(parameters: Sequence[Tensor], X: Tensor, classes: bool = True) -> Array:
    """Traces (4, S) of the Hessian over both weight matrices and both biases (first weights, first
    biases, second weights, second biases): of cross-entropy, or of half the squared loss of one
    output.
    """
    first, shift, second, end = (p.detach().double() for p in parameters)
    inputs = X.double()
    z = inputs @ first + shift[:, None]
    hidden, active = z.relu(), (z > 0).double()
    if classes:
        p = (hidden @ second + end[:, None]).softmax(2)  # (S, n, q)
        own = 1 - (p**2).sum(2)
        pull = p @ (second**2).mT - (p @ second.mT) ** 2  # (S, n, units)
    else:
        own, pull = torch.ones_like(z[..., 0]), (second**2).mT.expand_as(z)
    into = (active * pull).sum(2)
    each = (
        ((inputs**2).sum(2) * into).mean(1),
        into.mean(1),
        ((hidden**2).sum(2) * own).mean(1),
        own.mean(1),
    )
    return torch.stack(each).numpy()


def norms(parameters: Sequence[Tensor]) -> Array:
    """Product of the Frobenius norms of both weight matrices, product of their spectral norms, and
    path norm, (3, S).
    """
    first, _, second, _ = (p.detach().double() for p in parameters)
    path = (first**2).sum(1)[:, None] @ (second**2).sum(2)[:, :, None]
    sizes = [[torch.linalg.matrix_norm(w, kind) for w in (first, second)] for kind in ("fro", 2)]
    return torch.stack([*(a * b for a, b in sizes), path.flatten() ** 0.5]).numpy()
