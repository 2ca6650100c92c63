"""No reduction may run for ever: a limit in processor seconds, and a warning when it is met."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 60.0  # of the processor, for each way to prove a step, and for its points
AGAIN = 1.0


class OutOfTime(RuntimeError):
    """The limit was met."""


class SlowStep(UserWarning):
    """A step took longer than the stated time, and one way to prove it was given up."""


@contextmanager
def at_most(seconds: float, what: str, *parts: Any) -> Iterator[None]:
    """Raises ``OutOfTime`` in the body after so many processor seconds, and warns; ``what`` is
    formatted with ``parts`` then, since to write an expression takes time.

    Limits may stand in one another: within another limit that ends sooner this one does nothing.
    Where the system has no such clock, or outside the main thread, the body runs to its end.
    """
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return
    left, _ = signal.getitimer(signal.ITIMER_VIRTUAL)  # of the limit around this one
    if 0 < left <= seconds:
        yield
        return

    def ring(*_: Any) -> None:
        raise OutOfTime(f"{what.format(*parts)}: given up after {seconds:g} processor seconds")

    before, began = signal.signal(signal.SIGVTALRM, ring), os.times().user
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)  # again, where SymPy swallowed it
    try:
        yield
    except OutOfTime as late:
        warnings.warn(str(late), SlowStep, stacklevel=3)
        raise
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if left:
            rest = left - (os.times().user - began)
            signal.setitimer(signal.ITIMER_VIRTUAL, max(rest, 0.001), AGAIN)
