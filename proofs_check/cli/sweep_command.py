"""The command of a sweep: its options are made of the axes and settings."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proofs_check.cli.executors import checked, executor_options

if TYPE_CHECKING:
    from proofs_check.sweep.description import Sweep
    from proofs_check.sweep.grid import Axis


class OfAxis(click.ParamType):
    """What is asked of an axis: a list, a range, a number of starts, or words."""

    def __init__(self, axis: Axis):
        self.axis = axis
        kinds = "n" if axis.count else "list|a:b:n"
        self.name = ",".join(axis.choices) or kinds

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from proofs_check.sweep import grid

        try:
            grid.values(self.axis, value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


def flag(name: str) -> str:
    """The option of an axis or a setting."""
    return f"--{name.replace('_', '-')}"


store_option = click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("build/sweep.sqlite"),
    show_default=True,
    help="SQLite file of the finished cells.",
)
COMMON = (
    click.option(
        "--jobs", type=click.IntRange(1), default=None, help="Processes; default: number of cores."
    ),
    executor_options,
    click.option("--retry", is_flag=True, help="Run the cells again that failed."),
    store_option,
)


def command_of(found: Sweep) -> click.Command:
    """The command of a sweep."""
    options: list[click.Parameter] = [
        click.Option(
            [flag(axis.asked_as()), f"axis_{axis.name}"],
            type=OfAxis(axis),
            default=axis.default,
            show_default=True,
            help=axis.help,
        )
        for axis in found.axes
    ]
    options += [
        click.Option(
            [flag(setting.name), f"setting_{setting.name}"],
            is_flag=isinstance(setting.default, bool),
            default=setting.default,
            show_default=not isinstance(setting.default, bool),
            help=setting.help,
        )
        for setting in found.settings
    ]
    command = click.Command(
        found.name, callback=partial(_run, found), params=options, help=found.summary
    )
    for option in COMMON:
        option(command)
    return command


def _run(
    found: Sweep,
    *,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    retry: bool,
    store: Path,
    **options: Any,
) -> int:
    from proofs_check.cli import sweep_cells
    from proofs_check.sweep import executor as work
    from proofs_check.sweep import store as stores
    from proofs_check.sweep.description import planned

    checked(executor, scheduler)
    axes, settings = (
        {name.removeprefix(kind): v for name, v in options.items() if name.startswith(kind)}
        for kind in ("axis_", "setting_")
    )
    start = partial(sweep_cells.pool, executor, scheduler, jobs or min(os.cpu_count() or 1, 8))
    try:
        cells, prepared, chosen = planned(found, axes, settings)
        with stores.opened(store) as kept:
            work.claim(kept, found, prepared, chosen)
            return sweep_cells.run(found, cells, prepared, kept, start, retry)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except sqlite3.Error as error:
        raise click.UsageError(f"{store} cannot be used: {error}") from None
