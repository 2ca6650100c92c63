"""Stores that somebody hands over: read, or named as damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from proofs_check.sweep import store
from proofs_check.sweep.store import Table


def read(path: Path) -> Table:
    """All that the store at ``path`` holds; raises ``ValueError`` for what is none, is not there,
    or holds what this program does not write.
    """
    try:
        found = store.read(path)
        wrong = None if _sound(found) else "a value is not of its kind"
    except (sqlite3.Error, TypeError, KeyError, RecursionError) as error:
        wrong = str(error)
    if wrong:
        raise ValueError(f"{path} is damaged: {wrong}")
    return found


def _sound(table: Table) -> bool:
    """Is everything of the kind that ``claim`` and ``add`` write?"""
    counts = [table.settings[column.counted] for column in table.columns if column.counted]
    texts = [text for c in table.columns for text in (c.name, c.label, c.counted)]
    texts += [table.settings["sweep"], *table.settings.values()]
    numbers = [number for result in table.results for number in result.numbers or ()]
    values = [value for result in table.results for value in result.cell]
    return (
        all(isinstance(text, str) for text in texts)
        and all(column.name.isidentifier() for column in table.columns)
        and all(text.isdecimal() for text in counts)
        and all(isinstance(value, int | float | str) for value in values)
        and all(isinstance(number, int | float) for number in numbers)
    )
