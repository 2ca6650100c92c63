"""Work in several processes that end with their parent, and lose only what a killed one held."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

Work = TypeVar("Work")
Found = TypeVar("Found")


def quiet_threads() -> None:
    """One thread per process: small arrays gain nothing from more."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def cores() -> int:
    """Processes to use when nobody says how many."""
    return min(os.cpu_count() or 1, 8)


def watch_parent(parent: int) -> None:
    """End this process with its parent, however that ended; leave Ctrl-C to the parent."""

    def poll() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=poll, daemon=True).start()


def start_worker(parent: int) -> None:
    """``watch_parent``, with one thread for torch."""
    watch_parent(parent)
    try:
        import torch

        torch.set_num_threads(1)
    except ImportError:
        pass


@contextmanager
def workers(
    jobs: int, start: Callable[[int], None] = watch_parent
) -> Iterator[ProcessPoolExecutor]:
    """Spawned processes of one thread each, which begin with ``start(parent's id)`` and are stopped
    when the block is left by an error.
    """
    quiet_threads()
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), start, (os.getpid(),))
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def run_all(
    work: Sequence[Work],
    act: Callable[[Work], Found],
    jobs: int,
    lost: Callable[[Work], Found] | None = None,
) -> Generator[tuple[Work, Found], None, None]:
    """``act`` of each piece of work, as it comes; closing the iterator stops the workers.

    When a worker is killed, the pieces that are left are done one by one in a process each, and
    ``lost(piece)`` stands for one that kills its process again; without ``lost``
    ``BrokenProcessPool`` is raised.
    """
    if jobs <= 1 or len(work) <= 1:
        for piece in work:
            yield piece, act(piece)
        return
    left = list(work)
    try:
        with workers(min(jobs, len(work)), start_worker) as pool:
            tasks = {pool.submit(act, piece): piece for piece in work}
            for task in as_completed(tasks):
                found = task.result()
                left.remove(tasks[task])
                yield tasks[task], found
    except BrokenProcessPool:
        if lost is None:
            raise
        for piece in left:
            try:
                with workers(1, start_worker) as pool:
                    alone = pool.submit(act, piece).result()
            except BrokenProcessPool:
                alone = lost(piece)
            yield piece, alone
