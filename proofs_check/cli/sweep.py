"""The commands ``sweep``: every topic's sweeps, read from the topics; options are made of their
axes and settings.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from proofs_check.cli.sweep_command import command_of, flag, store_option
from proofs_check.core import runner

if TYPE_CHECKING:
    from proofs_check.sweep.description import Sweep


class Sweeps(click.Group):
    """The commands of this file, and one for every sweep of a topic; unknown ones are answered with
    the nearest.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_all()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        from proofs_check.sweep import description

        if own := super().get_command(ctx, name):
            return own
        found = description.known(name)
        return command_of(found) if found else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            asked = args[0].replace("-", "_")
            there = {name.split(".")[0]: name for name in reversed(_all())}
            names = [*self.list_commands(ctx), *there]
            near = difflib.get_close_matches(asked, names, 1, 0.0)[0]
            ctx.fail(
                f"no sweep {args[0]!r}; the nearest is {there.get(near, near)!r}. "
                "`proofs-check sweep list` lists all."
            )


def _all() -> dict[str, Sweep]:
    """Every sweep by name, in reading order; a topic that cannot be imported is named."""
    from proofs_check.sweep import description

    found: dict[str, Sweep] = {}
    for topic in runner.all_topics():
        try:
            found |= description.sweeps_of(topic)
        except Exception as error:  # whatever a module does while it is read
            why = f"{type(error).__name__}: {error}"
            click.echo(f"topic {topic} is left out: it cannot be imported: {why}", err=True)
    return found


@click.group(cls=Sweeps, invoke_without_command=True)
@click.pass_context
def sweep(ctx: click.Context) -> None:
    """Measure something of a topic on a grid, such as `sweep phase-diagram`; a sweep that was
    stopped goes on where it was.
    """
    if ctx.invoked_subcommand is None:
        _list()


@sweep.command("list")
def _listed() -> None:
    """What can be swept."""
    _list()


def _list() -> None:
    for found in _all().values():
        options = " ".join(flag(axis.asked_as()) for axis in found.axes)
        click.echo(f"{found.name:32} {options}\n    {found.summary}")


# ---------------------------------------------------------------- the picture


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
    help="Another store of the same sweep, drawn beside it; of the phase diagram the same grid at "
    "larger widths.",
)
def _plot(store: Path, output: Path, limit: Path | None) -> None:
    """The picture of a store: a sweep's own, such as the map of fitted exponents with the derived
    boundary, or lines and maps over its axes.
    """
    from proofs_check.core import whole
    from proofs_check.sweep import chart, drawing, sound
    from proofs_check.sweep.description import known

    try:
        drawing.checked(output)
        tables = [sound.read(path) for path in (store, limit) if path]
        names = [table.settings["sweep"] for table in tables]
        if len(set(names)) > 1:
            raise ValueError(f"{store} holds {names[0]} and {limit} holds {names[1]}: draw each")
        found = known(names[0])  # nothing for a sweep that is no topic's
        draw = (found.plot if found and found.name == names[0] else None) or chart.draw
        with TemporaryDirectory() as beside:
            remark = draw(tables, drawn := Path(beside) / f"drawn{output.suffix}")
            whole.write(drawn.read_bytes(), output)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"written to {output}")
    if remark:
        click.echo(remark)
