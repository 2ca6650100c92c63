"""Commands that list what there is: topics, and statements with their verdicts."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import click

from proofs_check.cli.characters import characters
from proofs_check.cli.shared import Output, sound, topic_names
from proofs_check.cli.terminal import HANGING, say, tell, word
from proofs_check.cli.verify import results_of
from proofs_check.core import entries, results, runner
from proofs_check.core.ledger import ledger, shown
from proofs_check.core.verdict import Standing
from proofs_check.report.readme import asked
from theory.core.catalogue import reading_order, shelves


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def topics(as_json: bool) -> None:
    """List topics in reading order with their questions, claims, checks and statements."""
    known = {*sound(()), *(entry.topic for entry in ledger().values())}
    rows = [
        {
            "topic": topic,
            "question": asked(topic),
            "claims": list(runner.claims_of(topic)),
            "checks": list(runner.checks_of(topic)),
            "statements": [entry.id for entry in ledger().values() if entry.topic == topic],
        }
        for topic in sorted(known, key=reading_order)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    shelf_of = {topic: title for title, names in shelves().items() for topic in names}
    before = None
    for row in rows:
        shelf = shelf_of.get(str(row["topic"]), "On no shelf")
        if shelf != before:
            click.echo(f"{shelf:32}{'claims':>8}{'checks':>8}{'statements':>12}")
            before = shelf
        click.echo(
            f"  {row['topic']:30}{len(row['claims']):8}{len(row['checks']):8}"
            f"{len(row['statements']):12}"
        )
        if row["question"]:
            say(f"    {row['question']}", 4)


def known(names: tuple[str, ...] | list[str]) -> bool:
    """Is everything of these topics kept under its present key?"""
    work = runner.units(list(names) or runner.all_topics())
    return all(entries.kept(unit) is not None for unit in work)


def current(names: tuple[str, ...]) -> dict[str, Any]:
    """The results of these topics: what is kept is taken, what is missing runs now."""
    if not known(names):
        click.echo("no current results: running what is needed", err=True)
    return results_of(list(names) or runner.all_topics(), quiet=True)[0]


@click.command()
@topic_names
@click.option(
    "--verdict",
    type=click.Choice([s.name for s in Standing], case_sensitive=False),
    help="Only statements with this verdict.",
)
@click.option(
    "--json",
    "target",
    metavar="FILE",
    type=Output(stream=True),
    help="Write JSON to FILE; - is standard output.",
)
@click.option(
    "--csv",
    "table",
    metavar="FILE",
    type=Output(stream=True),
    help="Write a table of comma-separated values to FILE; - is standard output.",
)
def statements(names: tuple[str, ...], verdict: str | None, target: Any, table: Any) -> None:
    """The ledger with computed verdicts."""
    if target and table:
        raise click.UsageError("--json and --csv exclude each other")
    judged = {s["id"]: s for s in current(names)["statements"]}
    nothing: dict[str, Any] = {
        "verdict": "OPEN",
        "corrected": None,
        "reading": None,
        "analogue": False,
        "scope": None,
        "by": [],
    }
    rows = [
        judged.get(entry.id)
        or {"id": entry.id, "topic": entry.topic, "printed": results.plain(entry.printed)} | nothing
        for entry in ledger().values()
        if not names or entry.topic in names
    ]
    rows = [row for row in rows if not verdict or row["verdict"] == verdict.upper()]
    if target == "-":
        click.echo(json.dumps(rows, indent=1))
        return
    if target:
        results.save(rows, target)
        return
    if table:
        text = _table(rows)
        click.echo(text, nl=False) if table == "-" else results.write(text, table)
        return
    for row in rows:
        entry = ledger()[row["id"]]
        tell(f"{word(row['verdict'])} {entry.id}: {characters(entry.claim)}", HANGING)
        if row["corrected"]:
            found = f"printed {shown(row['printed'])}; found {row['corrected']}"
            tell(f"{'':{HANGING}}{found}", HANGING)
        if row["reading"]:
            tell(f"{'':{HANGING}}{characters(row['reading'])}", HANGING)
        if row["by"]:
            analogue = "; an analogue of the published set-up" if row["analogue"] else ""
            scope = "" if row["scope"] == "whole" else f"; scope {row['scope']}"
            tell(f"{'':{HANGING}}by {', '.join(row['by'])}{analogue}{scope}", HANGING)


def _table(rows: list[dict[str, Any]]) -> str:
    """Statements as comma-separated values, formulas as SymPy writes them."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("id", "topic", "source", "verdict", "sentence", "printed", "found", "by"))
    for row in rows:
        entry = ledger()[row["id"]]
        printed = "" if row["printed"] is None else shown(row["printed"])
        judged = (row["verdict"], entry.claim, printed, row["corrected"] or "", " ".join(row["by"]))
        writer.writerow((entry.id, entry.topic, entry.source, *judged))
    return file.getvalue()
