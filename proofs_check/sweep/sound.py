"""Is what was read from a store of the kind that this program writes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofs_check.sweep.store import Table


def sound(table: Table) -> bool:
    """Is everything of the kind that ``claim`` and ``add`` write?"""
    counts = [table.settings[column.counted] for column in table.columns if column.counted]
    texts = [text for c in table.columns for text in (c.name, c.label, c.counted)]
    texts += [table.settings["sweep"], *table.settings.values()]
    numbers = [number for result in table.results for number in result.numbers or ()]
    values = [value for result in table.results for value in result.cell]
    return (
        all(isinstance(text, str) for text in texts)
        and all(column.name.isidentifier() for column in table.columns)
        and all(text.isdecimal() for text in counts)
        and all(isinstance(value, int | float | str) for value in values)
        and all(isinstance(number, int | float) for number in numbers)
    )
