"""What a portrait shows of checks: medians with the intervals that were judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def judged(topic: str, name: str) -> Mapping[str, Any]:
    """What ``verify`` kept of a check, measured now where it is missing or stale."""
    from proofs_check.core import entries

    unit = ("check", topic, name)
    entry, _ = entries.kept(unit) or entries.run_and_keep(unit)
    return entry


def draw(axes: Any, topic: str, names: Mapping[float, str], label: str) -> None:
    """Points with bars at the places of the checks with these names."""
    seen = [judged(topic, name) for name in names.values()]
    medians = np.array([np.median(entry["values"]) for entry in seen])
    ends = np.array([entry["interval"] for entry in seen])
    bars = np.abs(ends - medians[:, None]).T
    axes.errorbar(list(names), medians, bars, fmt="k.", capsize=3, label=label)
