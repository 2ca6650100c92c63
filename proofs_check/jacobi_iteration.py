"""Does a network that solves a differential equation, trained on its Ritz energy, remove the
frequencies of its error in the opposite order to Jacobi iteration?

Setting: -u'' = g on (0, 1), zero ends, u = sin(pi x) + sin(5 pi x).  Network u = x (1 - x) N(x), N
of width 100 with tanh, trained by Adam on the Ritz energy, the mean of u'^2 / 2 - g u at 200
midpoints.  Measured: the step at which the error of a frequency is first halved. Source: simplicity
essay; the Ritz setting of Xu et al., Communications in Computational Physics 28, 2020.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def halving_steps(
    seeds: Sequence[int], m: int = 100, points: int = 200, rate: float = 5e-3, steps: int = 600
) -> Array:
    """Step at which the error of the low and of the high frequency is first below one half, (S, 2);
    nan when it never is.
    """
    import torch
    from torch import Tensor

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import normals
    from proofs_check.training.rules import Adam

    x = torch.as_tensor(data.midpoints(points, 0.0, 1.0))
    modes = data.waves(np.pi * x, (LOW, HIGH)).T  # (points, 2)
    g = modes @ torch.tensor([(k * np.pi) ** 2 for k in (LOW, HIGH)], dtype=torch.float64)
    first = np.full((len(seeds), 2), np.nan)

    def solution(parameters: Sequence[Tensor], x: Tensor) -> Tensor:
        """u and u', (S, 2, points)."""
        w, b, a = (p[:, :, None] for p in parameters)
        h = torch.tanh(w * (2 * x - 1) + b)  # (S, m, points)
        net, slope = (a * h).sum(1), (a * (1 - h * h) * 2 * w).sum(1)
        return torch.stack([x * (1 - x) * net, (1 - 2 * x) * net + x * (1 - x) * slope], 1)

    def energy(output: Tensor, g: Tensor) -> Tensor:
        u, du = output.unbind(1)
        return (du * du / 2 - g * u).mean(1)

    def halved(now: Moment) -> bool:
        error = (1 - 2 / points * (now.output[:, 0] @ modes)).abs().numpy()
        first[:] = np.where(np.isnan(first) & (error < 0.5), now.step + 1, first)
        return not np.isnan(first).any()

    start = normals(seeds, [(m,)] * 3, (1.0, 1.0, m**-0.5), device="cpu")
    train(solution, start, x, g, rule=Adam(rate), steps=steps - 1, loss=energy, stop=halved)
    return first


def order_of_the_network(seeds: Sequence[int]) -> Array:
    """log(steps for the high frequency / steps for the low one): positive when the low frequency
    goes first.
    """
    steps = halving_steps(seeds)
    return np.log(steps[:, 1] / steps[:, 0])


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
        measure=order_of_the_network,
        terms={"counting whole steps, one in three": 0.3},
        rival=order_of_jacobi,
        rival_why="a network removes the frequencies in the order of Jacobi iteration, high ones "
        "first",
        side="at least",
        settles=(Settles("nn-vs-jacobi-opposite-order", scope="instances"),),
    ),
)
