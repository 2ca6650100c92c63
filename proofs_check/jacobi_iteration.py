"""Does a network that solves a differential equation remove the frequencies of its error in the
opposite order to Jacobi iteration, on its Ritz energy and on the squared residual?

Setting: -u'' = g on (0, 1), zero ends, u = sin(pi x) + sin(5 pi x).  Network u = x (1 - x) N(x), N
of width 50 with tanh, trained by Adam on the Ritz energy, the mean of u'^2 / 2 - g u at 64
midpoints; other widths, activations and frequencies, and the mean of (u'' + g)^2.  Measured: the
step at which the error of a frequency is first halved.  Source: simplicity essay; the Ritz setting
of Xu et al., Communications in Computational Physics 28, 2020.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import jacobi_iteration as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import data
from theory import Settles
from theory import jacobi_iteration as theory

Array = np.ndarray
LOW, HIGH = 1, 5
GRID = 63  # interior points of the Jacobi iteration


Activation = Callable[[Any], tuple[Any, Any, Any]]


def tanh(z: Any) -> tuple[Any, Any, Any]:
    """tanh and its first two derivatives."""
    h = z.tanh()
    return h, 1 - h * h, -2 * h * (1 - h * h)


def sine(z: Any) -> tuple[Any, Any, Any]:
    """sin and its first two derivatives."""
    return z.sin(), z.cos(), -z.sin()


def halving_steps(
    seeds: Sequence[int],
    m: int = 50,
    points: int = 64,
    rate: float = 5e-3,
    steps: int = 1000,
    high: int = HIGH,
    activation: Activation = tanh,
    strong: bool = False,
) -> Array:
    """Step at which the error of the low and of the high frequency is first below one half, (S, 2);
    nan when it never is.

    ``strong``: the mean of (u'' + g)^2 is minimised in place of the Ritz energy.
    """
    import torch
    from torch import Tensor

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import normals
    from proofs_check.training.rules import Adam

    x = torch.as_tensor(data.midpoints(points, 0.0, 1.0), dtype=torch.float32)
    modes = data.waves(np.pi * x, (LOW, high)).T  # (points, 2)
    g = modes @ torch.tensor([(k * np.pi) ** 2 for k in (LOW, high)], dtype=torch.float32)
    first = np.full((len(seeds), 2), np.nan)

    def solution(parameters: Sequence[Tensor], x: Tensor) -> Tensor:
        """u and its first two derivatives, or the first alone, (S, 3 or 2, points)."""
        w, b, a = (p[:, :, None] for p in parameters)
        parts = activation(w * (2 * x - 1) + b)[: 3 if strong else 2]  # (S, m, points) each
        net, *more = ((a * (2 * w) ** k * part).sum(1) for k, part in enumerate(parts))
        zero, inward = x * (1 - x), 1 - 2 * x
        u = [zero * net, inward * net + zero * more[0]]
        if strong:
            u.append(-2 * net + 2 * inward * more[0] + zero * more[1])
        return torch.stack(u, 1)

    def energy(output: Tensor, g: Tensor) -> Tensor:
        u, du = output.unbind(1)
        return (du * du / 2 - g * u).mean(1)

    def residual(output: Tensor, g: Tensor) -> Tensor:
        return ((output[:, 2] + g) ** 2).mean(1)

    def halved(now: Moment) -> Array:
        error, at = (1 - 2 / points * (now.output[:, 0] @ modes)).abs().numpy(), now.alive
        first[at] = np.where(np.isnan(first[at]) & (error < 0.5), now.step + 1, first[at])
        return ~np.isnan(first[at]).any(1)

    start = [p.float() for p in normals(seeds, [(m,)] * 3, (1.0, 1.0, m**-0.5), device="cpu")]
    train(
        solution,
        start,
        x,
        g,
        rule=Adam(rate),
        steps=steps - 1,
        loss=residual if strong else energy,
        stop=halved,
    )
    return first


def order_of_the_network(seeds: Sequence[int], steps: int = 1000, **options: Any) -> Array:
    """log(steps for the high frequency / steps for the low one): positive when the low frequency
    goes first; what is never halved counts as halved at the end.  ``options``: of
    ``halving_steps``.
    """
    first = halving_steps(seeds, steps=steps, **options)
    first = np.where(np.isnan(first), steps, first)
    return np.log(first[:, 1] / first[:, 0])


def order_of_jacobi(omega: float = 2 / 3) -> float:
    """The same ratio for damped Jacobi iteration, from its factors."""
    low, high = np.log(np.abs(numerics.symbol(np.array([LOW, HIGH]), GRID, omega)))
    return float(np.log(low / high))


CHECKS: tuple[Check, ...] = (
    Check(
        name="network_takes_the_other_order",
        quantity="log ratio of steps, high over low frequency, dimensionless",
        claim=theory.symbol,
        predict=Threshold("nn-vs-jacobi-opposite-order"),
        measure={
            "Ritz energy, 50 tanh": order_of_the_network,
            "Ritz energy, 200 tanh": partial(order_of_the_network, m=200),
            "Ritz energy, 50 sines": partial(order_of_the_network, activation=sine),
            "Ritz energy, frequencies 1 and 7": partial(order_of_the_network, high=7),
            "squared residual, 50 tanh": partial(order_of_the_network, strong=True),
        },
        terms={"counting whole steps, one in three": 0.3},
        rival=order_of_jacobi,
        rival_why="a network removes the frequencies in the order of Jacobi iteration, high ones "
        "first",
        side="at least",
        settles=(Settles("nn-vs-jacobi-opposite-order", scope="instances"),),
    ),
)
