"""Grids of cells: axes, and how their values are read from lists and ranges."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from proofs_check.sweep.store import Cell, Value

MAX_CELLS = 1_000_000
MAX_COUNT = 1000


@dataclass(frozen=True)
class Axis:
    """One direction of a grid.

    ``default``, and what a user writes, is a list or a range of numbers (``numbers``): whole ones
    (``whole``), ranges evenly spaced in the logarithm (``log``), from ``least`` to ``most``; or
    some of ``choices``; or how many there are, from 0 on (``count``, for starts).  ``name`` is the
    column of the store, ``option`` the option of the command line (the name if empty), ``symbol``
    what a line of output calls it, ``label`` what a picture does, with its unit.
    """

    name: str
    default: str
    help: str = ""
    label: str = ""
    symbol: str = ""
    option: str = ""
    whole: bool = False
    log: bool = False
    count: bool = False
    least: float = -math.inf
    most: float = math.inf
    choices: tuple[str, ...] = ()

    def asked_as(self) -> str:
        """What a user calls it."""
        return self.option or self.name


def numbers(text: str, *, log: bool = False, whole: bool = False) -> tuple[float, ...]:
    """Increasing numbers of a list "0.6,0.7" or a range "a:b:n" of n numbers, evenly spaced
    (``log``: in their logarithm; ``whole``: rounded).

    Numbers of a range are rounded to ten digits, so that a range and a list name the same cells.
    Raises ``ValueError`` naming the part that cannot be read.
    """
    found: list[float] = []
    for part in text.split(","):
        ends = part.split(":")
        if len(ends) == 1:
            found.append(_number(part))
        elif len(ends) == 3:
            first, last, count = _number(ends[0]), _number(ends[1]), _number(ends[2])
            if not 1 <= count <= MAX_CELLS or count != int(count) or (count == 1 and first != last):
                raise ValueError(
                    f"{part!r} asks for {ends[2]} numbers: a:b:n needs a whole n from 2 to "
                    f"{MAX_CELLS:,}"
                )
            if log and min(first, last) <= 0:
                raise ValueError(f"{part!r} is spaced in the logarithm: both ends must be positive")
            spaced = (np.geomspace if log else np.linspace)(first, last, int(count)).tolist()
            largest = max(abs(first), abs(last))
            found += [
                float(round(value)) if whole else _rounded(value, value if log else largest)
                for value in spaced
            ]
        else:
            raise ValueError(f"{part!r} is no range: write a:b:n, such as 0.6:1.4:9")
    return tuple(sorted({value + 0.0 for value in found}))  # -0.0 is 0.0


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a number: write a list such as 0.6,0.7 or a range such as 0.6:1.4:9"
        ) from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite")
    return value


def _rounded(value: float, size: float) -> float:
    """Ten places after the point, and ten digits of what has this size."""
    return round(value, max(10, 9 - math.floor(math.log10(abs(size))))) if size else value


def values(axis: Axis, asked: Any = None) -> tuple[Value, ...]:
    """The values of an axis: of a text as on the command line, of a number or of several; by
    default its own.  Raises ``ValueError`` saying what is needed.
    """
    asked = axis.default if asked is None else asked
    several = isinstance(asked, Iterable) and not isinstance(asked, str)
    text = ",".join(map(str, asked)) if several else str(asked)
    if axis.choices:
        words = text.split(",")
        for word in words:
            if word not in axis.choices:
                raise ValueError(f"{word!r} is none of {', '.join(axis.choices)}")
        return tuple(choice for choice in axis.choices if choice in words)
    found = numbers(text, log=axis.log, whole=axis.whole)
    if axis.count:
        if len(found) != 1 or found[0] != int(found[0]) or not 1 <= found[0] <= MAX_COUNT:
            raise ValueError(f"{text!r}: one whole number from 1 to {MAX_COUNT} is needed")
        return tuple(range(int(found[0])))
    for value in found:
        if not axis.least <= value <= axis.most or (axis.whole and value != int(value)):
            raise ValueError(f"{value:g} cannot be {_needed(axis)}")
    # above 2^53 every float is whole, and above 2^63 SQLite has no whole numbers
    return tuple(int(v) if axis.whole and abs(v) < 2**53 else v for v in found)


def _needed(axis: Axis) -> str:
    kind = "a whole number" if axis.whole else "a number"
    bounds = [
        f"at {word} {bound:g}"
        for word, bound in (("least", axis.least), ("most", axis.most))
        if math.isfinite(bound)
    ]
    return f"one of {axis.asked_as()}: {', '.join([kind, *bounds])} is needed"


def grid(axes: Iterable[Iterable[Value]]) -> list[Cell]:
    """Every combination; raises ``ValueError`` for none or too many."""
    held = [tuple(axis) for axis in axes]
    count = math.prod(map(len, held))
    if not 1 <= count <= MAX_CELLS:
        raise ValueError(
            f"{count:,} cells: between 1 and {MAX_CELLS:,} can be swept at once; take a coarser "
            f"grid"
        )
    return list(product(*held))
