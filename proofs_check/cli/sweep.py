"""``sweep``: measure the phase diagram on a grid; a sweep that was stopped goes on where it was."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proofs_check.cli.shared import Commands, word
from proofs_check.core import pool

if TYPE_CHECKING:
    from proofs_check.sweep import flows


class Numbers(click.ParamType):
    """A list or a range of numbers."""

    name = "list|a:b:n"

    def __init__(self, read: str):
        self.read = read

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        from proofs_check.sweep import flows

        try:
            return value if isinstance(value, tuple) else getattr(flows, self.read)(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


store_option = click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("build/sweep.sqlite"),
    show_default=True,
    help="SQLite file of the finished cells.",
)


@click.group(cls=Commands)
def sweep() -> None:
    """Measure the phase diagram on a grid; a sweep that was stopped goes on where it was."""


@sweep.command("phase-diagram")
@click.option(
    "--gamma",
    "gammas",
    type=Numbers("numbers"),
    help="0.6,0.7,... or 0.6:1.4:9; default: the published 13.",
)
@click.option(
    "--gamma-p",
    "gamma_ps",
    type=Numbers("numbers"),
    default="-0.4:0.4:9",
    show_default=True,
    help="gamma', likewise.",
)
@click.option(
    "--widths",
    type=Numbers("widths_of"),
    help="1000,5000,... or 1000:1e9:7 (spaced in log m); default: the published 5.",
)
@click.option(
    "--data",
    default="published",
    show_default=True,
    help="published, digits or FILE.npz with X (n, d) and y (n,).",
)
@click.option(
    "--seeds", type=click.IntRange(1, 1000), default=1, show_default=True, help="Starts per cell."
)
@click.option(
    "--nodes",
    type=int,
    default=2048,
    show_default=True,
    help="Quadrature nodes that stand for the neurons; a power of two.",
)
@click.option("--sampled", is_flag=True, help="Draw every neuron instead.")
@click.option("--rtol", type=float, default=0.02, show_default=True, help="Relative error of RD.")
@click.option(
    "--tol",
    type=float,
    default=5e-7,
    show_default=True,
    help="Loss (1/2n)|e|^2 at which a flow ends.",
)
@click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Processes; default: number of cores."
)
@click.option(
    "--executor",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Who runs the cells.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a dask scheduler, such as tcp://host:8786; default: one that is started here.",
)
@click.option("--retry", is_flag=True, help="Run the cells again that failed.")
@store_option
def sweep_phase_diagram(
    gammas: tuple[float, ...] | None,
    gamma_ps: tuple[float, ...],
    widths: tuple[float, ...] | None,
    data: str,
    seeds: int,
    nodes: int,
    sampled: bool,
    rtol: float,
    tol: float,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    retry: bool,
    store: Path,
) -> int:
    """RD of the input weights in every cell (gamma, gamma', width, seed), by the exact flow."""
    from proofs_check.sweep import flows

    if scheduler and executor != "dask":
        raise click.UsageError(
            "--scheduler is the address of a dask scheduler: add --executor dask"
        )
    jobs = jobs or min(os.cpu_count() or 1, 8)
    try:
        known, slopes = flows.published()
        widths = widths or known
        cells = flows.grid(
            gammas or sorted({gamma for gamma, _ in slopes}), gamma_ps, widths, seeds
        )
        settings = flows.Settings(
            Path(data).name, *flows.data(data), seeds, nodes, sampled, rtol, tol
        )
        if sampled:
            settings.fits(widths[-1])
        kept = flows.Store(store)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with closing(kept):
        try:
            kept.claim(settings)
            return _sweep_cells(
                cells, settings, kept, partial(_pool, executor, scheduler, jobs), retry
            )
        except ValueError as error:
            raise click.UsageError(str(error)) from None


@contextmanager
def _pool(kind: str, address: str | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """Who runs the cells, and how many at a time."""
    from proofs_check.sweep import flows

    if kind == "dask":
        with flows.cluster(address, jobs) as found:
            yield found
    else:
        with pool.workers(jobs) as running:
            yield running, jobs


def _sweep_cells(
    cells: list[flows.Cell],
    settings: flows.Settings,
    store: flows.Store,
    executors: Callable[[], AbstractContextManager[tuple[Executor, int]]],
    retry: bool,
) -> int:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from proofs_check.sweep import flows

    todo, began, done, failed = len(store.missing(cells, retry=retry)), time.perf_counter(), 0, 0
    click.echo(f"{len(cells)} cells, {len(cells) - todo} of them in {store.path}")
    console = Console(stderr=True)
    status = 0
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
                with executors() as (executor, threads):
                    for result in flows.sweep(
                        cells, settings, store, executor, retry=retry, ahead=2 * threads
                    ):
                        done, failed = done + 1, failed + (result.error is not None)
                        progress.update(bar, advance=1)
                        if result.error or not console.is_terminal:
                            click.echo(_cell_line(result))
        except KeyboardInterrupt:
            status = 130
        except (BrokenExecutor, sqlite3.Error, OSError) as error:
            click.echo(f"stopped: {error}", err=True)
            status = 1
    click.echo(
        f"{done} cells in {time.perf_counter() - began:.1f} s, {failed} of them failed; all are "
        f"in {store.path}"
    )
    if status:
        word = "interrupted" if status == 130 else "incomplete"
        click.echo(
            f"{word}: {todo - done} cells are left; the same command goes on with them", err=True
        )
        return status
    wrong = len(store.missing(cells, retry=True))
    if wrong:
        click.echo(f"{wrong} cells have failed: --retry runs them again", err=True)
    return 1 if wrong else 0


def _cell_line(result: flows.Result) -> str:
    gamma, gamma_p, width, seed = result.cell
    found = f"RD {result.rd:.6g}" if result.rd is not None else f"{word('fails')} {result.error}"
    return (
        f"cell gamma {gamma:g} gamma' {gamma_p:g} m {width:g} seed {seed}: {found} "
        f"({result.seconds:.2f} s)"
    )


@sweep.command("plot")
@store_option
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="FILE.png, FILE.pdf or FILE.svg.",
)
@click.option(
    "--limit",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Store of the same grid at larger widths, drawn beside it.",
)
def sweep_plot(store: Path, output: Path, limit: Path | None) -> None:
    """The map of fitted exponents, with the derived boundary; with --limit also what the finite
    width changes.
    """
    from proofs_check.sweep import chart, flows

    try:
        settings, results = flows.open_results(store)
        found = chart.fitted(results, int(settings.get("seeds", 1)))
        other = flows.open_results(limit) if limit else None
        chart.draw(
            settings,
            found,
            output,
            other and (other[0], chart.fitted(other[1], int(other[0].get("seeds", 1)))),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"written to {output}")
    gaps = (
        chart.against_published(found)
        if flows.is_published(settings) and found.widths == flows.published()[0]
        else {}
    )
    if gaps:
        near, far = (sum(abs(gap) <= bound for gap in gaps.values()) for bound in (0.04, 0.06))
        worst = max(gaps, key=lambda cell: abs(gaps[cell]))
        click.echo(
            f"of {len(gaps)} published slopes {near} within 0.04 and {far} within 0.06; the "
            f"worst, {gaps[worst]:+.3f}, at {worst}"
        )
