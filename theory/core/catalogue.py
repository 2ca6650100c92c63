"""What is in the package: read from the files, never registered."""

from __future__ import annotations

import inspect
import pkgutil
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

from theory.core.derivation import Derivation


def topics(package: str = "theory") -> list[str]:
    """Module names of one layer, in reading order; machinery lives in sub-packages, and the
    notation is no topic.
    """
    found = pkgutil.iter_modules(import_module(package).__path__)
    names = (
        m.name for m in found if not m.ispkg and not m.name.startswith("_") and m.name != "notation"
    )
    return sorted(names, key=reading_order)


@cache
def shelves() -> dict[str, tuple[str, ...]]:
    """Topics in reading order, by the title of their shelf; some have no file yet."""
    text = (Path(__file__).parents[1] / "contents.toml").read_text(encoding="utf-8")
    return {shelf["title"]: tuple(shelf["topics"]) for shelf in tomllib.loads(text)["shelf"]}


def reading_order(topic: str) -> tuple[int, str]:
    """Sorts topics as they stand on the shelves; what is on none comes last, by name."""
    order = [name for names in shelves().values() for name in names]
    return order.index(topic) if topic in order else len(order), topic


def claims(topic: ModuleType | str) -> dict[str, Callable[[], Derivation | tuple[Derivation, ...]]]:
    """The topic's public functions annotated ``-> Derivation`` (or a tuple of them), in
    file order.
    """
    module = import_module(f"theory.{topic}") if isinstance(topic, str) else topic
    return {
        name: f
        for name, f in vars(module).items()
        if inspect.isfunction(f)
        and f.__module__ == module.__name__
        and not name.startswith("_")
        and _derives(f)
    }


def _derives(f: Callable[..., object]) -> bool:
    return get_type_hints(f).get("return") in (Derivation, tuple[Derivation, ...])


def sentence(claim: Callable[..., object]) -> str:
    """What a claim says: the first paragraph of its docstring, in one line."""
    return " ".join(inspect.cleandoc(claim.__doc__ or claim.__name__).split("\n\n")[0].split())


@cache
def derive(claim: Callable[[], Derivation | tuple[Derivation, ...]]) -> tuple[Derivation, ...]:
    """The derivations of a claim, built once."""
    built = claim()
    return built if isinstance(built, tuple) else (built,)
