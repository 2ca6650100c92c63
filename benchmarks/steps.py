"""Does the checker of steps tell true from false?  The corpus of ``tests/core``, graded.

    python benchmarks/steps.py

Prints, for false and true steps: how many are certified (proved, or enclosed by ball arithmetic),
refused and undecided (``SAMPLED``), the processor time, and each step whose answer is wrong or took
longer than 20 processor seconds.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "core"))

from false_steps import FALSE
from true_steps import TRUE

from theory import Grade, StepFails

SLOW = 20.0  # seconds


def answer(step: Any) -> str:
    try:
        return "undecided" if step.grade() is Grade.SAMPLED else "certified"
    except StepFails:
        return "refused"


def main() -> None:
    warnings.simplefilter("ignore")
    for half, table, wrong in (("false", FALSE, "certified"), ("true", TRUE, "refused")):
        count: Counter[str] = Counter()
        start = time.process_time()
        for kind, steps in table.items():
            for name, step, *_ in steps:
                before = time.process_time()
                found = answer(step)
                count[found] += 1
                took = time.process_time() - before
                if found == wrong or took > SLOW:
                    print(f"  {half}: {kind}, {name}: {found} after {took:.1f} s")
        total = time.process_time() - start
        print(
            f"{half:>5}: {sum(count.values())} steps, "
            + ", ".join(f"{count[key]} {key}" for key in ("certified", "refused", "undecided"))
            + f"; {total:.0f} s"
        )


if __name__ == "__main__":
    main()
