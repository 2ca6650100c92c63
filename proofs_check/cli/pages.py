"""Commands that show what was found: topics, statements, the LaTeX document and the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from proofs_check.cli.shared import Output, left_out, progress, sound, topic_names, word
from proofs_check.cli.verify import results_of
from proofs_check.core import entries, results, runner
from proofs_check.core.ledger import ledger, shown
from proofs_check.core.verdict import Standing
from theory.core.catalogue import reading_order, shelves


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def topics(as_json: bool) -> None:
    """List topics in reading order with their claims, checks and statements."""
    known = {*sound(()), *(entry.topic for entry in ledger().values())}
    rows = [
        {
            "topic": topic,
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
def statements(names: tuple[str, ...], verdict: str | None, target: Any) -> None:
    """The ledger with computed verdicts."""
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
        judged.get(
            entry.id, {"id": entry.id, "topic": entry.topic, "printed": entry.printed, **nothing}
        )
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
    for row in rows:
        click.echo(f"{word(row['verdict'])} {row['id']}: {ledger()[row['id']].claim}")
        if row["corrected"]:
            click.echo(f"{'':12} printed {shown(row['printed'])}; found {row['corrected']}")
        if row["reading"]:
            click.echo(f"{'':12} {row['reading']}")
        if row["by"]:
            click.echo(
                f"{'':12} by {', '.join(row['by'])}{'; analogue' if row['analogue'] else ''}; "
                f"scope {row['scope']}"
            )


@click.command()
@topic_names
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=Output(".tex", ".pdf"),
    default=None,
    help="FILE.tex, or FILE.pdf with --pdf; default: standard output.",
)
@click.option("--pdf", is_flag=True, help="Also run pdflatex beside the .tex file.")
@click.option("--body", is_flag=True, help="Only the sections, for \\input into another document.")
def latex(names: tuple[str, ...], output: Path | None, pdf: bool, body: bool) -> int:
    """The derivations as a LaTeX document."""
    from proofs_check.report import latex

    if body and pdf:
        raise click.UsageError("--body is no document of its own: leave out --pdf")

    if output is not None and output.suffix.lower() == ".pdf":
        if not pdf:
            raise click.UsageError(f"-o {output}: add --pdf, or name a .tex file")
        output = output.with_suffix(".tex")
    chosen = sound(names)
    found = results_of(chosen, quiet=True)[0] if known(chosen) else None
    if found is None and not body:
        click.echo(
            "no current results: tables of verdicts and errata are left out; `proofs-check "
            "verify` makes them",
            err=True,
        )
    text = latex.body(chosen, found is not None) if body else latex.document(chosen, found)
    if output is None and not pdf:
        click.echo(text)
        return left_out(names, chosen)
    output = output or Path("build/derivations.tex")
    results.write(text, output)
    click.echo(f"written to {output}")
    if pdf:
        try:
            click.echo(f"written to {latex.compile_pdf(output)}")
        except latex.LatexFails as error:
            click.echo(str(error), err=True)
            return 1
    return left_out(names, chosen)


@click.command()
@topic_names
@click.option(
    "-o",
    "folder",
    metavar="FOLDER",
    type=Output(folder=True),
    default=Path("build/report"),
    help="Folder of index.html.",
)
def report(names: tuple[str, ...], folder: Path) -> int:
    """Self-contained HTML pages: errata, statements, and each topic with its derivations and
    checks.
    """
    from proofs_check.report import html

    chosen = sound(names)
    found = current(tuple(chosen))
    with progress("portraits", len(chosen)) as advance:
        front = html.write(chosen, found, folder, advance)
    click.echo(f"written to {front}")
    return left_out(names, chosen)
