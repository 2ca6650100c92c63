"""What was found, as a notebook shows it: a check with its interval, a statement with its verdict.

Formulas stand between dollars; the notebook sets them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from proofs_check.core.ledger import ledger, shown
from proofs_check.report.figure import forest
from proofs_check.report.words import CHECKED, between, number, plain
from theory.core.display import MARK, sentence_of

if TYPE_CHECKING:
    from proofs_check.core.judging import Result
    from proofs_check.core.verdict import Statement


def of_result(result: Result) -> str:
    """Verdict, quantity, theory, measurement and rival of a check, and the picture of these."""
    check = result.check
    rows = {
        "theory": f"{number(result.predicted)}, band {between(result.band)}",
        "measured": f"{between(result.interval)} over {len(result.values)} "
        f"{'set-ups' if result.trials else 'seeds'}",
        "rival": f"{number(result.rival)}: {check.rival_why}",
    }
    entry = {
        "id": f"check.{check.name}",
        "predicted": result.predicted,
        "band": result.band,
        "interval": result.interval,
        "values": result.values,
        "rival": result.rival,
        "terms": check.errors(),
        "verdict": result.verdict.name,
    }
    cells = "".join(
        f"<tr><th>{name}</th><td>{sentence_of(text)}</td></tr>" for name, text in rows.items()
    )
    said = CHECKED[result.verdict.name]
    return (
        f"<div class='{MARK}'><p><b title='{escape(said)}'>{result.verdict.name}</b> "
        f"{plain(check.name)}<br>"
        f"{sentence_of(check.quantity)}</p><table>{cells}</table>"
        f"<div style='max-width:44em'>{forest([entry], linked=False)}</div></div>"
    )


def of_statement(statement: Statement) -> str:
    """Verdict and sentence of a statement, what is printed and what was found in its place."""
    entry = ledger()[statement.id]
    lines = [f"<b>{plain(statement.verdict.name)}</b> {sentence_of(statement.claim)}"]
    lines.append(f"<small>{escape(entry.source)}</small>")
    if statement.corrected is not None:
        printed, found = shown(statement.printed), statement.corrected
        lines.append(
            f"printed: <code>{escape(printed)}</code>; found: <code>{escape(found)}</code>"
        )
    if statement.reading:
        lines.append(sentence_of(statement.reading))
    if statement.by:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in statement.by)
        lines.append(f"<small>by {names}</small>")
    return f"<div class='{MARK}'><p>{'<br>'.join(lines)}</p></div>"
