"""Finished cells in an SQLite file, for any axes and any numbers.

A cell is committed before it is reported: whatever is in the file was finished, however the process
that wrote it ended.  A store belongs to one setting: results of another one are refused.  Several
processes may write at the same time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NamedTuple

from proofs_check.sweep.locks import PATIENCE, when_free

Value = int | float | str
Cell = tuple[Value, ...]  # one value for each axis
APPLICATION, VERSION = 0x70635357, 2  # mark our SQLite files
TABLES = "SELECT count(*) FROM sqlite_master"
SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE columns (name TEXT, label TEXT, log INTEGER, axis INTEGER, counted TEXT);
CREATE TABLE cells ({columns}, error TEXT, seconds REAL NOT NULL, finished REAL NOT NULL,
    PRIMARY KEY ({axes}))
"""


class Result(NamedTuple):
    """A finished cell: its numbers, or None and the ``error`` where it failed."""

    cell: Cell
    numbers: tuple[float, ...] | None
    error: str | None
    seconds: float


@dataclass(frozen=True)
class Column:
    """An axis or a number; ``counted`` names the setting that says how many values the axis has."""

    name: str
    label: str
    log: bool
    axis: bool
    counted: str = ""


@dataclass(frozen=True)
class Store:
    """An open file; ``opened`` opens one."""

    path: Path
    file: sqlite3.Connection


@dataclass(frozen=True)
class Table:
    """All that a store holds; ``results`` in the order of their cells."""

    path: Path
    settings: dict[str, str]
    columns: tuple[Column, ...]
    results: tuple[Result, ...]


@contextmanager
def opened(path: Path | str, *, create: bool = True) -> Iterator[Store]:
    """The store at ``path``; raises ``ValueError`` for what is none, or is not there."""
    path = Path(path)
    if not create and not path.is_file():
        raise ValueError(f"no store at {path}: run `proofs-check sweep` with --store {path} first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)  # no transactions
    except (OSError, sqlite3.Error) as error:
        raise ValueError(f"{path} cannot be opened: {error}") from None
    try:
        store = Store(path, file)
        try:
            when_free(lambda: _refuse_others(store, create))
        except sqlite3.DatabaseError as error:
            foreign = f"{path} is not a store of this program, is damaged or is locked"
            raise ValueError(f"{foreign} ({error})") from None
        yield store
    finally:
        file.close()


def _refuse_others(store: Store, create: bool) -> None:
    queries = "PRAGMA application_id", "PRAGMA user_version", TABLES
    with _transaction(store, "DEFERRED"):  # one view of the file
        mark, version, tables = (store.file.execute(q).fetchone()[0] for q in queries)
    if mark != APPLICATION and (mark or tables or not create):
        raise ValueError(f"{store.path} is not a store of this program: name another file")
    if mark == APPLICATION and version != VERSION:
        raise ValueError(f"{store.path} was written by another version: name another file")
    store.file.execute("PRAGMA journal_mode = WAL")
    store.file.execute("PRAGMA synchronous = FULL")


@contextmanager
def _transaction(store: Store, kind: str = "IMMEDIATE") -> Iterator[None]:
    store.file.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if store.file.in_transaction:  # a full disk has ended it already
            store.file.execute("ROLLBACK")
        raise
    store.file.execute("COMMIT")


def claim(
    store: Store,
    columns: Sequence[Column],
    settings: Mapping[str, str],
    remarks: Mapping[str, str] | None = None,
) -> None:
    """Make this the store of these columns and settings, or raise ``ValueError`` saying what
    differs; ``remarks`` are kept by the first claim and never compared.
    """
    with _transaction(store):  # of several writers, the first
        if not store.file.execute(TABLES).fetchone()[0]:
            names = ", ".join(_quoted(c.name) for c in columns)
            keys = ", ".join(_quoted(c.name) for c in columns if c.axis)
            for statement in SCHEMA.format(columns=names, axes=keys).split(";"):
                store.file.execute(statement)
            rows = [*settings.items(), *(remarks or {}).items()]
            store.file.executemany("INSERT INTO settings VALUES (?, ?)", rows)
            rows = [astuple(column) for column in columns]
            store.file.executemany("INSERT INTO columns VALUES (?, ?, ?, ?, ?)", rows)
            store.file.execute(f"PRAGMA application_id = {APPLICATION}")
            store.file.execute(f"PRAGMA user_version = {VERSION}")
    mine = dict(settings) | {"columns": ", ".join(column.name for column in columns)}
    kept = settings_of(store) | {"columns": ", ".join(c.name for c in columns_of(store))}
    differ = [
        f"{name} (there {kept.get(name)}, now {value})"
        for name, value in mine.items()
        if kept.get(name) != value
    ]
    if differ:
        raise ValueError(
            f"{store.path} holds results of other settings: {', '.join(differ)}. Give --store "
            "another file, ask for the same settings, or delete this file to start again."
        )


def _quoted(name: str) -> str:
    return f'"{name}"'


def settings_of(store: Store) -> dict[str, str]:
    """What ``claim`` wrote."""
    return dict(store.file.execute("SELECT name, value FROM settings"))


def columns_of(store: Store) -> tuple[Column, ...]:
    """Axes first, each in the order of the claim."""
    rows = store.file.execute("SELECT * FROM columns ORDER BY rowid")
    return tuple(Column(n, label, bool(log), bool(axis), c) for n, label, log, axis, c in rows)


def _names(store: Store, axis: bool) -> list[str]:
    return [_quoted(column.name) for column in columns_of(store) if column.axis == axis]


def missing(store: Store, cells: Iterable[Cell], *, retry: bool = False) -> list[Cell]:
    """The cells that are not stored yet; with ``retry`` those that failed as well."""
    query = f"SELECT {', '.join(_names(store, True))} FROM cells"
    done = set(store.file.execute(query + (" WHERE error IS NULL" if retry else "")))
    return [cell for cell in cells if tuple(cell) not in done]


def add(store: Store, results: Sequence[Result]) -> None:
    """Commit these cells, all or none."""
    if not results:
        return
    empty, now = (None,) * len(_names(store, False)), time.time()
    rows = [(*r.cell, *(r.numbers or empty), r.error, r.seconds, now) for r in results]
    places = ", ".join("?" * len(rows[0]))
    with _transaction(store):
        store.file.executemany(f"INSERT OR REPLACE INTO cells VALUES ({places})", rows)


def read(path: Path | str) -> Table:
    """All that the store at ``path`` holds; raises ``ValueError`` as ``opened`` does."""
    with opened(path, create=False) as store:
        axes, names = _names(store, True), _names(store, False)
        query = f"SELECT {', '.join([*axes, *names])}, error, seconds FROM cells"
        rows = store.file.execute(f"{query} ORDER BY {', '.join(axes)}").fetchall()
        ends = len(axes), len(axes) + len(names)
        results = (
            Result(r[: ends[0]], r[ends[0] : ends[1]] if r[-2] is None else None, *r[ends[1] :])
            for r in rows
        )
        return Table(store.path, settings_of(store), columns_of(store), tuple(results))
