"""The picture of any store: lines over the first axis that varies, a colour for each value of the
second one or a map of both, a column for each value of the third; medians over starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from proofs_check.sweep.store import Column, Table

Array = np.ndarray
FORMATS = (".png", ".pdf", ".svg")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKS = "osD^vP*"
Values = list[Any]  # of one axis, increasing


def arrays(table: Table) -> tuple[dict[str, Values], dict[str, Array]]:
    """The values of every axis, and every number as an array over them; nan where a cell is
    missing or has failed.
    """
    axes = [column for column in table.columns if column.axis]
    held: dict[str, list[Any]] = {}
    for place, axis in enumerate(axes):
        held[axis.name] = (
            list(range(int(table.settings[axis.counted])))
            if axis.counted
            else sorted({result.cell[place] for result in table.results})
        )
    places = [{value: place for place, value in enumerate(own)} for own in held.values()]
    names = [column.name for column in table.columns if not column.axis]
    found = np.full((*map(len, held.values()), len(names)), np.nan)
    for result in table.results:
        if result.numbers is not None:
            where = tuple(own[v] for own, v in zip(places, result.cell, strict=True))
            found[where] = result.numbers
    return held, dict(zip(names, np.moveaxis(found, -1, 0), strict=True))


def checked(output: Path) -> Path:
    """The file of a picture, if its ending is one of a picture; raises ``ValueError`` if not."""
    if output.suffix not in FORMATS:
        raise ValueError(f"{output}: the name must end in {', '.join(FORMATS)}")
    return output


def save(fig: Any, output: Path) -> None:
    """Write the picture and forget it."""
    import matplotlib.pyplot as plt

    output.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(output, dpi=150)
    plt.close(fig)


def draw(tables: Sequence[Table], output: Path) -> str:
    """Write the picture of one store or several, side by side; the ending of ``output`` names the
    format.  Raises ``ValueError`` where there is nothing to draw or too much.
    """
    checked(output)
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
    )
    for row, name in zip(axes, names, strict=True):
        for ax, (title, across, second, found) in zip(row, panels, strict=True):
            _panel(ax, name, across, second, found[name.name])
            ax.set_title(title, fontsize="medium")
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
    return "\n".join([table.settings["sweep"], *([", ".join(parts)] if parts else [])])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _panel(
    ax: Any,
    number: Column,
    across: tuple[Column, Values],
    second: tuple[Column, Values] | None,
    found: Array,
) -> None:
    axis, x = across
    words = isinstance(x[0], str)
    if second and len(second[1]) > len(COLOURS) and not words:
        _map(ax, number, across, second, np.median(found, -1))
    else:
        lines = found if second else found[:, None]
        for place in range(lines.shape[1]):
            label = _shown(second[1][place]) if second else None
            _line(ax, list(range(len(x))) if words else x, lines[:, place], place, label)
        if words:
            ax.set_xticks(range(len(x)), x)
        if second:
            ax.legend(title=second[0].label, frameon=False)
        ax.set(
            ylabel=number.label + (", median and range" if found.shape[-1] > 1 else ""),
            yscale="log" if number.log else "linear",
        )
    ax.set(xlabel=axis.label, xscale="log" if axis.log else "linear")


def _line(ax: Any, x: Values, found: Array, place: int, label: str | None) -> None:
    """Median (P,) and range over starts of ``found`` (P, S), where all are known and the median is
    finite; a range without an end is drawn without it.
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
        label=label,
    )


def _map(
    ax: Any,
    number: Column,
    across: tuple[Column, Values],
    second: tuple[Column, Values],
    found: Array,
) -> None:
    """A map of medians (X, Y)."""
    from matplotlib.colors import LogNorm

    ax.set_facecolor("0.85")  # not finished, failed or infinite
    mesh = ax.pcolormesh(
        edges(across[1], across[0].log),
        edges(second[1], second[0].log),
        np.ma.masked_invalid(found.T),
        cmap="viridis",
        norm=LogNorm() if number.log else None,
    )
    ax.figure.colorbar(mesh, ax=ax, label=number.label)
    ax.set(ylabel=second[0].label, yscale="log" if second[0].log else "linear")


def edges(values: Any, log: bool = False) -> Array:
    """Edges of the cells around increasing centres, halfway between them (``log``: in their
    logarithm).
    """
    centres = np.log(values) if log else np.asarray(values, dtype=float)
    if len(centres) == 1:
        found = np.array([centres[0] - 0.05, centres[0] + 0.05])
    else:
        between = (centres[1:] + centres[:-1]) / 2
        found = np.r_[2 * centres[0] - between[0], between, 2 * centres[-1] - between[-1]]
    return np.exp(found) if log else found
