"""Commands that write what was found: the LaTeX document and the report."""

from __future__ import annotations

from pathlib import Path

import click

from proofs_check.cli.lists import current, known
from proofs_check.cli.shared import Output, left_out, sound, topic_names
from proofs_check.cli.terminal import progress
from proofs_check.cli.verify import results_of
from proofs_check.core import results


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
