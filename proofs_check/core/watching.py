"""Which files run while something is done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from proofs_check.core import store


def reads_theory(action: Callable[[], Any]) -> bool:
    """Does a function of a topic of the theory run while ``action`` does?"""
    seen = set()
    topics = store.ROOT / "theory"

    def watch(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            seen.add(frame.f_code.co_filename)

    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(None)
    return any(Path(name).parent == topics for name in seen)
