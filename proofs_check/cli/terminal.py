"""What a person sees on a terminal: lines broken between words, verdicts in colour, a bar."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

INDENT = 6
HANGING = 13  # below what follows a verdict
_live: list[Console] = []  # of the bar that is shown now
COLOUR = {
    "PROVED": "green",
    "ENCLOSED": "green",
    "SAMPLED": "yellow",
    "CONFIRMED": "green",
    "REFUTED": "red",
    "INCONCLUSIVE": "yellow",
    "SCOPED": "magenta",
    "OPEN": "cyan",
    "OUT_OF_SCOPE": "bright_black",
    "fails": "red",
    "hole": "red",
    "undecided": "yellow",
    "premise": "yellow",
}


def say(text: str, hanging: int = INDENT) -> None:
    """A line broken between words at the width of the terminal."""
    width = max(shutil.get_terminal_size((100, 0)).columns, 40)
    click.echo(textwrap.fill(text, width, subsequent_indent=" " * hanging))


def tell(text: str, hanging: int = INDENT) -> None:
    """A result: one line, on a terminal broken between words and above the bar that is shown."""
    if not sys.stdout.isatty():
        click.echo(text)
        return
    width = max(shutil.get_terminal_size().columns, 40)
    filled = textwrap.fill(text, width, subsequent_indent=" " * hanging)
    if not _live:
        click.echo(filled)
        return
    from rich.text import Text

    _live[-1].print(Text.from_ansi(filled), soft_wrap=True)


def word(text: str, width: int = 12) -> str:
    """A verdict, in its colour and padded."""
    return click.style(text.ljust(width), fg=COLOUR.get(text))


@contextmanager
def progress(label: str, total: float) -> Iterator[Callable[..., None]]:
    """A bar with elapsed and remaining time on a terminal, nothing elsewhere.

    Call what it yields with a text and the share of ``total`` that is done after each piece.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("remaining"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as shown:
        _live.append(console)
        bar = shown.add_task(label.ljust(40), total=total)

        def advance(what: str, done: float = 1.0) -> None:
            shown.update(bar, advance=done, description=what[:40].ljust(40))

        try:
            yield advance
        finally:
            _live.remove(console)
