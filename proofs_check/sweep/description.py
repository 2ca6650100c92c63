"""What is swept: axes, settings, and what is measured in a cell.

A topic keeps its sweeps in ``SWEEPS``, which is read like ``CHECKS``.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from proofs_check.sweep.grid import Axis, grid, values
from proofs_check.sweep.store import Cell, Column, Table, Value
from theory import topics

Values = Mapping[str, tuple[Value, ...]]  # of each axis
RESERVED = {"error", "seconds", "finished", "sweep", "code"}  # of a store
RESERVED |= {"store", "retry", "jobs", "executor", "scheduler", "help"}  # options of every sweep


@dataclass(frozen=True)
class Number:
    """One number of every cell: ``label`` with its unit for pictures, ``symbol`` for lines of
    output, ``log`` for a scale in the logarithm.
    """

    name: str
    label: str = ""
    symbol: str = ""
    log: bool = False


@dataclass(frozen=True)
class Setting:
    """What all cells of a store have in common; it has the type of its default."""

    name: str
    default: bool | int | float | str
    help: str = ""


def as_given(settings: dict[str, Any], values: Values) -> dict[str, Any]:
    """Settings that need no preparation."""
    return settings


@dataclass(frozen=True)
class Sweep:
    """``measure(cell, settings)`` returns the ``numbers`` of one cell; all three are dictionaries.

    What it raises is kept as the failure of the cell.  It is a function of a module, so that other
    processes find it.  ``prepare(settings, values)`` may load what the settings name (arrays are
    compared by a hash) and raises ``ValueError`` for what cannot be run; settings named in
    ``remarks`` are kept without being compared.  ``code``: modules whose text and distributions
    whose version the numbers depend on; by default the module of ``measure``, NumPy and SciPy.
    ``plot(tables, file)`` draws one store or several and returns what there is to say about them;
    by default ``proofs_check.sweep.chart.draw``.  A topic's sweep is called TOPIC.NAME. Raises
    ``ValueError`` for parts whose names cannot be columns.
    """

    name: str
    summary: str
    axes: tuple[Axis, ...]
    numbers: tuple[Number, ...]
    measure: Callable[[dict[str, Any], Mapping[str, Any]], Mapping[str, float]]
    settings: tuple[Setting, ...] = ()
    prepare: Callable[[dict[str, Any], Values], dict[str, Any]] = as_given
    remarks: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    plot: Callable[[Sequence[Table], Path], str] | None = None

    def __post_init__(self) -> None:
        if not (self.axes and self.numbers):
            raise ValueError(f"sweep {self.name}: at least one axis and one number are needed")
        names = [name for axis in self.axes for name in {axis.name, axis.asked_as()}]
        names += [number.name for number in self.numbers]
        names += [setting.name for setting in self.settings]
        for name in names:
            if not name.isidentifier() or name in RESERVED or names.count(name) > 1:
                raise ValueError(
                    f"sweep {self.name}: {name!r} cannot be a name: letters, digits and _ are "
                    f"needed, each name once, and none of {', '.join(sorted(RESERVED))}"
                )


def planned(
    sweep: Sweep, axes: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
) -> tuple[list[Cell], dict[str, Any], Values]:
    """Cells, prepared settings and the values of each axis; what is not given is the default.

    Raises ``ValueError`` for names that the sweep does not have and for what cannot be run.
    """
    asked, given = dict(axes or {}), dict(settings or {})
    for what, names, parts in (("axis", asked, sweep.axes), ("setting", given, sweep.settings)):
        there = [part.name for part in parts]
        for name in set(names) - set(there):
            raise ValueError(
                f"{sweep.name} has no {what} {name!r}: it has {', '.join(there) or 'none'}"
            )
    chosen = {axis.name: values(axis, asked.get(axis.name)) for axis in sweep.axes}
    cells = grid(chosen.values())
    for setting in sweep.settings:
        value = given.setdefault(setting.name, setting.default)
        if isinstance(setting.default, float):  # 1 and 1.0 are the same setting
            given[setting.name] = float(value)
    return cells, sweep.prepare(given, chosen), chosen


def columns(sweep: Sweep) -> tuple[Column, ...]:
    """Columns of the store of a sweep, axes first."""
    axes = (
        Column(a.name, a.label or a.name, a.log, True, a.asked_as() if a.count else "")
        for a in sweep.axes
    )
    return *axes, *(Column(n.name, n.label or n.name, n.log, False) for n in sweep.numbers)


def described(
    sweep: Sweep, settings: Mapping[str, Any], values: Values
) -> tuple[dict[str, str], dict[str, str]]:
    """What must be equal for results to be comparable, and what is kept beside it."""
    texts = {name: _text(value) for name, value in settings.items()}
    remarks = {name: texts.pop(name) for name in sweep.remarks}
    counts = {axis.asked_as(): str(len(values[axis.name])) for axis in sweep.axes if axis.count}
    return {"sweep": sweep.name, **counts, **texts, "code": code_key(sweep)}, remarks


def _text(value: Any) -> str:
    arrays = value if isinstance(value, tuple) else (value,)
    if all(isinstance(part, np.ndarray) for part in arrays):
        return fingerprint(*arrays)
    return repr(value) if isinstance(value, float) else str(value)


def fingerprint(*arrays: np.ndarray) -> str:
    """A hash of shapes and values."""
    digest = hashlib.sha256(repr(tuple(array.shape for array in arrays)).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()[:16]


def code_key(sweep: Sweep) -> str:
    """Changes with the text of ``measure``, of the modules and with the versions of the
    distributions on which the numbers depend.
    """
    names = sweep.code or (sweep.measure.__module__, "numpy", "scipy")
    digest = hashlib.sha256(repr([_state(name) for name in names]).encode())
    try:
        digest.update(inspect.getsource(sweep.measure).encode())
    except (OSError, TypeError):  # typed at a prompt, or no plain function
        digest.update(getattr(getattr(sweep.measure, "__code__", None), "co_code", b""))
    return digest.hexdigest()[:16]


def _state(name: str) -> str:
    """The version of a distribution, or the text of a module."""
    try:
        return version(name)
    except PackageNotFoundError:
        module = sys.modules.get(name)
        place = getattr(module, "__file__", None) if module else _place(name)
        return Path(place).read_text(encoding="utf-8") if place else ""


def _place(name: str) -> str | None:
    """The file of a module that need not be imported, as torch may be slow."""
    spec = find_spec(name)
    if spec is None:
        raise ValueError(f"there is no module or distribution {name}")
    return spec.origin


# ---------------------------------------------------------------- what there is


def sweeps_of(topic: str) -> dict[str, Sweep]:
    """The sweeps of a topic by name; none for a topic without."""
    if topic not in topics("proofs_check"):
        return {}
    found: Sequence[Sweep] = getattr(import_module(f"proofs_check.{topic}"), "SWEEPS", ())
    return {sweep.name: sweep for sweep in found}


def known(name: str) -> Sweep | None:
    """The sweep TOPIC.NAME; a topic's name alone is its first sweep, - is as good as _."""
    name = name.replace("-", "_")
    own = sweeps_of(name.split(".")[0])
    return own.get(name) or (next(iter(own.values()), None) if "." not in name else None)
