"""Measure a check and judge it: the interval that covers the median must lie in the band."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from proofs_check.core.check import Check, Verdict, value
from theory import Derivation, Grade, derive
from theory.core.catalogue import nearest

# Seeds of each round and the order statistics that bound the median: with error levels split in
# advance, the interval [k-th smallest, k-th largest] misses the median with probability below 1e-3
# in each round, whatever the law.
ROUNDS = ((11, 1), (21, 3), (51, 14))
TIERS = ("quick", "default", "full")


@dataclass(frozen=True)
class Trial:
    """What was measured in one set-up."""

    name: str
    values: tuple[float, ...]
    interval: tuple[float, float]
    verdict: Verdict
    seeds: tuple[int, ...]


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


def measured(check: Check, tier: str = "default") -> Result:
    """``run`` for a check whose claim is graded already."""
    began = time.perf_counter()
    band, predicted, rival = check.band(), value(check.predict), value(check.rival)
    trials = tuple(_trial(check, name, band, tier) for name in check.setups)
    if len(trials) == 1:
        (only,) = trials
        values, interval, verdict = only.values, only.interval, only.verdict
    else:
        values = tuple(float(np.median(each.values)) for each in trials)
        ends = list(zip(*(each.interval for each in trials), strict=True))
        interval = min(ends[0]), max(ends[1])
        verdict = together([each.verdict for each in trials], asks=check.asks)
    notes = [check.deviates] if check.deviates else []
    if not np.isfinite(values).all():
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
        check, predicted, band, rival, values, interval, verdict, seeds, seconds, note, several
    )


def _trial(check: Check, name: str, band: tuple[float, float], tier: str) -> Trial:
    """One set-up: 11 seeds, then 21 and 51 fresh ones while the answer is undecided."""
    one = check.deterministic or tier == "quick"
    first = 0
    for count, _ in ROUNDS:
        seeds = tuple(range(first, first + (1 if one else count)))
        values = _values(check, name, seeds)
        if one:
            interval = (float(values[0]),) * 2 if np.isfinite(values[0]) else (-math.inf, math.inf)
        else:
            interval = median_interval(values)
        verdict = judge(interval, band)
        first += len(seeds)
        if one or check.open is not None or verdict is not Verdict.INCONCLUSIVE:
            break
    return Trial(name, tuple(map(float, values)), interval, verdict, seeds)


def together(verdicts: Sequence[Verdict], *, asks: bool) -> Verdict:
    """Of several set-ups: what holds in all is CONFIRMED, in some SCOPED, in none REFUTED.

    A prediction does not ask: what one set-up refutes is refuted.
    """
    holds = [each is Verdict.CONFIRMED for each in verdicts]
    if all(holds):
        return Verdict.CONFIRMED
    fails = [each is Verdict.REFUTED for each in verdicts]
    if all(fails) or (any(fails) and not asks):
        return Verdict.REFUTED
    return Verdict.SCOPED if any(holds) and asks else Verdict.INCONCLUSIVE


def where(trials: Sequence[Trial]) -> list[str]:
    """In which set-ups it holds, in which it does not, and where that is undecided."""
    words = {
        Verdict.CONFIRMED: "holds",
        Verdict.REFUTED: "fails",
        Verdict.INCONCLUSIVE: "is undecided",
    }
    return [
        f"{word} with {', '.join(names)}"
        for verdict, word in words.items()
        if (names := [each.name for each in trials if each.verdict is verdict])
    ]


def _values(check: Check, name: str, seeds: tuple[int, ...]) -> np.ndarray:
    """What was measured: one real number per seed, infinite where the quantity is."""
    found = np.atleast_1d(np.asarray(check.setups[name](seeds)))
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


def budget(result: Result) -> float | None:
    """Distance of the median from the prediction over the sum of the error terms, in the worst of
    several set-ups; one-sided checks count the side that refutes them.

    The interval contains the median and lies in the band when a check is CONFIRMED, so that its
    budget is at most 1: what is CONFIRMED never exceeds it.  ``None`` where a value is not finite
    or the terms add up to nothing.
    """
    half = result.check.half_width
    if half <= 0 or not np.isfinite([*result.values, result.predicted]).all():
        return None
    side = result.check.side
    centres = result.values if result.trials else (float(np.median(result.values)),)
    gaps = [centre - result.predicted for centre in centres]
    beyond = [{"both": abs(gap), "at least": -gap, "at most": gap}[side] for gap in gaps]
    return max(0.0, *beyond) / half


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
    check = result.check
    if result.trials:  # the most sensitive set-up notices first
        each = [
            sensitivity(replace(result, values=t.values, trials=()), probability, resamples)
            for t in result.trials
        ]
        return min((found for found in each if found is not None), default=None)
    values = np.asarray(result.values)
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
