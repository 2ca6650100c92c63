"""Work in several processes that end with their parent, and lose only what a killed one held."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from typing import Generic, TypeVar

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


class Queue(Generic[Work]):
    """Work in its order, except that a process goes on with the kin of what it did last: pieces of
    one kin share what the process that does them remembers.
    """

    def __init__(self, work: Sequence[Work], kin: Callable[[Work], Hashable] | None = None):
        self._waiting: dict[Hashable, deque[Work]] = {}
        self._begun: set[Hashable] = set()
        for piece in work:
            self._waiting.setdefault(kin and kin(piece), deque()).append(piece)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def take(self, last: Hashable) -> tuple[Hashable, Work]:
        """The next piece, with its kin, for a process whose last piece was of the kin ``last``: of
        the same, else of one that is not begun, else of that of which most is left.
        """
        if last not in self._waiting:
            fresh = (each for each in self._waiting if each not in self._begun)
            last = next(fresh, max(self._waiting, key=lambda each: len(self._waiting[each])))
        self._begun.add(last)
        piece = self._waiting[last].popleft()
        if not self._waiting[last]:
            del self._waiting[last]
        return last, piece


def run_all(
    work: Sequence[Work],
    act: Callable[[Work], Found],
    jobs: int,
    lost: Callable[[Work], Found] | None = None,
    kin: Callable[[Work], Hashable] | None = None,
    lanes: Sequence[Executor] = (),
) -> Generator[tuple[Work, Found], None, None]:
    """``act`` of each piece of work, as it comes; closing the iterator stops the workers.

    Pieces of the same ``kin`` are done by one process as long as there is other work.  When a
    worker is killed, the pieces that are left are done one by one in a process each, and
    ``lost(piece)`` stands for one that kills its process again; without ``lost``
    ``BrokenProcessPool`` is raised.  ``lanes`` are executors of somewhere else, which do one piece
    at a time each and go on without a piece that is lost.
    """
    if not lanes and (jobs <= 1 or len(work) <= 1):
        for piece in work:
            yield piece, act(piece)
        return
    left, queue = list(work), Queue(work, kin)
    running: dict[Future[Found], tuple[Executor, Hashable, Work]] = {}

    def go_on(pool: Executor, last: Hashable) -> None:
        if queue:
            last, piece = queue.take(last)
            running[pool.submit(act, piece)] = pool, last, piece

    try:
        with ExitStack() as stack:
            here = 0 if lanes else min(jobs, len(work))
            own = [stack.enter_context(workers(1, start_worker)) for _ in range(here)]
            for lane in lanes or own:
                go_on(lane, object())
            while running:
                for task in wait(running, return_when=FIRST_COMPLETED).done:
                    pool, last, piece = running.pop(task)
                    found = _elsewhere(task, piece, lost) if lanes else task.result()
                    left.remove(piece)
                    go_on(pool, last)
                    yield piece, found
    except BrokenProcessPool:
        if lost is None or lanes:
            raise
        for piece in left:
            try:
                with workers(1, start_worker) as pool:
                    alone = pool.submit(act, piece).result()
            except BrokenProcessPool:
                alone = lost(piece)
            yield piece, alone


def _elsewhere(task: Future[Found], piece: Work, lost: Callable[[Work], Found] | None) -> Found:
    """What came back, or what stands for it."""
    try:
        return task.result()
    except Exception as error:
        if lost is None:
            raise BrokenProcessPool(f"a worker was lost: {error}") from error
        return lost(piece)
