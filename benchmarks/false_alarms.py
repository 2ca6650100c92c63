"""How often does a true claim raise an alarm?  The checks again with fresh seeds, block after
block.

    python benchmarks/false_alarms.py [folder] [--topics A B] [--blocks 20] [--at-most 0.5]
    [--minutes 20] [--times FILE]

Block b gives check number k the seeds 83 b, 83 b + 1, ... (a check takes at most 11 + 21 + 51 of
them); block 0 is ``proofs-check verify``. Left out are open checks, those without seeds, and those
that take longer than ``--at-most`` seconds: in FILE, which ``verify --json`` has written (default:
the last verify), or else in block 0.  Every verdict is appended to ``false_alarms.jsonl`` as it
comes, and what is there for the same sources is not run again.  Prints one JSON object and writes
it to the folder (default: build/benchmarks).  A flip is a verdict other than the one that the check
gives in most blocks, be that CONFIRMED, SCOPED or REFUTED; ``unlike_verify`` lists the checks whose
block 0 is such a one.  Rates are per 100 with the Clopper-Pearson interval of 95 %; ``verify``
counts the blocks in which any check flipped, over the blocks that all checks have finished.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scipy.stats import beta

from proofs_check.core import evidence, runner
from proofs_check.core.check import Check
from proofs_check.core.judging import ROUNDS, measured

SEEDS = sum(count for count, _ in ROUNDS)


def shifted(check: Check, block: int) -> Check:
    """The same check on the seeds of a block, which no other block has."""

    def moved(measure: Callable[[Sequence[int]], Any]) -> Callable[[Sequence[int]], Any]:
        return lambda seeds: measure(tuple(seed + SEEDS * block for seed in seeds))

    if callable(check.measure):
        return replace(check, measure=moved(check.measure))
    return replace(check, measure={name: moved(own) for name, own in check.measure.items()})


def interval(events: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson interval of a probability."""
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, events, trials - events + 1)) if events else 0.0
    high = float(beta.ppf(1 - tail, events + 1, trials - events)) if events < trials else 1.0
    return low, high


def per_hundred(events: int, trials: int) -> dict[str, Any]:
    """Events in 100 trials, with the interval."""
    ends = [round(100 * end, 4) for end in interval(events, trials)]
    return {
        "events": events,
        "trials": trials,
        "per_100": round(100 * events / trials, 4),
        "interval": ends,
    }


def sources(topic: str) -> str:
    """Changes with the check's own file and the machinery; other layers are left to whoever changes
    them.
    """
    folder = runner.ROOT / "proofs_check"
    files = [folder / f"{topic}.py", folder / "core/check.py"]
    files += sorted((folder / "training").glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def entry(
    topic: str, name: str, block: int, judge: Callable[[Check], Any] = measured
) -> dict[str, Any]:
    """One check on one block of seeds; its claim is graded by ``verify`` and knows no seeds."""
    result = judge(shifted(runner.checks_of(topic)[name], block))
    return {
        "check": f"{topic}.{name}",
        "block": block,
        "sources": sources(topic),
        "verdict": result.verdict.name,
        "seeds": len(result.values),
        "interval": result.interval,
        "band": result.band,
        "seconds": round(result.seconds, 3),
    }


def kept(path: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Earlier verdicts of the present sources."""
    found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return {
        (e["check"], e["block"]): e
        for e in found
        if e["sources"] == sources(e["check"].split(".")[0])
    }


def times(path: Path) -> dict[str, float]:
    """Seconds of each check in a file of ``verify --json``, or of its whole measurement where that
    is recorded; none where there is no file.
    """
    if not path.exists():
        return {}
    found = {c["id"]: c["seconds"] for c in json.loads(path.read_text())["checks"]}
    for topic in {name.partition(".")[0] for name in found}:
        for name, record in evidence.of(topic).items():
            found[f"{topic}.{name}"] = record["seconds"]
    return found


def work(topics: Sequence[str], blocks: int) -> Iterator[tuple[str, str, int]]:
    """Block by block, so that a run that is cut short leaves whole blocks."""
    for block in range(blocks):
        for topic in topics:
            for name, check in runner.checks_of(topic).items():
                if check.open is None and not check.deterministic:
                    yield topic, name, block


def summary(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Flips of all checks, of each that flipped, and of the blocks that are whole."""
    names = sorted({e["check"] for e in entries})
    usual = {
        name: Counter(e["verdict"] for e in entries if e["check"] == name).most_common(1)[0][0]
        for name in names
    }
    flips = [e for e in entries if e["verdict"] != usual[e["check"]]]
    by_block: dict[int, set[str]] = {}
    for e in entries:
        by_block.setdefault(e["block"], set()).add(e["check"])
    whole = [block for block, own in by_block.items() if len(own) == len(names)]
    lost = {e["block"] for e in flips} & set(whole)
    return {
        "checks": len(names),
        "runs": per_hundred(len(flips), len(entries)),
        "verify": per_hundred(len(lost), len(whole)) if whole else None,
        "more_seeds": per_hundred(sum(e["seeds"] > ROUNDS[0][0] for e in entries), len(entries)),
        "unlike_verify": sorted(e["check"] for e in flips if e["block"] == 0),
        "flips": flips,
    }


def main(
    folder: Path,
    topics: Sequence[str],
    blocks: int,
    at_most: float,
    minutes: float,
    known: dict[str, float],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, began = folder / "false_alarms.jsonl", time.perf_counter()
    found, slow = (
        kept(path),
        {
            f"{t}.{name}"
            for t, name, _ in work(topics, 1)
            if known.get(f"{t}.{name}", 0.0) > at_most
        },
    )
    with path.open("a") as file:
        for topic, name, block in work(topics, blocks):
            key = f"{topic}.{name}"
            if time.perf_counter() - began > 60 * minutes:
                break
            if key in slow:
                continue
            if (key, block) not in found:
                found[key, block] = entry(topic, name, block)
                file.write(json.dumps(found[key, block]) + "\n")
                file.flush()
            if key not in known and found[key, block]["seconds"] > at_most:
                slow.add(key)
    chosen = [
        e
        for (key, block), e in found.items()
        if key not in slow and block < blocks and key.split(".")[0] in topics
    ]
    result = {
        "at_most_seconds": at_most,
        "left_out_as_slow": len(slow),
        **(summary(chosen) if chosen else {}),
    }
    print(json.dumps(result, indent=1))
    (folder / "false_alarms.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    parser.add_argument(
        "--topics",
        nargs="+",
        choices=runner.all_topics(),
        default=runner.all_topics(),
        metavar="TOPIC",
    )
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--at-most", type=float, default=0.5, metavar="SECONDS")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--times", type=Path, default=Path("build/verify.json"), metavar="FILE")
    options = parser.parse_args()
    main(
        options.folder,
        options.topics,
        options.blocks,
        options.at_most,
        options.minutes,
        times(options.times),
    )
