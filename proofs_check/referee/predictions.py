"""What the checks of a topic say about a planted error: does a prediction leave the band of what
was measured, or no longer differ from its rival?
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from proofs_check.core import runner
from proofs_check.referee.steps import Verdict
from theory.core.derivation import LOOK


@contextmanager
def in_place_of(topic: str, mutant: types.ModuleType) -> Iterator[None]:
    """Modules that are imported within see ``mutant`` as the theory of the topic; afterwards all is
    as before.
    """
    names = "|".join(runner.all_topics())
    # helpers of the numerical layer use derived formulas
    starts = re.compile(rf"(theory|proofs_check)\.({names})|numerics\..+")

    def of_topics() -> dict[str, types.ModuleType]:
        return {name: module for name, module in sys.modules.items() if starts.fullmatch(name)}

    before, look = of_topics(), LOOK.set(False)  # the other layers are to notice it, not the steps
    try:
        for name in before:
            _forget(name)
        sys.modules[f"theory.{topic}"] = mutant
        setattr(sys.modules["theory"], topic, mutant)
        yield
    finally:
        LOOK.reset(look)
        for name in of_topics():
            _forget(name)
        for name, module in before.items():
            sys.modules[name] = module
            package, _, leaf = name.rpartition(".")
            setattr(sys.modules[package], leaf, module)


def _forget(name: str) -> None:
    package, _, leaf = name.rpartition(".")
    sys.modules.pop(name, None)
    if hasattr(sys.modules.get(package), leaf):
        delattr(sys.modules[package], leaf)


def predictions(topic: str) -> dict[str, tuple[float, float] | str]:
    """Prediction and rival of each check, or the error that it ends in."""
    from proofs_check.core.expected import value

    found: dict[str, tuple[float, float] | str] = {}
    for name, check in runner.checks_of(topic).items():
        try:
            found[name] = (value(check.predict), value(check.rival))
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


@cache
def right_predictions(topic: str) -> dict[str, tuple[float, float] | str]:
    """Those without an error."""
    return predictions(topic)


@cache
def measured(topic: str, name: str) -> tuple[tuple[tuple[float, float], ...], str]:
    """What a check measures without an error, in each of its set-ups, and its verdict."""
    from proofs_check.core.judging import run

    result = run(runner.checks_of(topic)[name])
    return tuple(t.interval for t in result.trials) or (result.interval,), result.verdict.name


def by_checks(topic: str, module: types.ModuleType) -> Verdict | None:
    """The first check whose verdict changes when its prediction is computed with the error;
    ``None`` when all stay.
    """
    from proofs_check.core.judging import judge
    from proofs_check.core.trials import together

    right = right_predictions(topic)
    with in_place_of(topic, module):
        try:
            wrong = predictions(topic)
            checks = runner.checks_of(topic)
        except Exception as error:
            return Verdict("check", "caught", f"{type(error).__name__}: {error}"[:300])
        bands: dict[str, Any] = {}
        for name in wrong:
            if wrong[name] != right[name]:
                try:
                    bands[name] = checks[name].band()
                except Exception as error:
                    return Verdict("check", "caught", f"{name}: {error}"[:300])
    for name, band in bands.items():
        intervals, verdict = measured(topic, name)
        moved = together([judge(one, band) for one in intervals], asks=checks[name].asks)
        if moved.name != verdict and verdict != "OPEN":
            return Verdict(
                "check", "caught", f"{name}: the prediction moves out of what was measured"
            )
    return None
