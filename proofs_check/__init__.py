"""Simulations that try to refute the derivations, and the verdicts that follow."""

from importlib.metadata import version
from typing import Any

from proofs_check.core.check import Check, Verdict
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import Result, run
from proofs_check.core.verdict import Standing, Statement, verdict_of, verdicts
from theory import Settles

__version__ = version("proofs-check")
__all__ = [
    "Check",
    "Prediction",
    "Result",
    "Settles",
    "Standing",
    "Statement",
    "Threshold",
    "Verdict",
    "__version__",
    "examine",
    "run",
    "verdict_of",
    "verdicts",
]


def __getattr__(name: str) -> Any:
    if name == "examine":  # it needs torch, which takes seconds to import
        from proofs_check.examination import examine

        return examine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
