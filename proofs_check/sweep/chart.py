"""The picture of any store: lines over the first axis that varies, a colour for each value of the
second one or a map of both, a column for each value of the third; medians over starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from proofs_check.sweep.drawing import Values, arrays, checked, edges, save
from proofs_check.sweep.store import Column, Table

Array = np.ndarray
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKS = "osD^vP*"


def draw(tables: Sequence[Table], output: Path | str) -> str:
    """Write the picture of one store or several, side by side; the ending of ``output`` names the
    format.  Raises ``ValueError`` where there is nothing to draw or too much.
    """
    output = checked(output)
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    panels = [panel for table in tables for panel in _panels(table)]
    names = [column for column in tables[0].columns if not column.axis]
    fig, axes = plt.subplots(
        len(names),
        len(panels),
        figsize=(1 + 5 * len(panels), 0.8 + 3.8 * len(names)),
        layout="constrained",
        squeeze=False,
        sharey="row",
    )
    for row, name in zip(axes, names, strict=True):
        for ax, (title, across, second, found) in zip(row, panels, strict=True):
            left_out = _panel(ax, name, across, second, found[name.name])
            ax.set_title("\n".join([title, *left_out]), fontsize="medium")
    save(fig, output)
    return ""


Panel = tuple[str, tuple[Column, Values], tuple[Column, Values] | None, dict[str, Array]]


def _panels(table: Table) -> list[Panel]:
    """Title, axis across, second axis, and each number as an array over them and over starts."""
    held, found = arrays(table)
    axes = [column for column in table.columns if column.axis]
    counted = [place for place, axis in enumerate(axes) if axis.counted]
    free = [p for p, axis in enumerate(axes) if not axis.counted and len(held[axis.name]) > 1]
    if not 1 <= len(free) <= 3:
        raise ValueError(
            f"{table.path} varies over {len(free)} axes"
            f"{': ' if free else ''}{', '.join(axes[p].name for p in free)}; a picture shows one, "
            "two or three: sweep less to another --store"
        )
    fixed = [p for p in range(len(axes)) if p not in (*free, *counted)]
    order = (*free, *fixed, *counted)
    shape = (*(len(held[axes[p].name]) for p in free), -1)  # the starts are last
    shown = {name: each.transpose(order).reshape(shape) for name, each in found.items()}
    common = [f"{axes[p].label}: {_shown(held[axes[p].name][0])}" for p in fixed]
    across, *more = [(axes[p], held[axes[p].name]) for p in free]
    second = more[0] if more else None
    if len(more) < 2:
        return [(_title(table, common), across, second, shown)]
    third, values = more[1]
    return [
        (
            _title(table, [f"{third.label}: {_shown(value)}", *common]),
            across,
            second,
            {name: each[:, :, place] for name, each in shown.items()},
        )
        for place, value in enumerate(values)
    ]


def _title(table: Table, parts: list[str]) -> str:
    settings = {k: v for k, v in table.settings.items() if k not in ("sweep", "code")}
    lines = [parts, [f"{name}: {value}" for name, value in settings.items()]]
    return "\n".join([table.settings["sweep"], *(", ".join(line) for line in lines if line)])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _panel(
    ax: Any,
    number: Column,
    across: tuple[Column, Values],
    second: tuple[Column, Values] | None,
    found: Array,
) -> list[str]:
    """Draw ``found`` (X, S) or (X, Y, S), starts last; what is left out, in words."""
    words = isinstance(across[1][0], str)
    middle = np.median(found, -1)
    if second and len(second[1]) > len(COLOURS) and not words:
        _map(ax, number, across, second, middle)
    else:
        x = list(range(len(across[1]))) if words else across[1]
        for place in range(len(second[1]) if second else 1):
            _line(ax, x, found[:, place] if second else found, place, second)
        if second:
            ax.legend(title=second[0].label, frameon=False)
        ax.set(ylabel=number.label + (", median and range" if found.shape[-1] > 1 else ""))
        _scale(ax, "y", number)
        if words:
            ax.set_xticks(x, across[1])
    _scale(ax, "x", across[0])
    if across[0].log and len(across[1]) <= 8:  # room for all
        ax.set_xticks(across[1], map(_shown, across[1]))
        ax.set_xticks([], minor=True)
    ax.set(xlabel=across[0].label)
    lost = np.sum(~np.isfinite(middle))
    return [f"left out: {lost} of {middle.size}, missing, failed or infinite"] if lost else []


def _scale(ax: Any, which: str, column: Column) -> None:
    """A logarithmic axis has plain numbers."""
    from matplotlib.ticker import LogFormatter

    if column.log:
        ax.set(**{f"{which}scale": "log"})
        axis = getattr(ax, f"{which}axis")
        axis.set_major_formatter(LogFormatter())
        axis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.4)))


def _line(
    ax: Any, x: Values, found: Array, place: int, second: tuple[Column, Values] | None
) -> None:
    """Median and range over starts of ``found`` (X, S), where the median is finite; an infinite end
    of a range is not drawn.
    """
    middle = np.median(found, -1)
    middle[~np.isfinite(middle)] = np.nan
    ends = np.stack([middle - found.min(-1), found.max(-1) - middle])
    ends[~np.isfinite(ends)] = 0.0
    ax.errorbar(
        x,
        middle,
        ends if found.shape[-1] > 1 else None,
        color=COLOURS[place % len(COLOURS)],
        marker=MARKS[place % len(MARKS)],
        ms=4,
        lw=1.2,
        capsize=2,
        label=_shown(second[1][place]) if second else None,
    )


def _map(
    ax: Any,
    number: Column,
    across: tuple[Column, Values],
    second: tuple[Column, Values],
    middle: Array,
) -> None:
    """A map of medians (X, Y)."""
    from matplotlib.colors import LogNorm

    ax.set_facecolor("0.85")
    mesh = ax.pcolormesh(
        edges(across[1], across[0].log),
        edges(second[1], second[0].log),
        np.ma.masked_invalid(middle.T),
        cmap="viridis",
        norm=LogNorm() if number.log else None,
    )
    ax.figure.colorbar(mesh, ax=ax, label=number.label)
    ax.set(ylabel=second[0].label)
    _scale(ax, "y", second[0])
