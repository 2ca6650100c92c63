"""Who does the work: processes of this machine, or a dask cluster."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import click

from proofs_check.core import store

Command = TypeVar("Command", bound=Callable[..., Any])


def executor_options(command: Command) -> Command:
    """``--executor`` and ``--scheduler``."""
    for option in (
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Of a dask scheduler, such as tcp://host:8786; default: one that is started here.",
        ),
        click.option(
            "--executor",
            type=click.Choice(["local", "dask"]),
            default="local",
            show_default=True,
            help="Who does the work.",
        ),
    ):
        command = option(command)
    return command


def checked(executor: str, scheduler: str | None) -> None:
    """Refuse the address of a scheduler that nobody would use."""
    if scheduler and executor != "dask":
        raise click.UsageError(
            "--scheduler is the address of a dask scheduler: add --executor dask"
        )


@contextmanager
def lanes(
    executor: str, scheduler: str | None, jobs: int, topics: Sequence[str], tier: str = "default"
) -> Iterator[Sequence[Executor]]:
    """A lane for each thread of a cluster whose workers have these topics as they are here; none
    for processes of this machine.
    """
    if executor != "dask":
        yield ()
        return
    from proofs_check.core import cluster

    try:
        with cluster.lanes(scheduler, jobs, partial(fingerprint, tuple(topics), tier)) as found:
            yield found
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def fingerprint(topics: Sequence[str], tier: str) -> str:
    """One hash of the keys of all checks of these topics."""
    keys = [store.key("check", topic, tier) for topic in topics]
    return hashlib.sha256("".join(keys).encode()).hexdigest()
