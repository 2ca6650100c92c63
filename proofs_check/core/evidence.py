"""Measurements that are too slow for every run: recorded beside the package, and put to a witness.

``evidence/<topic>.json`` holds the values that some checks of a topic measured, with a key of the
sources that measure them.  A recorded check is judged by these values against what theory predicts
now, after one seed of one set-up has been run again.  Where sources differ, values are lacking, or
the witness says something else, everything is measured.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from proofs_check.core import judging, results, runner, store
from proofs_check.core.check import Check
from proofs_check.core.watching import reads_theory

FOLDER = Path(__file__).parents[1] / "evidence"
MACHINERY = ("proofs_check/core/", "theory/core/")
ROUNDING = 1e-9


class Gone(Exception):
    """What is recorded does not stand for what would be measured."""


def key(topic: str, theory: bool) -> str:
    """One hash of the sources that measure a topic's checks: its own file, trainers and numerics,
    and the theory where they read formulas off it.
    """
    start = [store.ROOT / "proofs_check" / f"{topic}.py"]
    files = {p.relative_to(store.ROOT).as_posix(): h for p, h in store.closure(start).items()}
    left_out = MACHINERY if theory else (*MACHINERY, "theory/")
    own = {name: h for name, h in files.items() if not name.startswith(left_out)}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def of(topic: str) -> dict[str, Any]:
    """What is recorded of a topic's checks, by name; nothing for a file that cannot be read."""
    try:
        return dict(json.loads((FOLDER / f"{topic}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def replay(topic: str, check: Check) -> judging.Values | None:
    """Recorded values in place of measured ones; ``None`` where everything must be measured."""
    found = of(topic).get(check.name)
    if found is None or _stale(topic, found):
        return None
    try:
        setup, seed, said = (found["witness"][word] for word in ("setup", "seed", "value"))
        every = {name: np.asarray(found["setups"][name], float) for name in check.setups}
        values = every[setup]
        alike = list(found["setups"]) == list(every) and seed in range(len(values))
        if not alike or not isinstance(said, float) or any(map(_no_list, every.values())):
            return None
    except (KeyError, TypeError, ValueError):
        return None  # damaged
    finite = values[np.isfinite(values)]
    room = np.ptp(finite) / 2 + ROUNDING * np.abs(finite).max() if len(finite) else 0.0
    again = judging.values(check, setup, (seed,))[0]
    if again != said and not abs(again - said) <= room:
        return None

    def recorded(_: Check, name: str, seeds: tuple[int, ...]) -> np.ndarray:
        if seeds[-1] >= len(every[name]):
            raise Gone(f"{name}: seed {seeds[-1]} is not recorded")
        return every[name][list(seeds)]

    return recorded


def _no_list(values: np.ndarray) -> bool:
    """Something else than a list of numbers, which may be infinite."""
    return values.ndim != 1 or bool(np.isnan(values).any())


def judged(topic: str, check: Check, tier: str) -> tuple[judging.Result, bool]:
    """A check judged by what is recorded, if that stands, or by what is measured now; and which."""
    if tier == "default" and (recorded := replay(topic, check)) is not None:
        try:
            return judging.measured(check, tier, recorded), True
        except Gone:
            pass
    return judging.measured(check, tier), False


# ---------------------------------------------------------------- recording


def record(topic: str, check: Check) -> dict[str, Any]:
    """Measure one seed of each set-up alone, then the whole check: what ``replay`` needs."""
    alone: dict[str, tuple[float, float]] = {}

    def witnesses() -> None:
        for name in check.setups:
            start = time.process_time()
            found = judging.values(check, name, (0,))[0]
            alone[name] = time.process_time() - start, float(found)

    theory = reads_theory(witnesses)
    every: dict[str, list[float]] = {name: [] for name in check.setups}

    def keeping(_: Check, name: str, seeds: tuple[int, ...]) -> np.ndarray:
        found = judging.values(check, name, seeds)
        every[name] += map(float, found)
        return found

    began = time.process_time()
    judging.measured(check, "default", keeping)  # as many rounds as are needed
    spent = time.process_time() - began
    setup = min(alone, key=lambda name: alone[name][0])
    return {
        "key": key(topic, theory),
        "theory": theory,
        "seconds": round(spent, 1),
        "versions": store.versions(),
        "witness": {
            "setup": setup,
            "seed": 0,
            "value": alone[setup][1],
            "seconds": round(alone[setup][0], 1),
        },
        "setups": every,
    }


def write(topic: str, found: Mapping[str, Any]) -> None:
    """Write the evidence of a topic, the whole file or nothing."""
    text = json.dumps(dict(sorted(found.items())), indent=1)  # a quantity may be infinite
    results.write(text + "\n", FOLDER / f"{topic}.json")


def _stale(topic: str, found: Any) -> bool:
    theory = found.get("theory") if isinstance(found, dict) else None
    return not isinstance(theory, bool) or found.get("key") != key(topic, theory)


def stale() -> list[str]:
    """Recorded checks whose sources have changed, or that are no more."""
    return [
        f"{path.stem}.{name}"
        for path in sorted(FOLDER.glob("*.json"))
        for name, found in of(path.stem).items()
        if _stale(path.stem, found) or name not in runner.checks_of(path.stem)
    ]


def main(names: list[str]) -> None:
    """Record these checks (``topic.check``); without names those that are stale.  Ctrl-C and a full
    disk keep what is recorded.
    """
    try:
        _record_all(names)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: what is named above is recorded\n")
        sys.exit(130)
    except OSError as error:
        sys.stderr.write(f"cannot write {error.filename}: {error.strerror}\n")
        sys.exit(2)


def _record_all(names: list[str]) -> None:
    for name in names or stale():
        topic, _, own = name.partition(".")
        check = runner.checks_of(topic).get(own) if topic in runner.all_topics() else None
        before = of(topic)
        if check is None and own in before:
            write(topic, {k: v for k, v in before.items() if k != own})
            sys.stdout.write(f"{name} is no more\n")
            continue
        if check is None:
            sys.exit(f"no check {name!r}; `proofs-check topics` lists the topics")
        found = record(topic, check)
        write(topic, before | {own: found})
        sys.stdout.write(
            f"{name}: {found['seconds']} s, one seed {found['witness']['seconds']} s\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    from proofs_check.core.pool import quiet_threads

    quiet_threads()
    import torch

    torch.set_num_threads(1)
    main(sys.argv[1:])
