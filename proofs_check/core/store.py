"""What was measured is kept, under a key of all that it depends on; content decides, not times.

A unit (a claim or a check) has one file for each tier in ``build/kept``.  Its key is a hash of the
source files that the unit reaches by imports (lazy ones too), the data files that those name, what
the ledger prints for the statements that they settle, the versions of the packages that compute,
the tier and the device.  A file whose checksum or key is another is not used.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from proofs_check.core import whole
from proofs_check.core.ledger import ledger

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("theory", "numerics", "proofs_check")
ENTRIES = ROOT / "proofs_check" / "core" / "entries.py"
KEPT = Path("build/kept")
SHOW = ("proofs_check.report", "proofs_check.cli", "proofs_check.examination")  # changes no number
PACKAGES = ("numpy", "scipy", "sympy", "torch", "z3-solver", "python-flint")
OTHERS = ("mpmath", "numba", "scikit-learn", "mnist1d", "array-api-compat")
SURROUNDINGS = ("PROOFS_CHECK_DEVICE", "OPENBLAS_CORETYPE", "NUMBA_CPU_NAME")


def versions(names: Iterable[str] = PACKAGES) -> dict[str, str | None]:
    """Installed versions; ``None`` for a package that is not there."""
    return {name: _version(name) for name in names}


@cache
def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _file(module: str) -> Path | None:
    """The file of a module of the three packages."""
    path = ROOT.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _named(node: ast.AST) -> Iterator[str]:
    """Modules that an import statement may read: the module, its packages, and what is taken."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return
    for name in names:
        parts = name.split(".")
        if parts[0] in LAYERS and ".".join(parts[:2]) not in SHOW:
            yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))


@cache
def _read(path: Path, content: str) -> tuple[frozenset[Path], frozenset[Path]]:
    """Source files and data files that a file names; ``content`` is the hash of its text."""
    modules: set[Path | None] = set()
    beside: set[Path] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.endswith((".toml", ".txt", ".npz")):
                beside.add(path.parent / node.value)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules.update(map(_file, _named(node)))
    return frozenset(filter(None, modules)), frozenset(file for file in beside if file.is_file())


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def closure(start: Iterable[Path]) -> dict[Path, str]:
    """All files that these reach by imports, and the data files that they name, with their hash."""
    found: dict[Path, str] = {}
    todo = list(start)
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found[path] = _hash(path)
        if path.suffix == ".py":
            modules, data = _read(path, found[path])
            todo += [*modules, *data]
    return found


def sources(kind: str, topic: str) -> list[Path]:
    """Where the closure of a topic's claims or checks begins."""
    layers = ("theory",) if kind == "claim" else LAYERS
    own = [_file(f"{layer}.{topic}") for layer in layers]
    verdicts = [_file("proofs_check.core.verdict"), ENTRIES]
    return [path for path in (*own, *verdicts) if path is not None]


def _printed(paths: Iterable[Path]) -> list[Any]:
    """What the ledger prints for the statements that these files name."""
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    return [
        (entry.id, entry.topic, entry.printed, entry.charitable, entry.threshold)
        for entry in ledger().values()
        if f'"{entry.id}"' in text
    ]


def key(kind: str, topic: str, tier: str, more: Iterable[Path] = ()) -> str:
    """The key of a topic's claims or checks: what they depend on, as one hash.

    ``more`` are further files, whose closure counts too.
    """
    start = sources(kind, topic)
    files = closure([*start, *more])
    found = ROOT / "proofs_check" / "evidence" / f"{topic}.json"
    parts = {
        "files": {path.relative_to(ROOT).as_posix(): mark for path, mark in files.items()},
        "printed": repr(_printed(start[:-2])),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": versions((*PACKAGES, *OTHERS)),
        "surroundings": {name: os.environ.get(name) for name in SURROUNDINGS},
        "tier": tier if kind == "check" else None,
        "evidence": _hash(found) if kind == "check" and found.is_file() else None,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def place(unit: tuple[str, str, str], tier: str) -> Path:
    """The file of a unit."""
    kind, topic, name = unit
    return KEPT / topic / (f"{name}.{kind}.json" if kind == "claim" else f"{name}.{tier}.json")


def _checksum(mark: str, value: Any) -> str:
    return hashlib.sha256(json.dumps([mark, value], sort_keys=True).encode()).hexdigest()


def recall(path: Path, mark: str | None = None) -> Any:
    """What was kept in this file under this key (any key for ``None``), or ``None``."""
    try:
        document = json.loads(path.read_bytes())
        found, value, checksum = document["key"], document["value"], document["checksum"]
    except (OSError, ValueError, RecursionError, TypeError, KeyError):
        return None
    if checksum != _checksum(found, value) or mark not in (None, found):
        return None
    return value


def keep(path: Path, mark: str, value: Any) -> None:
    """Keep a value that JSON can hold; the file is whole whenever anybody reads it.

    Raises ``OSError`` when it cannot be written.
    """
    document = {"key": mark, "value": value, "checksum": _checksum(mark, value)}
    whole.write(json.dumps(document), path)
