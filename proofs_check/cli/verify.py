"""``verify``: derive every claim, run every check, give every statement its verdict."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click

from proofs_check.cli.executors import checked, executor_options, lanes
from proofs_check.cli.lines import line, totals
from proofs_check.cli.shared import json_option, topic_names, unwritten
from proofs_check.cli.terminal import progress, tell
from proofs_check.core import entries, grades, pool, results, runner, shape, store
from proofs_check.core.servant import ask

Where = Callable[[], AbstractContextManager[Sequence[Executor] | None]]
LAST = Path("build/verify.json")
ALONE = 10.0  # seconds of work that two processes would not make shorter: each imports torch
GUESS = {"claim": 1.0, "check": 2.0}  # seconds of a unit that was never run here


@click.command()
@topic_names
@click.option("--quick", is_flag=True, help="One seed per check and no verdict on stochastic ones.")
@click.option("--full", is_flag=True, help="All seeds, and nothing from a record.")
@click.option(
    "--fresh",
    is_flag=True,
    help="Run again, also what is kept; recorded values stay with their one seed.",
)
@click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Processes; default: number of cores."
)
@click.option(
    "--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="Where torch trains."
)
@executor_options
@json_option
def verify(
    names: tuple[str, ...],
    quick: bool,
    full: bool,
    fresh: bool,
    jobs: int | None,
    device: str,
    executor: str,
    scheduler: str | None,
    target: Any,
) -> int:
    """Derive every claim, run every check, give every statement its verdict.

    What was measured is kept in build/kept; only what an edit touched runs again.
    """
    checked(executor, scheduler)
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
    chosen = list(names) or runner.all_topics()
    where = partial(lanes, executor, scheduler, jobs or pool.cores(), chosen, tier)
    document, status = results_of(chosen, tier, jobs, fresh=fresh, quiet=target == "-", where=where)
    if target == "-":
        click.echo(json.dumps(document, indent=1, allow_nan=False))
    elif target:
        results.save(document, target)
        click.echo(f"written to {target}")
    return status


def results_of(
    chosen: list[str],
    tier: str = "default",
    jobs: int | None = None,
    *,
    fresh: bool = False,
    quiet: bool = False,
    where: Where = nullcontext,
) -> tuple[dict[str, Any], int]:
    """The results of these topics, and the exit status: what is kept under its present key is
    taken, the rest is run and kept; ``where`` yields the lanes of a cluster that does it.
    """
    began, start = time.perf_counter(), time.time()
    work = runner.units(chosen)
    kept = {} if fresh else {unit: entries.kept(unit, tier) for unit in work}
    found = {unit: result for unit, result in kept.items() if result is not None}
    ready = len(found)
    missing = [unit for unit in work if unit not in found]
    sizes = {unit: expected(unit, tier) for unit in missing}
    if not quiet:
        for unit, (entry, _) in found.items():
            tell(line(unit, entry))
    if jobs is None:
        jobs = 1 if sum(sizes.values()) < ALONE else pool.cores()
    stopped = False
    act: Any = partial(grades.at_hand, tier=tier, since=start if fresh else 0.0)
    with where() as away, progress("verify", sum(sizes.values())) as advance:
        if away:
            act = partial(ask, act)
        running = pool.run_all(missing, act, jobs, entries.lost_unit, topic_of, away or ())
        try:
            for unit, result in running:
                found[unit] = result
                if away:
                    entries.keep(unit, result, tier)
                advance(result[0]["id"], sizes[unit])
                if not quiet:
                    tell(line(unit, result[0]))
        except KeyboardInterrupt:
            stopped = True
        finally:
            running.close()
    seconds = time.perf_counter() - began
    document = results.document(chosen, tier, seconds, found)
    lost = _save(chosen, tier, seconds, found)
    if not quiet:
        totals(document, ready, len(work))
    if stopped:
        click.echo(
            f"interrupted after {len(found)} of {len(work)}; what was finished is kept in "
            f"{store.KEPT}, and the same command goes on with the rest",
            err=True,
        )
    if lost:
        click.echo(lost, err=True)
    return document, 130 if stopped else 1 if lost else status_of(document)


def topic_of(unit: runner.Unit) -> str:
    """Claims and checks of one topic share derivations, and networks that were trained."""
    return unit[1]


def expected(unit: runner.Unit, tier: str) -> float:
    """Seconds that a unit took when it was run last, under whatever key."""
    try:  # it may be of another version
        return float(store.recall(store.place(unit, tier))["entry"]["seconds"])
    except (TypeError, KeyError, ValueError):
        return GUESS[unit[0]]


def _save(chosen: list[str], tier: str, seconds: float, found: dict[Any, Any]) -> str | None:
    """Write the results of all topics that are known, these and others that are kept, to
    build/verify.json; says what went wrong.
    """
    if tier != "default":
        return None
    others = runner.units([topic for topic in runner.all_topics() if topic not in chosen])
    more = {unit: result for unit in others if (result := entries.kept(unit)) is not None}
    whole = results.document(runner.all_topics(), tier, seconds, more | found)
    try:
        results.save(whole, LAST)
    except OSError as error:
        return f"the results are not kept: {unwritten(error)}"
    return None


def status_of(document: dict[str, Any]) -> int:
    """0 when every claim holds and every judged check is CONFIRMED, or is a sentence's own range of
    set-ups and has an answer.
    """
    good = all(c["status"] == "holds" for c in document["claims"])
    return 0 if good and all(map(shape.stands, document["checks"])) else 1
