"""Examine a network: train a few widths and seeds, and ask theory and training the same things."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from proofs_check.examination import (
    condensation,
    curvature,
    frequency,
    kernel,
    pace,
    place,
    scaling,
)
from proofs_check.examination.answers import Answer, Examination, absent
from proofs_check.examination.brought import Brought, bring, different
from proofs_check.examination.checking import BadInput
from proofs_check.examination.file import read
from proofs_check.examination.plan import Plan, planned, whole_seeds, whole_widths
from proofs_check.examination.rounds import Cells, Progress, measure, trained_rounds
from proofs_check.examination.training import Run

MODULES: tuple[ModuleType, ...] = (
    kernel,
    place,
    pace,
    frequency,
    curvature,
    condensation,
    scaling,
)
QUESTIONS = tuple(module.QUESTION for module in MODULES)


def examine(
    network: Callable[[int], nn.Module],
    data: Any,
    *,
    optimiser: Callable[[Any], Any] | None = None,
    loss: Any = None,
    steps: int | None = None,
    batch: int | None = None,
    widths: Sequence[int] = (64, 128, 256, 512),
    seeds: int | Sequence[int] = 3,
    budget: float = 60.0,
    device: str = "cpu",
    progress: Progress | None = None,
    questions: Sequence[str] = QUESTIONS,
    name: str | None = None,
) -> Examination:
    """Train a network at a few widths and seeds, and compare what happens with what is derived.

    ``network(width)`` returns a ``torch.nn.Module``; ``data`` is X, y or X, y, X_test, y_test, or a
    function that returns them; ``optimiser(parameters)`` returns a ``torch.optim.Optimizer``
    (default: descent with a quarter of its largest stable step at the start); ``loss`` is
    "squared", "cross entropy" or a function of output and target (default: by the type of y);
    ``batch`` is the size of random batches (default: all examples).  ``steps`` (default 300) and
    seeds are reduced to what fits ``budget``, in seconds, and ``notes`` say so.  ``seeds`` is a
    number or a list.

    Raises ``BadInput``, a ``ValueError``, for what cannot be examined.
    """
    began = time.perf_counter()
    sizes = whole_widths(widths)
    starts = whole_seeds(seeds)
    chosen = [module for module in MODULES if module.QUESTION in _known(questions)]
    called = name or str(getattr(network, "__name__", "network"))
    given = {"optimiser": optimiser, "loss": loss, "batch": batch}
    tell = progress or (lambda what, share: None)

    def ask(run: Run) -> None:
        for module in chosen:
            measure(module, run, brought, {}, {})

    with torch.random.fork_rng():  # the caller's random numbers go on as if nothing had been
        brought = bring(network, data, **given, widths=sizes, device=device, name=called)
        if len(told := different(brought, sizes[0], starts)) < len(starts):
            note = "it starts alike from every seed, and one is taken: let torch draw the start"
            brought, starts = replace(brought, notes=(*brought.notes, note)), told
        plan = planned(brought, sizes, starts, steps, budget, ask)
        found = trained_rounds(brought, sizes, plan, chosen, tell, began, budget)
    return _examined(brought, sizes, *found, chosen, began)


def examine_file(path: str | Path, **options: Any) -> Examination:
    """Examine what a file defines: ``network`` and ``data``, and where it has them ``optimiser``,
    ``loss``, ``steps`` and ``batch``; ``options`` as of ``examine``, which have the last word.
    """
    found = read(path)
    given = {name: value for name, value in options.items() if value is not None}
    return examine(**{"name": Path(path).name} | found | given)


def _examined(
    brought: Brought,
    widths: tuple[int, ...],
    plan: Plan,
    runs: Mapping[tuple[int, int], Run],
    cells: Mapping[str, Cells],
    failed: Mapping[str, str],
    chosen: Sequence[ModuleType],
    began: float,
) -> Examination:
    answers: list[Answer] = []
    for module in chosen:
        question = module.QUESTION
        if question in failed:
            answers.append(absent(question, "all of it", failed[question]))
        else:
            answers += module.answers(cells[question], widths, plan.seeds, runs, brought)
    first = next(iter(runs.values()))
    setting = {
        "widths": widths,
        "seeds": plan.seeds,
        "steps": plan.steps,
        "optimiser": first.optimiser,
        "loss": f"{brought.loss_name} loss",
        "batch": brought.batch or len(brought.X),
        "device": brought.device,
        "seconds": time.perf_counter() - began,
    }
    of_kernel = cells.get(kernel.QUESTION, {})
    curves = {
        f"{width}": {
            "times": run.times,
            "losses": run.losses,
            "linear": of_kernel.get((width, seed), {}).get("linear losses"),
            "test": run.test_loss,
        }
        for (width, seed), run in runs.items()
        if seed == plan.seeds[0]
    }
    notes = (*brought.notes, *plan.notes, *_divergence(runs))
    return Examination(brought.name, tuple(answers), setting, notes, curves)


def _divergence(runs: Mapping[tuple[int, int], Run]) -> list[str]:
    wrong = [(run.diverged, *cell) for cell, run in runs.items() if run.diverged is not None]
    if not wrong:
        return []
    step, width, seed = min(wrong)
    return [
        f"the loss is not finite after step {step} at width {width} and seed {seed} "
        f"({len(wrong)} of {len(runs)} runs): take smaller steps"
    ]


def _known(questions: Sequence[str]) -> Sequence[str]:
    for question in questions:
        if question not in QUESTIONS:
            raise BadInput(f"question {question!r} is not known; they are {', '.join(QUESTIONS)}")
    return questions
