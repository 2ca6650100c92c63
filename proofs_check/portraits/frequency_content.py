"""How much energy a blur leaves, over its width."""

from typing import Any

import numpy as np

from numerics.frequency_content import low_frequency_ratio
from proofs_check.portraits import BLUE, GREY

FREQUENCIES, AMPLITUDES = np.array([1.0, 4.0, 16.0]), np.array([1.0, 0.7, 1.0])
POINTS = 512  # of one period


def portrait(axes: Any) -> None:
    """The low-frequency ratio of three waves: derived, of a blurred grid, and with a sharp edge."""
    s = np.geomspace(0.3, 80, 200)
    derived = low_frequency_ratio(FREQUENCIES, AMPLITUDES**2, s)
    axes.semilogx(s, derived, color=BLUE, label="derived")
    x = 2 * np.pi * np.arange(POINTS) / POINTS
    signal = AMPLITUDES @ np.cos(np.outer(FREQUENCIES, x) + np.arange(3)[:, None])
    few = s[::14]
    away = np.minimum(x, 2 * np.pi - x)  # around the period
    left = []
    for width in 1 / few:
        turns = away[:, None] + 2 * np.pi * np.arange(-12, 13)
        bell = np.exp(-((turns / width) ** 2) / 2).sum(1)
        blurred = np.fft.irfft(np.fft.rfft(bell / bell.sum()) * np.fft.rfft(signal), POINTS)
        left.append((blurred**2).sum() / (signal**2).sum())
    axes.plot(few, left, "ko", ms=4, label="measured: blurred on a grid")
    energy = (AMPLITUDES**2 * (s[:, None] >= FREQUENCIES)).sum(1) / (AMPLITUDES**2).sum()
    axes.plot(s, energy, "--", color=GREY, label="rival: a sharp filter")
    axes.set(
        xlabel="s, one over the width of the blur, in radians per unit of x",
        ylabel="energy left, a share",
        title="Waves of frequency 1, 4 and 16 under a Gaussian blur",
    )
    axes.legend()
