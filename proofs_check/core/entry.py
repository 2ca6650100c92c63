"""What the ledger says of a statement, and what of it is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from theory.core.catalogue import nearest

SETUPS = 4  # an empirical sentence is put to at least so many
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


ID = re.compile(r"\w[\w.-]*")  # a page is named after it
VALUES = ("printed", "charitable", "threshold")
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
    if key := next((key for key, value in table.items() if not _of_its_kind(key, value)), ""):
        raise ValueError(f"{where}: {key} = {str(table[key])[:60]!r} is not what can stand there")
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


def _of_its_kind(key: str, value: Any) -> bool:
    """Text, a name that is one, names of set-ups, or a value: SymPy text, a number, true, two ends
    of an interval, or a table of these.
    """
    if key in VALUES:
        return all(map(_value, value.values() if isinstance(value, dict) else [value]))
    if key == "setups":
        return isinstance(value, list) and all(map(_text, value))
    return _text(value) and (key != "id" or ID.fullmatch(value) is not None)


def _text(value: Any) -> bool:
    return isinstance(value, str) and all(c.isprintable() or c in "\n\t" for c in value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


def _value(value: Any) -> bool:
    pair = isinstance(value, list) and len(value) == 2 and all(map(_number, value))
    return pair or _number(value) or _text(value)
