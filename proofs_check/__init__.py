"""Simulations that try to refute the derivations, and the verdicts that follow.

Names are looked up when they are asked for: the plugin of pytest lies in this package, and costs a
repository that does not use it nothing.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofs_check.core.check import Check, Verdict
    from proofs_check.core.expected import Prediction, Threshold
    from proofs_check.core.judging import Result, run
    from proofs_check.core.verdict import Standing, Statement, verdict_of, verdicts
    from proofs_check.examination import examine
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
HOMES = {
    "proofs_check.core.check": ("Check", "Verdict"),
    "proofs_check.core.expected": ("Prediction", "Threshold"),
    "proofs_check.core.judging": ("Result", "run"),
    "proofs_check.core.verdict": ("Standing", "Statement", "verdict_of", "verdicts"),
    "proofs_check.examination": ("examine",),
    "theory": ("Settles",),
}


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
