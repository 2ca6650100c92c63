"""What is in the package: read from the files, never registered."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import get_type_hints

from theory.core.derivation import Derivation


def topics(package: str = "theory") -> list[str]:
    """Public module names of one layer; a leading underscore marks machinery."""
    return sorted(m.name for m in pkgutil.iter_modules(import_module(package).__path__) if not m.name.startswith("_"))


def claims(topic: ModuleType | str) -> dict[str, Callable[[], Derivation | tuple[Derivation, ...]]]:
    """The topic's public functions annotated ``-> Derivation`` (or a tuple of them), in file order."""
    module = import_module(f"theory.{topic}") if isinstance(topic, str) else topic
    return {
        name: f
        for name, f in vars(module).items()
        if inspect.isfunction(f) and f.__module__ == module.__name__ and not name.startswith("_") and _derives(f)
    }


def _derives(f: Callable[..., object]) -> bool:
    return get_type_hints(f).get("return") in (Derivation, tuple[Derivation, ...])


@cache
def derive(claim: Callable[[], Derivation | tuple[Derivation, ...]]) -> tuple[Derivation, ...]:
    """The derivations of a claim, built once."""
    built = claim()
    return built if isinstance(built, tuple) else (built,)
