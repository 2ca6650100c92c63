"""Does the sharpness of networks rise to the threshold of the method and stay there, does the loss
fall meanwhile, and does a larger step end flatter?  Networks of four kinds; exact maps in torch.

Set-ups.  (1) The linear network of the theory, width 16, inputs of variances (1, 0.02, 0.02), teacher
(1, 2, 2), from a small start.  (2) Networks 64-16-16-1 on 30 scikit-learn digits, even against odd,
tanh with the LeCun and ReLU with the He start.  (3) A tanh network 2-16-16-1, and one of 200 units
in kernel scaling, on 20 points of sin x + sin 3x.  Half the mean squared error, full batch, double
precision, steps in units of the inverse sharpness at the start; a run ends after 1500 steps or at
1e-6 of the loss at the start.  Sharpness is the largest eigenvalue of the Hessian by Lanczos'
iteration, residual below one percent of it.  Source: chapter on phenomena, edge of stability; Cohen
et al., ICLR 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import edge_of_stability as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training import data
from theory import Settles
from theory import edge_of_stability as theory

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.curvature import Objective
    from proofs_check.training.networks import Model
    from proofs_check.training.rules import Step

Array = np.ndarray
RATES, TEACHER, SMALL, WIDTH = (1.0, 0.02, 0.02), (1.0, 2.0, 2.0), 0.05, 16  # linear network
STEPS = (1.6, 1.25, 0.95, 0.8, 0.65, 0.4)  # over the inverse sharpness at the start
HOVER, RISE = slice(0, 3), slice(2, 5)  # those asked to hover, and those that start below half
LIMIT, EVERY, FITTED = 1500, 25, 1e-6
WINDOW, ARRIVED = 100, 0.98
LANCZOS = 0.01  # residual over the eigenvalue


# ---------------------------------------------------------------- networks


def linear_network(
    seeds: Sequence[int], rates: Sequence[float] = RATES
) -> tuple[Model, list[Tensor], Tensor, Tensor]:
    """The linear network, its start, inputs whose second moments are ``rates``, and the targets.

    The start is normal, scaled so that its part that grows, (a + W u) / 2 with u along the slope at
    zero, has the length SMALL.
    """
    import torch

    from proofs_check.training.networks import mlp, normals

    d = len(rates)
    spread = torch.as_tensor(rates, dtype=torch.float64)
    teacher = torch.as_tensor(TEACHER, dtype=torch.float64)
    X = torch.diag((d * spread).sqrt())
    W, a = normals(seeds, ((d, WIDTH), (WIDTH, 1)), stream=40, device="cpu")
    pull = spread * teacher
    grows = (a[..., 0] + (pull / pull.norm() @ W)) / 2
    scale = SMALL / grows.norm(dim=1)[:, None, None]
    return mlp((d, WIDTH, 1), "linear", bias=False), _no_biases(W * scale, a * scale), X, X @ teacher


def _no_biases(*weights: Tensor) -> list[Tensor]:
    return list(weights)


def _digits(seeds: Sequence[int], kind: str) -> tuple[Model, list[Tensor], Tensor, Tensor]:
    import torch

    from proofs_check.training.networks import mlp, mlp_start

    widths = (64, 16, 16, 1)
    X, y = (torch.as_tensor(v) for v in data.digits(30, scale="standard", labels="parity"))
    start = mlp_start(seeds, widths, "he" if kind == "relu" else "lecun", device="cpu")
    return mlp(widths, kind), start, X, y


def _waves(seeds: Sequence[int], wide: bool) -> tuple[Model, list[Tensor], Tensor, Tensor]:
    import torch

    from proofs_check.training.networks import mlp, mlp_start, two_layer, two_layer_start

    x = data.midpoints(20)
    X, y = (torch.as_tensor(v) for v in (data.with_bias(x / np.pi), data.sines(x, (1, 3))))
    if wide:
        start = list(two_layer_start(seeds, 100, 2, 1.0, 1.0, device="cpu"))
        return two_layer(200**0.5, "tanh"), start, X, y
    widths = (2, 16, 16, 1)
    return mlp(widths, "tanh"), mlp_start(seeds, widths, "lecun", device="cpu"), X, y


NETWORKS: dict[str, Any] = {
    "linear network": linear_network,
    "tanh network, digits": partial(_digits, kind="tanh"),
    "ReLU network, digits": partial(_digits, kind="relu"),
    "tanh network, two waves": partial(_waves, wide=False),
    "wide network, two waves": partial(_waves, wide=True),
}


def sharpness(of: Objective, parameters: Sequence[Tensor]) -> Array:
    """Largest eigenvalue (S,) of the Hessian; ``RuntimeError`` where its residual is too large."""
    from proofs_check.training.curvature import eigenvalues, hessian

    found = eigenvalues(hessian(of, parameters), parameters, tol=LANCZOS / 2, steps=60)
    if (found.residual > LANCZOS * found.value.abs()).any():
        raise RuntimeError(f"Lanczos leaves {float((found.residual / found.value).max()):.2g}")
    return found.value[:, 0].numpy()


@dataclass(frozen=True)
class Paths:
    """Descents of S seeds at R steps: eta (S, R), losses (S, R, T + 1) before each step, sharpness
    (S, R, M) at every 25th; not a number after the end of a run.  end (S, R): sharpness there.
    """

    eta: Array
    loss: Array
    sharpness: Array
    end: Array


@cache
def paths(network: str, seeds: tuple[int, ...], limit: int = LIMIT) -> Paths:
    """Train one network per seed and step size."""
    import torch

    from proofs_check.training.curvature import objective
    from proofs_check.training.descend import Moment, train
    from proofs_check.training.rules import Descent

    shape = len(seeds), len(STEPS)
    model, start, X, y = NETWORKS[network]([seed for seed in seeds for _ in STEPS])
    of = objective(model, X, y)
    eta = np.tile(STEPS, len(seeds)) / sharpness(of, start)
    losses = np.full((len(eta), limit + 1), np.nan)
    sharp = np.full((len(eta), limit // EVERY + 1), np.nan)

    def watch(now: Moment) -> None:
        losses[now.alive, now.step] = now.loss
        if now.step % EVERY == 0:
            sharp[now.alive, now.step // EVERY] = sharpness(of, now.parameters)

    run = train(
        model,
        start,
        X,
        y,
        rule=Descent(torch.as_tensor(eta)),
        steps=limit,
        watch=watch,
        stop=lambda now: now.loss.numpy() < FITTED * losses[now.alive, 0],
    )
    return Paths(
        eta.reshape(shape),
        losses.reshape(*shape, -1),
        sharp.reshape(*shape, -1),
        sharpness(of, run.end).reshape(shape),
    )


def highest(seeds: Sequence[int], network: str) -> Array:
    """Largest eta S / 2 (S,) of a run, at the step size at which it is least."""
    run = paths(network, tuple(seeds))
    return (np.nanmax(run.sharpness, 2) * run.eta / 2)[:, RISE].min(1)


def _arrivals(run: Paths) -> Array:
    """Measurement (S, R) at which 2 / eta is first met, the middle of the run where it is not."""
    level = run.sharpness * run.eta[..., None] / 2
    met = level >= ARRIVED
    middle = np.isfinite(level).sum(2) // 2
    return np.where(met.any(2), met.argmax(2), middle)


def level(seeds: Sequence[int], network: str) -> Array:
    """Mean of eta S / 2 (S,) from the arrival on, at the step size at which it is farthest from the
    middle of what the sentence allows.
    """
    run = paths(network, tuple(seeds))
    after = np.arange(run.sharpness.shape[2]) >= _arrivals(run)[..., None]
    mean = (np.nanmean(np.where(after, run.sharpness, np.nan), 2) * run.eta / 2)[:, HOVER]
    worst = np.abs(mean - Threshold("eos-two-over-eta")()).argmax(1)
    return mean[np.arange(len(mean)), worst]


def _phases(run: Paths) -> list[list[Array]]:
    """Losses from the arrival to the end of each run, by seed and step size."""
    first = _arrivals(run) * EVERY
    return [
        [loss[at:][np.isfinite(loss[at:])] for loss, at in zip(*both, strict=True)]
        for both in zip(run.loss[:, HOVER], first[:, HOVER], strict=True)
    ]


def rising_windows(seeds: Sequence[int], network: str) -> Array:
    """Share (S,) of windows of 100 steps whose mean loss is above that of the one before."""
    shares = []
    for runs in _phases(paths(network, tuple(seeds))):
        rises = [
            np.diff(loss[: len(loss) // WINDOW * WINDOW].reshape(-1, WINDOW).mean(1)) > 0
            for loss in runs
        ]
        together = np.concatenate(rises)
        shares.append(together.mean() if len(together) else 0.0)
    return np.array(shares)


def rising_steps(seeds: Sequence[int], network: str) -> Array:
    """Steps (S,) after which the loss is larger, at the step size that has fewest."""
    return np.array(
        [min((np.diff(loss) > 0).sum() for loss in runs) for runs in _phases(paths(network, tuple(seeds)))],
        float,
    )


def rank_correlation(seeds: Sequence[int], network: str) -> Array:
    """Spearman correlation (S,) of the step and the sharpness at the end."""
    run = paths(network, tuple(seeds))
    ranks = [v.argsort(1).argsort(1) - (len(STEPS) - 1) / 2 for v in (run.eta, run.end)]
    return (ranks[0] * ranks[1]).sum(1) / (ranks[0] ** 2).sum(1)
