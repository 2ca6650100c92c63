"""Does a smoother of data do to a wave what a filter does on the line?  A wave on a circle of few
points, and the read-out of peaks that the other topics share.

Set-up.  Three periods on eight equispaced points, a Gaussian of standard deviation 0.35 that is
wrapped around the circle, random phases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import sample_filter as numerics
from proofs_check.core.check import Check
from theory import derive
from theory import sample_filter as theory

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
GRID = np.geomspace(0.2, 100, 56)  # of s times the root mean squared distance


def ratios(D2: Tensor, Y: Tensor, s: Tensor) -> Tensor:
    """Ratio (B, k) of labels Y (n, c) or (B, n, c) on squared distances D2 (B, n, n) at s (B,
    k).
    """
    import torch

    found = []
    for each in s.unbind(1):
        weights = torch.exp(-(each[:, None, None] ** 2) * D2 / 2)
        low = weights @ Y / weights.sum(2, keepdim=True)
        found.append((low**2).sum((1, 2)) / (Y**2).sum((-2, -1)))
    return torch.stack(found, 1)


def readout(H: Tensor, Y: Tensor) -> tuple[Array, Array]:
    """Of features H (B, n, m) and labels Y: place (B,) of the steepest rise of the ratio in units
    of the root mean squared distance, and that distance (B,).
    """
    import torch

    H = H.double()
    squares = (H**2).sum(2)
    D2 = (squares[:, :, None] + squares[:, None] - 2 * H @ H.mT).clamp(min=0)
    D2 = D2 * (1 - torch.eye(D2.shape[1], dtype=D2.dtype))
    n = D2.shape[1]
    mean = D2.sum((1, 2)) / (n * (n - 1))
    grid = torch.as_tensor(GRID)
    D2 = (D2 / mean[:, None, None]).float()
    lfr = ratios(D2, Y.float(), grid.float().expand(len(H), -1)).double().numpy()
    slopes, middle = np.diff(lfr) / np.diff(GRID), np.log((GRID[1:] + GRID[:-1]) / 2)
    at = slopes.argmax(1)
    if at.min() == 0 or at.max() == len(middle) - 1:
        raise ValueError("a ratio is steepest at an end of the grid: widen GRID")
    rows = np.arange(len(at))
    low, top, high = (slopes[rows, at + i] for i in (-1, 0, 1))
    shift = 0.5 * (low - high) / (low - 2 * top + high)
    step = np.log(GRID[1] / GRID[0])
    return np.exp(middle[at] + np.nan_to_num(shift) * step), mean.sqrt().numpy()


def wave_on_a_circle(seeds: Sequence[int]) -> Array:
    """Amplitude that the smoother of eight points leaves of a wave of random phase."""
    angle = 2 * np.pi * np.arange(POINTS) / POINTS
    gaps = angle[:, None] - angle + 2 * np.pi * np.arange(-8, 9)[:, None, None]
    weights = np.exp(-(gaps**2) / (2 * WIDTH**2)).sum(0)
    S = weights / weights.sum(1, keepdims=True)
    phases = [np.random.default_rng([int(seed), 55]).uniform(0, 2 * np.pi) for seed in seeds]
    waves = np.cos(PERIODS * angle + np.array(phases)[:, None])
    return np.asarray(np.linalg.norm(waves @ S.T, axis=1) / np.linalg.norm(waves, axis=1))


POINTS, PERIODS, WIDTH = 8, 3, 0.35  # of the circle
CHECKS: tuple[Check, ...] = (
    Check(
        name="wave_on_a_circle",
        quantity="amplitude that is left of a wave at eight points of a circle, dimensionless",
        claim=theory.circle,
        predict=lambda: float(numerics.circle_eigenvalue(POINTS, PERIODS, WIDTH)),
        measure=wave_on_a_circle,
        terms={"rounding": 1e-9},
        rival=float(np.exp(-((PERIODS * WIDTH) ** 2) / 2)),
        rival_why="a sample is filtered as the line is",
    ),
)


def portrait(axes: Any) -> None:
    """Ratio of three points with labels 1, 0, 1, derived and measured, with weights of the rows,
    and of waves on a circle; dashed what a distribution function would do.
    """
    import torch

    s = np.geomspace(0.1, 10, 120)
    g = np.exp(-(s**2) / 2)
    D2 = np.subtract.outer(range(3), range(3)) ** 2.0
    labels = [1.0, 0.0, 1.0]
    curve = derive(theory.three_points)[0].function(theory.g)(g)
    few = torch.as_tensor(s[::6])[None]
    found = ratios(torch.as_tensor(D2)[None], torch.tensor(labels)[:, None].double(), few)[0]
    axes.semilogx(s, curve, color="#D55E00", label="derived: labels 1, 0, 1 at 0, 1, 2")
    axes.semilogx(s[::6], found, "k.", label="measured")
    weighted = numerics.smoothed_ratio(D2, labels, s, weighted=True)
    axes.semilogx(s, weighted, color="#009E73", label="derived: weights of the rows")
    circle = numerics.circle_eigenvalue(POINTS, PERIODS, 1 / s) ** 2
    axes.semilogx(s, circle, color="#0072B2", label="derived: three periods on eight points")
    rising = np.maximum.accumulate(curve)
    axes.semilogx(s, rising, "--", color="#999999", label="rival: what rises")
    axes.set(xlabel="s = 1 / delta", ylabel="low-frequency ratio")
    axes.legend(loc=(0.03, 0.2))
