"""Train many networks at once: the seeds are the first dimension of every tensor.

A model is a function ``model(parameters, X) -> (S, n)``; parameter tensors are (S, ...).  Every
seed draws from its own generator, so it gets the same numbers whatever the batch, and is frozen
(and dropped from the work) when its loss is reached. Loss is 1/(2n) sum_i e_i^2 throughout; time is
the sum of the learning rates.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

Model = Callable[[Sequence[Tensor], Tensor], Tensor]


@dataclass(frozen=True)
class Run:
    """What training did to each of the S seeds."""

    start: tuple[Tensor, ...]  # (S, ...) each
    end: tuple[Tensor, ...]
    loss: np.ndarray  # (S,)
    steps: np.ndarray  # (S,)
    time: np.ndarray  # (S,)
    reached: np.ndarray  # (S,) bool
    # (S, P) largest |theta_p(t) - theta_p(0)| / |theta_p(0)| met on the way
    sup_distance: np.ndarray

    def distance(self, parameter: int, part: slice = slice(None)) -> np.ndarray:
        """Relative distance |theta(T) - theta(0)| / |theta(0)| of one parameter tensor, or of some
        of its rows.
        """
        first, last = self.start[parameter][:, part], self.end[parameter][:, part]
        return (_norm(last - first) / _norm(first)).cpu().numpy()


def default_device() -> str:
    """Where networks are trained unless told otherwise: the command line's ``--device``, else the
    CPU.
    """
    return os.environ.get("PROOFS_CHECK_DEVICE", "cpu")


def normal(
    seeds: Sequence[int], shape: tuple[int, ...], *, stream: int = 0, device: str | None = None
) -> Tensor:
    """Standard normal draws (S, *shape); seed s has its own generator and ``stream`` separates its
    draws.
    """
    draws = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(1_000_003 * stream + int(seed))
        draws.append(torch.randn(shape, generator=generator, dtype=torch.float64))
    return torch.stack(draws).to(device or default_device())


def two_layer(alpha: float, activation: Callable[[Tensor], Tensor] = torch.relu) -> Model:
    """f(x) = (1 / alpha) sum_k a_k sigma(w_k . x) with parameters a (S, M) and w (S, M, D); X is
    (n, D).
    """

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        a, w = parameters
        return torch.matmul(a[:, None, :], activation(torch.matmul(w, X.T)))[:, 0] / alpha  # (S, n)

    return model


def two_layer_start(
    seeds: Sequence[int],
    m: int,
    D: int,
    beta_1: float,
    beta_2: float,
    *,
    antisymmetric: bool = True,
    device: str | None = None,
) -> tuple[Tensor, Tensor]:
    """a ~ N(0, beta_1^2), w ~ N(0, beta_2^2 I); antisymmetric: a second copy of the m neurons with
    output weights -a (2m in all).
    """
    a = beta_1 * normal(seeds, (m,), stream=1, device=device)
    w = beta_2 * normal(seeds, (m, D), stream=2, device=device)
    return (torch.cat([a, -a], 1), torch.cat([w, w], 1)) if antisymmetric else (a, w)


def normalised(kappa: float, kappa_p: float) -> tuple[float, float, float]:
    """The triple (alpha, beta_1, beta_2) with these kappa and kappa' and beta_1 beta_2 = 1, so that
    time is in barred units.
    """
    return 1 / kappa, kappa_p**0.5, kappa_p**-0.5


def gram(model: Model, parameters: Sequence[Tensor], X: Tensor) -> Tensor:
    """Tangent kernel divided by n, (S, n, n): one backward pass per data point."""
    leaves = [p.detach().requires_grad_(True) for p in parameters]
    X = X.to(leaves[0].device)
    output = model(leaves, X)
    rows = [
        torch.autograd.grad(output[:, i].sum(), leaves, retain_graph=True)
        for i in range(output.shape[1])
    ]
    # (S, n, P)
    jacobian = torch.stack([torch.cat([g.flatten(1) for g in row], 1) for row in rows], 1)
    return jacobian @ jacobian.transpose(1, 2) / output.shape[1]


def train(
    model: Model,
    parameters: Sequence[Tensor],
    X: Tensor,
    y: Tensor,
    *,
    rule: str = "descent",
    rate: float | None = None,
    flow: float = 0.5,
    refresh: int = 10,
    growth: float = 0.05,
    stop: float = 1e-8,
    max_steps: int = 20_000,
    batch: int | None = None,
    seeds: Sequence[int] = (),
    watch: Callable[[int, Tensor, Tensor], Any] | None = None,
    watch_distance: bool = False,
) -> Run:
    """Train every seed until its loss is below ``stop``.

    rule: "descent" (full batch), "sgd" (``batch`` points without replacement from the seed's own
    generator; needs ``seeds``), "adam". rate None: the learning rate is ``flow`` / lambda_max(K) of
    the seed, renewed every ``refresh`` steps (gradient-flow limit as ``flow`` -> 0), and no step
    moves the parameters by more than ``growth`` of their norm.  y is (n,) or (S, n). ``watch(step,
    alive, output)`` sees the outputs before each update.
    """
    if rule not in ("descent", "sgd", "adam"):
        raise ValueError(f"rule must be descent, sgd or adam, not {rule!r}")
    if rule == "sgd" and (batch is None or len(seeds) != len(parameters[0])):
        raise ValueError("sgd needs batch and one seed per row of the parameters")
    if rule == "adam" and rate is None:
        raise ValueError("adam needs a learning rate")
    start = tuple(p.detach().clone() for p in parameters)
    end = [p.clone() for p in start]
    total, device, n = len(start[0]), start[0].device, X.shape[0]
    X, y = X.to(device), y.to(device)
    norms = torch.stack([_norm(p) for p in start], 1)  # (S, P)
    loss, steps, time = (
        torch.full((total,), v, dtype=torch.float64, device=device) for v in (torch.inf, 0.0, 0.0)
    )
    furthest = torch.zeros_like(norms)
    target = y if y.dim() == 2 else y.expand(total, -1)
    generators = [torch.Generator().manual_seed(7_000_003 + int(s)) for s in seeds]

    alive = torch.arange(total, device=device)
    theta = [p.clone().requires_grad_(True) for p in start]
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in start]
    pace = torch.full(
        (total,), rate if rate is not None else 0.0, dtype=torch.float64, device=device
    )
    for step in range(max_steps + 1):
        if rate is None and step % refresh == 0:
            pace = flow / torch.linalg.eigvalsh(gram(model, theta, X))[:, -1]
        output = model(theta, X)
        error = output - target[alive]
        value = 0.5 * (error.detach() ** 2).mean(1)
        loss[alive], steps[alive] = value, float(step)
        if watch is not None:
            watch(step, alive.cpu(), output.detach().cpu())
        if watch_distance:
            moved = torch.stack(
                [_norm(p.detach() - s[alive]) for p, s in zip(theta, start, strict=True)], 1
            )
            furthest[alive] = torch.maximum(furthest[alive], moved / norms[alive])
        keep = ~(value < stop)
        diverged = ~torch.isfinite(value)
        if step == max_steps or bool((~keep | diverged).any()):
            for last, p in zip(end, theta, strict=True):
                last[alive] = p.detach()
            keep &= ~diverged
            if step == max_steps or not bool(keep.any()):
                break
            alive, pace = alive[keep], pace[keep]
            theta = [p.detach()[keep].requires_grad_(True) for p in theta]
            moments = [(first[keep], second[keep]) for first, second in moments]
            output = model(theta, X)
            error = output - target[alive]
        if rule == "sgd":
            assert batch is not None
            rows = torch.stack(
                [torch.randperm(n, generator=generators[int(s)])[:batch] for s in alive]
            ).to(device)
            error = error.gather(1, rows)
        gradients = torch.autograd.grad(0.5 * (error**2).mean(1).sum(), theta)
        with torch.no_grad():
            h = pace
            if rate is None:
                size = torch.stack([_norm(p) for p in theta]).norm(dim=0)
                h = torch.minimum(
                    pace, growth * size / torch.stack([_norm(g) for g in gradients]).norm(dim=0)
                )
            for p, g, (first, second) in zip(theta, gradients, moments, strict=True):
                if rule == "adam":
                    first.mul_(0.9).add_(g, alpha=0.1)
                    second.mul_(0.999).addcmul_(g, g, value=0.001)
                    g = (first / (1 - 0.9 ** (step + 1))) / (
                        (second / (1 - 0.999 ** (step + 1))).sqrt() + 1e-8
                    )
                p.sub_(h.reshape(-1, *[1] * (p.dim() - 1)) * g)
        time[alive] += h
    sup = torch.maximum(
        furthest, torch.stack([_norm(q - p) for p, q in zip(start, end, strict=True)], 1) / norms
    )
    arrays = [v.cpu().numpy() for v in (loss, steps, time)]
    start, end = tuple(p.cpu() for p in start), [p.cpu() for p in end]
    return Run(
        start,
        tuple(end),
        arrays[0],
        arrays[1].astype(int),
        arrays[2],
        arrays[0] < stop,
        sup.cpu().numpy(),
    )


def train_two_layer(
    seeds: Sequence[int],
    m: int,
    kappa: float,
    kappa_p: float,
    X: np.ndarray,
    y: np.ndarray,
    *,
    triple: tuple[float, float, float] | None = None,
    antisymmetric: bool = True,
    device: str | None = None,
    **options: Any,
) -> Run:
    """Train the two-layer ReLU network with these kappa and kappa' (or this triple alpha, beta_1,
    beta_2) on X (n, D), y (n,).
    """
    alpha, beta_1, beta_2 = triple or normalised(kappa, kappa_p)
    parameters = two_layer_start(
        seeds, m, X.shape[1], beta_1, beta_2, antisymmetric=antisymmetric, device=device
    )
    data, labels = (torch.as_tensor(v, dtype=torch.float64) for v in (X, y))
    return train(two_layer(alpha), parameters, data, labels, **options)


def classify(
    output: Callable[[], Tensor], labels: Tensor, optimiser: torch.optim.Optimizer, steps: int
) -> None:
    """Descend the cross entropy of every seed: ``output()`` are logits (S, n, classes), ``labels``
    (S, n); the seeds do not meet.
    """
    for _ in range(steps):
        loss = (
            torch.nn.functional.cross_entropy(
                output().flatten(0, 1), labels.flatten(), reduction="sum"
            )
            / labels.shape[1]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def _norm(values: Tensor) -> Tensor:
    return values.flatten(1).norm(dim=1)
