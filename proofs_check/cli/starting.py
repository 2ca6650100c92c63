"""Ctrl-C while the command line is still being loaded ends as it does later: in a word, with
status 130.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Any


def _leave(*_: Any) -> None:
    os.write(2, b"interrupted\n")
    os._exit(130)


def loaded() -> None:
    """From now on Ctrl-C is an exception again."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    signal.signal(signal.SIGINT, _leave)
