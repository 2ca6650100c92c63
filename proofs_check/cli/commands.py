"""The command line: topics, verify, statements, latex, report, referee, sweep.

Exit status: 0 every claim holds and every judged check is CONFIRMED; 1 otherwise; 2 bad usage, or a
file that cannot be written; 130 on Ctrl-C, with what was finished kept.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from proofs_check.cli.sweep import sweep
from proofs_check.core import runner
from proofs_check.core.ledger import shown
from proofs_check.core.verdict import Standing
from theory.core.catalogue import reading_order

KEPT = Path("build/verify.json")
PARTIAL = Path("build/verify.partial.json")  # what was finished, should the process be killed
SAVE_EVERY = 5.0  # seconds
LOST = "a worker process was lost (killed, or out of memory; --jobs 1 needs the least)"
COLOUR = {
    "PROVED": "green",
    "ENCLOSED": "green",
    "SAMPLED": "yellow",
    "CONFIRMED": "green",
    "REFUTED": "red",
    "INCONCLUSIVE": "yellow",
    "SCOPED": "magenta",
    "OPEN": "cyan",
    "OUT_OF_SCOPE": "bright_black",
    "fails": "red",
    "hole": "red",
    "undecided": "yellow",
    "premise": "yellow",
}


def _word(text: str, width: int = 12) -> str:
    return click.style(text.ljust(width), fg=COLOUR.get(text))


class Topic(click.ParamType):
    """A topic's name; an unknown one is answered with the nearest."""

    name = "topic"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = runner.all_topics()
        if value in known:
            return str(value)
        near = difflib.get_close_matches(value, known, 1, 0.0)
        self.fail(
            f"no topic {value!r}; the nearest is {near[0]!r}. `proofs-check topics` lists all.",
            param,
            ctx,
        )


topic_names = click.argument("names", metavar="[TOPIC]...", nargs=-1, type=Topic())


