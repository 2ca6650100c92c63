"""The ledger: what the sources say, one file for each topic in ``proofs_check/statements``.

``printed`` is the statement as the source has it: SymPy text, a number, true, an interval [lo, hi],
or a table of such parts. ``charitable`` is what its sentence most likely meant, where that differs:
the same sentence under a further condition (``holds_where``), or another (``holds_instead``);
``threshold`` holds numbers that are ours, not the source's. Nobody types a verdict:
``proofs_check.core.verdict`` computes it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import sympy as sp

from proofs_check.core.arithmetic import arithmetic
from proofs_check.core.entry import Entry, entry_of
from theory.core.catalogue import nearest, reading_order

LEDGER = Path(__file__).parents[1] / "statements"


def read(path: Path) -> dict[str, Entry]:
    """The entries of one topic's file; ``ValueError`` says what in it is wrong."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise ValueError(f"statements/{path.name}: {error}") from error
    if unknown := [key for key in tables if key != "statement"]:
        raise ValueError(
            f"statements/{path.name}: unknown table {unknown[0]!r}; "
            "entries begin with [[statement]]"
        )
    found: dict[str, Entry] = {}
    entries = tables.get("statement", [])
    if not (isinstance(entries, list) and all(isinstance(table, dict) for table in entries)):
        raise ValueError(f"statements/{path.name}: entries begin with [[statement]]")
    for table in entries:
        entry = entry_of(table, path.stem)
        if entry.id in found:
            raise ValueError(f"statements/{path.name}: the id {entry.id!r} stands in it twice")
        found[entry.id] = entry
    return found


@cache
def _all() -> tuple[dict[str, Entry], dict[str, str]]:
    """Entries by id, and what is wrong with the files that cannot be used, by topic."""
    found: dict[str, Entry] = {}
    wrong: dict[str, str] = {}
    for path in sorted(LEDGER.glob("*.toml"), key=lambda path: reading_order(path.stem)):
        try:
            own = read(path)
            if twice := next((name for name in own if name in found), None):
                raise ValueError(
                    f"statements/{path.name}: the id {twice!r} stands in "
                    f"{found[twice].topic}.toml too"
                )
            found |= own
        except ValueError as error:
            wrong[path.stem] = str(error)
    return found, wrong


def ledger() -> dict[str, Entry]:
    """All entries by id, topics in reading order, without the files that ``faults`` names."""
    return _all()[0]


def faults() -> dict[str, str]:
    """What is wrong with the file of a topic, where it breaks the schema or cannot be read."""
    return _all()[1]


def statement(name: str) -> Entry:
    """The entry with this id; ``ValueError`` with the nearest id when there is none."""
    if name not in ledger():
        raise ValueError(
            f"no statement {name!r} in the ledger; the nearest id is {nearest(name, ledger())}"
        )
    return ledger()[name]


def readings(entry: Entry, part: str | None) -> Iterable[tuple[str, Any]]:
    """("printed", value) and ("charitable", value) of a part, as far as they have it."""
    for reading in ("printed", "charitable"):
        value = getattr(entry, reading)
        if isinstance(value, dict):
            if part in value:
                yield reading, value[part]
        elif value is not None and (part is None or not isinstance(value, dict)):
            yield reading, value


def parts_of(entry: Entry, reading: str) -> set[str | None]:
    """The parts that must be settled."""
    value = getattr(entry, reading)
    return set(value) if isinstance(value, dict) else {None}


def shown(printed: Any) -> str:
    """What the ledger has as printed, in words; an absent end of an interval is infinite."""
    if isinstance(printed, dict):
        return "; ".join(f"{part}: {shown(value)}" for part, value in printed.items())
    if not isinstance(printed, list):
        return str(printed)
    low, high = (None if end is None or math.isinf(end) else f"{end:.4g}" for end in printed)
    if low is None or high is None:
        return (
            f"at most {high}"
            if low is None and high
            else f"at least {low}"
            if low
            else "any number"
        )
    return f"between {low} and {high}"


def formula(text: Any, topic: str) -> Any:
    """A printed value as a SymPy object, in the names of its topic's theory module."""
    if isinstance(text, bool):
        return sp.true if text else sp.false
    if not isinstance(text, str):
        return sp.nsimplify(text)
    names = {
        k: v for k, v in vars(import_module(f"theory.{topic}")).items() if not k.startswith("__")
    }
    names = vars(import_module("theory.notation")) | names
    where = f"statements/{topic}.toml: cannot read the printed formula {text!r}"
    if not arithmetic(text, names):
        raise ValueError(f"{where}: it is no formula, or not only one")
    try:
        return sp.sympify(text, locals=names)
    except Exception as error:  # whatever SymPy does with it
        raise ValueError(f"{where}: {error}") from error
