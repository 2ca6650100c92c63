"""The work: cells run in processes, on a cluster or here, and are stored as they come."""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import islice
from pathlib import Path
from typing import Any

from proofs_check.core.pool import workers
from proofs_check.sweep import store
from proofs_check.sweep.description import Sweep, Values, columns, described, planned
from proofs_check.sweep.store import Cell, Result, Store

Measure = Callable[[dict[str, Any], Mapping[str, Any]], Mapping[str, float]]
Names = tuple[str, ...]


def claim(kept: Store, sweep: Sweep, settings: Mapping[str, Any], chosen: Values) -> None:
    """Make this the store of the sweep and its settings; raises ``ValueError`` if it is that of
    others.
    """
    compared, remarks = described(sweep, settings, chosen)
    store.claim(kept, columns(sweep), compared, remarks)


def run_cell(
    measure: Measure, axes: Names, names: Names, cell: Cell, settings: Mapping[str, Any]
) -> Result:
    """One cell; what goes wrong in it is part of the result."""
    began = time.perf_counter()
    numbers: tuple[float, ...] | None = None
    error: str | None = None
    try:
        found = measure(dict(zip(axes, cell, strict=True)), settings)
        if set(found) != set(names):
            raise ValueError(f"measured {', '.join(found)}, not {', '.join(names)}")
        numbers = tuple(float(found[name]) for name in names)
        for name, number in zip(names, numbers, strict=True):
            if math.isnan(number):
                raise ArithmeticError(f"{name} is not a number")
    except Exception as problem:
        numbers, error = None, _reason(problem)
    return Result(cell, numbers, error, time.perf_counter() - began)


def _reason(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


def finished(
    sweep: Sweep,
    cells: Iterable[Cell],
    settings: Mapping[str, Any],
    kept: Store,
    executor: Executor | None = None,
    *,
    retry: bool = False,
    ahead: int = 64,
) -> Iterator[Result]:
    """Run the cells that a claimed store lacks, and yield each one after it has been committed.

    Any executor that returns futures of ``concurrent.futures`` will do (None: here, one by one); it
    is given ``ahead`` cells at a time, and what it was given runs to its end when the iterator is
    closed.  Raises ``ValueError`` for a ``measure`` that other processes cannot find.
    """
    names = tuple(axis.name for axis in sweep.axes), tuple(n.name for n in sweep.numbers)
    waiting = iter(store.missing(kept, cells, retry=retry))
    if executor is None:
        for cell in waiting:
            result = run_cell(sweep.measure, *names, cell, settings)
            store.add(kept, [result])
            yield result
        return
    try:
        pickle.dumps(sweep.measure)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(
            f"other processes cannot find {sweep.name}'s measure ({error}): it must be a function "
            f"of a module, or run with one job"
        ) from None

    def begin(cell: Cell) -> tuple[Future[Result], Cell]:
        return executor.submit(run_cell, sweep.measure, *names, cell, settings), cell

    tasks = dict(map(begin, islice(waiting, ahead)))
    while tasks:
        done = [(task, tasks.pop(task)) for task in wait(tasks, None, FIRST_COMPLETED).done]
        results = [_finished(task, cell) for task, cell in done if not _broken(task)]
        store.add(kept, results)
        tasks |= map(begin, islice(waiting, len(results)))
        yield from results
        for task in (task for task, _ in done if _broken(task)):
            task.result()  # raises


def _broken(task: Future[Result]) -> bool:
    return not task.cancelled() and isinstance(task.exception(), BrokenExecutor)


def _finished(task: Future[Result], cell: Cell) -> Result:
    try:
        return task.result()
    except Exception as problem:  # the executor lost this cell
        return Result(cell, None, _reason(problem), 0.0)


def fill(
    sweep: Sweep,
    path: Path | str,
    axes: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    jobs: int = 1,
    retry: bool = False,
    report: Callable[[Result], object] | None = None,
) -> store.Table:
    """Run a sweep, keep it at ``path`` and return all that is there; what is there is not run
    again.

    ``axes`` and ``settings`` by name, by default those of the sweep; an axis is a list, or a text
    such as "0.6:1.4:9".  ``jobs``: processes (1: this one); a script that starts more needs ``if
    __name__ == "__main__"``.  ``retry`` runs failed cells again; ``report`` is given every result.
    Raises ``ValueError`` for what cannot be run and for a store of other settings.
    """
    cells, prepared, chosen = planned(sweep, axes, settings)
    with store.opened(path) as kept:
        claim(kept, sweep, prepared, chosen)
        if jobs <= 1:
            here = finished(sweep, cells, prepared, kept, retry=retry)
            _report(here, report)
        else:
            with workers(jobs) as pool:
                there = finished(sweep, cells, prepared, kept, pool, retry=retry, ahead=2 * jobs)
                _report(there, report)
    return store.read(path)


def _report(results: Iterator[Result], report: Callable[[Result], object] | None) -> None:
    for result in results:
        if report:
            report(result)
