"""A check sets a measured number against the band that theory predicts, and against a rival that
the same data must refute.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import numpy as np

from theory import Derivation, Settles

# Seeds of each round and the order statistics that bound the median: with error levels split in
# advance, the interval [k-th smallest, k-th largest] misses the median with probability below 1e-3
# in each round, whatever the law.
ROUNDS = ((11, 1), (21, 3), (51, 14))


class Verdict(Enum):
    """What a check can say."""

    CONFIRMED = "the interval lies inside the predicted band"
    REFUTED = "the interval lies outside the predicted band"
    INCONCLUSIVE = "the interval crosses the edge of the band"
    OPEN = "a question known to be open: listed with its numbers, not judged"


@dataclass(frozen=True)
class Check:
    """``measure(seeds)`` must land in ``predict +- sum(terms)``, where the rival must not; each is
    a number or computes one.

    ``terms`` are the named sources of error, fixed before the run; ``side`` makes the band
    one-sided.  The rival is a theory that somebody could hold (``rival_why`` says who); it lies
    outside the band by more than the band's half-width.
    """

    name: str
    claim: Callable[[], Derivation | tuple[Derivation, ...]]
    predict: Callable[[], float] | float
    measure: Callable[[Sequence[int]], Any]
    terms: Mapping[str, Callable[[], float] | float]
    rival: Callable[[], float] | float
    rival_why: str
    side: Literal["both", "at least", "at most"] = "both"
    settles: tuple[Settles, ...] = ()
    open: str | None = None
    deviates: str | None = None
    analogue: bool = False
    deterministic: bool = False
    recorded: bool = False

    def band(self) -> tuple[float, float]:
        """Where the theory says the number lies; raises ``ValueError`` when the rival is not told
        apart.
        """
        centre, half = value(self.predict), self.half_width
        low = -math.inf if self.side == "at most" else centre - half
        high = math.inf if self.side == "at least" else centre + half
        rival = value(self.rival)
        outside = max(low - rival, rival - high)
        if not outside > half:
            raise ValueError(
                f"{self.name}: the band [{low:.4g}, {high:.4g}] does not tell the rival "
                f"{rival:.4g} apart "
                f"(distance {outside:.3g}, needed more than {half:.3g}): shrink the terms or "
                f"choose a case in which the theories differ"
            )
        return low, high

    @property
    def half_width(self) -> float:
        return float(sum(value(term) for term in self.terms.values()))


@dataclass(frozen=True)
class Result:
    """What a check found, beside what was predicted."""

    check: Check
    predicted: float
    band: tuple[float, float]
    rival: float
    values: tuple[float, ...]
    interval: tuple[float, float]
    verdict: Verdict
    seeds: tuple[int, ...]
    seconds: float
    note: str = ""

    def message(self) -> str:
        """Predicted, band, interval and rival in one line."""
        return (
            f"{self.check.name}: {self.verdict.name}, predicted {self.predicted:.4g}, band "
            f"[{self.band[0]:.4g}, {self.band[1]:.4g}], "
            f"measured [{self.interval[0]:.4g}, {self.interval[1]:.4g}] over {len(self.values)} "
            f"seeds, rival {self.rival:.4g}"
        )


def value(theory: Callable[[], float] | float) -> float:
    """A prediction or rival as a number."""
    return float(theory() if callable(theory) else theory)


def typical(measure: Callable[..., Any], seeds: Sequence[int] = range(11), **options: Any) -> float:
    """Median of a measurement: a control through the same code, to be used as a rival."""
    return float(np.median(measure(tuple(seeds), **options)))


def median_interval(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Order statistics that cover the median with probability above 99.9 % for 11, 21 or 51 values;
    infinite for other counts below 11.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    rank = {count: k for count, k in ROUNDS}.get(len(ordered))
    if rank is None or not np.isfinite(ordered).all():
        return -math.inf, math.inf
    return float(ordered[rank - 1]), float(ordered[-rank])


def judge(interval: tuple[float, float], band: tuple[float, float]) -> Verdict:
    """Inside the band CONFIRMED, disjoint from it REFUTED, else INCONCLUSIVE."""
    (low, high), (bottom, top) = interval, band
    if bottom <= low and high <= top:
        return Verdict.CONFIRMED
    if high < bottom or low > top:
        return Verdict.REFUTED
    return Verdict.INCONCLUSIVE


def run(check: Check, tier: str = "default") -> Result:
    """Measure on 11 seeds, then on 21 and 51 fresh ones while the answer is undecided.
    ``tier="quick"``: one seed, no verdict.
    """
    began = time.perf_counter()
    band, predicted, rival = check.band(), value(check.predict), value(check.rival)
    note = check.deviates or ""
    first = 0
    for count, _ in ROUNDS:
        count = 1 if check.deterministic or tier == "quick" else count
        seeds = tuple(range(first, first + count))
        values = np.atleast_1d(np.asarray(check.measure(seeds), dtype=float))
        if values.shape != (count,):
            raise ValueError(
                f"{check.name}: measure returned shape {values.shape} for {count} seeds; one "
                f"number per seed is needed"
            )
        if count == 1:
            interval = (float(values[0]),) * 2 if np.isfinite(values[0]) else (-math.inf, math.inf)
        else:
            interval = median_interval(values)
        verdict = judge(interval, band)
        first += count
        if (
            check.open is not None
            or check.deterministic
            or tier == "quick"
            or verdict is not Verdict.INCONCLUSIVE
        ):
            break
    if not np.isfinite(values).all():
        note = (note + "; " if note else "") + "a measured value is not finite"
    if check.open is not None:
        verdict, note = Verdict.OPEN, check.open
    elif tier == "quick" and not check.deterministic:
        verdict, note = Verdict.OPEN, "quick: one seed, no verdict"
    return Result(
        check,
        predicted,
        band,
        rival,
        tuple(map(float, values)),
        interval,
        verdict,
        seeds,
        time.perf_counter() - began,
        note,
    )


def budget(result: Result) -> float | None:
    """Distance of the median from the prediction over the sum of the error terms; one-sided checks
    count the side that refutes them.

    The interval contains the median and lies in the band when a check is CONFIRMED, so that its
    budget is at most 1: what is CONFIRMED never exceeds it.  ``None`` where a value is not finite
    or the terms add up to nothing.
    """
    half = result.check.half_width
    if half <= 0 or not np.isfinite([*result.values, result.predicted]).all():
        return None
    gap = float(np.median(result.values)) - result.predicted
    side = result.check.side
    return (
        abs(gap) if side == "both" else max(-gap, 0.0) if side == "at least" else max(gap, 0.0)
    ) / half


def sensitivity(result: Result, probability: float = 0.95, resamples: int = 2000) -> float | None:
    """Smallest change of the prediction that the check would refute with this probability, as a
    share of it; absolute where it is 0.

    The band moves with the prediction and keeps its width.  The measured values are drawn again
    with replacement, as many as there were; a moved band is refuted when it is disjoint from the
    order statistics of the new values.  Of the two directions the worse one counts; a one-sided
    band has one.  A band that is refuted where it stands gives 0.  Of one round only: what the
    rounds before it would have said is left out, and no draw lies beyond the measured values.
    ``None`` for one seed of a check that depends on seeds, for values that are not finite, and for
    open checks, which refute nothing.
    """
    values, check = np.asarray(result.values), result.check
    if check.open is not None or not np.isfinite([*values, result.predicted]).all():
        return None
    if check.deterministic:
        low = high = values
    else:
        rank = {count: k for count, k in ROUNDS}.get(len(values))
        if rank is None:
            return None
        drawn = np.sort(np.random.default_rng(0).choice(values, (resamples, len(values))), axis=1)
        low, high = drawn[:, rank - 1], drawn[:, -rank]
    up = (
        float(np.quantile(high, probability, method="higher")) + check.half_width - result.predicted
    )
    down = (
        result.predicted
        + check.half_width
        - float(np.quantile(low, 1 - probability, method="lower"))
    )
    change = max(0.0, {"both": max(up, down), "at least": up, "at most": down}[check.side])
    return change / abs(result.predicted) if result.predicted else change
