"""An error in its place: the tree of a topic with one change in it, and the module it makes."""

from __future__ import annotations

import ast
import types
from dataclasses import dataclass
from functools import cache

import sympy as sp

from proofs_check.core import runner
from proofs_check.referee.errors import errors

Place = tuple[str, str, int]  # topic, claim (or SHARED), number of the error in its source


def tree_of(topic: str) -> ast.Module:
    """The syntax tree of a topic's theory, freshly read."""
    return ast.parse((runner.ROOT / "theory" / f"{topic}.py").read_text())


@cache
def places(topic: str, name: str) -> tuple[tuple[int, str], ...]:
    """(number, kind) of every error that a claim has room for."""
    return tuple(
        (number, error.kind) for number, error in enumerate(errors(topic, name, tree_of(topic)))
    )


@dataclass(frozen=True)
class Planted:
    """An error in its place: what stood there, what stands there now, and the tree of the whole
    topic.
    """

    topic: str
    kind: str
    line: int
    before: str
    after: str
    tree: ast.Module

    def module(self) -> types.ModuleType:
        """The theory of the topic with the error in it, which nothing else sees; raises what
        reading it raises.
        """
        mutant = types.ModuleType(f"theory.{self.topic}")
        mutant.__dict__["_pi"] = sp.pi
        exec(compile(self.tree, f"{self.topic}.py", "exec"), mutant.__dict__)
        return mutant


def planted(place: Place) -> Planted:
    """Make the error of this place in a fresh tree."""
    topic, name, number = place
    tree = tree_of(topic)
    error = list(errors(topic, name, tree))[number]
    before = str(error)
    error.make()
    return Planted(
        topic, error.kind, error.line, before, str(error), ast.fix_missing_locations(tree)
    )
