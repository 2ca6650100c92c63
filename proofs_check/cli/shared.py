"""What the commands share: names answered with the nearest, outputs refused early."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from proofs_check.core import runner
from theory.core.catalogue import nearest

LONGEST = 1000  # bytes of a path that is to be written


class Topic(click.ParamType):
    """A topic's name; an unknown one is answered with the nearest."""

    name = "topic"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = runner.all_topics()
        if value in known:
            return str(value)
        self.fail(
            f"no topic {value!r}; the nearest is {nearest(value, known)}. "
            "`proofs-check topics` lists all.",
            param,
            ctx,
        )


topic_names = click.argument("names", metavar="[TOPIC]...", nargs=-1, type=Topic())


class Commands(click.Group):
    """Unknown commands are answered with the nearest one; help is not cut."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            known = nearest(args[0], self.list_commands(ctx))
            ctx.fail(f"no command {args[0]!r}; the nearest is {known}.")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with the whole of its first sentence."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, c.get_short_help_str(500)) for name, c in found if c])


class Output(click.ParamType):
    """A file to be written, or a folder: refused before any work when that cannot be.

    ``-`` stands for standard output where ``stream`` allows it; endings are the allowed ones.
    """

    name = "file"

    def __init__(self, *endings: str, folder: bool = False, stream: bool = False):
        self.endings, self.folder, self.stream = endings, folder, stream

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if self.stream and value == "-":
            return value
        path = Path(value)
        if len(os.fsencode(path)) > LONGEST:
            self.fail("this path is too long", param, ctx)
        if self.folder and path.exists() and not path.is_dir():
            self.fail(f"{path} is a file; a folder is needed", param, ctx)
        if not self.folder and path.is_dir():
            self.fail(f"{path} is a folder; a file is needed, such as {path / 'FILE'}", param, ctx)
        if self.endings and path.suffix.lower() not in self.endings:
            self.fail(f"{path} must end in {' or '.join(self.endings)}", param, ctx)
        above = path if self.folder else path.parent
        while not above.exists():
            above = above.parent
        if not above.is_dir():
            self.fail(f"{path} cannot be made: {above} is a file", param, ctx)
        if not os.access(path if path.exists() else above, os.W_OK):
            self.fail(f"{path} cannot be written: no permission for {above}", param, ctx)
        return path


json_option = click.option(
    "--json",
    "target",
    metavar="FILE",
    type=Output(stream=True),
    help="Write the results to FILE; - is standard output and prints nothing else.",
)


def close_output() -> None:
    """What is left in the buffer of standard output goes nowhere, and is not written again."""
    with suppress(OSError):  # it may be closed already, or no file at all
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritten(error: OSError) -> str:
    """Which file cannot be written, and why."""
    return f"cannot write {error.filename or 'the output'}: {error.strerror or error}"


def sound(names: tuple[str, ...]) -> list[str]:
    """The chosen topics, all by default, without those that cannot be imported: each is named."""
    chosen = list(names) or runner.all_topics()
    for topic in chosen:
        if why := runner.broken(topic):
            click.echo(f"topic {topic} is left out, because it cannot be imported: {why}", err=True)
    return [topic for topic in chosen if not runner.broken(topic)]


def left_out(names: tuple[str, ...], chosen: list[str]) -> int:
    """Exit status of a command that leaves out what cannot be imported."""
    return 0 if len(chosen) == len(list(names) or runner.all_topics()) else 1
