"""``referee``: plant small errors in the theory and list those that nothing notices."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from typing import Any

import click

from proofs_check.cli.executors import checked, executor_options, lanes
from proofs_check.cli.shared import json_option, left_out, sound, topic_names
from proofs_check.cli.terminal import progress, word
from proofs_check.core import pool, results
from proofs_check.core.servant import ask

SAVE_EVERY = 5.0  # seconds
LOST = "a worker process was lost (killed, or out of memory; --jobs 1 needs the least)"


@click.command()
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
@executor_options
@json_option
def referee(
    names: tuple[str, ...],
    per_kind: int | None,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    target: Any,
) -> int:
    """Plant small errors in the theory, one at a time, and list those that nothing notices (all
    topics take an hour of processor time).

    An error is caught by a step, the ledger, a test of numerics, a check or the record of
    premises. Then every step is deleted, every ground replaced and every end exchanged, which must
    be refused.
    Exit status 1 when one survives that is neither equivalent to the original nor another proof of
    it, nor a proof of more.
    """
    from proofs_check.referee import links, plant

    checked(executor, scheduler)
    topics = sound(names)
    work = [
        place
        for topic in topics
        for name in plant.parts(topic)
        for place in plant.chosen(topic, name, per_kind)
    ]
    began, quiet = time.perf_counter(), target == "-"
    saved = began
    found: dict[plant.Place, dict[str, Any]] = {}
    unnoticed: list[dict[str, str]] = []
    stopped: tuple[str, int] | None = None

    def document(*, complete: bool) -> dict[str, Any]:
        entries = [found[place] for place in work if place in found]
        return {
            "schema": 1,
            "seconds": round(time.perf_counter() - began, 3),
            "complete": complete,
            "errors": entries,
            "unnoticed": unnoticed,
        }

    jobs = jobs or pool.cores()
    with (
        lanes(executor, scheduler, jobs, topics) as away,
        progress("referee", len(work)) as advance,
    ):
        act = partial(ask, plant.referee) if away else plant.referee
        running = pool.run_all(work, act, jobs, lanes=away)
        try:
            for place, entry in running:
                found[place] = entry
                advance(entry["id"])
                if target and not quiet and time.perf_counter() - saved > SAVE_EVERY:
                    saved = time.perf_counter()
                    with suppress(OSError):  # the end says that it cannot be written
                        results.save(document(complete=False), target)
                if not quiet and entry["standing"] in SURVIVES:
                    click.echo(_survivor(entry))
        except KeyboardInterrupt:
            stopped = "interrupted", 130
        except BrokenProcessPool:
            stopped = LOST, 1
        finally:
            running.close()
    if stopped is None:
        unnoticed += [broken for topic in topics for broken in links.unnoticed(topic)]
    whole = document(complete=stopped is None)
    entries = whole["errors"]
    if quiet:
        click.echo(json.dumps(whole, indent=1))
    else:
        for topic in topics:
            own = Counter(e["caught_by"] or e["standing"] for e in entries if e["topic"] == topic)
            click.echo(
                f"{topic:32}{sum(own.values()):6} errors: "
                + ", ".join(f"{own[layer]} {layer}" for layer in LAYERS if own[layer])
            )
        for lost in unnoticed:
            click.echo(
                f"{word('hole')} {lost['topic']}, {lost['kind']}, {lost['derivation']}: "
                f"{lost['step']}"
            )
    if target and not quiet:
        results.save(whole, target)
        click.echo(f"written to {target}")
    if stopped:
        click.echo(
            f"{stopped[0]} after {len(entries)} of {len(work)}; the lines above are what was "
            f"finished",
            err=True,
        )
        return stopped[1]
    holes = unnoticed or any(e["standing"] in SURVIVES for e in entries)
    return 1 if holes else left_out(names, topics)


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
        f"{word(entry['standing'])} {place}, {entry['kind']}: {entry['before']} -> "
        f"{entry['after']}: {entry['reason']}"
    )


# ---------------------------------------------------------------- sweep
