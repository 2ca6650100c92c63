"""Derivations and checks of a test file as items of pytest.

A ``Check`` or a list of them that a test file defines, and a function of its own that is annotated
``-> Derivation``, are collected beside its tests; ``--theory=quick|default|full`` says how many
seeds a check takes.  Files that define none of these are left alone.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

TIERS = ("quick", "default", "full")
KEY = "theory"  # of what an item tells the summary
ANNOTATIONS = ("Derivation", "tuple[Derivation, ...]")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that says how thoroughly checks are measured."""
    parser.getgroup("theory", "derivations and checks of proofs-check").addoption(
        "--theory",
        choices=TIERS,
        default="default",
        help="seeds of a check: quick takes one and judges nothing (default: default)",
    )


def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> Any:
    """Items for what a file itself defines; None leaves it to pytest."""
    if not isinstance(collector, pytest.Module) or "theory" not in sys.modules:
        return None  # nothing of ours was imported
    found = list(_items(collector, name, obj))
    return found or None


def _items(collector: pytest.Module, name: str, obj: Any) -> Iterator[pytest.Item]:
    if inspect.isfunction(obj):
        if obj.__module__ == collector.obj.__name__ and _derives(obj):
            yield ClaimItem.from_parent(collector, name=name, claim=obj)
        return
    checks = sys.modules.get("proofs_check.core.check")
    if checks is None:
        return
    single = isinstance(obj, checks.Check)
    listed = isinstance(obj, list | tuple) and all(isinstance(each, checks.Check) for each in obj)
    if not (single or listed) or name not in _assigned(collector.path):
        return
    for check in (obj,) if single else obj if listed else ():
        called = name if single else f"{name}[{check.name}]"
        yield CheckItem.from_parent(collector, name=called, check=check)


def _derives(function: Any) -> bool:
    """Is it annotated as a derivation, and can it be called as it is?"""
    annotation = function.__annotations__.get("return")
    said = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    whole = said in ANNOTATIONS or str(annotation).endswith(".Derivation, ...]")
    return whole and not inspect.signature(function).parameters


def _assigned(path: Path) -> set[str]:
    """Names that a file assigns at its top: what it imports is somebody else's."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


class Item(pytest.Item):
    """What is common to both kinds of items."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Our own failures in their own words, without a traceback."""
        from theory import StepFails

        if isinstance(excinfo.value, CheckFails | StepFails):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def tell(self, kind: str, word: str) -> None:
        """One word for the summary, which also reaches it from another process."""
        self.user_properties.append((KEY, f"{kind} {word}"))


class ClaimItem(Item):
    """A derivation: every step is graded."""

    def __init__(self, *, claim: Any, **options: Any):
        super().__init__(**options)
        self.claim = claim

    def runtest(self) -> None:
        """Grade all derivations; a step that fails says where."""
        from theory import derive

        self.tell("claim", min(each.grade() for each in derive(self.claim)).name)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, for the report."""
        return self.path, inspect.getsourcelines(self.claim)[1] - 1, f"claim {self.name}"


class CheckItem(Item):
    """A check: it is measured and judged."""

    def __init__(self, *, check: Any, **options: Any):
        super().__init__(**options)
        self.check = check

    def runtest(self) -> None:
        """Run it; anything but CONFIRMED fails, except with ``quick``, where nothing is judged."""
        from proofs_check.core.check import Verdict
        from proofs_check.core.judging import run

        tier = self.config.getoption("--theory")
        result = run(self.check, tier)
        word = "measured" if tier == "quick" else result.verdict.name
        self.tell("check", word)
        if tier != "quick" and result.verdict is not Verdict.CONFIRMED:
            raise CheckFails(f"{result.message()}{f'; {result.note}' if result.note else ''}")

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands, for the report."""
        return self.path, None, f"check {self.name}"


class CheckFails(AssertionError):
    """A check whose interval does not lie in its band."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many claims and checks there were, and what was said of them; nothing where none were."""
    told = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for key, value in getattr(report, "user_properties", ())
        if key == KEY
    ]
    if told:
        terminalreporter.write_line(f"theory: {', '.join(_counted(told))}")


def _counted(told: Sequence[str]) -> Iterator[str]:
    for (what, word), number in sorted(Counter(tuple(one.split()) for one in told).items()):
        yield f"{number} {what}{'s' * (number > 1)} {word}"
