"""The workers of a dask cluster, each a lane for work that is waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

ANSWER = 10  # seconds that a scheduler may take to answer


@contextmanager
def joined(address: str | None, jobs: int) -> Iterator[Any]:
    """The client of a dask scheduler at ``address`` (None: of ``jobs`` processes started here).

    Raises ``ValueError`` if dask is missing, nobody answers or nobody works there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError(
            "dask.distributed is not installed: python -m pip install 'proofs-check[cluster]'"
        ) from None
    try:
        local = (
            {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None}
            if address is None
            else {}
        )
        client = Client(address, timeout=ANSWER, set_as_default=False, **local)
    except (OSError, ValueError) as error:  # a timeout is an OSError
        raise ValueError(
            f"no dask scheduler answers at {address}: {error or 'timed out'}; start one with "
            f"`dask scheduler`"
        ) from None
    with client:
        if not client.nthreads():
            raise ValueError(
                f"the dask scheduler at {address} has no workers: start some with `dask worker "
                f"{address} --nthreads 1`"
            )
        yield client


@contextmanager
def cluster(address: str | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """The executor of all workers, and how many pieces it runs at a time; a piece whose worker is
    lost is run by another one.  Raises as ``joined``.
    """
    with joined(address, jobs) as client:
        executor = client.get_executor(pure=False)
        try:
            yield executor, sum(client.nthreads().values())
        finally:
            executor.shutdown(wait=False)  # cancels what has not been run


@contextmanager
def lanes(
    address: str | None, jobs: int, question: Callable[[], str]
) -> Iterator[Sequence[Executor]]:
    """One executor for each thread of each worker, which keeps to that worker while it lives.

    Raises as ``joined``, and ``ValueError`` for a worker that answers ``question`` otherwise than
    this process: what it measures would be of other sources, packages or machines.
    """
    own = question()
    with joined(address, jobs) as client:
        for worker, answer in client.run(question, on_error="return").items():
            if answer != own:
                why = f" ({answer})" if isinstance(answer, Exception) else ""
                raise ValueError(
                    f"the worker at {worker} has other sources, packages, processor or environment "
                    f"variables than this process{why}: install the same on both"
                )
        found = [
            client.get_executor(workers=[worker], allow_other_workers=True, pure=False)
            for worker, threads in sorted(client.nthreads().items())
            for _ in range(threads)
        ]
        try:
            yield found
        finally:
            for executor in found:
                executor.shutdown(wait=False)
