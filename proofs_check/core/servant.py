"""A process that does one piece of work after another for a thread of its parent.

A cluster runs pieces in threads of its workers.  Limits of time need the main thread of a process,
and what runs out of memory should cost a piece and not the worker: so every thread has a servant.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from proofs_check.core.pool import quiet_threads, start_worker

Work = TypeVar("Work")
Found = TypeVar("Found")
SERVANTS: dict[int, subprocess.Popen[bytes]] = {}  # by thread


def ask(act: Callable[[Work], Found], piece: Work) -> Found:
    """``act`` of a piece of work, done by the servant of this thread.

    Raises what ``act`` raises, and ``BrokenProcessPool`` where the servant is lost with the piece.
    """
    mine = threading.get_ident()
    servant = SERVANTS.get(mine)
    if servant is None or servant.poll() is not None:
        quiet_threads()
        servant = SERVANTS[mine] = subprocess.Popen(
            [sys.executable, "-m", "proofs_check.core.servant"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert servant.stdin and servant.stdout
    try:
        pickle.dump((act, piece), servant.stdin)
        servant.stdin.flush()
        good, answer = pickle.load(servant.stdout)
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        servant.kill()
        servant.wait()
        raise BrokenProcessPool("the process of a cluster's worker was lost") from error
    if good:
        return answer
    raise answer


def serve() -> None:
    """Answer until the parent ends, or closes the pipe."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the work prints is no answer
    start_worker(os.getppid())
    while True:
        try:
            act, piece = pickle.load(requests)
        except EOFError:
            return
        try:
            answer = True, act(piece)
        except Exception as error:
            answer = False, error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    serve()
