"""The map of a topic: what is given, claims, checks, statements as columns of linked boxes; lines
from what is given to the claims that rest on it, from a claim to those that use its result, to its
checks, and from both to the statements that they settle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.report.judged import Judged
from proofs_check.report.words import grade, leaf

STEP, HEIGHT, WIDTH, APART, EDGE = 23, 18, 262, 336, 4  # pixels
LONGEST = 42  # letters of a box


@dataclass(frozen=True)
class Box:
    """A hypothesis, a claim, a check or a statement in its place."""

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
    wide: int
    height: int = HEIGHT
    width: int = WIDTH


def drawn(
    claims: Sequence[dict[str, Any]],
    checks: Sequence[dict[str, Any]],
    statements: Sequence[Judged],
    uses: Mapping[str, Sequence[str]],
) -> Map:
    """The map of entries of the JSON of ``verify`` and of statements; ``uses`` are the claims whose
    results a claim uses.
    """
    first = {given: c["id"] for c in reversed(claims) for given in c["given"]}
    columns = {
        "given": [(given, given, "GIVEN", leaf(name)) for given, name in reversed(first.items())],
        "claim": [(c["id"], leaf(c["id"]), grade(c), leaf(c["id"])) for c in claims],
        "check": [(c["id"], leaf(c["id"]), c["verdict"], leaf(c["id"])) for c in checks],
        "statement": [(s.id, s.id, s.verdict, f"s-{s.id}") for s in statements],
    }
    columns = {kind: own for kind, own in columns.items() if own}
    boxes = {
        (kind, name): Box(label, word, f"#{target}", EDGE + APART * column, EDGE + STEP * row)
        for column, (kind, own) in enumerate(columns.items())
        for row, (name, label, word, target) in enumerate(own)
    }
    edges = [(("given", given), ("claim", c["id"])) for c in claims for given in c["given"]]
    edges += [(("claim", used), ("claim", c["id"])) for c in claims for used in uses[c["id"]]]
    edges += [(("claim", c["claim"]), ("check", c["id"])) for c in checks]
    edges += [
        ((kind, by), ("statement", s.id))
        for s in statements
        for by in s.by
        for kind in ("claim", "check")
    ]
    return Map(
        tuple(boxes.values()),
        tuple(_curve(boxes[a], boxes[b]) for a, b in edges if a in boxes and b in boxes),
        2 * EDGE + STEP * max(map(len, columns.values())),
        2 * EDGE + APART * (len(columns) - 1) + WIDTH,
    )


def _curve(start: Box, end: Box) -> str:
    """From the right side of one box to the left side of another; beside boxes of one column."""
    y, u, z = start.y + HEIGHT / 2, end.x, end.y + HEIGHT / 2
    if start.x == end.x:
        return f"M{u} {y} C{u - 40} {y} {u - 40} {z} {u} {z}"
    x = start.x + WIDTH
    return f"M{x} {y} C{x + 40} {y} {u - 40} {z} {u} {z}"
