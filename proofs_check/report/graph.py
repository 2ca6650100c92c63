"""The map of a topic: three columns of linked boxes, and lines from a claim to its checks and from
both to the statements that they settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.report.judged import Judged
from proofs_check.report.words import grade, leaf

STEP, HEIGHT, WIDTH, LEFT = 23, 18, 262, (4, 340, 676)  # pixels
LONGEST = 42  # letters of a box


@dataclass(frozen=True)
class Box:
    """A claim, a check or a statement in its place."""

    label: str
    word: str  # its verdict
    target: str
    x: int
    y: int

    @property
    def short(self) -> str:
        """As much of the label as the box has room for."""
        return self.label if len(self.label) <= LONGEST else self.label[: LONGEST - 1] + "\u2026"


@dataclass(frozen=True)
class Map:
    """All boxes, and the curves between them as paths of SVG."""

    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    tall: int
    height: int = HEIGHT
    width: int = WIDTH
    wide: int = LEFT[-1] + WIDTH + LEFT[0]


def drawn(
    claims: Sequence[dict[str, Any]], checks: Sequence[dict[str, Any]], statements: Sequence[Judged]
) -> Map:
    """The map of entries of the JSON of ``verify`` and of statements."""
    columns = (
        [(c["id"], leaf(c["id"]), grade(c), leaf(c["id"])) for c in claims],
        [(c["id"], leaf(c["id"]), c["verdict"], leaf(c["id"])) for c in checks],
        [(s.id, s.id, s.verdict, f"s-{s.id}") for s in statements],
    )
    boxes = {
        (column, name): Box(label, word, f"#{target}", LEFT[column], 4 + STEP * row)
        for column, own in enumerate(columns)
        for row, (name, label, word, target) in enumerate(own)
    }
    edges = [((0, c["claim"]), (1, c["id"])) for c in checks]
    edges += [((column, by), (2, s.id)) for s in statements for by in s.by for column in (0, 1)]
    return Map(
        tuple(boxes.values()),
        tuple(_curve(boxes[a], boxes[b]) for a, b in edges if a in boxes and b in boxes),
        8 + STEP * max(len(own) for own in columns),
    )


def _curve(start: Box, end: Box) -> str:
    """From the right side of one box to the left side of another."""
    x, y, u, z = start.x + WIDTH, start.y + HEIGHT / 2, end.x, end.y + HEIGHT / 2
    return f"M{x} {y} C{x + 40} {y} {u - 40} {z} {u} {z}"
