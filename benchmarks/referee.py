"""What the referee finds in every topic, in one table.

    python benchmarks/referee.py [FOLDER] [--topics TOPIC ...] [--per-kind N] [--jobs N]
        [--minutes N]

Runs ``proofs-check referee TOPIC --per-kind N`` (default: one error of each kind in each claim,
about an hour of processor time) topic by topic and prints, for each: errors planted; how many a
step, the ledger, the numerical layer, a check or the record of premises caught; how many give the
same or another proof; how many are holes or undecided; links (deleted steps, replaced grounds,
exchanged ends) that went unnoticed; premises on record; seconds.  A topic that was finished with
the same sources is not run again, and ``--minutes`` ends the run between two topics.  Writes
``referee.json`` (default: to build/benchmarks).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from proofs_check.cli.referee import LAYERS, SURVIVES
from proofs_check.core import runner, store
from proofs_check.referee.premises import RECORDS

CAUGHT = LAYERS[: LAYERS.index("equivalent")]


def mark(topic: str, per_kind: int) -> list[Any]:
    """Changes with whatever a derivation of the topic reads, and with the referee."""
    referee = sorted((runner.ROOT / "proofs_check/referee").glob("*.py"))
    return [store.key("claim", topic, "default", referee), per_kind]


def premises(topic: str) -> int:
    """Definitions, hypotheses, theorems and domains on record for a topic."""
    path = RECORDS / f"{topic}.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return sum(line.startswith("  ") and not line.startswith("  symbols ") for line in lines)


def examine(topic: str, per_kind: int, jobs: int) -> dict[str, Any]:
    """One topic, by the command line; raises RuntimeError where it does not end by itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "referee.json"
        command = [sys.executable, "-m", "proofs_check", "referee", topic, "--jobs", str(jobs)]
        command += ["--per-kind", str(per_kind), "--json", str(path)]
        done = subprocess.run(command, cwd=runner.ROOT, capture_output=True, text=True)
        if done.returncode > 1 or not path.exists():
            raise RuntimeError(f"referee {topic}: {done.stderr.strip()[-500:]}")
        found = json.loads(path.read_text())
    return {
        "errors": dict(Counter(e["caught_by"] or e["standing"] for e in found["errors"])),
        "survivors": [
            {name: e[name] for name in ("id", "line", "before", "after", "standing", "reason")}
            for e in found["errors"]
            if e["standing"] in SURVIVES
        ],
        "unnoticed": found["unnoticed"],
        "premises": premises(topic),
        "seconds": found["seconds"],
    }


def row(name: str, entry: dict[str, Any]) -> str:
    """One line of the table."""
    errors = Counter(entry["errors"])
    same = sum(errors[standing] for standing in ("equivalent", "another proof", "stronger"))
    cells = [errors.total(), *(errors[layer] for layer in CAUGHT), same]
    cells += [sum(errors[s] for s in SURVIVES), len(entry["unnoticed"]), entry["premises"]]
    return f"{name:32}" + "".join(f"{cell:>9}" for cell in cells) + f"{entry['seconds']:9.0f}"


def together(entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The sums over topics."""
    total: dict[str, Any] = {"errors": Counter(), "unnoticed": [], "premises": 0, "seconds": 0.0}
    for entry in entries:
        for name in total:
            total[name] += Counter(entry[name]) if name == "errors" else entry[name]
    return total


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    known = runner.all_topics()
    parser.add_argument("--topics", nargs="*", choices=known, default=known, metavar="TOPIC")
    parser.add_argument("--per-kind", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    path, until = asked.folder / "referee.json", time.monotonic() + 60 * asked.minutes
    kept = json.loads(path.read_text()) if path.exists() else {}
    heads = ["errors", *CAUGHT, "same", "holes", "links", "premises", "seconds"]
    print(" " * 32 + "".join(f"{head:>9}" for head in heads))
    done = {}
    for topic in asked.topics:
        now = mark(topic, asked.per_kind)
        if kept.get(topic, {}).get("mark") != now:
            if time.monotonic() > until:
                continue
            kept[topic] = {"mark": now, **examine(topic, asked.per_kind, asked.jobs)}
            path.write_text(json.dumps(kept, indent=1) + "\n")
        done[topic] = kept[topic]
        print(row(topic, kept[topic]), flush=True)
        for lost in kept[topic]["survivors"]:
            print(f"    {lost['standing']} {lost['id']}, line {lost['line']}: {lost['before']} -> ")
            print(f"        {lost['after']}: {lost['reason']}")
        for lost in kept[topic]["unnoticed"]:
            print(f"    link {lost['kind']} {lost['derivation']}: {lost['step']}")
    print(row(f"{len(done)} of {len(asked.topics)} topics", together(done.values())))


if __name__ == "__main__":
    main()
