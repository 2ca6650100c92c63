"""Train seed after seed at all widths and measure, until the time is spent."""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from proofs_check.examination.brought import Brought
from proofs_check.examination.checking import BadInput, first_line
from proofs_check.examination.plan import Plan
from proofs_check.examination.tangent import TooLarge
from proofs_check.examination.training import Run, train

OVER = 1.1  # times the budget that may be spent rather than to leave a seed out
Progress = Callable[[str, float], Any]  # what is done, and its share of the whole
KNOWN = (RuntimeError, MemoryError, np.linalg.LinAlgError, TooLarge)  # of torch, of SciPy, of us
Cells = dict[tuple[int, int], dict[str, Any]]


def trained_rounds(
    brought: Brought,
    sizes: tuple[int, ...],
    plan: Plan,
    chosen: Sequence[ModuleType],
    tell: Progress,
    began: float,
    budget: float,
) -> tuple[Plan, dict[tuple[int, int], Run], dict[str, Cells], dict[str, str]]:
    """All runs and what was measured of them, until the budget is spent."""
    runs: dict[tuple[int, int], Run] = {}
    cells: dict[str, Cells] = {module.QUESTION: {} for module in chosen}
    failed: dict[str, str] = {}
    for count, seed in enumerate(plan.seeds, 1):
        for width in sizes:
            run = train(brought, width, seed, plan.steps)
            tell(f"trained width {width}, seed {seed}", plan.share(width) / 2)
            for module in chosen:
                if module.QUESTION not in failed:
                    measure(module, run, brought, cells[module.QUESTION], failed)
            tell(f"measured width {width}, seed {seed}", plan.share(width) / 2)
            runs[width, seed] = run.light()
        spent = time.perf_counter() - began
        if count < len(plan.seeds) and spent * (count + 1) / count > budget * OVER:
            plan = plan.with_seeds(count, budget)
            break
    return plan, runs, cells, failed


def measure(
    module: ModuleType, run: Run, brought: Brought, cells: Cells, failed: dict[str, str]
) -> None:
    """What cannot be measured costs its own question and no other; an error that no network is
    known to cause is warned of with its traceback, too, since it may be ours.
    """
    try:
        cells[run.width, run.seed] = module.measure(run, brought)
    except BadInput:
        raise
    except Exception as error:
        where, kind = f"at width {run.width} and seed {run.seed}", type(error).__name__
        failed[module.QUESTION] = f"{where} it ended in {kind}: {first_line(error)}"
        if not isinstance(error, KNOWN):
            said = f"{module.QUESTION!r} cannot be answered, {where}:\n{traceback.format_exc()}"
            warnings.warn(said, RuntimeWarning, stacklevel=2)
