"""What there is to run: topics, their claims and checks, and what cannot be read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any

from proofs_check.core import ledger, store
from theory import claims, topics
from theory.core.catalogue import reading_order

ROOT = store.ROOT
Unit = tuple[str, str, str]  # "claim" or "check", topic, name
IMPORT = "import"  # no function can have this name
FAULTS = (Exception, SystemExit)  # whatever a module or a function does while it runs


@cache
def all_topics() -> list[str]:
    """Topics with claims or checks, in reading order."""
    return sorted(set(topics("theory")) | set(topics("proofs_check")), key=reading_order)


def claims_of(topic: str) -> dict[str, Callable[..., Any]]:
    """The topic's claims; none for a purely empirical topic."""
    return claims(topic) if topic in topics("theory") else {}


def checks_of(topic: str) -> dict[str, Any]:
    """The topic's checks by name; none for a topic without simulation.

    Raises ``ValueError`` for ``CHECKS`` that holds something else, or two checks of one name.
    """
    if topic not in topics("proofs_check"):
        return {}
    from proofs_check.core.check import Check

    found: dict[str, Any] = {}
    for check in import_module(f"proofs_check.{topic}").CHECKS:
        if not isinstance(check, Check):
            raise ValueError(f"proofs_check.{topic}.CHECKS holds {check!r}, which is no Check")
        if check.name in found:
            raise ValueError(f"proofs_check.{topic}.CHECKS has two checks named {check.name!r}")
        found[check.name] = check
    return found


def fault(kind: str, topic: str) -> str | None:
    """Why a topic's claims or checks cannot be read; ``None`` when they can."""
    try:
        if kind == "claim":
            claims_of(topic)
        else:
            checks_of(topic)
    except FAULTS as error:
        return f"{type(error).__name__}: {error}"
    return ledger.faults().get(topic) if kind == "claim" else None


def broken(topic: str) -> str | None:
    """Why a topic cannot be used; ``None`` when it can."""
    return fault("claim", topic) or fault("check", topic)


def units(chosen: Iterable[str]) -> list[Unit]:
    """What there is to run: claims, then checks, of these topics and whatever else settles their
    statements; ``import`` stands for what cannot be read.
    """
    chosen = list(chosen)
    found: list[Unit] = []
    for kind, names in (("claim", claims_of), ("check", checks_of)):
        for topic in chosen:
            unread = fault(kind, topic) is not None
            found += [(kind, topic, name) for name in ([IMPORT] if unread else names(topic))]
        found += _settlers(kind, chosen)
    return found


def _settlers(kind: str, chosen: list[str]) -> list[Unit]:
    """Claims or checks of other topics that settle statements of these.  Only the topics whose
    files name such a statement are imported.
    """
    ids = {f'"{entry.id}"' for entry in ledger.ledger().values() if entry.topic in chosen}
    layer = "theory" if kind == "claim" else "proofs_check"
    of: Callable[[str], dict[str, Any]] = claims_of if kind == "claim" else checks_of
    found: list[Unit] = []
    for topic in all_topics():
        path = ROOT / layer / f"{topic}.py"
        if topic in chosen or not path.exists():
            continue
        named = {name for name in ids if name in path.read_text(encoding="utf-8")}
        if not named or fault(kind, topic):
            continue
        for name, thing in of(topic).items():
            text = (
                _spelled(inspect.unwrap(thing), set(of(topic).values()))
                if kind == "claim"
                else " ".join(f'"{settle.statement}"' for settle in thing.settles)
            )
            if any(own in text for own in named):
                found.append((kind, topic, name))
    return found


def _spelled(function: Callable[..., Any], done: set[Any]) -> str:
    """Its source, with the constants of its module that it names and the functions that it calls
    as texts; those in ``done`` are left out.
    """
    parts, module = [inspect.getsource(function)], vars(import_module(function.__module__))
    for name in dict.fromkeys(re.findall(r"\w+", parts[0])):
        value: Any = module.get(name)
        if isinstance(value, str | tuple):
            parts.append(repr(value).replace("'", '"'))
        own = inspect.isfunction(value) and value.__module__ == function.__module__
        if own and value not in done:
            done.add(value)
            parts.append(_spelled(value, done))
    return " ".join(parts)
