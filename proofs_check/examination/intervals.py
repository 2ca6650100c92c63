"""Intervals of what a few seeds gave, and the word that they allow."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from numerics.core.fit import log_slope
from proofs_check.core.check import Verdict
from proofs_check.core.judging import judge

Interval = tuple[float, float]
CONFIDENCE = 0.95
NOTHING: Interval = (-math.inf, math.inf)
WORDS = {
    Verdict.CONFIRMED: "agrees",
    Verdict.REFUTED: "disagrees",
    Verdict.INCONCLUSIVE: "undecided",
}


def interval(values: Sequence[float] | np.ndarray) -> Interval:
    """Student's interval of the mean, one value per seed; infinite for a single or a bad value."""
    found = np.asarray(values, dtype=float)
    if len(found) < 2 or not np.isfinite(found).all():
        return NOTHING
    spread = stats.t.ppf(0.5 + CONFIDENCE / 2, len(found) - 1) * found.std(ddof=1)
    half = spread / math.sqrt(len(found))
    return float(found.mean() - half), float(found.mean() + half)


def exponent(widths: Sequence[int], values: np.ndarray) -> Interval:
    """Interval of the exponent in the width from positive values (widths, seeds): Student's, by the
    scatter about the fitted power, to which a law that is no power adds.
    """
    found = np.asarray(values, dtype=float)
    freedom = found.size - 2
    if len(widths) < 2 or freedom < 1 or not np.isfinite(found).all() or not (found > 0).all():
        return NOTHING
    slope = float(log_slope(widths, found).mean())
    place = np.log(np.asarray(widths, dtype=float))
    away = (place - place.mean())[:, None]
    rest = np.log(found) - np.log(found).mean() - slope * away
    error = math.sqrt((rest**2).sum() / freedom / ((away**2).sum() * found.shape[1]))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)) * error
    return slope - half, slope + half


def word(found: Interval, band: Interval) -> str:
    """``agrees`` inside the band, ``disagrees`` outside of it, ``undecided`` across its edge."""
    return WORDS[judge(found, band)]


def nearer(to: float, than: float) -> Interval:
    """The band of what lies nearer to one law than to its rival, or beyond it."""
    middle = (to + than) / 2
    return (-math.inf, middle) if to < than else (middle, math.inf)


def around(to: float, rivals: Sequence[float]) -> Interval:
    """The band of what lies nearer to one law than to its rivals on either side."""
    below = [(to + rival) / 2 for rival in rivals if rival < to]
    above = [(to + rival) / 2 for rival in rivals if rival > to]
    return max(below, default=-math.inf), min(above, default=math.inf)