class Commands(click.Group):
    """Unknown commands are answered with the nearest one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1, 0.0)
            ctx.fail(f"no command {args[0]!r}; the nearest is {near[0]!r}.")


@click.group(cls=Commands)
@click.version_option(package_name="proofs-check")
def cli() -> None:
    """Deep-learning theory: derived, solved numerically, put at risk by simulation."""
    runner.quiet_threads()


def main() -> None:
    """Run the command line."""
    try:
        status = cli(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        status = 130
    except BrokenPipeError:
        _close_output()
        status = 1
    except OSError as error:
        click.echo(_unwritten(error), err=True)
        if error.filename is None:
            _close_output()
        status = 2
    sys.exit(status or 0)


def _close_output() -> None:
    """What is still in the buffer of standard output goes nowhere, so that Python does not try to
    write it again.
    """
    with suppress(OSError):  # it may be closed already, or no file at all
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: OSError) -> str:
    return f"cannot write {error.filename or 'the output'}: {error.strerror or error}"


def _sound(names: tuple[str, ...]) -> list[str]:
    """The chosen topics, all by default, without those that cannot be imported: each of these is
    named.
    """
    chosen = list(names) or runner.all_topics()
    for topic in chosen:
        if why := runner.broken(topic):
            click.echo(f"topic {topic} is left out, because it cannot be imported: {why}", err=True)
    return [topic for topic in chosen if not runner.broken(topic)]


def _left_out(names: tuple[str, ...], chosen: list[str]) -> int:
    return 0 if len(chosen) == len(list(names) or runner.all_topics()) else 1


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def topics(as_json: bool) -> None:
    """List topics with their claims, checks and statements."""
    from proofs_check.core.ledger import ledger

    rows = [
        {
            "topic": topic,
            "claims": list(runner.claims_of(topic)),
            "checks": list(runner.checks_of(topic)),
            "statements": [s.id for s in ledger().values() if s.topic == topic],
        }
        for topic in sorted({*_sound(()), *(s.topic for s in ledger().values())}, key=reading_order)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(f"{'topic':32}{'claims':>8}{'checks':>8}{'statements':>12}")
    for row in rows:
        click.echo(
            f"{row['topic']:32}{len(row['claims']):8}{len(row['checks']):8}{len(row['statements']):12}"
        )


@cli.command()
@topic_names
@click.option("--quick", is_flag=True, help="One seed per check and no verdict on stochastic ones.")
@click.option("--full", is_flag=True, help="Published set-ups.")
@click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Processes; default: number of cores."
)
@click.option(
    "--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="Where torch trains."
)
@click.option(
    "--json",
    "target",
    metavar="FILE",
    help="Write the results to FILE; - is standard output and prints nothing else.",
)
def verify(
    names: tuple[str, ...],
    quick: bool,
    full: bool,
    jobs: int | None,
    device: str,
    target: str | None,
) -> int:
    """Derive every claim, run every check, give every statement its verdict."""
    if quick and full:
        raise click.UsageError("--quick and --full exclude each other")
    if device == "cuda":
        import torch

        if not torch.cuda.is_available():
            raise click.UsageError(
                "--device cuda: torch sees no CUDA device here; use --device cpu"
            )
        os.environ["PROOFS_CHECK_DEVICE"] = "cuda"
    tier = "quick" if quick else "full" if full else "default"
    document, status = _verify(list(names) or runner.all_topics(), tier, jobs, quiet=target == "-")
    document.pop("key")
    if target == "-":
        click.echo(json.dumps(document, indent=1, allow_nan=False))
    elif target:
        runner.save(document, Path(target))
        click.echo(f"written to {target}")
    return status


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, nothing elsewhere; call what it yields after each piece of work."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as progress:
        bar = progress.add_task(label, total=total)
        yield lambda what: progress.update(bar, advance=1, description=what[:40].ljust(40))


def _verify(
    chosen: list[str], tier: str, jobs: int | None, quiet: bool
) -> tuple[dict[str, Any], int]:
    work, began = runner.units(chosen), time.perf_counter()
    saved = began
    entries: dict[runner.Unit, dict[str, Any]] = {}
    found: list[Any] = []
    stopped: tuple[str, int] | None = None
    with _progress("verify", len(work)) as advance:
        results = runner.run_all(work, partial(runner.run_unit, tier=tier), jobs or _cores())
        try:
            for unit, (entry, findings) in results:
                entries[unit] = entry
                found += findings
                if time.perf_counter() - saved > SAVE_EVERY:
                    saved = time.perf_counter()
                    with suppress(OSError):  # the end says that nothing can be kept
                        runner.save(
                            runner.report_of(
                                chosen, tier, saved - began, entries, found, complete=False
                            ),
                            PARTIAL,
                        )
                advance(entry["id"])
                if not quiet:
                    click.echo(_line(unit, entry))
        except KeyboardInterrupt:
            stopped = "interrupted", 130
        except BrokenProcessPool:
            stopped = LOST, 1
        finally:
            results.close()
    document = runner.report_of(
        chosen, tier, time.perf_counter() - began, entries, found, complete=stopped is None
    )
    lost = None
    try:
        if tier == "default":
            runner.save(document, KEPT)
        PARTIAL.unlink(missing_ok=True)
    except OSError as error:
        lost = f"the results are not kept: {_unwritten(error)}"
    if not quiet:
        _totals(document)
    if stopped:
        kept = f"; what was finished is in {KEPT}" if tier == "default" and not lost else ""
        click.echo(f"{stopped[0]} after {len(entries)} of {len(work)}{kept}", err=True)
    if lost:
        click.echo(lost, err=True)
    return document, stopped[1] if stopped else 1 if lost else _status(document)


def _cores() -> int:
    return min(os.cpu_count() or 1, 8)


def _line(unit: runner.Unit, entry: dict[str, Any]) -> str:
    if unit[0] == "claim":
        if entry["status"] == "fails":
            return f"claim {_word('fails')} {entry['id']}: {entry['error']}"
        given = f"  given {entry['given']}" if entry["given"] else ""
        return f"claim {_word(entry['grade'])} {entry['id']}: {entry['title']}{given}"
    low, high = (_number(v, sign) for v, sign in zip(entry["band"], "-+", strict=True))
    first, final = (_number(v, sign) for v, sign in zip(entry["interval"], "-+", strict=True))
    remarks = [
        part
        for part in (entry["note"] or "").split("; ")
        if part and not part.endswith("is infinite")
    ]
    note = f"  ({'; '.join(remarks)})" if remarks else ""
    return (
        f"check {_word(entry['verdict'])} {entry['id']}: measured [{first}, {final}] "
        f"({_seeds(entry)}), "
        f"theory [{low}, {high}], rival {_number(entry['rival'], '')}{note}"
    )


def _seeds(entry: dict[str, Any]) -> str:
    count = len(entry["values"])
    return f"{count} seed{'s' if count != 1 else ''}"


def _number(value: float | None, sign: str) -> str:
    return f"{sign}inf" if value is None and sign else "none" if value is None else f"{value:.4g}"


def _totals(document: dict[str, Any]) -> None:
    click.echo("")
    for entry in document["statements"]:
        if entry["verdict"] in ("REFUTED", "SCOPED"):
            click.echo(
                f"{_word(entry['verdict'])} {entry['id']}: printed {shown(entry['printed'])}; "
                f"found {entry['corrected']}"
            )
            if entry["reading"]:
                click.echo(f"{'':12} {entry['reading']}")
    claims = Counter(c["grade"] if c["status"] == "holds" else "fails" for c in document["claims"])
    rows = (
        ("claims", claims),
        ("checks", Counter(c["verdict"] for c in document["checks"])),
        ("statements", Counter(s["verdict"] for s in document["statements"])),
    )
    for name, counts in rows:
        click.echo(f"{name:11}" + ", ".join(f"{n} {word}" for word, n in counts.most_common()))
    click.echo(f"{document['seconds']:.1f} s")


def _status(document: dict[str, Any]) -> int:
    good = all(c["status"] == "holds" for c in document["claims"]) and all(
        c["verdict"] in ("CONFIRMED", "OPEN") for c in document["checks"]
    )
    return 0 if good else 1


def _current(names: tuple[str, ...]) -> dict[str, Any]:
    """The last results if the sources are unchanged, else fresh ones."""
    chosen = list(names) or runner.all_topics()
    for candidate in (chosen, runner.all_topics()):
        if document := runner.last(KEPT, candidate):
            return document
    click.echo("no current results: running what is needed", err=True)
    return _verify(chosen, "default", None, quiet=True)[0]


@cli.command()
@topic_names
@click.option(
    "--verdict",
    type=click.Choice([s.name for s in Standing], case_sensitive=False),
    help="Only statements with this verdict.",
)
@click.option("--json", "target", metavar="FILE", help="Write JSON to FILE; - is standard output.")
def statements(names: tuple[str, ...], verdict: str | None, target: str | None) -> None:
    """The ledger with computed verdicts."""
    from proofs_check.core.ledger import ledger

    document = _current(names)
    judged = {s["id"]: s for s in document["statements"]}
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
        runner.save(rows, Path(target))
        return
    for row in rows:
        click.echo(f"{_word(row['verdict'])} {row['id']}: {ledger()[row['id']].claim}")
        if row["corrected"]:
            click.echo(f"{'':12} printed {shown(row['printed'])}; found {row['corrected']}")
        if row["reading"]:
            click.echo(f"{'':12} {row['reading']}")
        if row["by"]:
            click.echo(
                f"{'':12} by {', '.join(row['by'])}{'; analogue' if row['analogue'] else ''}; "
                f"scope {row['scope']}"
            )


@cli.command()
@topic_names
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="FILE.tex; default: standard output.",
)
@click.option("--pdf", is_flag=True, help="Also run pdflatex beside the .tex file.")
def latex(names: tuple[str, ...], output: Path | None, pdf: bool) -> int:
    """The derivations as a LaTeX document."""
    from proofs_check.report import latex

    chosen = _sound(names)
    results = runner.last(KEPT, chosen) or runner.last(KEPT, runner.all_topics())
    if results is None:
        click.echo(
            "no current results: tables of verdicts and errata are left out; `proofs-check "
            "verify` makes them",
            err=True,
        )
    text = latex.document(chosen, results)
    if output is None and not pdf:
        click.echo(text)
        return _left_out(names, chosen)
    output = output or Path("build/derivations.tex")
    runner.write(text, output)
    click.echo(f"written to {output}")
    if pdf:
        try:
            click.echo(f"written to {latex.compile_pdf(output)}")
        except latex.LatexFails as error:
            click.echo(str(error), err=True)
            return 1
    return _left_out(names, chosen)


@cli.command()
@topic_names
@click.option(
    "-o",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/report"),
    help="Folder of index.html.",
)
def report(names: tuple[str, ...], folder: Path) -> int:
    """Self-contained HTML pages: errata, statements, and each topic with its derivations and
    checks.
    """
    from proofs_check.report import html

    chosen = _sound(names)
    click.echo(f"written to {html.write(chosen, _current(names), folder)}")
    return _left_out(names, chosen)


@cli.command()
@topic_names
@click.option(
    "--per-kind",
    type=click.IntRange(1),
    default=None,
    help="Errors of each kind in each claim, picked by a hash; default: all.",
)
@click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Processes; default: number of cores."
)
@click.option(
    "--json",
    "target",
    metavar="FILE",
    help="Write the results to FILE; - is standard output and prints nothing else.",
)
def referee(
    names: tuple[str, ...], per_kind: int | None, jobs: int | None, target: str | None
) -> int:
    """Plant small errors in the theory, one at a time, and list those that nothing notices (all
    topics take an hour of processor time).

    An error is caught by a step, the ledger, a test of numerics, a check or the record of premises.
    Exit status 1 when one survives that is neither equivalent to the original nor another proof of
    it, nor a proof of more.
    """
    from proofs_check.referee import plant

    topics = _sound(names)
    work = [
        place
        for topic in topics
        for name in plant.parts(topic)
        for place in plant.chosen(topic, name, per_kind)
    ]
    began, quiet = time.perf_counter(), target == "-"
    saved = began
    found: dict[plant.Place, dict[str, Any]] = {}
    stopped: tuple[str, int] | None = None

    def document(*, complete: bool) -> dict[str, Any]:
        entries = [found[place] for place in work if place in found]
        return {
            "schema": 1,
            "seconds": round(time.perf_counter() - began, 3),
            "complete": complete,
            "errors": entries,
        }

    with _progress("referee", len(work)) as advance:
        results = runner.run_all(work, plant.referee, jobs or _cores())
        try:
            for place, entry in results:
                found[place] = entry
                advance(entry["id"])
                if target and not quiet and time.perf_counter() - saved > SAVE_EVERY:
                    saved = time.perf_counter()
                    with suppress(OSError):  # the end says that it cannot be written
                        runner.save(document(complete=False), Path(target))
                if not quiet and entry["standing"] in SURVIVES:
                    click.echo(_survivor(entry))
        except KeyboardInterrupt:
            stopped = "interrupted", 130
        except BrokenProcessPool:
            stopped = LOST, 1
        finally:
            results.close()
    result = document(complete=stopped is None)
    entries = result["errors"]
    if quiet:
        click.echo(json.dumps(result, indent=1))
    else:
        for topic in topics:
            own = Counter(e["caught_by"] or e["standing"] for e in entries if e["topic"] == topic)
            click.echo(
                f"{topic:32}{sum(own.values()):6} errors: "
                + ", ".join(f"{own[word]} {word}" for word in LAYERS if own[word])
            )
    if target and not quiet:
        runner.save(result, Path(target))
        click.echo(f"written to {target}")
    if stopped:
        click.echo(
            f"{stopped[0]} after {len(entries)} of {len(work)}; the lines above are what was "
            f"finished",
            err=True,
        )
        return stopped[1]
    return 1 if any(e["standing"] in SURVIVES for e in entries) else _left_out(names, topics)


LAYERS = (
    "step",
    "ledger",
    "numerics",
    "check",
    "record",
    "equivalent",
    "another proof",
    "stronger",
    "premise",
    "undecided",
    "hole",
)
SURVIVES = ("premise", "undecided", "hole")


def _survivor(entry: dict[str, Any]) -> str:
    place = f"{entry['topic']}.{entry['claim']}, line {entry['line']}"
    return (
        f"{_word(entry['standing'])} {place}, {entry['kind']}: {entry['before']} -> "
        f"{entry['after']}: {entry['reason']}"
    )


cli.add_command(sweep)
