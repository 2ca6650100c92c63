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
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import sympy as sp

from theory.core.catalogue import nearest, reading_order

SETUPS = 4  # an empirical sentence is put to at least so many
LEDGER = Path(__file__).parents[1] / "statements"
CHAPTERS = {
    "phenomena": "Phenomena of deep learning",
    "frequency principle": "The frequency principle",
    "phase diagram": "Phase diagram of two-layer ReLU networks",
    "UDL ch. 20": "Understanding Deep Learning, chapter 20",
    "simplicity essay": "An essay on simplicity bias",
    "papers": "Papers behind the chapters",
}
ALLOWED = {
    "chapter": tuple(CHAPTERS),
    "kind": (
        "identity",
        "limit",
        "asymptotic-exponent",
        "inequality",
        "number",
        "empirical-trend",
        "construction",
    ),
    "data": ("none", "synthetic", "sklearn-digits", "mnist-1d", "needs-CIFAR/ImageNet scale"),
    "erratum_class": ("mathematical", "numerical", "wording", "misprint"),
}


@dataclass(frozen=True)
class Entry:
    """One statement of a source, in words of our own.

    ``kind`` is what sort of sentence it is, ``data`` what its evidence needs, ``refuted_if`` what
    would refute it, fixed beforehand; ``threshold`` names the numbers that are ours where the
    sentence gives none.  ``setups`` names the cases in which an empirical sentence is tried, and
    ``setups_from`` says where they come from; both were fixed before the first run.
    """

    id: str
    topic: str
    claim: str
    chapter: str
    kind: str
    data: str
    refuted_if: str
    place: str = ""
    printed: Any = None
    charitable: Any = None
    threshold: Any = None
    holds_where: str | None = None
    holds_instead: str | None = None
    explanation: str | None = None
    erratum_class: str | None = None
    equation: str | None = None
    hint: str | None = None
    out_of_scope: str | None = None
    setups: Any = None
    setups_from: str | None = None

    @property
    def source(self) -> str:
        """Chapter and place in one line."""
        return (
            self.place
            if self.chapter == "papers"
            else ", ".join(part for part in (self.chapter, self.place) if part)
        )


WORDS = {field.name: field for field in fields(Entry)}


def entry_of(table: Mapping[str, Any], topic: str) -> Entry:
    """A table of a topic's file as an entry; ``ValueError`` names what is unknown, missing or no
    allowed word, and the nearest.
    """
    where = f"statements/{topic}.toml: {table.get('id', 'an entry without id')}"
    keys = [name for name in WORDS if name != "topic"]
    for key in table:
        if key not in keys:
            raise ValueError(f"{where}: unknown key {key!r}; the nearest is {nearest(key, keys)}")
    if missing := [key for key in keys if WORDS[key].default is MISSING and not table.get(key)]:
        raise ValueError(f"{where}: {', '.join(missing)} missing")
    for key, allowed in ALLOWED.items():
        if key in table and table[key] not in allowed:
            raise ValueError(
                f"{where}: {key} = {table[key]!r} is not known; the nearest is "
                f"{nearest(table[key], allowed)}"
            )
    if table.get("charitable") is not None and ("holds_where" in table) == (
        "holds_instead" in table
    ):
        raise ValueError(
            f"{where}: a charitable reading needs holds_where, a further condition of the same "
            f"sentence, or holds_instead, another sentence"
        )
    if ("setups" in table) != ("setups_from" in table) or len(table.get("setups", "four")) < SETUPS:
        raise ValueError(
            f"{where}: a range of set-ups needs setups, at least {SETUPS} names, and setups_from, "
            f"where they come from"
        )
    return Entry(topic=topic, **table)


def read(path: Path) -> dict[str, Entry]:
    """The entries of one topic's file; ``ValueError`` says what in it is wrong."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"statements/{path.name}: {error}") from error
    if unknown := [key for key in tables if key != "statement"]:
        raise ValueError(
            f"statements/{path.name}: unknown table {unknown[0]!r}; "
            "entries begin with [[statement]]"
        )
    found: dict[str, Entry] = {}
    for table in tables.get("statement", []):
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
    try:
        return sp.sympify(text, locals=vars(import_module("theory.notation")) | names)
    except (sp.SympifyError, SyntaxError, TypeError, AttributeError) as error:
        raise ValueError(
            f"statements/{topic}.toml: cannot read the printed formula {text!r}: {error}"
        ) from error
