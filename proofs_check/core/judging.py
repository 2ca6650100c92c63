"""Measure a check and judge it: the interval that covers the median must lie in the band."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from proofs_check.core.check import Check, Verdict
from proofs_check.core.expected import value
from proofs_check.core.trials import Trial, together, where
from theory import Derivation, Grade, derive
from theory.core.catalogue import nearest

# Seeds of each round and the order statistics that bound the median: with error levels split in
# advance, the interval [k-th smallest, k-th largest] misses the median with probability below 1e-3
# in each round, whatever the law.
ROUNDS = ((11, 1), (21, 3), (51, 14))
TIERS = ("quick", "default", "full")
Values = Callable[[Check, str, tuple[int, ...]], np.ndarray]  # of a set-up, one for each seed


@dataclass(frozen=True)
class Result:
    """What a check found, beside what was predicted.

    Of a range of set-ups ``values`` are the medians, and ``interval`` reaches over all.
    """

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
    trials: tuple[Trial, ...] = ()

    def message(self) -> str:
        """Predicted, band, interval and rival in one line."""
        return (
            f"{self.check.name}: {self.verdict.name}, predicted {self.predicted:.4g}, band "
            f"[{self.band[0]:.4g}, {self.band[1]:.4g}], "
            f"measured [{self.interval[0]:.4g}, {self.interval[1]:.4g}] over {len(self.values)} "
            f"{'set-ups' if self.trials else 'seeds'}, rival {self.rival:.4g}"
        )

    __str__ = message

    def _repr_html_(self) -> str:
        from proofs_check.report.cards import of_result

        return of_result(self)


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
    """Grade the claim of a check, measure the check, and judge it.

    11 seeds, then 21 and 51 fresh ones while the answer is undecided; ``tier="quick"`` takes one
    seed and gives no verdict.  Raises ``StepFails`` for a claim that is false, ``ValueError`` for
    one that is no derivation, an unknown tier, a rival that is not told apart, and measured values
    that are not one real number per seed.
    """
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r} is not known; the nearest is {nearest(tier, TIERS)}")
    graded(check)
    return measured(check, tier)


def graded(check: Check) -> Grade:
    """How surely the claim of a check is known; raises ``StepFails`` where it is false."""
    derivations = derive(check.claim)
    if not derivations or not all(isinstance(each, Derivation) for each in derivations):
        found = ", ".join(type(each).__name__ for each in derivations) or "nothing"
        raise ValueError(
            f"check {check.name!r}: its claim must return a Derivation or a tuple of them; "
            f"it returned {found}"
        )
    if wrong := check.undeclared():
        raise ValueError(f"check {check.name!r}: " + "; ".join(wrong))
    return min(each.grade() for each in derivations)


def measured(check: Check, tier: str = "default", source: Values | None = None) -> Result:
    """``run`` for a check whose claim is graded already; ``source`` in place of ``values``."""
    began = time.perf_counter()
    band, predicted, rival = check.band(), value(check.predict), value(check.rival)
    trials = tuple(_trial(check, name, band, tier, source or values) for name in check.setups)
    if len(trials) == 1:
        (only,) = trials
        middle, interval, verdict = only.values, only.interval, only.verdict
    else:
        middle = tuple(float(np.median(each.values)) for each in trials)
        ends = list(zip(*(each.interval for each in trials), strict=True))
        interval = min(ends[0]), max(ends[1])
        verdict = together([each.verdict for each in trials], asks=check.asks)
    notes = [check.deviates] if check.deviates else []
    if not np.isfinite(middle).all():
        notes.append("a measured value is not finite")
    if len(trials) > 1:
        notes += where(trials)
    if check.open is not None:
        verdict, notes = Verdict.OPEN, [check.open]
    elif tier == "quick" and not check.deterministic:
        verdict, notes = Verdict.OPEN, ["quick: one seed, no verdict"]
    seconds, note = time.perf_counter() - began, "; ".join(notes)
    seeds = max((each.seeds for each in trials), key=len)
    several = trials if len(trials) > 1 else ()
    return Result(
        check, predicted, band, rival, middle, interval, verdict, seeds, seconds, note, several
    )


def _trial(check: Check, name: str, band: tuple[float, float], tier: str, source: Values) -> Trial:
    """One set-up: 11 seeds, then 21 and 51 fresh ones while the answer is undecided."""
    one = check.deterministic or tier == "quick"
    first = 0
    for count, _ in ROUNDS if tier == "full" else ROUNDS[: check.rounds]:
        seeds = tuple(range(first, first + (1 if one else count)))
        found = source(check, name, seeds)
        if one:
            interval = (float(found[0]),) * 2 if np.isfinite(found[0]) else (-math.inf, math.inf)
        else:
            interval = median_interval(found)
        verdict = judge(interval, band)
        first += len(seeds)
        if one or check.open is not None or verdict is not Verdict.INCONCLUSIVE:
            break
    return Trial(name, tuple(map(float, found)), interval, verdict, seeds)


def values(check: Check, name: str, seeds: tuple[int, ...]) -> np.ndarray:
    """What was measured: one real number per seed, infinite where the quantity is."""
    given = check.setups[name](seeds)
    if np.ma.is_masked(given):
        raise ValueError(f"{check.name}: measure returned masked values, which are no numbers")
    try:
        found = np.atleast_1d(np.asarray(given))
    except (ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"{check.name}: measure returned no array of numbers: {error}") from None
    if found.shape != (len(seeds),):
        raise ValueError(
            f"{check.name}: measure returned shape {found.shape} for {len(seeds)} seeds; "
            "one number per seed is needed"
        )
    if found.dtype.kind not in "biuf":
        raise ValueError(
            f"{check.name}: measure returned {found.dtype} values, {found[0]!r} for seed "
            f"{seeds[0]}; real numbers are needed"
        )
    lost = [seed for seed, each in zip(seeds, found, strict=True) if np.isnan(each)]
    if lost:
        raise ValueError(f"{check.name}: measure returned nan for seed {', '.join(map(str, lost))}")
    return found.astype(float)
