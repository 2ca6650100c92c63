"""The code of a claim or a check, and where it stands."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from proofs_check.core import runner


@dataclass(frozen=True)
class Code:
    """The text of a function, and its file and line."""

    place: str
    text: str


def code_of(*functions: Callable[..., Any]) -> tuple[Code, ...]:
    """The functions that are written in this package, each once; others are left out."""
    found = []
    for function in {id(each): each for each in map(inspect.unwrap, functions)}.values():
        try:
            lines, first = inspect.getsourcelines(function)
        except (OSError, TypeError):
            continue
        path = Path(inspect.getsourcefile(function) or "").resolve()
        if path.is_relative_to(runner.ROOT):
            place = f"{path.relative_to(runner.ROOT)}:{first}"
            found.append(Code(place, "".join(lines)))
    return tuple(found)


def uses(function: Callable[..., Any]) -> tuple[str, ...]:
    """Ids of other claims whose results a claim calls for."""
    known = {
        id(f): f"{topic}.{name}"
        for topic in runner.all_topics()
        if not runner.broken(topic)
        for name, f in runner.claims_of(topic).items()
    }
    scope = inspect.unwrap(function).__globals__
    tree = ast.parse(dedent(inspect.getsource(function)))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & scope.keys()
    called = [scope[name] for name in names if scope[name] is not function]
    return tuple(sorted({known[id(thing)] for thing in called if id(thing) in known}))
