"""Does the ratio of data fall where a distribution function would rise?  Random points and labels,
with the usual weights and with those of the rows, and the read-out that the other topics share.

Set-up.  Six standard normal points in two dimensions with random signs as labels, widths from 0.03
to 30.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
