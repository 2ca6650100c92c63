"""The page of an examination: answers, pictures and setting, readable without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import escape

from proofs_check.examination import picture
from proofs_check.examination.answers import described, shown
from proofs_check.report.figure import drawing
from proofs_check.report.html import templates

if TYPE_CHECKING:
    from proofs_check.examination.answers import Examination

WORDS = {
    "agrees": "CONFIRMED",
    "disagrees": "REFUTED",
    "undecided": "INCONCLUSIVE",
    "does not apply": "OUT_OF_SCOPE",
}


def page(found: Examination) -> str:
    """The whole page; what comes from the user is escaped by the template."""
    pictures = (
        drawing(lambda ax: picture.curves(found, ax), (7.2, 3.6), "loss curves"),
        drawing(lambda ax: picture.powers(found, ax), (7.2, 3.6), "distances over the width"),
    )
    return (
        templates()
        .get_template("examination.html")
        .render(
            found=found,
            described=described(found.setting),
            words=WORDS,
            shown=shown,
            pictures=pictures,
            page_of=page_of,
        )
    )


def page_of(claim: str) -> str:
    """How to see a claim."""
    return f"proofs-check show {claim}"


def table(found: Examination) -> str:
    """The answers as a table, for a notebook."""
    rows = []
    for one in found.answers:
        cells: tuple[Any, ...] = (
            one.question,
            one.quantity,
            one.prediction if one.applies else "",
            shown(one.interval) if one.applies else "",
            one.verdict,
            one.why,
        )
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "".join(
        f"<th>{name}</th>"
        for name in ("question", "quantity", "predicted", "measured", "verdict", "why")
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in found.notes)
    return (
        f"<p><b>{escape(found.name)}</b>: {escape(described(found.setting))}</p>"
        f"<table><tr>{head}</tr>{''.join(rows)}</table><ul>{notes}</ul>"
    )
