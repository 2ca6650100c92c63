"""How much of its error terms a check needs, and what it would notice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from proofs_check.core.check import Verdict
from proofs_check.core.judging import ROUNDS, Result


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
    if result.trials:  # of the set-ups in which it holds the most sensitive notices first
        each = [
            sensitivity(replace(result, values=t.values, trials=()), probability, resamples)
            for t in result.trials
            if t.verdict is Verdict.CONFIRMED
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
