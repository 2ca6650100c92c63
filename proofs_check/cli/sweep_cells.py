"""Run the cells of a sweep on the command line, and say how it goes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import click

from proofs_check.core.pool import workers
from proofs_check.sweep import executor as work
from proofs_check.sweep import store
from proofs_check.sweep.description import Sweep
from proofs_check.sweep.store import Cell, Result, Store

Pool = Callable[[], AbstractContextManager[tuple[Executor, int]]]


@contextmanager
def pool(kind: str, address: str | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """Who runs the cells, and how many at a time."""
    if kind == "dask":
        from proofs_check.core.cluster import cluster

        with cluster(address, jobs) as found:
            yield found
    else:
        with workers(jobs) as running:
            yield running, jobs


def run(
    found: Sweep,
    cells: list[Cell],
    settings: dict[str, Any],
    kept: Store,
    start: Pool,
    retry: bool,
) -> int:
    """Run what is missing and say how it goes; the exit status."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    todo, began = len(store.missing(kept, cells, retry=retry)), time.perf_counter()
    done = failed = status = 0
    click.echo(f"{len(cells)} cells, {len(cells) - todo} of them in {kept.path}")
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("remaining"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as progress:
        bar = progress.add_task("sweep", total=len(cells), completed=len(cells) - todo)
        try:
            if todo:
                with start() as (executor, threads):
                    for result in work.finished(
                        found, cells, settings, kept, executor, retry=retry, ahead=2 * threads
                    ):
                        done, failed = done + 1, failed + (result.error is not None)
                        progress.update(bar, advance=1)
                        if result.error or not console.is_terminal:
                            click.echo(_line(found, result))
        except KeyboardInterrupt:
            status = 130
        except (BrokenExecutor, sqlite3.Error, OSError) as error:
            click.echo(f"stopped: {error}", err=True)
            status = 1
    click.echo(
        f"{done} cells in {time.perf_counter() - began:.1f} s, {failed} of them failed; all are "
        f"in {kept.path}"
    )
    if status:
        word = "interrupted" if status == 130 else "incomplete"
        click.echo(
            f"{word}: {todo - done} cells are left; the same command goes on with them", err=True
        )
        return status
    wrong = len(store.missing(kept, cells, retry=True))
    if wrong:
        click.echo(f"{wrong} cells have failed: --retry runs them again", err=True)
    return 1 if wrong else 0


def _line(found: Sweep, result: Result) -> str:
    place = " ".join(
        f"{axis.symbol or axis.name} {value if isinstance(value, str) else f'{value:g}'}"
        for axis, value in zip(found.axes, result.cell, strict=True)
    )
    numbers = zip(found.numbers, result.numbers or (), strict=False)
    what = (
        ", ".join(f"{number.symbol or number.name} {value:.6g}" for number, value in numbers)
        if result.error is None
        else f"{click.style('fails'.ljust(12), fg='red')} {result.error}"
    )
    return f"cell {place}: {what} ({result.seconds:.2f} s)"
