"""What every picture of a store needs: its numbers as arrays, cells around their centres, and a
file of a kind that can be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from proofs_check.sweep.store import Table

Array = np.ndarray
FORMATS = (".png", ".pdf", ".svg")
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


def checked(output: Path | str) -> Path:
    """The file of a picture, if its ending is one of a picture; raises ``ValueError`` if not."""
    output = Path(output)
    if output.suffix not in FORMATS:
        raise ValueError(f"{output}: the name must end in {', '.join(FORMATS)}")
    return output


def save(fig: Any, output: Path) -> None:
    """Write the picture and forget it."""
    import matplotlib.pyplot as plt

    output.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(output, dpi=150)
    plt.close(fig)


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
