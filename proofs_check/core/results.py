"""The document that ``verify`` makes, and files that are written whole or not at all."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from proofs_check.core import runner, store, whole
from proofs_check.core.ledger import ledger
from proofs_check.core.verdict import Finding, Statement, finite, verdict

BUDGET = 30.0  # CPU-seconds of a topic
Found = Mapping[runner.Unit, tuple[dict[str, Any], list[Finding]]]


def document(chosen: Iterable[str], tier: str, seconds: float, found: Found) -> dict[str, Any]:
    """Claims, checks and statements of the chosen topics, from the units that were run or kept."""
    chosen = list(chosen)
    order = [unit for unit in runner.units(chosen) if unit in found]
    findings = [each for unit in order for each in found[unit][1]]
    environment = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        **store.versions(),
    }
    return {
        "schema": 1,
        "environment": environment,
        "tier": tier,
        "seconds": round(seconds, 3),
        "claims": [found[unit][0] for unit in order if unit[0] == "claim"],
        "checks": [found[unit][0] for unit in order if unit[0] == "check"],
        "statements": [
            _json_of(verdict(entry, findings))
            for entry in ledger().values()
            if entry.topic in chosen
        ],
        "cpu": {topic: round(cost, 1) for topic, cost in costs(found, chosen).items()},
    }


def costs(found: Found, chosen: Iterable[str]) -> dict[str, float]:
    """CPU-seconds of each topic when its units were run."""
    spent = dict.fromkeys(chosen, 0.0)
    for (_, topic, _), (entry, _) in found.items():
        if topic in spent:
            spent[topic] += entry["cpu"]
    return spent


def _json_of(statement: Statement) -> dict[str, Any]:
    entry = asdict(statement) | {
        "verdict": statement.verdict.name,
        "by": list(statement.by),
        "printed": plain(statement.printed),
    }
    entry.pop("claim")
    return entry


def plain(value: Any) -> Any:
    """The same without numbers that JSON does not know."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return finite(value) if isinstance(value, float) else value


def write(text: str, path: Path) -> None:
    """Write the whole file or nothing; a device or a pipe is written as it is."""
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return
        whole.write(text, path)
    except OSError as error:  # Python does not always say which file
        raise OSError(error.errno, error.strerror, str(path)) from error


def save(content: Any, path: Path) -> None:
    """Write JSON, the whole file or nothing."""
    write(json.dumps(content, indent=1, allow_nan=False) + "\n", path)
