"""No reduction may run for ever: a limit in processor seconds, and a warning when it is met."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 60.0  # of the processor, for each way to prove a step


class OutOfTime(RuntimeError):
    """The limit was met."""


class SlowStep(UserWarning):
    """A step took longer than the stated time, and one way to prove it was given up."""


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """Raises ``OutOfTime`` in the body after so many processor seconds, and warns.

    Where the system has no such clock, or outside the main thread, the body runs to its end.
    """
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return

    def ring(*_: Any) -> None:
        raise OutOfTime(f"{what}: given up after {seconds:g} processor seconds")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)  # again, where SymPy swallowed it
    try:
        yield
    except OutOfTime as late:
        warnings.warn(str(late), SlowStep, stacklevel=3)
        raise
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
