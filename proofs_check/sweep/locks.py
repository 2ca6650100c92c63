"""Waiting for a file that somebody else holds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

PATIENCE = 30  # seconds to wait for another writer


def when_free(action: Callable[[], None]) -> None:
    """Does it as soon as nobody holds the file: SQLite itself does not wait where a lock grows."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            held = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not held or time.monotonic() > until:
                raise
        time.sleep(0.01)
